import { type Selectable, sql } from 'kysely'
import type { Database } from '../../kernel/database.ts'
import type { Outage, OutageHold } from '../../kernel/schema.gen.ts'

export type Phase = 'deadline' | 'window'
export type OutageRow = Selectable<Outage>
export type HoldRow = Selectable<OutageHold>
type Place = { tender_id: string; phase: Phase | 'look'; n: number }

/** What followed outages of a tender, in order. */
export const outagesOf = (db: Database, tenderId: string): Promise<OutageRow[]> =>
  db.selectFrom('outage').selectAll().where('tender_id', '=', tenderId).orderBy('declared_at').execute()

export const insertOutage = (trx: Database, row: OutageRow) => trx.insertInto('outage').values(row).execute()

export const holdOf = (db: Database, { tender_id, phase, n }: Place): Promise<HoldRow | undefined> =>
  db
    .selectFrom('outage_hold')
    .selectAll()
    .where('tender_id', '=', tender_id)
    .where('phase', '=', phase)
    .where('n', '=', n)
    .executeTakeFirst()

/** The first instant stays: from it every wait is bounded. */
export const putHold = (trx: Database, row: HoldRow) =>
  trx
    .insertInto('outage_hold')
    .values(row)
    .onConflict((oc) =>
      oc
        .columns(['tender_id', 'phase', 'n'])
        .doUpdateSet({ looked_at: row.looked_at, next_at: row.next_at, event_id: row.event_id }),
    )
    .execute()

/** When the earliest deadline is due: a held one when a probe was heard since, or when its wait must be looked at again. */
export const nextDeadline = async (db: Database, heard: Date | null): Promise<Date | null> => {
  const { rows } = await sql<{ at: Date | null }>`
    select min(case when hold.n is null then tender.deadline
      when hold.looked_at <= ${heard}::timestamptz then to_timestamp(0) else hold.next_at end) as at
    from tender left join outage_hold hold on hold.tender_id = tender.id and hold.phase = 'deadline'
      and hold.n = tender.notice_n
    where tender.status = 'published' and not tender.suspended`.execute(db)
  return rows[0]?.at ?? null
}

/** Tenders in opening for which the probe log was not read since a probe was heard. */
export const unreadTenders = async (db: Database, heard: Date): Promise<string[]> => {
  const rows = await db
    .selectFrom('tender')
    .leftJoin('outage_hold', (join) =>
      join.onRef('outage_hold.tender_id', '=', 'tender.id').on('outage_hold.phase', '=', 'look'),
    )
    .select('tender.id')
    .where('tender.status', '=', 'closed')
    .where('tender.suspended', '=', false)
    .where((eb) => eb.or([eb('outage_hold.looked_at', 'is', null), eb('outage_hold.looked_at', '<=', heard)]))
    .execute()
  return rows.map(({ id }) => id)
}
