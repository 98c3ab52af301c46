import type * as z from 'zod'
import { abnormallyLow } from './abnormally-low.ts'
import { arithmeticCorrection } from './arithmetic.ts'
import { benchmark } from './benchmark.ts'
import { capitalAmount } from './capitals.ts'
import { committee } from './committee.ts'
import { type LawContext, type Outcome, refuse } from './contract.ts'
import { decryptionFailure, minimumBidders } from './counting.ts'
import { depositCap, depositRefund } from './deposits.ts'
import { intentionDue } from './intention.ts'
import { latePayment } from './payment.ts'
import { period } from './period.ts'
import { priceScore } from './price-score.ts'
import { priceWeight } from './price-weight.ts'
import { ranking } from './ranking.ts'
import { smeReservation } from './sme.ts'
import { timedBidding } from './timed-bidding.ts'
import { timetable } from './timetable.ts'
import { uscc } from './uscc.ts'

/** Every calculator by its public name (CALCULATORS.md). */
export const calculators = {
  period,
  timetable,
  'price-score': priceScore,
  benchmark,
  ranking,
  'arithmetic-correction': arithmeticCorrection,
  'abnormally-low': abnormallyLow,
  committee,
  'minimum-bidders': minimumBidders,
  'price-weight': priceWeight,
  'decryption-failure': decryptionFailure,
  'deposit-cap': depositCap,
  'deposit-refund': depositRefund,
  'late-payment': latePayment,
  'sme-reservation': smeReservation,
  'intention-due': intentionDue,
  'timed-bidding': timedBidding,
  'capital-amount': capitalAmount,
  uscc,
} as const

export type CalculatorName = keyof typeof calculators
export const calculatorNames = Object.keys(calculators) as CalculatorName[]
export const isCalculatorName = (name: string): name is CalculatorName => Object.hasOwn(calculators, name)

const fieldErrors = (error: z.ZodError) =>
  error.issues.flatMap((issue) => {
    const field = issue.path.join('.')
    if (issue.code !== 'unrecognized_keys') return [{ field, code: issue.code ?? 'invalid', message: issue.message }]
    return issue.keys.map((key) => ({
      field: field ? `${field}.${key}` : key,
      code: 'unknown-key',
      message: `unknown key ${key}`,
    }))
  })

/** Checks a body from outside and answers it; a malformed body is the problem `invalid-request`. */
export const calculate = (name: CalculatorName, body: unknown, context: LawContext): Outcome<object> => {
  const { request, calculate: answer } = calculators[name]
  const parsed = request.safeParse(body)
  if (!parsed.success) return refuse('invalid-request', fieldErrors(parsed.error))
  // The schema and the function of one entry belong together; TypeScript cannot follow that through the union.
  return (answer as (request: unknown, context: LawContext) => Outcome<object>)(parsed.data, context)
}

export { priceRejection } from './bid-price.ts'
export { contextAt, type LawContext, type Outcome, type Problem } from './contract.ts'
export { blocks, type Finding } from './findings.ts'
export { checkIntention, checkNoticeIntention } from './intention-check.ts'
export { checkNotice, type NoticeDraft } from './notice-check.ts'
export type { Method, ObjectKind, Regime, RuleId, RuleSet, Severity } from './rows/schema.ts'
export { resolve } from './rows.ts'
export { checkTimetable, type Plan, proposeTimetable, type TimetableDraft } from './timetable-plan.ts'
