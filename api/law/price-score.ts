import * as z from 'zod'
import {
  basisOf,
  calculator,
  dateText,
  fractionText,
  idText,
  type LawContext,
  listOf,
  object,
  positiveMoney,
  type Refused,
  refuseField,
  regime,
  ruleFor,
} from './contract.ts'
import {
  add,
  compare,
  decimal,
  divide,
  hundred,
  lowest,
  multiply,
  one,
  type Rational,
  subtract,
  toFixed,
  toShortest,
} from './decimal.ts'
import { citation } from './regulations.ts'
import type { ObjectKind, Regime, Row } from './rows/schema.ts'

const bidSchema = z.strictObject({
  id: idText,
  price: positiveMoney,
  size: z.enum(['large', 'medium', 'small', 'micro']).optional(),
  sameAsSmall: z.enum(['prison', 'disabled-welfare']).optional(),
  controlledByLarge: z.boolean().optional(),
  consortiumSmallShare: fractionText.optional(),
  domesticShare: fractionText.optional(),
})

export const priceScoreRequest = z.strictObject({
  regime,
  method: z.literal('lowest-price-first'),
  object,
  weight: fractionText,
  date: dateText.optional(),
  smeRate: fractionText.optional(),
  consortiumRate: fractionText.optional(),
  domesticRate: fractionText.optional(),
  reserved: z.boolean().optional(),
  bids: listOf(bidSchema),
})
type Request = z.output<typeof priceScoreRequest>
type Bid = Request['bids'][number]
export type Reduction = { kind: 'sme' | 'consortium' | 'domestic'; rate: string }
type RateRow = Row<'SME-7'> | Row<'SME-8'> | Row<'PRC-6'>

/** A rate offered outside the range of its row, or where no row allows one at all. */
export const rateProblem = (field: string, rate: string | undefined, row: RateRow | null): Refused | null => {
  if (rate === undefined) return null
  if (!row) return refuseField(field, 'rate-not-allowed', 'the law gives no such deduction for this case and date')
  const { least, most } = row.params
  const value = decimal(rate)
  if (compare(value, decimal(least)) >= 0 && compare(value, decimal(most)) <= 0) return null
  return refuseField(field, 'rate-out-of-range', `must lie between ${least} and ${most}`, citation(row))
}

/** The rows that hold the rate ranges of an object on a date. */
export const rateRows = (asked: { regime: Regime; object: ObjectKind; date: string }, context: LawContext) => ({
  sme: ruleFor('SME-7', context, asked),
  consortium: ruleFor('SME-8', context, asked),
  domestic: ruleFor('PRC-6', context, asked),
})
type Rates = ReturnType<typeof rateRows>

const isSmall = (bid: Bid): boolean => bid.size === 'small' || bid.size === 'micro' || bid.sameAsSmall !== undefined

/** SME-10: a firm that a large enterprise controls gets nothing; SME-7 and SME-8 never add up, the better one counts. */
const smallReduction = (bid: Bid, request: Request, rates: Rates): Reduction[] => {
  if (request.reserved || bid.controlledByLarge) return []
  const offers: Reduction[] = []
  if (request.smeRate !== undefined && isSmall(bid)) offers.push({ kind: 'sme', rate: request.smeRate })
  const enough = rates.consortium !== null && bid.consortiumSmallShare !== undefined
  if (
    enough &&
    request.consortiumRate !== undefined &&
    reaches(bid.consortiumSmallShare, rates.consortium?.params.share)
  )
    offers.push({ kind: 'consortium', rate: request.consortiumRate })
  return offers.sort((a, b) => compare(decimal(b.rate), decimal(a.rate))).slice(0, 1)
}

const reaches = (share: string | undefined, least: string | undefined): boolean =>
  share !== undefined && least !== undefined && compare(decimal(share), decimal(least)) >= 0

/** 国办发〔2025〕34号: only where domestic and other products really compete. */
const competingDomestic = (request: Request, rates: Rates): ((bid: Bid) => boolean) => {
  const isDomestic = (bid: Bid) => reaches(bid.domesticShare, rates.domestic?.params.share)
  const count = request.bids.filter(isDomestic).length
  return count > 0 && count < request.bids.length ? isDomestic : () => false
}

/** The deductions of one bid, all on its original quote (P × (1 − r1 − r2), never one after the other). */
const evaluatedPrice = (bid: Bid, reductions: readonly Reduction[]): Rational =>
  reductions.length === 0
    ? decimal(bid.price)
    : multiply(
        decimal(bid.price),
        subtract(one, reductions.map((item) => decimal(item.rate)).reduce(add, decimal('0'))),
      )

const calculate = (request: Request, context: LawContext) => {
  const date = request.date ?? context.today
  if (compare(decimal(request.weight), decimal('0')) === 0)
    return refuseField('weight', 'out-of-range', 'must be above 0')
  const rates = rateRows({ ...request, date }, context)
  const problem =
    rateProblem('smeRate', request.smeRate, rates.sme) ??
    rateProblem('consortiumRate', request.consortiumRate, rates.consortium) ??
    rateProblem('domesticRate', request.domesticRate, rates.domestic)
  if (problem) return problem
  const domesticRate = request.domesticRate ?? rates.domestic?.params.most ?? '0'
  const prefersDomestic = competingDomestic(request, rates)
  const evaluated = request.bids.map((bid) => {
    const reductions = smallReduction(bid, request, rates)
    if (prefersDomestic(bid)) reductions.push({ kind: 'domestic', rate: domesticRate })
    return { id: bid.id, price: evaluatedPrice(bid, reductions), reductions }
  })
  const base = evaluated.map((bid) => bid.price).reduce(lowest)
  const points = multiply(decimal(request.weight), hundred)
  const used = (kind: Reduction['kind']) => evaluated.some((bid) => bid.reductions.some((item) => item.kind === kind))
  return {
    base: toShortest(base),
    bids: evaluated.map(({ id, price, reductions }) => ({
      id,
      evaluatedPrice: toShortest(price),
      score: toFixed(multiply(divide(base, price), points), 2),
      reductions,
    })),
    basis: basisOf(
      ruleFor('PRC-2', context, { regime: request.regime, date }),
      used('sme') ? rates.sme : null,
      used('consortium') ? rates.consortium : null,
      used('domestic') ? rates.domestic : null,
      request.reserved ? ruleFor('SME-10', context, { date }) : null,
      request.bids.some((bid) => bid.sameAsSmall) ? ruleFor('SME-14', context, { date }) : null,
    ),
  }
}

/** `POST /api/calculators/price-score`: 评标基准价 / 评审价 × weight × 100 (87号令 55). */
export const priceScore = calculator(priceScoreRequest, calculate)
