import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright/test'
import { anyOpened, expect, publishedTender, test, visit } from './world.ts'

/** INTERFACE.md §3 promises 45 KB of script, as gzip sends it; a page that is only read loads no framework at all. */
const LIGHT = 5_000
/**
 * Over the promise: Svelte and Kit alone are 37 KB before a line of ours, the frame of every page 6 KB. These draw
 * themselves anew while one looks: the opening hall, and the verifier (which loads what it computes with on demand).
 */
const LIVE = 53_000
/** The log's page verifies the newest checkpoint before one's eyes: tree, notes and Ed25519 come with it. */
const LOG = 65_000
const SEALER = 140_000

const WORKERS = resolve(import.meta.dirname, '../web/build/client/_app/immutable/workers')
const weigh = (bytes: Buffer): number => gzipSync(bytes, { level: 9 }).length

/** Every script the page loads until it has come to rest, whatever asked for it. */
const scriptsOf = async (page: Page, path: string): Promise<Map<string, number>> => {
  const found = new Map<string, Promise<number>>()
  const keep = (response: Awaited<ReturnType<Page['waitForResponse']>>) => {
    if (response.request().resourceType() !== 'script') return
    found.set(new URL(response.url()).pathname, response.body().then(weigh))
  }
  page.on('response', keep)
  await visit(page, path)
  await page.waitForLoadState('networkidle')
  page.off('response', keep)
  return new Map(await Promise.all([...found].map(async ([name, size]) => [name, await size] as const)))
}

const total = (scripts: Map<string, number>): number => [...scripts.values()].reduce((sum, size) => sum + size, 0)

test('public pages are light', async ({ world, browser }) => {
  const { tenderId } = await anyOpened(world)
  world.published ??= await publishedTender(world)
  const published = `/tenders/${world.published.tenderId}`
  const intention = `/intentions/${world.intention}`
  const light = [
    '/',
    '/notices',
    '/intentions',
    intention,
    '/openings',
    '/results',
    '/calculators',
    '/calculators/price-score',
    '/calculators/timetable/plan?regime=GP&method=open&noticeDate=2026-09-11',
    '/limits',
    '/status',
    '/help/decryption',
    `/tenders/${tenderId}/opening/evidence`,
    '/accessibility',
    '/genuine',
  ]
  const budgets: [path: string, most: number][] = [
    ...[...light, `/tenders/${tenderId}`, published].map((path): [string, number] => [path, LIGHT]),
    [`${published}/opening`, LIVE],
    [`/tenders/${tenderId}/opening`, LIVE],
    [`${published}/verify`, LIVE],
    ['/log', LOG],
  ]
  for (const [path, most] of budgets) {
    // each in a browser that has nothing kept from the page before
    const context = await browser.newContext({ baseURL: world.origin })
    const scripts = await scriptsOf(await context.newPage(), path)
    await context.close()
    console.log(`  ${path.replace(/[0-9a-f-]{36}/, '…')} ${total(scripts)} octets in ${scripts.size} scripts`)
    expect.soft(scripts.size, path).toBeGreaterThan(0)
    expect.soft(total(scripts), path).toBeLessThanOrEqual(most)
  }
})

test('what a bidder downloads to seal is one file of a stated size', () => {
  const [worker, ...more] = readdirSync(WORKERS).filter((name) => name.endsWith('.js'))
  expect(more).toEqual([])
  expect(weigh(readFileSync(resolve(WORKERS, worker!)))).toBeLessThanOrEqual(SEALER)
})
