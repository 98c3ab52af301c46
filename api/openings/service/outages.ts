import { SYSTEM } from '../../kernel/actor.ts'
import type { Database } from '../../kernel/database.ts'
import type { Deps } from '../../kernel/deps.ts'
import { type Appended, append } from '../../log/append.ts'
import { holdProbeLog, lastHeard, type NamedProbes, probesOf, saidWithin } from '../../probes/service.ts'
import {
  type Judged,
  judgeInstant,
  MOST_OUTAGES,
  MOST_RED,
  OUTAGE_CLAUSE,
  type Outage,
  runsOf,
} from '../../seal/outage.ts'
import { MINUTE } from '../../seal/probe.ts'
import { isStopped } from '../../seal/windows.ts'
import { currentNotice, lockTender, stopsOf, type TenderRow } from '../../tenders/service/shared.ts'
import { lookAgain } from '../rules.ts'
import * as store from '../store/outages.ts'
import * as closings from '../store.ts'

/** The probes that count for a tender; null where none was named before its notice, or its document does not know the rule. */
export const probesFor = async (db: Database, tender: TenderRow): Promise<NamedProbes | null> => {
  if (!tender.published_at) return null
  const { notice } = await currentNotice(db, tender.id)
  if (!notice.clauses.some(({ id }) => id === OUTAGE_CLAUSE)) return null
  return probesOf(db, { publishedAt: tender.published_at, digest: notice.probesSha256 })
}

const isoOf = (instant: number): string => new Date(instant).toISOString()
const outageOf = ({ from, to }: Outage) => ({ from: isoOf(from), to: isoOf(to) })

/** What is due, why it may have to wait, and which outage it would be. */
type Due = { tender: TenderRow; phase: store.Phase; instant: number; at: Date }

/** `n`: of the notice whose deadline it is, or of the outage that it would be. Past the third outage nothing waits. */
const judge = async (trx: Database, { tender, phase, instant, at }: Due) => {
  const known = (await store.outagesOf(trx, tender.id)).filter((row) => row.phase === phase)
  const n = phase === 'deadline' ? tender.notice_n! : known.length + 1
  const probes = known.length < MOST_OUTAGES ? await probesFor(trx, tender) : null
  if (!probes) return { n, hold: undefined, looked: at, judged: { act: 'go' } satisfies Judged as Judged }
  const looked = await holdProbeLog(trx)
  const hold = await store.holdOf(trx, { tender_id: tender.id, phase, n })
  const said = await saidWithin(trx, probes, instant - MOST_RED - MINUTE, at.getTime() + MINUTE)
  const since = (hold?.held_at ?? at).getTime()
  return { n, hold, looked, judged: judgeInstant(instant, said, probes.of, { since, now: at.getTime() }) }
}

/** The log tells that a deadline has passed and why its list is not there yet: else it would look like leisure. */
const tellHold = async (trx: Database, tender: TenderRow, why: 'red' | 'silent'): Promise<string> => {
  const data = { noticeN: tender.notice_n!, deadline: tender.deadline!.toISOString(), why }
  return (await append(trx, SYSTEM, { type: 'closing.held/1', tenderId: tender.id, scope: 'public', data })).eventId
}

/**
 * SEALING.md §4 Close: whether what is due at an instant may be done now. While it must wait, when it was first held back and
 * when it is looked at again is kept; every wait is bounded, so that neither silence nor a false probe stops a tender.
 */
export const judged = async (trx: Database, due: Due): Promise<Judged> => {
  const { tender, phase, at } = due
  const { n, hold, looked, judged: verdict } = await judge(trx, due)
  if (verdict.act !== 'wait') return verdict
  const heldAt = hold?.held_at ?? at
  const isTold = phase === 'window' || hold?.event_id != null
  const { tell, next } = lookAgain({ heldAt: heldAt.getTime(), isTold }, verdict.until, at.getTime())
  const eventId = tell ? await tellHold(trx, tender, verdict.why) : (hold?.event_id ?? null)
  const times = { held_at: heldAt, looked_at: looked, next_at: new Date(next) }
  await store.putHold(trx, { tender_id: tender.id, phase, n, ...times, event_id: eventId })
  return verdict
}

