import type * as z from 'zod'
import { abnormallyLow } from './abnormally-low.ts'
import { arithmeticCorrection } from './arithmetic.ts'
import { benchmark } from './benchmark.ts'
import { capitalAmount } from './capitals.ts'
import { committee } from './committee.ts'
import type { LawContext, Outcome, Problem, Refused } from './contract.ts'
import { decryptionFailure, minimumBidders } from './counting.ts'
import { depositCap, depositRefund } from './deposits.ts'
import { fairCompetition } from './fair-competition.ts'
import { intentionDue } from './intention.ts'
import { latePayment } from './payment.ts'
import { period } from './period.ts'
import { priceScore } from './price-score.ts'
import { priceWeight } from './price-weight.ts'
import { ranking } from './ranking.ts'
import { citation } from './regulations.ts'
import type { RuleId } from './rows/schema.ts'
import { allRows } from './rows.ts'
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
  'fair-competition': fairCompetition,
  'capital-amount': capitalAmount,
  uscc,
} as const

export type CalculatorName = keyof typeof calculators
export const calculatorNames = Object.keys(calculators) as CalculatorName[]
export const isCalculatorName = (name: string): name is CalculatorName => Object.hasOwn(calculators, name)

/** The rule each calculator is about: cited where a body is so malformed that no rule of the case can be found. */
const leading: Record<CalculatorName, RuleId> = {
  period: 'DAY-3',
  timetable: 'TIM-notice',
  'price-score': 'PRC-2',
  benchmark: 'BM-AVG',
  ranking: 'PRC-3',
  'arithmetic-correction': 'ARI-4',
  'abnormally-low': 'PRC-5',
  committee: 'COM-1',
  'minimum-bidders': 'CNT-1',
  'price-weight': 'PRC-1',
  'decryption-failure': 'SB-11',
  'deposit-cap': 'DEP-1',
  'deposit-refund': 'DEP-5',
  'late-payment': 'CON-7',
  'sme-reservation': 'SME-5',
  'intention-due': 'INT-6',
  'timed-bidding': 'LAND-9',
  'fair-competition': 'F1',
  'capital-amount': 'CAP-1',
  uscc: 'USCC-1',
}

const leadingArticle = (name: CalculatorName): string => {
  const row = allRows.find(({ id }) => id === leading[name])
  return row ? citation(row) : ''
}

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

/** What is wrong with a body that does not fit its schema. */
export const malformation = (name: CalculatorName, error: z.ZodError): Problem => ({
  code: 'invalid-input',
  article: leadingArticle(name),
  errors: fieldErrors(error),
})

export type Asked<N extends CalculatorName> = z.output<(typeof calculators)[N]['request']>
export type Told<N extends CalculatorName> = Exclude<ReturnType<(typeof calculators)[N]['calculate']>, Refused>

/** Answers a question that fits its schema. */
export const answer = <N extends CalculatorName>(name: N, asked: Asked<N>, context: LawContext): Told<N> | Refused => {
  // The schema and the function of one entry belong together; TypeScript cannot follow that through the union.
  const { calculate } = calculators[name] as unknown as {
    calculate: (asked: Asked<N>, context: LawContext) => Told<N> | Refused
  }
  const outcome = calculate(asked, context)
  if (!('problem' in outcome) || outcome.problem.article !== undefined) return outcome
  return { problem: { ...outcome.problem, article: leadingArticle(name) } }
}

/** Checks a body from outside and answers it; a malformed body is the problem `invalid-input`. */
export const calculate = (name: CalculatorName, body: unknown, context: LawContext): Outcome<object> => {
  const parsed = calculators[name].request.safeParse(body)
  if (!parsed.success) return { problem: malformation(name, parsed.error) }
  return answer(name, parsed.data as Asked<CalculatorName>, context)
}

export { priceRejection } from './bid-price.ts'
export { contextAt, type LawContext, type Outcome, type Problem } from './contract.ts'
export { blocks, type Finding } from './findings.ts'
export { checkIntention, checkNoticeIntention } from './intention-check.ts'
export { checkNotice, type NoticeDraft } from './notice-check.ts'
export type { Method, ObjectKind, Regime, RuleId, RuleSet, Severity } from './rows/schema.ts'
export { resolve } from './rows.ts'
export { checkTimetable, type Plan, proposeTimetable, type TimetableDraft } from './timetable-plan.ts'
