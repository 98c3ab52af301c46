/**
 * Price scores, totals and order of a lot, recomputed with the public calculators from what the evaluation report says
 * they follow from: V-60 to V-64. Used by `verifyTenderPublic`.
 */
import { z } from 'zod'
import { beijingDate } from '../law/beijing.ts'
import { type LawChanges, lawUnder } from '../law/changes.ts'
import { preferenceOf } from '../law/consortium.ts'
import type { LawContext } from '../law/contract.ts'
import { add, compare, decimal, divide, rational, sum, toFixed, yuanOf, zero } from '../law/decimal.ts'
import { priceScore } from '../law/price-score.ts'
import { ranking } from '../law/ranking.ts'
import type { RuleSet } from '../law/rows/schema.ts'
import { sha256, toBase64url } from '../log/bytes.ts'
import { parseJson } from '../seal/json.ts'
import type { NoticeLot } from '../seal/notice.ts'
import { type Check, check } from './checks.ts'
import { eventsOf, type LoggedEvent } from './events.ts'
import type { Http } from './http.ts'
import { lawChanges } from './law.ts'
import type { PublishedRecord } from './opened-record.ts'
import type { VerifiedTender } from './tender.ts'

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
  consortiumRate: z.string().optional(),
  minimum: z.int().min(1),
  items: z.array(z.looseObject({ id: z.string(), max: z.string() })),
  bids: z.array(
    z.looseObject({
      letter: z.string(),
      price: z.string().regex(/^\d{1,15}$/),
      size: z.enum(['large', 'medium', 'small', 'micro']).nullable(),
      brand: z.string().nullable(),
      smallShare: z.string().optional(),
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
const evaluationSchema = z.looseObject({
  lotId: z.string(),
  reportSha256: z.string(),
  openingRecordSha256: z.string(),
  bids: z.array(z.looseObject({ letter: z.string(), bidId: z.string() })),
  input: inputSchema,
  standings: z.array(standingSchema),
})
type Evaluation = z.output<typeof evaluationSchema>
type Input = z.output<typeof inputSchema>
type Standing = z.output<typeof standingSchema>

/** The law of the notice that the report was made under; another day in the report than the notice's is no ground. */
const lawOf = (tender: VerifiedTender, { rowSets }: Input, changes: LawChanges): LawContext =>
  lawUnder(changes, Date.parse(tender.notice.publishedAt), rowSets as readonly RuleSet[])
const isZero = (text: string): boolean => compare(decimal(text), zero) === 0
const isScored = (input: Input): boolean => input.evaluationMethod === 'comprehensive'

/** The money answers of the announced summary, by bid: a price can only come from there. */
const announced = (record: PublishedRecord, lot: NoticeLot) => {
  const keys = lot.summaryFields.filter(({ type }) => type === 'money').map(({ key }) => key)
  return new Map(record.bids.map((bid) => [bid.bidId, keys.map((key) => String(bid.form?.[key] ?? ''))]))
}

/** Where the report's ground differs from the notice and the opening record. */
const groundFault = (
  evaluation: Evaluation,
  tender: VerifiedTender,
  lot: NoticeLot,
  record: PublishedRecord,
): string => {
  const { input } = evaluation
  const { notice } = tender
  const same =
    input.evaluationMethod === notice.evaluationMethod &&
    input.priceWeight === lot.priceWeight &&
    input.smeRate === lot.smeRate &&
    input.smeReserved === lot.smeReserved &&
    (input.consortiumRate ?? null) === (lot.consortiumRate ?? null) &&
    input.regime === notice.regime &&
    input.date === beijingDate(Date.parse(notice.publishedAt)) &&
    input.object === notice.object &&
    input.rowSets.join() === notice.rowSets.join()
  if (!same) return 'the report ranks by other terms than the notice'
  const items = lot.scoring.map(({ id, max }) => `${id}:${max}`).join()
  if (isScored(input) && input.items.map(({ id, max }) => `${id}:${max}`).join() !== items)
    return 'other scoring items than the notice'
  const bidOf = (letter: string) => {
    const id = evaluation.bids.find((bid) => bid.letter === letter)?.bidId
    return record.bids.find(({ bidId }) => bidId === id)
  }
  const prices = announced(record, lot)
  const foreign = input.bids.find(({ letter, price }) => !prices.get(bidOf(letter)?.bidId ?? '')?.includes(price))
  if (foreign) return `the price of ${foreign.letter} was not announced`
  const untold = input.bids.find(({ letter, size, smallShare }) => {
    const bid = bidOf(letter)
    const own = preferenceOf(bid?.form ?? null, bid?.consortium.length ?? 0, lot.consortiumRate !== undefined)
    return own.size !== size || own.smallShare !== (smallShare ?? null)
  })
  return untold ? `size or shares of ${untold.letter} were not announced` : ''
}

const pricesOf = (input: Input, law: LawContext) => {
  const isFactor = isScored(input) && !isZero(input.priceWeight)
  const outcome = priceScore.calculate(
    {
      regime: input.regime,
      method: 'lowest-price-first',
      object: input.object,
      weight: isFactor ? input.priceWeight : '1',
      date: input.date,
      ...(!isZero(input.smeRate) && { smeRate: input.smeRate }),
      ...(input.consortiumRate !== undefined && { consortiumRate: input.consortiumRate }),
      reserved: input.smeReserved,
      bids: input.bids.map(({ letter, price, size, smallShare }) => ({
        id: letter,
        price: yuanOf(BigInt(price)),
        ...(size && { size }),
        ...(smallShare !== undefined && { consortiumSmallShare: smallShare }),
      })),
    },
    law,
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

const priceCheck = (input: Input, standings: readonly Standing[], law: LawContext): Check => {
  const prices = pricesOf(input, law)
  const wrong = standings.filter(({ letter, evaluatedPrice, priceScore: score }) => {
    const own = prices?.get(letter)
    if (!own || !sameNumber(evaluatedPrice, own.evaluatedPrice)) return true
    return isScored(input) && !sameNumber(score, own.score)
  })
  const isWhole = prices !== null && standings.length === input.bids.length
  return check('V-61', isWhole && wrong.length === 0, wrong.map(({ letter }) => letter).join())
}

const rankCheck = (input: Input, standings: readonly Standing[], law: LawContext): Check => {
  const prices = pricesOf(input, law)
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
  const outcome = ranking.calculate({ method: input.evaluationMethod, minimum: input.minimum, bids: totals }, law)
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

/** The report names the opening record that the log holds, and the log holds the report's hash. */
const hashCheck = (tender: VerifiedTender, { lotId, reportSha256, openingRecordSha256 }: Evaluation): Check => {
  const opening = eventsOf(tender.events, 'lot.opened/1', lotId)[0]
  if (opening?.data.recordSha256 !== openingRecordSha256) return check('V-60', false, 'made of another opening record')
  const event = eventsOf(tender.events, 'evaluation.reported/1', lotId)[0]
  if (!event) return check('V-60', null, 'the event is not among the published ones')
  return check('V-60', event.data.reportJsonSha256 === reportSha256, `${event.index}`)
}

const resultSchema = z.looseObject({
  lotId: z.string(),
  winner: z.looseObject({ bidId: z.string(), rank: z.int(), amount: z.string() }),
})

/** A winner may be passed over for a reason that the notice gives; who is not ranked can never win. */
const awardCheck = async (http: Http, tender: VerifiedTender, evaluation: Evaluation): Promise<Check> => {
  const { lotId } = evaluation
  const bytes = await http.bytes(`/api/lots/${lotId}/award/notice`)
  const isPublished = eventsOf(tender.events, 'result.published/1', lotId).length > 0
  if (!bytes) return check('V-63', isPublished ? false : null, 'no result notice')
  const read = parseJson(bytes, resultSchema)
  if (!read.ok || read.value.lotId !== lotId) return check('V-63', false, 'not a result notice of this lot')
  const { bidId, rank, amount } = read.value.winner
  const letter = evaluation.bids.find((bid) => bid.bidId === bidId)?.letter
  const ranked = evaluation.standings.find((one) => one.letter === letter)?.rank ?? null
  const price = evaluation.input.bids.find((one) => one.letter === letter)?.price
  if (ranked === null || ranked !== rank || price !== amount) return check('V-63', false, `${letter ?? '?'} ${rank}`)
  const event = eventsOf(tender.events, 'result.published/1', lotId)[0]
  if (!event) return check('V-63', null, 'the event is not among the published ones')
  const isLogged = event.data.noticeSha256 === toBase64url(await sha256(bytes)) && event.data.bidId === bidId
  return check('V-63', isLogged, `${letter} ${rank}`)
}

/** The PDF that people read is the one that was logged with its JSON. */
const paperCheck = async (http: Http, event: LoggedEvent): Promise<Check> => {
  const pdf = await http.bytes(`/api/lots/${event.lotId}/award/notice.pdf`)
  if (!pdf) return check('V-64', false, 'the result is published, its PDF is not shown')
  return check('V-64', event.data.noticePdfSha256 === toBase64url(await sha256(pdf)), `${event.index}`)
}

const none = (detail: string, isWithheld: boolean): Check[] =>
  (['V-60', 'V-61', 'V-62', 'V-63'] as const).map((id) => check(id, isWithheld && id === 'V-60' ? false : null, detail))

/** @param record the opening record, once it is published */
export const verifyEvaluation = async (
  http: Http,
  tender: VerifiedTender,
  lot: NoticeLot,
  record: PublishedRecord | null,
): Promise<Check[]> => {
  const result = eventsOf(tender.events, 'result.published/1', lot.lotId)[0]
  const paper = result ? await paperCheck(http, result) : check('V-64', null, 'no result published')
  const answer = record && (await http.bytes(`/api/lots/${lot.lotId}/evaluation`))
  if (!answer || !record) return [...none('no evaluation published', result !== undefined), paper]
  const read = parseJson(answer, evaluationSchema)
  if (!read.ok || read.value.lotId !== lot.lotId)
    return [check('V-61', false, 'the published evaluation is malformed'), paper]
  const { input, standings } = read.value
  const law = lawOf(tender, input, await lawChanges(http))
  const fault = groundFault(read.value, tender, lot, record)
  return [
    hashCheck(tender, read.value),
    fault ? check('V-61', false, fault) : priceCheck(input, standings, law),
    rankCheck(input, standings, law),
    await awardCheck(http, tender, read.value),
    paper,
  ]
}
