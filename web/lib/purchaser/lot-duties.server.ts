import { answer, api } from '../api.ts'
import type { LotDuty } from './duties.ts'

const WORKED = ['opened', 'evaluated', 'awarded']

/** What each opened lot waits for from the purchaser's side. */
export const lotDuties = async (
  fetcher: typeof fetch,
  tenders: readonly { id: string; title: string; number: string; status: string }[],
): Promise<LotDuty[]> => {
  const client = api(fetcher)
  const perTender = await Promise.all(
    tenders
      .filter(({ status }) => WORKED.includes(status))
      .map(async (tender) => {
        const read = await answer(client.api.tenders[':id'].$get({ param: { id: tender.id } }))
        const lots = read.ok ? read.value.lots.filter(({ status }) => WORKED.includes(status)) : []
        return Promise.all(lots.map((lot) => dutyOf(client, tender, lot)))
      }),
  )
  return perTender.flat(2)
}

type Lot = { id: string; no: number; status: string }
type Tender = { id: string; title: string; number: string }

const dutyOf = async (client: ReturnType<typeof api>, tender: Tender, lot: Lot): Promise<LotDuty[]> => {
  const base = { ...tender, lotId: lot.id, lotNo: lot.no }
  if (lot.status === 'opened') {
    const room = await answer(client.api.lots[':id'].evaluation.room.$get({ param: { id: lot.id } }))
    if (!room.ok) return []
    if (room.value.status === 'not-formed') return [{ ...base, kind: 'committee', due: null }]
    return room.value.qualificationClosedAt === null ? [{ ...base, kind: 'qualification', due: null }] : []
  }
  const award = await answer(client.api.lots[':id'].award.$get({ param: { id: lot.id } }))
  if (!award.ok) return []
  const { award: decided, decisionDue, candidates } = award.value
  if (!decided) return candidates.length > 0 ? [{ ...base, kind: 'award', due: decisionDue }] : []
  if (!decided.publishedAt) return [{ ...base, kind: 'result', due: decided.publicationDue }]
  return lot.status === 'awarded' && decided.contractDue
    ? [{ ...base, kind: 'contract', due: decided.contractDue }]
    : []
}
