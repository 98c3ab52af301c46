import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright/test'
import { handIn } from '../../api/cli/demo/bidding.ts'
import { walkTo } from '../../api/cli/demo/tender.ts'
import { createHttp, type Http } from '../../api/client/http.ts'
import { loadTrust } from '../../api/client/trust.ts'
import { type TestProbe, testProbe } from '../../api/probes/probe.testing.ts'
import { parseAttemptFile, verifyAttempt } from '../../api/seal/attempt.ts'
import { formatProbes, MINUTE } from '../../api/seal/probe.ts'
import { bidPage, commit, fillBid, obtain, sealed } from '../bidding.ts'
import { fits, shows, WIDTHS } from '../looking.ts'
import { test as base, bidOf, expect, hallOf, publishedTender, type Tender, visit, type World } from '../world.ts'

type Probes = { file: string; tell: (origin: string, first: number, words: string) => Promise<void> }

/** Two probes of this test's own, which say of each minute what the test wants; a minute is down when both say so. */
const makeProbes = async (folder: string): Promise<Probes> => {
  const log = { origin: '' }
  let http = createHttp({ origin: 'http://127.0.0.1' })
  const visitor: Pick<Http, 'json'> = { json: (...asked) => http.json(...asked) }
  const probes: TestProbe[] = []
  for (const name of ['university', 'press']) probes.push(await testProbe({ visitor, deps: { log } }, name))
  const file = join(folder, 'probes.txt')
  writeFileSync(file, formatProbes({ probes: probes.map(({ key }) => key), quorum: 2 }))
  const tell: Probes['tell'] = async (origin, first, words) => {
    // The platform starts with the probes' file: only then is there a log to name in their words.
    http = createHttp({ origin })
    log.origin = (await loadTrust(http)).policy.log.name
    for (const probe of probes) await probe.tell(first, words)
  }
  return { file, tell }
}

const test = base.extend<object, { probes: Probes }>({
  probes: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright asks for the pattern
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), 'sunlit-probes-'))
      await use(await makeProbes(folder))
      rmSync(folder, { recursive: true })
    },
    { scope: 'worker' },
  ],
  start: [async ({ probes }, use) => use({ env: { SUNLIT_PROBES: probes.file }, intentions: 1 }), { scope: 'worker' }],
})

const keepRecoveryIn = async (page: Page, name: string) => {
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name }).click()
  await download
}

const deadlineOf = async (world: World, { tenderId }: Tender) => Date.parse((await hallOf(world, tenderId)).deadline)
const windowOf = async (world: World, { tenderId }: Tender) => (await hallOf(world, tenderId)).lots[0]!.windowEndsAt

/** What is saved is what the log signed: when this bidder came, and what it was answered. */
const keptAttempt = async (world: World, link: Locator, since: number) => {
  const { http, organisationId } = world.city.suppliers[0]!
  const download = link.page().waitForEvent('download')
  await link.click()
  const file = await download
  expect(file.suggestedFilename()).toBe('attempt.json')
  const signed = parseAttemptFile(new Uint8Array(readFileSync(await file.path())))
  const verdict = signed && (await verifyAttempt(signed, (await loadTrust(http)).policy.log))
  expect(verdict?.ok && verdict.attempt).toMatchObject({ organisation: organisationId, code: 'bid-after-deadline' })
  expect(verdict?.ok && verdict.attempt.at).toBeGreaterThanOrEqual(since)
}

