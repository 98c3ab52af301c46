/**
 * Price scores, totals and order of a lot, recomputed with the public calculators from what the evaluation report says
 * they follow from: V-60 to V-63. Used by `verifyTenderPublic`.
 */
import { z } from 'zod'
import type { LawContext } from '../law/contract.ts'
import { add, compare, decimal, divide, rational, sum, toFixed, yuanOf, zero } from '../law/decimal.ts'
import { priceScore } from '../law/price-score.ts'
import { ranking } from '../law/ranking.ts'
import { fromBase64url, sha256, toBase64url } from '../log/bytes.ts'
import { parseJson } from '../seal/json.ts'
import type { NoticeLot } from '../seal/notice.ts'
import { type Check, check } from './checks.ts'
import { eventsOf } from './events.ts'
import type { Http } from './http.ts'
import type { VerifiedTender } from './tender.ts'
import type { PublishedRecord } from './verify-opened.ts'

const inputSchema = z.looseObject({
  regime: z.enum(['GP', 'TB']),
  method: z.enum(['open', 'invited', 'negotiation', 'consultation', 'inquiry', 'single-source']),
  object: z.enum(['goods', 'services', 'works']),
  evaluationMethod: z.enum(['comprehensive', 'lowest-price']),
  rowSets: z.array(z.string()),
  date: z.iso.date(),
  priceWeight: z.string(),
  smeRate: z.string(),
  smeReserved: z.boolean(),
  minimum: z.int().min(1),
  items: z.array(z.looseObject({ id: z.string(), max: z.string() })),
  bids: z.array(
    z.looseObject({
      letter: z.string(),
      price: z.string().regex(/^\d{1,15}$/),
      size: z.enum(['large', 'medium', 'small', 'micro']).nullable(),
      brand: z.string().nullable(),
    }),
  ),
  scores: z.array(z.looseObject({ letter: z.string(), itemId: z.string(), seat: z.int(), points: z.string() })),
})
const standingSchema = z.looseObject({
  letter: z.string(),
  evaluatedPrice: z.string(),
  priceScore: z.string().nullable(),
  total: z.string().nullable(),
  rank: z.int().nullable(),
})
const reportSchema = z.looseObject({
  tenderId: z.string(),
  lotId: z.string(),
  bids: z.array(z.looseObject({ letter: z.string(), bidId: z.string(), manifestHash: z.string() })),
  ranking: z.looseObject({ input: inputSchema, standings: z.array(standingSchema) }),
})
type Report = z.output<typeof reportSchema>
type Input = z.output<typeof inputSchema>
type Standing = z.output<typeof standingSchema>

const contextOf = ({ date, rowSets }: Input): LawContext => ({
  today: date,
  sets: rowSets as NonNullable<LawContext['sets']>,
})
const isZero = (text: string): boolean => compare(decimal(text), zero) === 0
const isScored = (input: Input): boolean => input.evaluationMethod === 'comprehensive'

/** The money answers of the announced summary, by manifest: a price can only come from there. */
const announced = (record: PublishedRecord, lot: NoticeLot) => {
  const keys = lot.summaryFields.filter(({ type }) => type === 'money').map(({ key }) => key)
  return new Map(record.bids.map((bid) => [bid.manifestHash, keys.map((key) => String(bid.form?.[key] ?? ''))]))
}

/** Where the report's ground differs from the notice and the opening record. */
const groundFault = (report: Report, tender: VerifiedTender, lot: NoticeLot, record: PublishedRecord): string => {
  const { input } = report.ranking
  const { notice } = tender
  const same =
    input.evaluationMethod === notice.evaluationMethod &&
    input.priceWeight === lot.priceWeight &&
    input.smeRate === lot.smeRate &&
    input.smeReserved === lot.smeReserved &&
    input.regime === notice.regime &&
    input.object === notice.object &&
    input.rowSets.join() === notice.rowSets.join()
  if (!same) return 'the report ranks by other terms than the notice'
  const items = lot.scoring.map(({ id, max }) => `${id}:${max}`).join()
  if (isScored(input) && input.items.map(({ id, max }) => `${id}:${max}`).join() !== items)
    return 'other scoring items than the notice'
  const prices = announced(record, lot)
  const foreign = input.bids.find(({ letter, price }) => {
    const hash = report.bids.find((bid) => bid.letter === letter)?.manifestHash ?? ''
    return !prices.get(hash)?.includes(price)
  })
  return foreign ? `the price of ${foreign.letter} was not announced` : ''
}

const pricesOf = (input: Input) => {
  const isFactor = isScored(input) && !isZero(input.priceWeight)
  const outcome = priceScore.calculate(
    {
      regime: input.regime,
      method: 'lowest-price-first',
      object: input.object,
      weight: isFactor ? input.priceWeight : '1',
      date: input.date,
      ...(!isZero(input.smeRate) && { smeRate: input.smeRate }),
      reserved: input.smeReserved,
      bids: input.bids.map(({ letter, price, size }) => ({
        id: letter,
        price: yuanOf(BigInt(price)),
        ...(size && { size }),
      })),
    },
    contextOf(input),
  )
  if ('problem' in outcome) return null
  return new Map(outcome.bids.map((bid) => [bid.id, { ...bid, score: isFactor ? bid.score : '0.00' }]))
}

