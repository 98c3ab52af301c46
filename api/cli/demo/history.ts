import { loadTrust } from '../../client/trust.ts'
import { type HandedIn, handIn, payDeposit, witnessedTender } from './bidding.ts'
import type { City } from './city.ts'
import { award, handInContract, openEvaluation, scoreAlone, signReport } from './evaluation.ts'
import { openAsTrustee, openOwn } from './opening.ts'
import { SCHEDULE } from './schedule.ts'
import { clockOf, type DemoPurchase, prepareTender, publishIntention, publishTender, walkTo } from './tender.ts'

/*
 * The demo city's last months (schedule.ts), told in order: the clock is walked forward only, so every period is lawful, and each
 * act is done by its person's own software with real sealing.
 */
const DAY = 86_400_000

const yuan = (wan: number): bigint => BigInt(wan) * 1_000_000n
const purchase = (title: string, wan: number): DemoPurchase => ({
  title,
  budget: yuan(wan),
  ceiling: yuan(wan) - yuan(wan) / 50n,
  deposit: yuan(wan) / 100n,
})

const PURCHASES = {
  contracted: purchase('云城市第一人民医院X射线计算机断层扫描系统', 800),
  awarded: purchase('云城市第一人民医院彩色多普勒超声诊断仪', 180),
  evaluating: purchase('云城市第一人民医院数据中心服务器及存储', 360),
  bidding: purchase('云城市第一人民医院全自动生化免疫流水线', 520),
  fresh: purchase('云城市第一人民医院负压救护车', 150),
  notOpened: purchase('云城市第一人民医院手术显微镜', 240),
  draft: purchase('云城市第一人民医院内窥镜清洗消毒系统', 90),
}
type Stage = keyof typeof PURCHASES

export type Tell = (step: string) => void
type Running = { tenderId: string; lotId: string; handed: HandedIn[] }

type Story = {
  city: City
  tell: Tell
  /** Waits for a day of the schedule. */
  until: (day: number) => Promise<void>
  intentions: ReadonlyMap<Stage, string>
  publish: (stage: Stage) => Promise<Running>
}

export const tellHistory = async (city: City, tell: Tell): Promise<void> => {
  const { http } = city.purchaser
  const start = await clockOf(http)
  const intentions = new Map<Stage, string>()
  for (const stage of Object.keys(PURCHASES) as Stage[]) {
    intentions.set(stage, await publishIntention(city, PURCHASES[stage]))
  }
  tell('采购意向已公开')
  const story: Story = {
    city,
    tell,
    until: async (day) => {
      const then = new Date(start.getTime() + day * DAY)
      // Before a long holiday the project before this one ends a day or two later.
      if (then > (await clockOf(http))) await walkTo(http, then)
    },
    intentions,
    publish: async (stage) => {
      const tender = await prepareTender(city, PURCHASES[stage], intentions.get(stage)!)
      const number = await publishTender(city, tender)
      tell(`${number} 已发布公告：${PURCHASES[stage].title}`)
      return { ...tender, handed: [] }
    },
  }
  await tellPast(story)
  await tellPresent(story)
}

/** Two that are long over: a contract, and one with too few bidders. */
const tellPast = async ({ city, tell, until, publish }: Story): Promise<void> => {
  await until(SCHEDULE.contracted)
  const contracted = await publish('contracted')
  await bid(city, contracted, PURCHASES.contracted, [0.93, 0.9, 0.96])
  await open(city, contracted, [0, 1])
  const price = await evaluate(city, contracted.lotId)
  tell('第一个项目已定标')
  await until(SCHEDULE.notOpened)
  await handInContract(city, contracted.lotId, price)
  const notOpened = await publish('notOpened')
  await bid(city, notOpened, PURCHASES.notOpened, [0.95])
}

/** What is going on today: a result in publicity, an evaluation, two open for bids, a draft. */
const tellPresent = async ({ city, tell, until, publish, intentions }: Story): Promise<void> => {
  await until(SCHEDULE.awarded)
  const awarded = await publish('awarded')
  await bid(city, awarded, PURCHASES.awarded, [0.97, 0.92, 0.88])
  await until(SCHEDULE.evaluating)
  const evaluating = await publish('evaluating')
  await bid(city, evaluating, PURCHASES.evaluating, [0.91, 0.94, 0.9])
  await until(SCHEDULE.bidding)
  tell('不足三家，未开标')
  const bidding = await publish('bidding')
  await bid(city, bidding, PURCHASES.bidding, [0.94, 0.89])
  await walkToDeadline(city, awarded.tenderId)
  await open(city, awarded, [0, 1, 2])
  await evaluate(city, awarded.lotId)
  tell('第二个项目已发布结果')
  await walkToDeadline(city, evaluating.tenderId)
  await open(city, evaluating, [0, 2])
  await openEvaluation(city, evaluating.lotId)
  tell('第三个项目正在评标')
  const fresh = await publish('fresh')
  await payDeposit(city.suppliers[0]!, fresh.tenderId, fresh.lotId)
  await prepareTender(city, PURCHASES.draft, intentions.get('draft')!)
}

/** Each bidder of the list hands in at this share of the ceiling, deposit paid. */
const bid = async (
  city: City,
  running: Running,
  { ceiling }: DemoPurchase,
  shares: readonly number[],
): Promise<void> => {
  for (const [at, share] of shares.entries()) {
    const supplier = city.suppliers[at]!
    await payDeposit(supplier, running.tenderId, running.lotId)
    const price = (ceiling * BigInt(Math.round(share * 1000))) / 1000n
    const size = at === 1 ? ('small' as const) : ('large' as const)
    running.handed.push(
      await handIn(supplier, running.tenderId, running.lotId, { price, delivery: 30 + at, size, scanPages: 1 }),
    )
  }
}

type Hall = { deadline: string; lots: { windowEndsAt: string | null; opened: number; count: number }[] }
const hallOf = (city: City, tenderId: string) =>
  city.purchaser.http.json<Hall>('GET', `/api/tenders/${tenderId}/opening`)

const walkToDeadline = async (city: City, tenderId: string): Promise<void> => {
  const { deadline } = await hallOf(city, tenderId)
  if (new Date(deadline) > (await clockOf(city.purchaser.http))) await walkTo(city.purchaser.http, new Date(deadline))
}

/** These bidders open their own bids; whatever is left is opened by two trustees after the window. */
const open = async (city: City, running: Running, openers: readonly number[]): Promise<void> => {
  const { http } = city.purchaser
  const { tenderId, lotId, handed } = running
  await walkToDeadline(city, tenderId)
  for (const at of openers) await openOwn(city.suppliers[at]!, tenderId, lotId, handed[at]!.recoveryFile)
  const { windowEndsAt, opened, count } = (await hallOf(city, tenderId)).lots[0]!
  if (opened < count) {
    await walkTo(http, new Date(Date.parse(windowEndsAt!) + 2000))
    for (const i of [2, 3]) await openAsTrustee(city.trustees[i - 1]!, tenderId, lotId, i)
  }
  await walkTo(http, new Date((await clockOf(http)).getTime() + 2000))
  await witnessedTender(http, await loadTrust(http), tenderId, { asOf: 'signed' })
}

const evaluate = async (city: City, lotId: string): Promise<bigint> => {
  const members = await openEvaluation(city, lotId)
  await scoreAlone(members, lotId)
  await signReport(members, lotId)
  return (await award(city, lotId)).price
}
