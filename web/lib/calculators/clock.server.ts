import { contextAt, type LawContext } from '../../../api/law/contract.ts'

/** The law of today by the platform's clock, not this machine's; where that one does not answer, this one has to do. */
export const legalToday = async (fetcher: typeof fetch): Promise<LawContext> => {
  const response = await fetcher('/api/clock').catch(() => null)
  const { now } = response?.ok ? ((await response.json()) as { now: string }) : { now: null }
  return contextAt(now ? Date.parse(now) : Date.now())
}
