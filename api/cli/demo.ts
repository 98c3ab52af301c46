/**
 * `npm run demo`: a fresh platform, clients of every role, the whole thread over HTTP with real certificates and real
 * files, two witnesses as separate processes; at the end the tender is verified from public data. Exit 0 only if all holds.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Http } from '../client/http.ts'
import { loadTrust } from '../client/trust.ts'
import { verifyTenderPublic } from '../client/verify.ts'
import { yuanFromFen } from '../kernel/money.ts'
import { handIn, payDeposit } from './demo/bidding.ts'
import { type City, makeCity } from './demo/city.ts'
import { award, handInContract, openEvaluation, scoreAlone, signReport } from './demo/evaluation.ts'
import { confirmRecord, openAsTrustee, openOwn } from './demo/opening.ts'
import { startPlatform } from './demo/platform.ts'
import { clockOf, prepareTender, publishIntention, publishTender, walkTo } from './demo/tender.ts'

const DAY = 86_400_000
const began = performance.now()
const seconds = (): string => ((performance.now() - began) / 1000).toFixed(1).padStart(5)
const say = (what: string): void => console.log(`${seconds()} s  ${what}`)

const PURCHASE = {
  title: '云城市第一人民医院X射线计算机断层扫描系统',
  budget: 800_000_000n,
  ceiling: 780_000_000n,
  deposit: 15_000_000n,
}
/** The first bidder thinks again and replaces its bid. */
const BIDS = [
  { by: 0, price: 720_000_000n },
  { by: 1, price: 698_000_000n },
  { by: 0, price: 715_000_000n },
  { by: 2, price: 755_000_000n },
]

type Lot = { tenderId: string; lotId: string }
type Hall = {
  deadline: string
  lots: { windowEndsAt: string | null; count: number | null; opened: number; status: string }[]
}

const hallOf = (http: Http, tenderId: string) => http.json<Hall>('GET', `/api/tenders/${tenderId}/opening`)

const publish = async (city: City): Promise<Lot> => {
  const { http } = city.purchaser
  const intentionId = await publishIntention(city, PURCHASE)
  await walkTo(http, new Date((await clockOf(http)).getTime() + 31 * DAY))
  say('intention published; 31 days later')
  const tender = await prepareTender(city, PURCHASE, intentionId)
  const number = await publishTender(city, tender)
  say(`tender ${number} published: trustees' keys made, drilled, set signed and logged before`)
  return tender
}

/** Recovery files by bidder, of the bid that counts. */
const bid = async (city: City, { tenderId, lotId }: Lot): Promise<Uint8Array[]> => {
  const files: Uint8Array[] = []
  for (const { by, price } of BIDS) {
    const supplier = city.suppliers[by]!
    if (!files[by]) await payDeposit(supplier, tenderId, lotId)
    const size = by === 1 ? ('small' as const) : ('large' as const)
    const handed = await handIn(supplier, tenderId, lotId, { price, delivery: 30 + by, size, scanPages: 3 })
    const { checks, witnessed } = handed.receipt!
    const passed = checks.filter((check) => check.ok).length
    const what = files[by] ? 'replaced' : 'sealed and handed in'
    say(`bid of supplier ${by + 1} ${what}: ${(handed.bytes / 1e6).toFixed(1)} MB, receipt ${handed.received.number}`)
    say(`  receipt verified offline: ${passed} checks hold, witnessed ${witnessed}`)
    files[by] = handed.recoveryFile
  }
  return files
}

/** Two bidders open their own bids; the third does nothing, and two trustees open it after the window. */
const open = async (city: City, { tenderId, lotId }: Lot, files: readonly Uint8Array[]): Promise<void> => {
  const { http } = city.purchaser
  await walkTo(http, new Date((await hallOf(http, tenderId)).deadline))
  const closed = (await hallOf(http, tenderId)).lots[0]!
  say(`deadline: CLOSED with ${closed.count} bids, STORED, window until ${closed.windowEndsAt}`)
  for (const at of [0, 1]) {
    const checks = await openOwn(city.suppliers[at]!, tenderId, lotId, files[at]!)
    const { opened } = (await hallOf(http, tenderId)).lots[0]!
    say(`bidder ${at + 1} verified ${checks} facts and released its keys: ${opened} of ${closed.count}`)
  }
  // A witness must have seen a checkpoint after the window before a trustee's software believes that it is over.
  await walkTo(http, new Date(Date.parse(closed.windowEndsAt!) + 2000))
  for (const i of [2, 3]) {
    const { releases } = await openAsTrustee(city.trustees[i - 1]!, tenderId, lotId, i)
    say(`trustee ${i} released ${releases.length} shares`)
  }
  await walkTo(http, new Date((await clockOf(http)).getTime() + 1000))
  const { opened, status } = (await hallOf(http, tenderId)).lots[0]!
  say(`opening over: ${opened} of ${closed.count}, lot ${status}`)
  for (const supplier of city.suppliers) await confirmRecord(supplier, lotId)
  say('opening record sealed by the centre and signed by each bidder')
}

const decide = async (city: City, { lotId }: Lot): Promise<void> => {
  const { http } = city.purchaser
  const members = await openEvaluation(city, lotId)
  await scoreAlone(members, lotId)
  say(`evaluated: ${members.length} members scored alone, report ${await signReport(members, lotId)}, signed by each`)
  const winner = await award(city, lotId)
  say(`awarded to ${winner.name} at ${yuanFromFen(winner.price)} yuan; result published, letter issued and signed`)
  await walkTo(http, new Date((await clockOf(http)).getTime() + 3 * DAY))
  await handInContract(city, lotId, winner.price)
  say('contract handed in and published')
}

const run = async (origin: string, folder: string): Promise<void> => {
  const stage = { origin, folder: join(folder, 'certificates') }
  const city = await makeCity(stage)
  const people = `${city.suppliers.length} suppliers, ${city.experts.length} experts, 3 trustees`
  say(`city: ${people}; certificates in ${stage.folder}`)
  const lot = await publish(city)
  await open(city, lot, await bid(city, lot))
  await decide(city, lot)
  await verify(city.purchaser.http, lot.tenderId)
}

/** Everything above once more, from public data alone. */
const verify = async (http: Http, tenderId: string): Promise<void> => {
  const trust = await loadTrust(http)
  const checks = await verifyTenderPublic(http, trust, tenderId, { complete: true })
  for (const check of checks)
    say(`${check.ok === null ? '·' : check.ok ? '✓' : '✗'} ${check.id} ${check.text.zh} ${check.detail}`)
  const failed = checks.filter((check) => check.ok === false).length
  say(`${checks.length} checks, ${failed} failed`)
  if (failed > 0) process.exitCode = 1
}

const folder = mkdtempSync(join(tmpdir(), 'sunlit-demo-'))
// The embedded database runs as nobody when we are root: it must be able to walk in, not to look around.
chmodSync(folder, 0o711)
const platform = await startPlatform(folder)
try {
  await run(platform.origin, folder)
} catch (error) {
  console.error(error)
  process.exitCode = 1
} finally {
  await platform.stop()
  if (process.exitCode === undefined) rmSync(folder, { recursive: true, force: true })
  else console.error(`data kept in ${folder}`)
}
