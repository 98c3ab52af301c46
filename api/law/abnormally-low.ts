import * as z from 'zod'
import { basisOf, calculator, fractionText, idText, listOf, positiveMoney, refuseField, ruleFor } from './contract.ts'
import { compare, decimal, divide, multiply, rational, sum, toShortest } from './decimal.ts'
import { citation } from './regulations.ts'

const request = z.strictObject({
  prices: listOf(z.strictObject({ id: idText, price: positiveMoney })),
  ceiling: positiveMoney,
  averageRate: fractionText.optional(),
  secondRate: fractionText.optional(),
  ceilingRate: fractionText.optional(),
})
export type LowTest = 'average' | 'second' | 'ceiling'
const fields = { average: 'averageRate', second: 'secondRate', ceiling: 'ceilingRate' } as const

/**
 * `POST /api/calculators/abnormally-low` (财库〔2026〕2号): which quoted prices, strictly below a threshold, must be explained. The
 * document may raise the rates, up to 0.65. A hit opens a review; it is no rejection.
 */
export const abnormallyLow = calculator(request, (asked, context) => {
  const row = ruleFor('PRC-5', context, { regime: 'GP' })
  if (!row) return refuseField('prices', 'no-rule-in-force', 'no rule is in force today')
  for (const test of ['average', 'second', 'ceiling'] as const) {
    const rate = asked[fields[test]]
    if (rate === undefined) continue
    if (compare(decimal(rate), decimal(row.params[test])) < 0 || compare(decimal(rate), decimal(row.params.most)) > 0)
      return refuseField(
        fields[test],
        'rate-out-of-range',
        `must lie between ${row.params[test]} and ${row.params.most}`,
        citation(row),
      )
  }
  const rate = (test: LowTest) => decimal(asked[fields[test]] ?? row.params[test])
  const prices = asked.prices.map((item) => ({ id: item.id, price: decimal(item.price) }))
  const sorted = prices.map((item) => item.price).sort(compare)
  const mean = divide(sum(sorted), rational(BigInt(sorted.length)))
  const second = sorted[1]
  const thresholds = {
    average: multiply(mean, rate('average')),
    second: second ? multiply(second, rate('second')) : null,
    ceiling: multiply(decimal(asked.ceiling), rate('ceiling')),
  }
  const hits = prices.flatMap(({ id, price }) => {
    const tests = (['average', 'second', 'ceiling'] as const).filter((test) => {
      const threshold = thresholds[test]
      return threshold !== null && compare(price, threshold) < 0
    })
    return tests.length > 0 ? [{ id, tests }] : []
  })
  return {
    thresholds: {
      average: toShortest(thresholds.average),
      second: thresholds.second ? toShortest(thresholds.second) : null,
      ceiling: toShortest(thresholds.ceiling),
    },
    hits,
    basis: basisOf(row),
  }
})
