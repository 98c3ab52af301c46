import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import * as w from '../bids/world.testing.ts'
import { bidDataFile } from '../client/bid-data.ts'
import { fitsPackage, openPackage, packageParts } from '../client/bid-package.ts'
import { isProblem } from '../client/http.ts'
import { chainHead, submitBid } from '../client/submit-bid.ts'
import { usccCheckDigit } from '../law/uscc.ts'
import { toBase64url } from '../log/bytes.ts'
import { openAsTrustee, openOwn } from './demo/opening.ts'
import { DEMO_PIN, type DemoPerson, registerSupplier } from './demo/people.ts'

/*
 * A bid sealed on a computer that is refused every connection, by the tool as a bidder runs it, brought to the platform by
 * the lines of the page, and opened at the opening.
 */
const TOOL = resolve(import.meta.dirname, 'seal.ts')
const USCC = '91990000MA0000042'
const facts = { uscc: USCC + usccCheckDigit(USCC), name: '绛州医用设备有限公司' }
const PRICE = 712_345_600n

let world: w.BiddingWorld
let bidder: DemoPerson
let folder: string
let place: w.Place
const at = (name: string): string => join(folder, name)

before(async () => {
  world = await w.biddingWorld()
  folder = mkdtempSync(join(tmpdir(), 'sunlit-seal-'))
  const person = { name: '离线投标', email: 'offline@sunlit.example' }
  bidder = await registerSupplier({ ...world.stage, folder }, facts, person)
  place = await world.publish('云城市第一人民医院CT采购项目')
  await bidder.http.json('POST', `/api/tenders/${place.tenderId}/documents`)
})
after(async () => {
  rmSync(folder, { recursive: true })
  await world.close()
})

/** Node itself refuses the program every connection. */
const tool = (args: string[], env: Record<string, string> = { SUNLIT_PIN: DEMO_PIN }) => {
  const fenced = ['--permission', '--allow-fs-read=*', '--allow-fs-write=*', TOOL, ...args]
  return spawnSync(process.execPath, fenced, { encoding: 'utf8', env: { ...process.env, ...env } })
}
const dataFile = async (name: string): Promise<string> => {
  await world.flush()
  const organisation = { id: bidder.organisationId, ...facts }
  writeFileSync(at(name), await bidDataFile(bidder.http, { ...place, organisation }))
  return at(name)
}
const answer = (line: string): string =>
  line
    .replace(/^(summary,price,.*),$/, '$1,"7,123,456.00"')
    .replace(/^(summary,delivery,.*),$/, '$1,45')
    .replace(/^(summary,size,.*),$/, '$1,small')
    .replace(/^(price-detail,.*),$/, '$1,7123456')
const pack = (data: string, out: string, more: string[] = []) =>
  tool(['pack', '--data', data, '--from', at('bid'), '--p12', at('offline.p12'), '--out', at(out), ...more])
const packageIn = async (out: string) => {
  const [name] = readdirSync(at(out)).filter((file) => file.endsWith('.sunlit-bid.zip'))
  const file = new Blob([readFileSync(join(at(out), name!))])
  return { file, pack: await openPackage(file) }
}
const placeNow = async (change: Partial<Parameters<typeof fitsPackage>[1]> = {}) => {
  const { trust, tender } = await world.verified(bidder.http, place.tenderId)
  const head = await chainHead(bidder.http, place.tenderId, place.lotId)
  const { lotId } = place
  return { trust, tender, here: { tender, lotId, organisationId: bidder.organisationId, head, ...change } }
}
const code = (wanted: string) => (error: unknown) => isProblem(error, wanted)

test('a template is written; what is missing or misplaced is said and nothing is made', async () => {
  const data = await dataFile('data.json')
  assert.equal(tool(['template', '--data', data, '--out', at('bid')]).status, 0)
  assert.deepEqual(readdirSync(at('bid')).sort(), ['answers.csv', 'price-detail', 'qualification', 'technical'])
  const empty = pack(data, 'out')
  assert.equal(empty.status, 1)
  assert.match(empty.stderr, /answers-incomplete: .*投标总价: 未填/)
  const table = readFileSync(at('bid/answers.csv'), 'utf8')
  writeFileSync(at('bid/answers.csv'), table.split('\r\n').map(answer).join('\r\n'))
  writeFileSync(at('bid/报价.pdf'), '%PDF-1.7\n')
  assert.match(pack(data, 'out').stderr, /unexpected-file/)
  rmSync(at('bid/报价.pdf'))
  writeFileSync(at('bid/technical/技术应答.pdf'), '%PDF-1.7\n逐项响应\n%%EOF\n')
  const wrong = tool(['pack', '--data', data, '--from', at('bid'), '--p12', at('offline.p12')], {
    SUNLIT_PIN: '000000',
  })
  assert.match(wrong.stderr, /wrong-pin/)
  assert.equal(tool(['pack', '--data', data]).status, 2)
})

