import { lawUnder } from '../../../api/law/changes.ts'
import type { LawContext } from '../../../api/law/contract.ts'
import { api, must } from '../api.ts'

/**
 * The law of today as the city has it, by the platform's clock, not this machine's; where that one does not answer, this one
 * has to do. Without the city's own figures there is no answer: a wrong one would look like a right one.
 */
export const legalToday = async (fetcher: typeof fetch): Promise<LawContext> => {
  const [response, changes] = await Promise.all([
    fetcher('/api/clock').catch(() => null),
    must(api(fetcher).api.regulations.changes.$get()),
  ])
  const { now } = response?.ok ? ((await response.json()) as { now: string }) : { now: null }
  return lawUnder(changes, now ? Date.parse(now) : Date.now())
}
