import { join } from 'node:path'
import type { Locator, Page } from 'playwright/test'
import { handIn } from '../../api/cli/demo/bidding.ts'
import { walkTo } from '../../api/cli/demo/tender.ts'
import { newestCheckpoint } from '../../api/client/scan.ts'
import { loadTrust } from '../../api/client/trust.ts'
import { SYSTEM } from '../../api/kernel/actor.ts'
import { openDatabase, openPool } from '../../api/kernel/database.ts'
import { startPostgres } from '../../api/kernel/postgres/supervisor.ts'
import { append } from '../../api/log/append.ts'
import { leafIndexOf } from '../../api/log/store.ts'
import { bidPage, fillBid } from '../bidding.ts'
import { fits, WIDTHS } from '../looking.ts'
import {
  bidOf,
  certificateFile,
  expect,
  hallOf,
  p12Of,
  publishedTender,
  sign,
  type Tender,
  test,
  visit,
  type World,
  walkPast,
} from '../world.ts'

/*
 * 87号令 41: no procedure here opens in two stages. Whoever runs the machine can write a STAGE into the log all the same, and
 * tell of it as an event or keep quiet: no page seals, and none gives a key away.
 */

/**
 * By the database itself, past every route: as no user of the platform can, and its operator could. Waits until the leaf is
 * under a witnessed checkpoint.
 */
const stage = async ({ stage: { folder }, city }: World, { tenderId, lotId }: Tender, scope: 'public' | 'bidder') => {
  const { url } = await startPostgres({ dataDir: join(folder!, '../data') })
  const db = openDatabase(openPool(url('sunlit'), 1))
  const event = { type: 'lot.staged/1', tenderId, lotId, data: { lotId }, scope, subject: { name: 'STAGE' } } as const
  const { http } = city.purchaser
  const { policy } = await loadTrust(http)
  try {
    const { eventId } = await append(db, SYSTEM, event)
    const isSeen = async () => {
      const index = await leafIndexOf(db, eventId)
      return index !== null && ((await newestCheckpoint(http.bytes, policy))?.size ?? 0) > index
    }
    await expect.poll(isSeen).toBe(true)
  } finally {
    await db.destroy()
  }
}

/** Published, and handed in to by all three before anything was wrong. */
const bidFor = async (world: World) => {
  const tender = await publishedTender(world, { deposit: 0n })
  for (const [at, supplier] of world.city.suppliers.slice(0, 3).entries()) {
    await supplier.http.json('POST', `/api/tenders/${tender.tenderId}/documents`)
    await handIn(supplier, tender.tenderId, tender.lotId, bidOf(at))
  }
  return tender
}

/** What leaves the page in the way of bids, keys and shares, and every Worker that would open a certificate. */
const sentBy = (page: Page): string[] => {
  const sent: string[] = []
  page.on('request', (request) => {
    if (/\/api\/(bids|lots)\b/.test(request.url()) && request.method() !== 'GET') sent.push(request.url())
  })
  page.on('worker', (worker) => sent.push(worker.url()))
  return sent
}

/** A check by its number, as one that does not hold. */
const failed = (place: Page | Locator, no: string) =>
  place
    .getByRole('listitem')
    .filter({ hasText: no })
    .filter({ hasText: /未通过|Failed/ })

const REFUSED = {
  'zh-CN': { verify: '核验开标', words: '本机核验没有全部通过，没有交出任何密钥' },
  en: { verify: 'Verify the opening', words: 'Not every check on this device passed; no key was released' },
} as const

/** A page of an opening, in both languages: it verifies, says why it stops, and asks for no certificate. */
const refuses = async (page: Page, path: string, where: string, no: 'V-30' | 'V-46') => {
  const place = page.locator(where)
  const sent = sentBy(page)
  for (const lang of ['en', 'zh-CN'] as const) {
    const { verify, words } = REFUSED[lang]
    await visit(page, `${path}?lang=${lang}`)
    // a bidder's page has verified by itself, a trustee's does when it is asked: both may be asked again
    await place.getByRole('button', { name: verify, exact: true }).click()
    await expect(place.getByRole('alert').getByText(words)).toBeVisible()
    await expect(failed(place, no)).toBeVisible()
    await expect(certificateFile(place, lang)).toHaveCount(0)
    await fits(page, WIDTHS, `${path} ${lang} ${no}`)
  }
  expect(sent).toEqual([])
}

const closed = async (world: World, { tenderId }: Tender) =>
  walkTo(world.city.purchaser.http, new Date((await hallOf(world, tenderId)).deadline))

type As = (person: World['city']['purchaser']) => Promise<Page>

/** A bidder within its window, and a trustee after it. */
const openingRefused = async (world: World, as: As, { tenderId }: Tender, no: 'V-30' | 'V-46') => {
  const { city } = world
  const { windowEndsAt } = (await hallOf(world, tenderId)).lots[0]!
  await refuses(await as(city.suppliers[0]!), `/supplier/tenders/${tenderId}/opening`, '.hall > .now', no)
  await walkPast(world, windowEndsAt!)
  await refuses(await as(city.trustees[1]!), `/trustee/tenders/${tenderId}`, '#release', no)
}

test('a STAGE that is told: nothing is sealed for the tender, and no key of it is released', async ({ world, as }) => {
  const supplier = world.city.suppliers[0]!
  const tender = await bidFor(world)
  const page = await as(supplier)
  await visit(page, bidPage(tender))
  await fillBid(page, '7,000,000.00')
  await stage(world, tender, 'public')
  const sent = sentBy(page)
  const seals = [
    ['en', 'All correct: replace', 'Seal, self-test and sign', 'This tender failed the checks made on this device'],
    ['zh-CN', '内容无误，用它替换', '加密、自检并签名', '项目没有通过本机核验，已停止'],
  ] as const
  for (const [lang, checked, act, words] of seals) {
    await visit(page, `${bidPage(tender)}?step=check&lang=${lang}`)
    await page.getByRole('button', { name: checked }).click()
    await sign(page, { file: p12Of(world, supplier), act, lang })
    await expect(page.getByRole('alert').getByText(words)).toBeVisible()
    await expect(failed(page, 'V-30')).toBeVisible()
    await fits(page, WIDTHS, `not sealed, ${lang}`)
  }
  expect(sent).toEqual([])
  await closed(world, tender)
  await openingRefused(world, as, tender, 'V-30')
})

test('a STAGE that stands in the log alone: the leaf is found, and no key is released', async ({ world, as }) => {
  const tender = await bidFor(world)
  await closed(world, tender)
  await stage(world, tender, 'bidder')
  await openingRefused(world, as, tender, 'V-46')
})