test('packed without a network, taken by the platform, and opened at the opening', async () => {
  const made = pack(at('data.json'), 'out')
  assert.equal(made.status, 0, made.stderr)
  assert.match(made.stderr, /self-test summary 1\n.*sign/s)
  assert.deepEqual(
    readdirSync(at('out')).filter((name) => name.endsWith('.parts')),
    [],
  )
  assert.equal(pack(at('data.json'), 'out').status, 1)
  const { file, pack: own } = await packageIn('out')
  const { trust, tender, here } = await placeNow()
  await fitsPackage(own, here, trust)
  const self = createHash('sha256').update(readFileSync(TOOL)).digest()
  assert.equal(own.manifest.client.bundleSha256, toBase64url(new Uint8Array(self)))
  const { sink, partHashes } = await packageParts(own, file)
  const prepared = { manifest: own.bytes, cms: own.cms, manifestHash: own.manifestHash, partHashes }
  const received = await submitBid(bidder.http, trust, tender, prepared, { sink })
  assert.equal(received.manifestHash, own.manifestHash)
  for (const other of [0, 1]) await w.bid(world, world.city.suppliers[other]!, place)
  await world.walk(new Date(tender.deadline + 1000))
  const [recovery] = readdirSync(at('out')).filter((name) => name.endsWith('.sunlit-recovery.json'))
  assert.ok(
    (await openOwn(bidder, place.tenderId, place.lotId, new Uint8Array(readFileSync(at(`out/${recovery}`))))) > 10,
  )
  const { windowEndsAt } = await hall()
  await world.walk(new Date(windowEndsAt))
  for (const i of [1, 2]) await openAsTrustee(world.city.trustees[i - 1]!, place.tenderId, place.lotId, i)
  await world.settle()
  const record = await bidder.http.json('GET', `/api/lots/${place.lotId}/opening-record`)
  assert.match(JSON.stringify(record), new RegExp(`${PRICE}`))
  assert.deepEqual(
    (await hall()).own.map(({ manifestHash, opened }) => ({ manifestHash, opened })),
    [{ manifestHash: own.manifestHash, opened: true }],
  )
})

test('a package for another tender, lot, bidder or notice, out of turn, altered or torn is refused', async () => {
  const { file, pack: own } = await packageIn('out')
  place = await world.publish('云城市第一人民医院核磁采购项目')
  const { trust, here } = await placeNow()
  await assert.rejects(fitsPackage(own, here, trust), code('package-other-tender'))
  await bidder.http.json('POST', `/api/tenders/${place.tenderId}/documents`)
  const data = await dataFile('data2.json')
  mkdirSync(at('bid2'))
  assert.equal(pack(data, 'out2').status, 0)
  const { pack: next } = await packageIn('out2')
  await fitsPackage(next, here, trust)
  const refusals: [Partial<typeof here>, string][] = [
    [{ lotId: bidder.organisationId }, 'package-other-lot'],
    [{ organisationId: place.lotId }, 'package-other-bidder'],
    [{ head: { bidSeq: 1, manifestHash: own.manifestHash } }, 'package-out-of-turn'],
    [{ tender: { ...here.tender, noticeN: 1 } }, 'package-other-notice'],
  ]
  for (const [change, wanted] of refusals)
    await assert.rejects(fitsPackage(next, { ...here, ...change }, trust), code(wanted))
  await assert.rejects(fitsPackage({ ...next, cms: own.cms }, here, trust), code('package-unsigned'))
  const bytes = new Uint8Array(await file.arrayBuffer())
  await assert.rejects(openPackage(new Blob([bytes.slice(0, -100)])), code('package-malformed'))
  const { start } = own.place(3, 0)
  bytes[start + 5000]! ^= 1
  const altered = new Blob([bytes])
  await assert.rejects(packageParts(await openPackage(altered), altered), code('package-malformed'))
})

const hall = () =>
  bidder.http
    .json<{ lots: { windowEndsAt: string; own: { manifestHash: string; opened: boolean }[] }[] }>(
      'GET',
      `/api/tenders/${place.tenderId}/opening`,
    )
    .then(({ lots }) => lots[0]!)
