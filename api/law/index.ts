import type * as z from 'zod'
import { type LawContext, type Outcome, refuse } from './contract.ts'
import { depositCap, depositRefund } from './deposits.ts'
import { period } from './period.ts'
import { timetable } from './timetable.ts'
import { uscc } from './uscc.ts'

/** Every calculator by its public name (CALCULATORS.md). */
export const calculators = {
  period,
  timetable,
  'deposit-cap': depositCap,
  'deposit-refund': depositRefund,
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
