import type { Page } from 'playwright/test'
import { bundleSha256 } from '../../api/cli/bundle.ts'
import { draftTender } from '../../api/cli/demo/tender.ts'
import type { ClientSoftware } from '../../api/clients/service.ts'
import { offlineSoftware, packagerSoftware, pageSoftware } from '../../api/start/client-software.ts'
import { anyOpened, BUDGET, expect, nextIntention, publishedTender, test, visit } from '../world.ts'
import { SEALED } from './sealed-pages.ts'

/** A policy by its directives. */
const directivesOf = (policy: string | null | undefined): Map<string, string[]> =>
  new Map(
    (policy ?? '').split(';').flatMap((part) => {
      const [name, ...values] = part.trim().split(/\s+/)
      return name ? [[name, values] as [string, string[]]] : []
    }),
  )

/** SEALING.md §5: of a page, what its scripts may do; the browser itself tells of every breach (world.ts). */
const expectStrict = (policy: string | null | undefined, path: string): void => {
  const directives = directivesOf(policy)
  const wanted: [string, string[]][] = [
    ['default-src', ["'none'"]],
    ['style-src', ["'self'"]],
    ['worker-src', ["'self'"]],
    ['connect-src', ["'self'"]],
    ['form-action', ["'self'"]],
    ['base-uri', ["'none'"]],
    ['frame-ancestors', ["'none'"]],
    ['require-trusted-types-for', ["'script'"]],
    ['trusted-types', ['svelte-trusted-html', 'sveltekit-trusted-url', 'sunlit-worker']],
  ]
  for (const [name, values] of wanted)
    expect(
      directives.get(name)?.filter((one) => !one.startsWith("'nonce-")),
      `${path} ${name}`,
    ).toEqual(values)
  const scripts = directives.get('script-src') ?? []
  expect(scripts[0], `${path} script-src`).toBe("'self'")
  expect(
    scripts.slice(1).every((one) => /^'nonce-[\w+/=-]+'$/.test(one)),
    `${path} ${scripts.join(' ')}`,
  ).toBe(true)
  expect(policy, path).not.toMatch(/unsafe-eval|https?:|\*/)
}

/** Goes there and gives every address that was asked for meanwhile. */
const watched = async (page: Page, path: string): Promise<string[]> => {
  const asked: string[] = []
  const keep = (request: { url: () => string }) => void asked.push(request.url())
  page.on('request', keep)
  await visit(page, path)
  await page.waitForLoadState('networkidle')
  page.off('request', keep)
  return asked
}

test('every page that seals, opens or holds a key carries the strict policy and asks nobody else', async ({
  world,
  as,
}) => {
  const opened = await anyOpened(world)
  // Its own: the clock of a shared world may have passed the deadline of another.
  const open = await publishedTender(world)
  const { city } = world
  const intention = nextIntention(world)
  const draft = await draftTender(city, { ...BUDGET, title: intention.title }, intention.id)
  const supplier = city.suppliers[0]!
  const { bids } = await supplier.http.json<{ bids: { id: string }[] }>('GET', `/api/bids?tenderId=${opened.tenderId}`)
  const ids: Record<string, [person: typeof supplier, path: string]> = {
    '(public)/tenders/[id]/verify': [supplier, `/tenders/${opened.tenderId}/verify`],
    '(purchaser)/purchaser/tenders/[id]/draft/trustees': [
      city.purchaser,
      `/purchaser/tenders/${draft.tenderId}/draft/trustees`,
    ],
    '(supplier)/supplier/bids/[id]': [supplier, `/supplier/bids/${bids[0]!.id}`],
    '(supplier)/supplier/rehearsal': [supplier, '/supplier/rehearsal'],
    '(supplier)/supplier/tenders/[id]/lots/[lotId]/bid': [
      supplier,
      `/supplier/tenders/${open.tenderId}/lots/${open.lotId}/bid`,
    ],
    '(supplier)/supplier/tenders/[id]/opening': [supplier, `/supplier/tenders/${opened.tenderId}/opening`],
    '(trustee)/trustee/tenders/[id]': [city.trustees[0], `/trustee/tenders/${open.tenderId}`],
  }
  await supplier.http.json('POST', `/api/tenders/${open.tenderId}/documents`)
  expect(Object.keys(ids)).toEqual(SEALED)
  for (const [person, path] of Object.values(ids)) {
    const page = await as(person)
    const asked = await watched(page, path)
    expect(new URL(page.url()).pathname, 'no way round').toBe(path)
    const again = await page.request.get(world.origin + path)
    expect(again.status(), path).toBe(200)
    expectStrict(again.headers()['content-security-policy'], path)
    const html = await again.text()
    const foreign = [...html.matchAll(/<(?:script|link|img|iframe|source)\b[^>]*?(?:src|href)="([^"]+)"/g)]
      .map(([, to]) => new URL(to!, world.origin).origin)
      .filter((origin) => origin !== world.origin)
    expect(foreign, path).toEqual([])
    expect(asked.length, path).toBeGreaterThan(3)
    const elsewhere = asked.filter(
      (url) => !url.startsWith('data:') && !url.startsWith('blob:') && new URL(url).origin !== world.origin,
    )
    expect(elsewhere, path).toEqual([])
    await page.close()
  }
})

