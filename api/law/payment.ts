import * as z from 'zod'
import { daysBetween } from './beijing.ts'
import {
  basisOf,
  calculator,
  dateText,
  decimalText,
  type LawContext,
  moneyText,
  refuseField,
  ruleFor,
} from './contract.ts'
import { compare, decimal, divide, hundred, multiply, type Rational, rational, toFixed } from './decimal.ts'
import { countPeriod } from './period.ts'
import { citation } from './regulations.ts'
import type { Row } from './rows/schema.ts'

const request = z.strictObject({
  delivered: dateText,
  paidOn: dateText.optional(),
  amount: moneyText.optional(),
  buyer: z.enum(['state', 'large']),
  agreedDays: z.int().min(1).max(3660).optional(),
  agreedRate: decimalText.optional(),
})

/** Agreed interest is percent per year; without agreement 0.05 % a day. Rounded once. */
const interestOf = (amount: Rational, days: number, agreed: string | undefined, row: Row<'CON-8'>): string => {
  const basis = BigInt(row.params.dayBasis)
  const daily =
    agreed === undefined ? decimal(row.params.dailyRate) : divide(divide(decimal(agreed), hundred), rational(basis))
  return toFixed(multiply(multiply(amount, daily), rational(BigInt(days))), 2)
}

/** The day by which a state body or a large enterprise must have paid an SME; null before the regulation. */
export const paymentDue = (
  asked: { delivered: string; buyer: 'state' | 'large'; agreedDays?: number | undefined },
  context: LawContext,
): { due: string; provisional: boolean; row: Row<'CON-7'> } | null => {
  const row = ruleFor('CON-7', context, { date: asked.delivered })
  if (!row) return null
  const n = asked.agreedDays ?? (asked.buyer === 'state' ? row.params.days : row.params.most)
  const { date, provisional } = countPeriod(
    { start: asked.delivered, n, unit: 'day', direction: 'after' },
    context.calendar,
  )
  return { due: date, provisional, row }
}

/** `POST /api/calculators/late-payment`. */
export const latePayment = calculator(request, (asked, context) => {
  const found = paymentDue(asked, context)
  const interest = ruleFor('CON-8', context, { date: asked.delivered })
  if (!found || !interest) return refuseField('delivered', 'no-rule-in-force', 'no rule was in force on that date')
  if ((asked.agreedDays ?? 0) > found.row.params.most)
    return refuseField(
      'agreedDays',
      'agreed-days-too-long',
      `at most ${found.row.params.most} days`,
      citation(found.row),
    )
  if (asked.agreedRate !== undefined && compare(decimal(asked.agreedRate), decimal(interest.params.leastAgreed)) < 0)
    return refuseField(
      'agreedRate',
      'rate-out-of-range',
      `at least the one-year LPR, ${interest.params.leastAgreed} %`,
      citation(interest),
    )
  const late = asked.paidOn === undefined ? null : Math.max(0, daysBetween(found.due, asked.paidOn))
  const owed =
    late === null || asked.amount === undefined
      ? null
      : interestOf(decimal(asked.amount), late, asked.agreedRate, interest)
  return {
    due: found.due,
    ...(late === null ? {} : { daysLate: late }),
    ...(owed === null ? {} : { interest: owed }),
    basis: basisOf(found.row, owed === null ? null : interest),
  }
})