/** Mean of the members' points, item by item, exact. */
const technicalOf = (input: Input, letter: string) =>
  input.items
    .map((item) => {
      const points = input.scores
        .filter((one) => one.letter === letter && one.itemId === item.id)
        .map((one) => decimal(one.points))
      return points.length === 0 ? zero : divide(sum(points), rational(BigInt(points.length)))
    })
    .reduce(add, zero)

const sameNumber = (a: string | null, b: string): boolean => a !== null && compare(decimal(a), decimal(b)) === 0

const priceCheck = (input: Input, standings: readonly Standing[]): Check => {
  const prices = pricesOf(input)
  const wrong = standings.filter(({ letter, evaluatedPrice, priceScore: score }) => {
    const own = prices?.get(letter)
    if (!own || !sameNumber(evaluatedPrice, own.evaluatedPrice)) return true
    return isScored(input) && !sameNumber(score, own.score)
  })
  const isWhole = prices !== null && standings.length === input.bids.length
  return check('V-61', isWhole && wrong.length === 0, wrong.map(({ letter }) => letter).join())
}

const rankCheck = (input: Input, standings: readonly Standing[]): Check => {
  const prices = pricesOf(input)
  if (!prices) return check('V-62', false, 'the prices do not compute')
  const totals = input.bids.map(({ letter, brand }) => {
    const { evaluatedPrice, score } = prices.get(letter)!
    const technical = technicalOf(input, letter)
    const total = toFixed(add(technical, decimal(score)), 2)
    const isConsulted = input.method === 'consultation' && isScored(input)
    return {
      id: letter,
      price: evaluatedPrice,
      ...(isScored(input) && { total }),
      ...(isConsulted && { technical: toFixed(technical, 2) }),
      ...(brand && { brand }),
    }
  })
  const outcome = ranking.calculate(
    { method: input.evaluationMethod, minimum: input.minimum, bids: totals },
    contextOf(input),
  )
  if ('problem' in outcome) return check('V-62', false, outcome.problem.code)
  const ranks = new Map<string, number>()
  for (const group of outcome.order) {
    const rank = ranks.size + 1
    for (const id of group) ranks.set(id, rank)
  }
  const wrong = standings.filter(({ letter, rank, total }) => {
    const own = totals.find(({ id }) => id === letter)?.total
    return (ranks.get(letter) ?? null) !== rank || (own !== undefined && !sameNumber(total, own))
  })
  return check('V-62', wrong.length === 0, wrong.map(({ letter }) => letter).join() || outcome.order.flat().join(' > '))
}

const hashCheck = async (tender: VerifiedTender, lotId: string, bytes: Uint8Array): Promise<Check> => {
  const event = eventsOf(tender.events, 'evaluation.reported/1', lotId)[0]
  if (!event) return check('V-60', null, 'the event is not among the published ones')
  const hash = toBase64url(await sha256(bytes))
  return check('V-60', event.data.reportJsonSha256 === hash || event.data.reportSha256 === hash, `${event.index}`)
}

/** The report's exact bytes: as they are, or base64url in `report`. */
const reportBytes = (answer: Uint8Array): Uint8Array => {
  const wrapped = parseJson(answer, z.looseObject({ report: z.string() }))
  try {
    return wrapped.ok ? fromBase64url(wrapped.value.report) : answer
  } catch {
    return answer
  }
}

const awardCheck = async (http: Http, tender: VerifiedTender, lotId: string, report: Report): Promise<Check> => {
  const bytes = await http.bytes(`/api/lots/${lotId}/award-notice`)
  if (!bytes) return check('V-63', null, 'no award notice yet')
  const event = eventsOf(tender.events, 'award.published/1', lotId)[0]
  const read = parseJson(bytes, z.looseObject({ bidId: z.string() }))
  if (!event || !read.ok) return check('V-63', null, 'the award is not among the published events')
  const hash = toBase64url(await sha256(bytes))
  const letter = report.bids.find(({ bidId }) => bidId === read.value.bidId)?.letter
  const rank = report.ranking.standings.find((one) => one.letter === letter)?.rank ?? null
  // A winner may be passed over for a reason that the notice gives; who is not ranked can never win.
  return check('V-63', Object.values(event.data).includes(hash) && rank !== null, `${letter ?? ''} ${rank ?? ''}`)
}

const none = (detail: string): Check[] =>
  (['V-60', 'V-61', 'V-62', 'V-63'] as const).map((id) => check(id, null, detail))

export const verifyEvaluation = async (
  http: Http,
  tender: VerifiedTender,
  lot: NoticeLot,
  record: PublishedRecord | null,
): Promise<Check[]> => {
  const answer = record && (await http.bytes(`/api/lots/${lot.lotId}/evaluation`).catch(() => null))
  if (!answer || !record) return none('no evaluation published')
  const bytes = reportBytes(answer)
  const read = parseJson(bytes, reportSchema)
  if (!read.ok || read.value.lotId !== lot.lotId || read.value.tenderId !== tender.tenderId)
    return none('the published evaluation holds no ranking')
  const { input, standings } = read.value.ranking
  const logged = await hashCheck(tender, lot.lotId, bytes)
  const fault = groundFault(read.value, tender, lot, record)
  const award = await awardCheck(http, tender, lot.lotId, read.value)
  if (fault) return [logged, check('V-61', false, fault), rankCheck(input, standings), award]
  return [logged, priceCheck(input, standings), rankCheck(input, standings), award]
}
