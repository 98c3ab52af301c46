import * as z from 'zod'
import { fromCapitals } from './capitals.ts'
import { basisOf, calculator, decimalText, moneyText, refuseField, ruleFor } from './contract.ts'
import { add, decimal, isEqual, multiply, type Rational, rational, subtract, sum, toShortest } from './decimal.ts'

const request = z.strictObject({
  summary: moneyText,
  words: z.string().min(1).max(100).optional(),
  items: z
    .array(z.strictObject({ unit: decimalText, quantity: decimalText, total: moneyText }))
    .min(1)
    .max(2000),
})

type Item = { unit: Rational; quantity: Rational; total: Rational }
type Slip = { at: number; unit: Rational }
export type CorrectionStep = { rule: string; from: string; to: string }

/** 87号令 59(3): one unit price whose point slipped by 1 to 4 places explains the whole difference, exactly. */
const findSlip = (items: readonly Item[], worked: Rational, summary: Rational, places: number): Slip | null => {
  for (const [at, item] of items.entries()) {
    const others = subtract(worked, multiply(item.unit, item.quantity))
    for (let exponent = 1; exponent <= places; exponent++)
      for (const factor of [rational(10n ** BigInt(exponent)), rational(1n, 10n ** BigInt(exponent))]) {
        const unit = multiply(item.unit, factor)
        if (isEqual(add(others, multiply(unit, item.quantity)), summary)) return { at, unit }
      }
  }
  return null
}

const workedSum = (items: readonly Item[]): Rational => sum(items.map((item) => multiply(item.unit, item.quantity)))

/**
 * `POST /api/calculators/arithmetic-correction`: in the order of 87号令 59, words over figures, then a decimal slip (the opening
 * summary stands), else unit prices over totals.
 */
export const arithmeticCorrection = calculator(request, (asked, context) => {
  const [words, slipRule, recount] = [
    ruleFor('ARI-2', context, { regime: 'GP' }),
    ruleFor('ARI-3', context, { regime: 'GP' }),
    ruleFor('ARI-4', context, { regime: 'GP' }),
  ]
  const steps: CorrectionStep[] = []
  const note = (rule: string, from: Rational, to: Rational) =>
    isEqual(from, to) ? 0 : steps.push({ rule, from: toShortest(from), to: toShortest(to) })

  let summary = decimal(asked.summary)
  if (asked.words !== undefined) {
    const spoken = moneyText.safeParse(asked.words).success ? asked.words : fromCapitals(asked.words)
    if (spoken === null) return refuseField('words', 'not-an-amount', 'not an amount in capitals')
    note('ARI-2', summary, decimal(spoken))
    summary = decimal(spoken)
  }

  const items: Item[] = asked.items.map((item) => ({
    unit: decimal(item.unit),
    quantity: decimal(item.quantity),
    total: decimal(item.total),
  }))
  const differs = !isEqual(workedSum(items), summary)
  const slip = differs ? findSlip(items, workedSum(items), summary, slipRule?.params.exponent ?? 0) : null
  const slipped = slip ? items[slip.at] : undefined
  if (slip && slipped) {
    note('ARI-3', slipped.unit, slip.unit)
    items[slip.at] = { ...slipped, unit: slip.unit }
  }
  const corrected = items.map((item) => {
    const total = multiply(item.unit, item.quantity)
    note('ARI-4', item.total, total)
    return { unit: toShortest(item.unit), quantity: toShortest(item.quantity), total: toShortest(total) }
  })
  const result = workedSum(items)
  note('ARI-4', summary, result)
  const used = (rule: string) => steps.some((step) => step.rule === rule)
  return {
    corrected: toShortest(result),
    items: corrected,
    steps,
    basis: basisOf(
      used('ARI-2') ? words : null,
      used('ARI-3') ? slipRule : null,
      steps.length === 0 || used('ARI-4') ? recount : null,
    ),
  }
})