/** Which outage moved a deadline, beside the notice that does. */
export const recordMoved = async (
  trx: Database,
  tender: TenderRow,
  notice: { n: number; deadline: string },
  outage: Outage,
): Promise<void> => {
  const { n, deadline } = notice
  const data = { noticeN: n, before: tender.deadline!.toISOString(), deadline, ...outageOf(outage) }
  const event = await append(trx, SYSTEM, { type: 'deadline.moved/1', tenderId: tender.id, scope: 'public', data })
  await insertOutage(trx, { tender, phase: 'deadline', n, outage }, event)
}

type Followed = { tender: TenderRow; phase: store.Phase; n: number; outage: Outage }

const insertOutage = (trx: Database, { tender, phase, n, outage }: Followed, event: Appended) =>
  store.insertOutage(trx, {
    tender_id: tender.id,
    phase,
    n,
    began_at: new Date(outage.from),
    ended_at: new Date(outage.to),
    declared_at: new Date(event.at),
    event_id: event.eventId,
  })

/** OUTAGE n: once-only, and every client moves the windows by its leaf alone. Logged when the outage is over. */
export const declareOutage = async (trx: Database, tender: TenderRow, outage: Outage): Promise<void> => {
  const n = (await store.outagesOf(trx, tender.id)).filter(({ phase }) => phase === 'window').length + 1
  const event = await append(trx, SYSTEM, {
    type: 'outage.declared/1',
    tenderId: tender.id,
    scope: 'public',
    subject: { name: 'OUTAGE', n },
    data: { n, ...outageOf(outage) },
  })
  await insertOutage(trx, { tender, phase: 'window', n, outage }, event)
}

/**
 * The first outage since STORED that is over and not declared yet; each is declared once, and three at most. One that lies
 * wholly in a suspension cut no window short, and must not use up what a later one needs.
 */
const undeclared = async (trx: Database, tender: TenderRow, at: Date): Promise<Outage | null> => {
  const starts = (await closings.closingsOf(trx, tender.id)).flatMap((row) => row.stored_at?.getTime() ?? [])
  const known = (await store.outagesOf(trx, tender.id)).filter(({ phase }) => phase === 'window')
  const probes = starts.length > 0 && known.length < MOST_OUTAGES ? await probesFor(trx, tender) : null
  if (!probes) return null
  const since = Math.max(Math.min(...starts), ...known.map(({ ended_at }) => ended_at.getTime()))
  const said = await saidWithin(trx, probes, since - MINUTE, at.getTime() + MINUTE)
  const stops = await stopsOf(trx, tender.id)
  return runsOf(said, probes.of).find((run) => run.isOver && run.to > since && !isStopped(run, stops)) ?? null
}

/** Reads what the probes said since the last look, for each tender in opening; windows begin anew where they must. */
export const declareOutages = (deps: Deps) => async (): Promise<void> => {
  const heard = await lastHeard(deps.db)
  if (!heard) return
  for (const id of await store.unreadTenders(deps.db, heard))
    await deps.db.transaction().execute(async (trx) => {
      const tender = await lockTender(trx, id, 'update')
      if (tender.status !== 'closed' || tender.suspended) return
      const at = await holdProbeLog(trx)
      const outage = await undeclared(trx, tender, at)
      if (outage) await declareOutage(trx, tender, outage)
      const times = { held_at: at, looked_at: at, next_at: at }
      await store.putHold(trx, { tender_id: id, phase: 'look', n: 0, ...times, event_id: null })
      if (outage) await deps.live.changed(trx, `tender:${id}`)
    })
}

/** At once when a probe was heard and some tender in opening was not looked at since. */
export const nextReading = async (db: Database): Promise<Date | null> => {
  const heard = await lastHeard(db)
  return heard && (await store.unreadTenders(db, heard)).length > 0 ? new Date(0) : null
}

/** When a decision that waits for the probes is looked at again; null when none waits. */
export const windowHold = async (db: Database, tenderId: string, end: Date): Promise<Date | null> => {
  const n = (await store.outagesOf(db, tenderId)).filter(({ phase }) => phase === 'window').length + 1
  const hold = await store.holdOf(db, { tender_id: tenderId, phase: 'window', n })
  if (!hold || hold.held_at < end) return null
  const heard = await lastHeard(db)
  return heard && hold.looked_at <= heard ? new Date(0) : hold.next_at
}
