import * as z from 'zod'
import { daysBetween } from './beijing.ts'
import {
  basisOf,
  calculator,
  dateText,
  decimalText,
  fractionText,
  type LawContext,
  moneyText,
  object,
  positiveMoney,
  refuseUnknown,
  regime,
  ruleFor,
} from './contract.ts'
import {
  compare,
  decimal,
  divide,
  hundred,
  lowest,
  multiply,
  one,
  type Rational,
  rational,
  subtract,
  toFixed,
  toShortest,
} from './decimal.ts'
import { countPeriod } from './period.ts'
import type { ObjectKind, Regime, Row } from './rows/schema.ts'

const capRules = { bid: 'DEP-1', performance: 'DEP-10', supplement: 'CON-3' } as const
export type CapKind = keyof typeof capRules

/** The most that may be asked, in yuan, with its row; null when the regime knows no such cap. */
export const capOf = (
  asked: { kind: CapKind; regime: Regime; object?: ObjectKind | undefined; amount: Rational },
  context: LawContext,
): { cap: Rational; row: Row } | null => {
  const row = ruleFor(capRules[asked.kind], context, { regime: asked.regime, object: asked.object })
  if (!row) return null
  const share = multiply(asked.amount, decimal(row.params.rate))
  return { cap: row.params.absolute === null ? share : lowest(share, decimal(row.params.absolute)), row }
}

const capRequest = z.strictObject({
  kind: z.enum(['bid', 'performance', 'supplement']),
  regime,
  object: object.optional(),
  amount: positiveMoney,
  asked: moneyText.optional(),
  reductionRate: fractionText.optional(),
})

/** `POST /api/calculators/deposit-cap`. */
export const depositCap = calculator(capRequest, (request, context) => {
  const found = capOf({ ...request, amount: decimal(request.amount) }, context)
  if (!found) return refuseUnknown('kind', 'no-statutory-cap', request, context)
  const asked = request.asked === undefined ? null : decimal(request.asked)
  const reduction = request.reductionRate === undefined ? null : decimal(request.reductionRate)
  return {
    cap: toShortest(found.cap),
    ...(asked && reduction ? { due: toShortest(multiply(asked, subtract(one, reduction))) } : {}),
    ...(asked ? { lawful: compare(asked, found.cap) <= 0 } : {}),
    basis: basisOf(found.row, reduction ? ruleFor('DEP-14', context) : null),
  }
})

/** The fraction of the bid deposit that a supplier of this credit grade is spared ('1' = all); '0' for an unknown grade. */
export const depositReduction = (grade: string, context: LawContext): string =>
  ruleFor('DEP-14', context)?.params.reductions[grade] ?? '0'

const refundRules = { withdrawn: 'DEP-7', 'award-notice': 'DEP-5', contract: 'DEP-6', terminated: 'DEP-15' } as const
export type RefundTrigger = keyof typeof refundRules
export const isRefundTrigger = (reason: string): reason is RefundTrigger => Object.hasOwn(refundRules, reason)

/** The last lawful day of a refund; null when the regime does not know the trigger. */
export const refundDue = (
  asked: { regime: Regime; trigger: RefundTrigger; date: string },
  context: LawContext,
): { due: string; provisional: boolean; row: Row } | null => {
  const row = ruleFor(refundRules[asked.trigger], context, { regime: asked.regime, date: asked.date })
  if (!row) return null
  const { date, provisional } = countPeriod({ start: asked.date, ...row.params }, context.calendar)
  return { due: date, provisional, row }
}

const refundRequest = z.strictObject({
  regime,
  trigger: z.enum(['withdrawn', 'award-notice', 'contract', 'terminated']),
  date: dateText,
  refundedOn: dateText.optional(),
  amount: moneyText.optional(),
  rate: decimalText.optional(),
})

/** `POST /api/calculators/deposit-refund`. */
export const depositRefund = calculator(refundRequest, (request, context) => {
  const found = refundDue(request, context)
  if (!found) return refuseUnknown('trigger', 'no-statutory-period', request, context)
  const late = request.refundedOn === undefined ? null : Math.max(0, daysBetween(found.due, request.refundedOn))
  const interest = ruleFor('DEP-8', context, { regime: request.regime, date: request.date })
  const owed =
    interest && late !== null && request.amount !== undefined
      ? lateInterest(decimal(request.amount), decimal(request.rate ?? interest.params.benchmark), late, interest)
      : null
  return {
    due: found.due,
    ...(late === null ? {} : { daysLate: late }),
    ...(owed === null ? {} : { interest: owed }),
    // 招投条例 57: the refund carries the bank's deposit interest, whose rate the bank knows.
    ...(request.regime === 'TB' && request.trigger === 'contract' ? { bankInterest: true as const } : {}),
    basis: basisOf(found.row, owed === null ? null : interest),
  }
})

/** principal × rate % × 1.2 × days / 365, rounded once. */
const lateInterest = (amount: Rational, percent: Rational, days: number, row: Row<'DEP-8'>): string => {
  const yearly = multiply(divide(percent, hundred), decimal(row.params.factor))
  return toFixed(multiply(multiply(amount, yearly), rational(BigInt(days), BigInt(row.params.dayBasis))), 2)
}
