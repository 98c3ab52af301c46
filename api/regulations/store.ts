import { type Insertable, type Kysely, type Selectable, sql, type Updateable } from 'kysely'
import type { DB } from '../kernel/schema.gen.ts'
import type { YearPlanImport } from '../law/calendar.ts'
import type { Amendment } from '../law/changes.ts'

export type Db = Kysely<DB>
export type AmendmentRow = Selectable<DB['rule_amendment']>
export type PlanRow = Selectable<DB['calendar_plan']>

export type Kept = { version: string; amendments: Amendment[] | null; calendars: YearPlanImport[] | null }

/** One question: the version of the law and, where the asker does not know it yet, what makes it up. */
export const lawOf = async (db: Db, known: readonly string[]): Promise<Kept> => {
  const { rows } = await sql<Kept>`
    select version,
      case when version = any(${[...known]}::uuid[]) then null else (
        select coalesce(json_agg(json_build_object('id', id, 'rule', rule, 'regime', regime, 'object', object,
          'method', method, 'params', params, 'effectiveFrom', effective_from, 'document', document, 'article', article,
          'approvedAt', decided_at) order by decided_at, serial), '[]')
        from rule_amendment where status = 'approved') end as amendments,
      case when version = any(${[...known]}::uuid[]) then null else (
        select coalesce(json_agg(json_build_object('year', year, 'source', source, 'holidays', holidays,
          'workdays', workdays) order by decided_at, version), '[]')
        from calendar_plan where status = 'approved') end as calendars
    from law_version`.execute(db)
  return rows[0]!
}

/** Approvals stand in a queue, and behind every act that holds the law. */
export const lockVersion = async (trx: Db): Promise<void> => {
  await trx.selectFrom('law_version').select('version').forUpdate().execute()
}

/** Each approval makes another law. Call it after the change: whoever reads the new version must find it. */
export const renewVersion = async (trx: Db): Promise<void> => {
  await trx.updateTable('law_version').set({ version: sql<string>`gen_random_uuid()` }).execute()
}

/** No other law is approved while this transaction lives. */
export const holdVersion = async (trx: Db): Promise<void> => {
  await trx.selectFrom('law_version').select('version').forShare().execute()
}

export const insertAmendment = (trx: Db, row: Insertable<DB['rule_amendment']>): Promise<AmendmentRow> =>
  trx.insertInto('rule_amendment').values(row).returningAll().executeTakeFirstOrThrow()

export const lockAmendment = (trx: Db, id: string): Promise<AmendmentRow | undefined> =>
  trx.selectFrom('rule_amendment').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()

export const updateAmendment = (trx: Db, id: string, change: Updateable<DB['rule_amendment']>): Promise<AmendmentRow> =>
  trx.updateTable('rule_amendment').set(change).where('id', '=', id).returningAll().executeTakeFirstOrThrow()

export const amendments = (db: Db): Promise<AmendmentRow[]> =>
  db.selectFrom('rule_amendment').selectAll().orderBy('serial', 'desc').limit(500).execute()

export const insertPlan = (trx: Db, row: Insertable<DB['calendar_plan']>): Promise<PlanRow> =>
  trx.insertInto('calendar_plan').values(row).returningAll().executeTakeFirstOrThrow()

export const lockPlan = (trx: Db, id: string): Promise<PlanRow | undefined> =>
  trx.selectFrom('calendar_plan').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()

export const updatePlan = (trx: Db, id: string, change: Updateable<DB['calendar_plan']>): Promise<PlanRow> =>
  trx.updateTable('calendar_plan').set(change).where('id', '=', id).returningAll().executeTakeFirstOrThrow()

export const plans = (db: Db): Promise<PlanRow[]> =>
  db.selectFrom('calendar_plan').selectAll().orderBy('serial', 'desc').limit(500).execute()

/** Approved plans in the order in which they became the calendar. */
export const approvedPlans = (db: Db): Promise<PlanRow[]> =>
  db
    .selectFrom('calendar_plan')
    .selectAll()
    .where('status', '=', 'approved')
    .orderBy('decided_at')
    .orderBy('version')
    .execute()

/** Plans under which this feature has not counted its days again yet. */
export const uncounted = (db: Db, feature: string) =>
  db
    .selectFrom('calendar_plan')
    .leftJoin('calendar_recount', (join) =>
      join.onRef('calendar_recount.plan_id', '=', 'calendar_plan.id').on('calendar_recount.feature', '=', feature),
    )
    .select('calendar_plan.id')
    .where('calendar_plan.status', '=', 'approved')
    .where('calendar_recount.plan_id', 'is', null)
    .execute()

export const markCounted = async (db: Db, planId: string, feature: string): Promise<void> => {
  await db
    .insertInto('calendar_recount')
    .values({ plan_id: planId, feature })
    .onConflict((oc) => oc.doNothing())
    .execute()
}

export const nextPlanVersion = async (trx: Db, year: number): Promise<number> => {
  const row = await trx
    .selectFrom('calendar_plan')
    .select((eb) => eb.fn.max('version').as('newest'))
    .where('year', '=', year)
    .executeTakeFirst()
  return (row?.newest ?? 0) + 1
}
