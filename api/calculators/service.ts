import type * as z from 'zod'
import { now } from '../kernel/clock.ts'
import type { Deps } from '../kernel/deps.ts'
import { refuse } from '../kernel/problem.ts'
import { type Asked, answer, type CalculatorName, contextAt, malformation, type Told } from '../law/index.ts'

export type CalculatorDeps = Pick<Deps, 'db'>

/** Answers one question on the platform's date; what the law refuses becomes a problem that names field and article. */
export const ask =
  ({ db }: CalculatorDeps) =>
  async <N extends CalculatorName>(name: N, asked: Asked<N>): Promise<Told<N>> => {
    const outcome = answer(name, asked, contextAt((await now(db)).getTime()))
    if (!('problem' in outcome)) return outcome
    const { code, ...facts } = outcome.problem
    return refuse(code, facts)
  }

/** A body that does not fit is answered like any other refusal of this calculator: each field, and the article behind it. */
export const malformed =
  (name: CalculatorName) =>
  (parsed: { success: true } | { success: false; error: z.ZodError }): undefined => {
    if (parsed.success) return
    const { code, ...facts } = malformation(name, parsed.error)
    return refuse(code, facts)
  }
