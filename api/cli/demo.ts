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
import { makeCity } from './demo/city.ts'
import { award, handInContract, openEvaluation, scoreAlone, signReport } from './demo/evaluation.ts'
import { confirmRecord, openAsTrustee, openOwn } from './demo/opening.ts'
import { startPlatform } from './demo/platform.ts'
import { clockOf, prepareTender, publishIntention, publishTender, walkTo } from './demo/tender.ts'

const DAY = 86_400_000
const began = performance.now()
const seconds = (): string => ((performance.now() - began) / 1000).toFixed(1).padStart(5)
const say = (what: string): void => console.log(`${seconds()} s  ${what}`)

const run = async (origin: string, folder: string): Promise<void> => {
  const stage = { origin, folder: join(folder, 'certificates') }
  const city = await makeCity(stage)
  const { http } = city.purchaser
  say(
    `city: ${city.suppliers.length} suppliers, ${city.experts.length} experts, 3 trustees; certificates in ${stage.folder}`,
  )

  const purchase = {
    title: '云城市第一人民医院X射线计算机断层扫描系统',
    budget: 800_000_000n,
    ceiling: 780_000_000n,
    deposit: 15_000_000n,
  }
  const intentionId = await publishIntention(city, purchase)
  await walkTo(http, new Date((await clockOf(http)).getTime() + 31 * DAY))
  say('intention published; 31 days later')

  const tender = await prepareTender(city, purchase, intentionId)
  const { tenderId, lotId } = tender
  const number = await publishTender(city, tender)
  say(`tender ${number} published: trustees' keys made, drilled, set signed and logged before`)

  const prices = [720_000_000n, 698_000_000n, 755_000_000n]
  const handed = []
  for (const [at, supplier] of city.suppliers.entries()) {
    await payDeposit(supplier, tenderId, lotId)
    const bid = {
      price: prices[at]!,
      delivery: 30 + at,
      size: at === 1 ? ('small' as const) : ('large' as const),
      scanPages: 3,
    }
    const result = await handIn(supplier, tenderId, lotId, bid)
    const passed = result.receipt!.checks.filter((check) => check.ok).length
    handed.push(result)
    say(
      `bid ${at + 1} sealed and handed in: ${(result.bytes / 1e6).toFixed(1)} MB, receipt ${result.received.number}, ${passed} checks, witnessed ${result.receipt!.witnessed}`,
    )
  }

  type Hall = {
    deadline: string
    lots: { lotId: string; windowEndsAt: string | null; count: number | null; opened: number; status: string }[]
  }
  const hall = () => http.json<Hall>('GET', `/api/tenders/${tenderId}/opening`)
  await walkTo(http, new Date((await hall()).deadline))
  const closed = (await hall()).lots[0]!
  say(`deadline: CLOSED with ${closed.count} bids, STORED, window until ${closed.windowEndsAt}`)

  for (const at of [0, 1]) {
    const checks = await openOwn(city.suppliers[at]!, tenderId, lotId, handed[at]!.recoveryFile)
    say(
      `bidder ${at + 1} verified ${checks} facts and released its keys: ${(await hall()).lots[0]!.opened} of ${closed.count}`,
    )
  }
  await walkTo(http, new Date(closed.windowEndsAt!))
  for (const i of [2, 3]) {
    const { releases } = await openAsTrustee(city.trustees[i - 1]!, tenderId, lotId, i)
    say(`trustee ${i} released ${releases.length} shares`)
  }
  await walkTo(http, new Date((await clockOf(http)).getTime() + 1000))
  say(`opening over: ${(await hall()).lots[0]!.opened} of ${closed.count}, lot ${(await hall()).lots[0]!.status}`)
  for (const supplier of city.suppliers) await confirmRecord(supplier, lotId)
  say('opening record sealed by the centre and signed by each bidder')

  const members = await openEvaluation(city, lotId)
  await scoreAlone(members, lotId)
  say(`evaluated: ${members.length} members scored alone, report ${await signReport(members, lotId)}, signed by each`)
  const winner = await award(city, lotId)
  say(`awarded to ${winner.name} at ${yuanFromFen(winner.price)} yuan; result published, letter issued`)
  await walkTo(http, new Date((await clockOf(http)).getTime() + 3 * DAY))
  await handInContract(city, lotId, winner.price)
  say('contract handed in and published')
  await verify(http, tenderId)
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
