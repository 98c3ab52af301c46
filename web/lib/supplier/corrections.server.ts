import { answer, type api } from '../api.ts'
import type { TenderView } from './bids.ts'
import { type Correction, since } from './corrections.ts'

type Client = ReturnType<typeof api>['api']

/** What was corrected after notice `from`, in its own words; a text that cannot be read just now is left out, not the fact. */
export const correctionsSince = async (
  client: Client,
  tender: Pick<TenderView, 'id' | 'notices'>,
  from: number,
): Promise<Correction[]> =>
  Promise.all(
    since(tender.notices, from).map(async ({ n, affecting, publishedAt }) => {
      const got = await answer(client.tenders[':id'].notices[':n'].$get({ param: { id: tender.id, n: `${n}` } }))
      return { n, affecting, publishedAt, reason: got.ok ? (got.value.reason ?? '') : '' }
    }),
  )
