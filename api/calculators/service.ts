import type * as z from 'zod'
import { now } from '../kernel/clock.ts'
import type { Deps } from '../kernel/deps.ts'
import { refuse } from '../kernel/problem.ts'
import { type Asked, answer, type CalculatorName, malformation, type Told } from '../law/index.ts'
import { lawAt } from '../regulations/service.ts'

export type CalculatorDeps = Pick<Deps, 'db'>

/**
 * Answers one question on the platform's date, by the law as the city has it: with its amended figures and imported calendars.
 * What the law refuses becomes a problem that names field and article.
 */
export const ask =
  ({ db }: CalculatorDeps) =>
  async <N extends CalculatorName>(name: N, asked: Asked<N>): Promise<Told<N>> => {
    const outcome = answer(name, asked, await lawAt(db, await now(db)))
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