test('an outage over the deadline, as bidder and citizen see it: held back, refused with a receipt, moved, begun anew', async ({
  world,
  as,
  page: visitor,
  probes,
}) => {
  const [supplier, ...others] = world.city.suppliers
  const tell = (first: number, words: string) => probes.tell(world.origin, first, words)
  const walk = (to: number) => walkTo(world.city.purchaser.http, new Date(to))
  const tender = await publishedTender(world, { deposit: 0n })
  const { tenderId, lotId } = tender
  const hall = `/tenders/${tenderId}/opening`
  for (const [at, other] of others.slice(0, 2).entries()) {
    await other.http.json('POST', `/api/tenders/${tenderId}/documents`)
    await handIn(other, tenderId, lotId, bidOf(at))
  }
  const page = await as(supplier!)
  await obtain(page, tender)
  await visit(page, bidPage(tender))
  await fillBid(page, '7,000,000.00')
  await sealed(page, world)
  const english = await page.context().newPage()
  await visit(english, `${bidPage(tender)}?lang=en`)
  await keepRecoveryIn(page, '下载恢复文件')
  await keepRecoveryIn(english, 'Download the recovery file')
  const deadline = await deadlineOf(world, tender)
  await visit(visitor, hall)
  await walk(deadline)

  await test.step('held back: the hall says since when, why, and what follows', async () => {
    await expect(visitor.getByRole('heading', { level: 1 })).toHaveText('暂不截标：正在等待外部探测方的报告')
    const words = {
      'zh-CN': [/暂不截标，投标也暂不接收/, /查看探测记录/],
      en: [/no bid is taken meanwhile/, /See what the probes say/],
    }
    await shows(visitor, hall, words)
    await shows(await as(supplier!), `/supplier${hall}`, words)
  })

  await test.step('whoever comes now is refused, and keeps what the log signed about it', async () => {
    const refused = [
      [page, '上传并递交投标文件', '投标截止时间已过', /保存递交尝试凭证/],
      [english, 'Upload and submit the bid', 'The deadline has passed', /Keep the signed receipt of this attempt/],
    ] as const
    for (const [tab, act, told, receipt] of refused) {
      await tab.getByRole('button', { name: act }).click()
      await expect(tab.getByText(told).first()).toBeVisible()
      const link = tab.getByRole('link', { name: receipt })
      await expect(link).toBeVisible()
      await fits(tab, WIDTHS, `refused: ${told}`)
      await keptAttempt(world, link, deadline)
    }
    await english.close()
  })

  await test.step('the outage is over: the deadline has moved, and the hall says from when to when', async () => {
    await walk(deadline + 11 * MINUTE)
    await tell(deadline - 3 * MINUTE, 'uddddddduuuuu')
    await expect.poll(() => deadlineOf(world, tender)).toBeGreaterThan(deadline)
    const words = { 'zh-CN': [/中断，投标截止时间已经顺延/], en: [/the deadline was moved/] }
    await shows(visitor, hall, words)
    await shows(await as(supplier!), `/supplier${hall}`, words)
    await shows(visitor, `/tenders/${tenderId}`, {
      'zh-CN': [/平台中断，截止时间顺延/],
      en: [/Outage: the deadline moved/],
    })
    await shows(visitor, '/status', { 'zh-CN': [/最近24小时的中断/], en: [/Outages of the last 24 hours/] })
  })

  await test.step('bids are taken again: sealed once more under the correction, nothing is filled in twice', async () => {
    await visit(page, `${bidPage(tender)}?lang=zh-CN`)
    await page.getByRole('button', { name: '核对后按新公告重新加密' }).click()
    await sealed(page, world)
    await commit(page)
  })

  await test.step('an outage in the bidders’ window: it begins anew', async () => {
    const moved = await deadlineOf(world, tender)
    await walk(moved + MINUTE)
    await tell(moved - 2 * MINUTE, 'uu')
    await expect.poll(() => windowOf(world, tender)).not.toBe(null)
    const start = moved + 2 * MINUTE
    await walk(start + 10 * MINUTE)
    const before = await windowOf(world, tender)
    await tell(start, 'uuddduuu')
    await expect.poll(() => windowOf(world, tender)).not.toBe(before)
    const words = { 'zh-CN': [/中断，解密时段重新起算/], en: [/the decryption window began anew/] }
    await shows(visitor, hall, words)
    await shows(await as(supplier!), `/supplier${hall}`, words)
  })
})
