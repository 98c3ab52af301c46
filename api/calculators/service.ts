import type * as z from 'zod'
import { now } from '../kernel/clock.ts'
import type { Deps } from '../kernel/deps.ts'
import { refuse } from '../kernel/problem.ts'
import type { Basis } from '../law/contract.ts'
import { type Asked, answer, type CalculatorName, malformation, type Told } from '../law/index.ts'
import { lawAt } from '../regulations/service.ts'

export type CalculatorDeps = Pick<Deps, 'db'>

type PublicBasis = Omit<Basis, 'effectiveFrom' | 'effectiveTo'>
type WithPublicBasis<T> = T extends unknown ? Omit<T, 'basis'> & { basis: PublicBasis[] } : never
type PublicAnswer<N extends CalculatorName> = WithPublicBasis<Told<N>>

/**
 * Answers one question on the platform's date, by the law as the city has it: with its amended figures and imported calendars.
 * What the law refuses becomes a problem that names field and article.
 */
export const ask =
  ({ db }: CalculatorDeps) =>
  async <N extends CalculatorName>(name: N, asked: Asked<N>): Promise<PublicAnswer<N>> => {
    const outcome = answer(name, asked, await lawAt(db, await now(db)))
    // Programs of others read these answers: a basis has the three names of the public contract and no more.
    if (!('problem' in outcome)) {
      const basis = outcome.basis.map(({ rule, regulation, article }) => ({ rule, regulation, article }))
      return { ...outcome, basis } as PublicAnswer<N>
    }
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
