import * as z from 'zod'
import {
  basisOf,
  calculator,
  decimalText,
  fractionText,
  idText,
  listOf,
  positiveMoney,
  refuseField,
  refuseMissing,
  ruleFor,
} from './contract.ts'
import {
  absolute,
  add,
  compare,
  decimal,
  divide,
  highest,
  hundred,
  lowest,
  multiply,
  one,
  type Rational,
  rational,
  subtract,
  sum,
  toFixed,
  toShortest,
  zero,
} from './decimal.ts'

const count = z.int().min(0).max(1000)
const formulaSchema = z.strictObject({
  kind: z.enum(['average', 'average-down', 'composite', 'lowest']),
  trim: z.union([z.strictObject({ high: count, low: count }), z.literal('standard')]).optional(),
  delta: fractionText.optional(),
  k1: fractionText.optional(),
  ceilingDelta: fractionText.optional(),
})
const scoringSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('linear') }),
  z.strictObject({ kind: z.literal('ratio') }),
  z.strictObject({
    kind: z.literal('piece'),
    steps: z
      .array(z.strictObject({ upTo: decimalText, perPercent: decimalText }))
      .min(1)
      .max(100),
  }),
])
const request = z.strictObject({
  full: decimalText,
  up: decimalText,
  down: decimalText,
  scoring: scoringSchema.optional(),
  ceiling: positiveMoney.optional(),
  formula: formulaSchema,
  bids: listOf(z.strictObject({ id: idText, price: positiveMoney })),
})
type Request = z.output<typeof request>
type Formula = Request['formula']
type Trim = { high: number; low: number }

/** RULES §5.4: below 5 bids none is dropped, 5 to 9 one at each end, from 10 two. */
const trimOf = (trim: Formula['trim'], n: number): Trim => {
  if (trim !== 'standard') return trim ?? { high: 0, low: 0 }
  const each = n < 5 ? 0 : n < 10 ? 1 : 2
  return { high: each, low: each }
}

const meanOf = (prices: readonly Rational[], trim: Trim): Rational | null => {
  const kept = [...prices].sort(compare).slice(trim.low, prices.length - trim.high)
  return trim.low + trim.high >= prices.length ? null : divide(sum(kept), rational(BigInt(kept.length)))
}

const base = (formula: Formula, prices: readonly Rational[], ceiling: string | undefined): Rational | null => {
  const mean = meanOf(prices, trimOf(formula.trim, prices.length))
  const by = (name: 'delta' | 'k1' | 'ceilingDelta') => decimal(formula[name] ?? '0')
  switch (formula.kind) {
    case 'lowest':
      return prices.reduce(lowest)
    case 'average':
      return mean
    case 'average-down':
      return mean && multiply(mean, subtract(one, by('delta')))
    case 'composite': {
      const fixed = multiply(multiply(decimal(ceiling ?? '0'), subtract(one, by('ceilingDelta'))), by('k1'))
      return mean && add(fixed, multiply(mean, subtract(one, by('k1'))))
    }
  }
}

/** Points lost at a deviation: each step's slope holds up to its border, the last one beyond it. */
const pieceLoss = (deviation: Rational, steps: readonly { upTo: string; perPercent: string }[]): Rational => {
  let from = zero
  let loss = zero
  for (const [i, step] of steps.entries()) {
    const to = i === steps.length - 1 ? highest(deviation, from) : lowest(deviation, decimal(step.upTo))
    if (compare(to, from) <= 0) break
    loss = add(loss, multiply(subtract(to, from), decimal(step.perPercent)))
    from = to
  }
  return loss
}

/** Points of one price, never below 0 nor above full; the deviation is in percentage points of the base. */
const scoreOf = (price: Rational, benchmark: Rational, asked: Request): Rational => {
  const full = decimal(asked.full)
  const scoring = asked.scoring ?? { kind: 'linear' }
  if (scoring.kind === 'ratio') return lowest(full, divide(multiply(full, benchmark), price))
  const signed = multiply(divide(subtract(price, benchmark), benchmark), hundred)
  const deviation = absolute(signed)
  const loss =
    scoring.kind === 'piece'
      ? pieceLoss(deviation, scoring.steps)
      : multiply(deviation, decimal(compare(signed, zero) > 0 ? asked.up : asked.down))
  return highest(zero, subtract(full, loss))
}

const rules = { average: 'BM-AVG', 'average-down': 'BM-AVG-DOWN', composite: 'BM-AB', lowest: 'BM-MIN' } as const
const scorings = { linear: 'SC-LINEAR', piece: 'SC-PIECE', ratio: 'SC-RATIO' } as const
const needed = { average: [], 'average-down': ['delta'], composite: ['k1', 'ceilingDelta'], lowest: [] } as const

const shapeProblem = (asked: Request) => {
  const { formula, scoring } = asked
  const missing: string[] = needed[formula.kind]
    .filter((name) => formula[name] === undefined)
    .map((name) => `formula.${name}`)
  if (formula.kind === 'composite' && asked.ceiling === undefined) missing.push('ceiling')
  if (missing.length > 0) return refuseMissing(...missing)
  const borders = scoring?.kind === 'piece' ? scoring.steps.map((step) => decimal(step.upTo)) : []
  const climbing = borders.every((border, i) => compare(border, borders[i - 1] ?? zero) > 0)
  return climbing ? null : refuseField('scoring.steps', 'steps-not-ascending', 'each upTo must be above the one before')
}

/** `POST /api/calculators/benchmark`: the formula registry of works tenders; the tender document fixes every parameter. */
export const benchmark = calculator(request, (asked, context) => {
  const problem = shapeProblem(asked)
  if (problem) return problem
  const bids = asked.bids.map((bid) => ({ id: bid.id, price: decimal(bid.price) }))
  const ceiling = asked.ceiling === undefined ? null : decimal(asked.ceiling)
  const isAbove = (price: Rational) => ceiling !== null && compare(price, ceiling) > 0
  // Rejected bids never enter the mean (RULES §5.4).
  const valid = bids.filter((bid) => !isAbove(bid.price))
  if (valid.length === 0) return refuseField('bids', 'no-valid-bid', 'every bid is above the ceiling')
  const found = base(
    asked.formula,
    valid.map((bid) => bid.price),
    asked.ceiling,
  )
  if (!found) return refuseField('formula.trim', 'trim-too-large', 'nothing is left to average')
  if (compare(found, zero) <= 0) return refuseField('formula', 'base-not-positive', 'the base must be above 0')
  return {
    base: toShortest(found),
    rejected: bids.filter((bid) => isAbove(bid.price)).map((bid) => bid.id),
    bids: valid.map((bid) => ({ id: bid.id, score: toFixed(scoreOf(bid.price, found, asked), 2) })),
    basis: basisOf(
      ruleFor(rules[asked.formula.kind], context, { regime: 'TB' }),
      ruleFor(scorings[asked.scoring?.kind ?? 'linear'], context, { regime: 'TB' }),
    ),
  }
})
