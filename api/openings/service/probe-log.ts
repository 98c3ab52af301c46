import { now } from '../../kernel/clock.ts'
import type { Database } from '../../kernel/database.ts'
import type { Deps } from '../../kernel/deps.ts'
import { probeRecord, type Span } from '../../probes/service.ts'
import { MINUTE } from '../../seal/probe.ts'
import { noticeAt, publicTender, type TenderRow } from '../../tenders/service/shared.ts'
import { outagesOf } from '../store/outages.ts'
import { closingsOf } from '../store.ts'

const HOUR = 60 * MINUTE
const time = (instant: Date | null | undefined): number | null => instant?.getTime() ?? null

/** An hour before each deadline that was reached, or since its outage began, up to the notice that moved it or to CLOSED. */
const deadlineSpans = async (db: Database, tender: TenderRow, closed: number): Promise<Span[]> => {
  const notices = await Promise.all(
    Array.from({ length: tender.notice_n! + 1 }, async (_, n) => (await noticeAt(db, tender.id, n)).notice),
  )
  const outages = (await outagesOf(db, tender.id)).filter(({ phase }) => phase === 'deadline')
  return notices.flatMap(({ deadline }, n): Span[] => {
    const at = Date.parse(deadline)
    const ends = notices[n + 1] ? Date.parse(notices[n + 1]!.publishedAt) : closed
    const began = outages.find((row) => row.n === n + 1)?.began_at.getTime() ?? at
    return ends < at - HOUR ? [] : [{ from: Math.min(at - HOUR, began), to: ends + MINUTE }]
  })
}

/** From CLOSED to the decision: the whole of both windows. */
const windowSpans = async (db: Database, tender: TenderRow, closed: number, at: number): Promise<Span[]> => {
  if (tender.status === 'published') return []
  const rows = await closingsOf(db, tender.id)
  const decided = rows.map((row) => time(row.decided_at) ?? at)
  return rows.length === 0 ? [] : [{ from: closed - MINUTE, to: Math.max(...decided) + MINUTE }]
}

/** The probe log of a tender: public at once, for it tells of the platform and of no bidder. */
export const probeLog = (deps: Deps) => async (tenderId: string) => {
  const tender = await publicTender(deps.db, tenderId)
  const at = (await now(deps.db)).getTime()
  const closed = Math.min(at, ...(await closingsOf(deps.db, tenderId)).map((row) => row.closed_at.getTime()))
  const spans = [...(await deadlineSpans(deps.db, tender, closed)), ...(await windowSpans(deps.db, tender, closed, at))]
  return probeRecord(deps.db, spans)
}
