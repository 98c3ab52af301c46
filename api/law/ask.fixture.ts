import assert from 'node:assert/strict'
import { type CalculatorName, calculate } from './index.ts'

export const context = { today: '2026-11-23' }
/** The answer without its basis, which is checked to be there. */
export const ask = (name: CalculatorName, body: unknown): Record<string, unknown> => {
  const answer = calculate(name, body, context)
  if ('problem' in answer) return answer as unknown as Record<string, unknown>
  const { basis, ...rest } = answer
  assert.ok(basis.length > 0 && basis.every((item) => item.rule && item.regulation), `${name} cites its basis`)
  return rest
}
export const refused = (name: CalculatorName, body: unknown, code: string) => {
  const answer = calculate(name, body, context)
  assert.ok('problem' in answer, `${name} should refuse`)
  assert.ok(
    answer.problem.code === code || answer.problem.errors.some((error) => error.code === code),
    JSON.stringify(answer),
  )
}
export const scores = (answer: Record<string, unknown>) => (answer.bids as { score: string }[]).map((bid) => bid.score)
