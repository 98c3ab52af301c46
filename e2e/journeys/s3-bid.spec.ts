import { createHash, randomFillSync, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { handIn } from '../../api/cli/demo/bidding.ts'
import { openOwn } from '../../api/cli/demo/opening.ts'
import { walkTo } from '../../api/cli/demo/tender.ts'
import { band, bidPage, commit, fillBid, sealed } from '../bidding.ts'
import { strict } from '../runner/packages.ts'
import { missingCephPrograms, startS3 } from '../services/ceph.ts'
import { openS3Door, type S3Door } from '../services/s3-door.ts'
import { test as base, bidOf, expect, hallOf, publishedTender, visit, walkPast } from '../world.ts'

const PART = 8 * 1024 * 1024
/** Three parts of the technical envelope and one of each other: more than may be under way at once. */
const SIZE = 17_000_000
const PARTS = 6

const missing = missingCephPrograms()
const test = base.extend<object, { door: S3Door; keys: Record<string, string> }>({
  // A store of its own, bare: bucket, versioning, lock and CORS are the platform's to make.
  keys: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright asks for the pattern
    async ({}, use) => {
      const { endpoint, region, accessKey, secretKey, stop } = await startS3()
      await use({ S3_ENDPOINT: endpoint, S3_REGION: region, S3_ACCESS_KEY: accessKey, S3_SECRET_KEY: secretKey })
      await stop()
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  door: [
    async ({ keys }, use) => {
      let spoilt = false
      const spoil = ({ headers, origin }: S3Door['puts'][number]) => {
        if (spoilt || !origin || Number(headers['content-length']) !== PART) return false
        spoilt = true
        return true
      }
      const door = await openS3Door(keys.S3_ENDPOINT!, { gathered: 4, spoil })
      await use(door)
      await door.close()
    },
    { scope: 'worker' },
  ],
  start: [
    async ({ door, keys }, use) => {
      const env = { ...keys, S3_BUCKET: `sunlit-${randomUUID()}`, S3_PUBLIC_ENDPOINT: door.origin }
      await use({ env, intentions: 1 })
    },
    { scope: 'worker' },
  ],
})

test.skip(missing.length > 0 && !strict(), `not installed: ${missing.join(', ')}`)

test('a bid goes from the browser straight to an S3 store, four parts at a time, and comes back at the opening', async ({
  world,
  as,
  door,
  page: visitor,
}) => {
  const folder = mkdtempSync(join(tmpdir(), 'sunlit-s3-'))
  const paper = join(folder, '技术应答.pdf')
  writeFileSync(paper, randomFillSync(Buffer.alloc(SIZE)))
  const [first, ...others] = world.city.suppliers
  const tender = await publishedTender(world, { deposit: 0n })
  const { tenderId, lotId } = tender
  await first!.http.json('POST', `/api/tenders/${tenderId}/documents`)
  const page = await as(first!)
  const toPlatform: string[] = []
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== world.origin) return
    if ((request.postDataBuffer()?.length ?? 0) > 60_000 || request.method() === 'PUT') toPlatform.push(request.url())
  })

  await test.step('the page may speak with the platform and with this store, and with nobody else', async () => {
    const answer = await page.goto(bidPage(tender))
    const policy = answer!.headers()['content-security-policy']!
    expect(/connect-src ([^;]*)/.exec(policy)![1]).toBe(`'self' ${door.origin}`)
  })

  const { recoveryFile } =
    await test.step('sealed and handed in; a part that was spoilt on its way is sent again', async () => {
      await fillBid(page, '7,000,000.00', { paper })
      await sealed(page, world)
      const handed = await commit(page)
      await band(page, '已见证')
      return handed
    })

  await test.step('every byte went to the store, none through the platform, and four at a time', async () => {
    const { bids } = await first!.http.json<{ bids: { envelopes: { no: number; size: number }[] }[] }>(
      'GET',
      `/api/bids?tenderId=${tenderId}`,
    )
    const sent = new Map(door.puts.map(({ path, headers }) => [path, Number(headers['content-length'])]))
    expect([...sent.values()].reduce((sum, size) => sum + size, 0)).toBe(
      bids[0]!.envelopes.reduce((sum, { size }) => sum + size, 0),
    )
    expect(sent.size).toBe(PARTS)
    expect(door.puts.length).toBe(PARTS + 1)
    expect(door.most()).toBe(4)
    expect(toPlatform).toEqual([])
    for (const { headers, sha256, origin } of door.puts) {
      expect(headers).toMatchObject({ 'x-amz-checksum-sha256': sha256, 'if-none-match': '*' })
      expect(origin).toBe(world.origin)
      expect(headers.cookie).toBe(undefined)
    }
  })

  await test.step('the platform itself has let its own pages in, and no others', async () => {
    expect(door.preflights.length).toBeGreaterThan(0)
    for (const preflight of door.preflights) expect(preflight).toMatchObject({ status: 200, allowed: world.origin })
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'PUT' }
    const foreign = await fetch(door.origin + door.puts[0]!.path, { method: 'OPTIONS', headers })
    expect(foreign.headers.get('access-control-allow-origin')).toBe(null)
  })

  await test.step('at the opening it is read from the store as it was sent', async () => {
    const sent = new Set(door.puts.map(({ sha256 }) => sha256))
    const handed = [{ supplier: first!, recoveryFile }]
    for (const [at, supplier] of others.slice(0, 2).entries()) {
      await supplier.http.json('POST', `/api/tenders/${tenderId}/documents`)
      handed.push({ supplier, recoveryFile: (await handIn(supplier, tenderId, lotId, bidOf(at))).recoveryFile })
    }
    await walkTo(world.city.purchaser.http, new Date((await hallOf(world, tenderId)).deadline))
    for (const one of handed) await openOwn(one.supplier, tenderId, lotId, one.recoveryFile)
    await walkPast(world, (await hallOf(world, tenderId)).lots[0]!.windowEndsAt!)
    expect((await hallOf(world, tenderId)).lots[0]).toMatchObject({ status: 'opened', opened: 3 })
    await visit(visitor, `/tenders/${tenderId}/opening`)
    await expect(visitor.getByText('7,000,000.00').first()).toBeVisible()
    const { bids } = await first!.http.json<{ bids: { id: string }[] }>('GET', `/api/bids?tenderId=${tenderId}`)
    const summary = (await first!.http.bytes(`/api/lots/${lotId}/opened-bids/${bids[0]!.id}/summary`))!
    expect(sent.has(createHash('sha256').update(summary).digest('base64'))).toBe(true)
  })
  rmSync(folder, { recursive: true })
})
