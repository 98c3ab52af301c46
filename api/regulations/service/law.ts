import { now } from '../../kernel/clock.ts'
import type { Database } from '../../kernel/database.ts'
import type { Calendar } from '../../law/calendar.ts'
import { calendarWith, type LawChanges, lawUnder } from '../../law/changes.ts'
import type { LawContext } from '../../law/contract.ts'
import type { RuleSet } from '../../law/rows/schema.ts'
import * as store from '../store.ts'
import { planOf } from './views.ts'

/** What was read, by its version: a version is never given twice, in no database. */
const cache = new Map<string, LawChanges>()
const KEPT = 8

/** Everything approved so far, as this transaction sees it. */
export const lawChanges = async (db: Database): Promise<LawChanges> => {
  const { version, amendments, calendars } = await store.lawOf(db, [...cache.keys()])
  const known = cache.get(version)
  if (known) return known
  // Another request may have emptied the cache between the question and its answer.
  if (amendments === null || calendars === null) return lawChanges(db)
  const changes = {
    amendments: amendments.map((one) => ({ ...one, approvedAt: new Date(one.approvedAt).toISOString() })),
    calendars,
  }
  if (cache.size >= KEPT) cache.clear()
  cache.set(version, changes)
  return changes
}

/** The law of an event: the one door to it, for every feature. Rows of the code, amended; the calendar with its imports. */
export const lawAt = async (
  db: Database,
  at: Date,
  sets?: readonly string[],
): Promise<LawContext & { calendar: Calendar }> => {
  const law = lawUnder(await lawChanges(db), at.getTime(), sets as readonly RuleSet[] | undefined)
  return law as LawContext & { calendar: Calendar }
}

/** A holiday plan and the calendars on both sides of it. */
export type Recount = {
  planId: string
  year: number
  source: string
  version: number
  approvedAt: Date
  before: Calendar
  after: Calendar
}

/** An approved plan is due at once: an instant in the past. */
const AT_ONCE = new Date(0)

/** Whether a plan came that this feature has not counted its days again for. */
export const nextRecount =
  (feature: string) =>
  async (db: Database): Promise<Date | null> =>
    (await store.uncounted(db, feature)).length > 0 ? AT_ONCE : null

/** Has a feature count its days again under each plan that it has not seen; counting must be idempotent. */
export const recount = async (
  db: Database,
  feature: string,
  count: (plan: Recount) => Promise<void>,
): Promise<void> => {
  const waiting = new Set((await store.uncounted(db, feature)).map(({ id }) => id))
  if (waiting.size === 0) return
  const all = await store.approvedPlans(db)
  for (const [at, row] of all.entries()) {
    if (!waiting.has(row.id)) continue
    await count({
      planId: row.id,
      year: row.year,
      source: row.source,
      version: row.version!,
      approvedAt: row.decided_at!,
      before: calendarWith(all.slice(0, at).map(planOf)),
      after: calendarWith(all.slice(0, at + 1).map(planOf)),
    })
    await store.markCounted(db, row.id, feature)
  }
}

/** The instant of an act that will be judged by it again: no other law is approved from here to the act's end. */
export const holdLaw = async (trx: Database): Promise<Date> => {
  await store.holdVersion(trx)
  return now(trx)
}
