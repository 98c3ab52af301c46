import { lawUnder } from '../../../api/law/changes.ts'
import type { LawContext } from '../../../api/law/contract.ts'
import { api, must } from '../api.ts'

/**
 * The law of today as the city has it, by the platform's clock and not this machine's. Without the clock or the city's own
 * figures there is no answer: a wrong one would look like a right one.
 */
export const legalToday = async (fetcher: typeof fetch): Promise<LawContext> => {
  const [{ now }, changes] = await Promise.all([
    must(api(fetcher).api.clock.$get()),
    must(api(fetcher).api.regulations.changes.$get()),
  ])
  return lawUnder(changes, Date.parse(now))
}