test('the Worker carries its own policy and may speak with nobody; every script listed is served as listed', async ({
  world,
  request,
}) => {
  const list = await (await request.get('/_app/bundle.txt')).text()
  const software = pageSoftware()!
  expect(list).toBe(software.list)
  const paths = list
    .split('\n')
    .filter(Boolean)
    .map((line) => `/${line.split('  ')[1]}`)
  const workers = paths.filter((path) => path.includes('/workers/'))
  expect(workers.length).toBeGreaterThan(0)
  for (const path of [...workers, ...paths.filter((one) => one.endsWith('.js')).slice(0, 5)]) {
    const answer = await request.get(path)
    const directives = directivesOf(answer.headers()['content-security-policy'])
    expect(directives.get('default-src'), path).toEqual(["'none'"])
    expect(directives.get('script-src'), path).toEqual(["'self'"])
    expect(directives.get('require-trusted-types-for'), path).toEqual(["'script'"])
    expect(directives.has('connect-src'), path).toBe(!workers.includes(path))
  }

  // The platform logged all of it before it opened its door: their leaves are older than any page of this world.
  type Client = { sha256: string; kind: string; at: string; leafIndex: number | null }
  const { clients } = (await (await request.get('/api/clients')).json()) as { clients: Client[] }
  const packager = packagerSoftware()!
  const kindOf = (one: ClientSoftware) => clients.find(({ sha256 }) => sha256 === bundleSha256(one))?.kind
  expect([software, packager, offlineSoftware()].map(kindOf)).toEqual(['page', 'offline', 'offline'])
  for (const { sha256, leafIndex } of clients) {
    expect(leafIndex).not.toBeNull()
    const files = await (await request.get(`/api/clients/${sha256}/files`)).text()
    // The packager names the hash of itself, all other software that of its list.
    if (sha256 === bundleSha256(packager)) expect(files).toBe(packager.list)
    else expect(bundleSha256({ kind: 'page', list: files })).toBe(sha256)
  }
  expect(world.origin).toBeTruthy()
})

test('what was logged is shown to everybody, with how to make it again', async ({ page }) => {
  await visit(page, '/genuine')
  const table = page.getByRole('table', { name: '核对投标和解密所用的程序' })
  await expect(table.getByRole('rowheader', { name: bundleSha256(pageSoftware()!) })).toBeVisible()
  await expect(table.getByRole('row').filter({ hasText: '离线工具' })).toHaveCount(1)
  await expect(page.getByText('npm ci && npm run bundle')).toBeVisible()
})
