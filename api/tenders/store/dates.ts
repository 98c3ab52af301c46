import type { DateChange, DateFault } from '../rules/recount.ts'
import type { Db } from '../store.ts'

type Told = {
  tender_id: string
  plan_id: string
  year: number
  source: string
  changes: readonly DateChange[]
  findings: readonly DateFault[]
}

/** Published tenders that have not ended. */
export const runningTenders = (db: Db) =>
  db
    .selectFrom('tender')
    .select('id')
    .where('status', 'in', ['published', 'closed', 'opened', 'evaluated', 'awarded'])
    .orderBy('id')
    .execute()

/** False where it was told already. */
export const insertDateChange = async (trx: Db, row: Told): Promise<boolean> => {
  const made = await trx
    .insertInto('tender_date_change')
    .values({ ...row, changes: JSON.stringify(row.changes), findings: JSON.stringify(row.findings) })
    .onConflict((oc) => oc.doNothing())
    .returning('tender_id')
    .executeTakeFirst()
  return made !== undefined
}

/** Newest first. */
export const dateChangesOf = async (db: Db, tenderIds: readonly string[]) => {
  if (tenderIds.length === 0) return []
  const rows = await db
    .selectFrom('tender_date_change')
    .selectAll()
    // A notice that came after it was made under the new plan.
    .select((eb) =>
      eb
        .exists(
          eb
            .selectFrom('notice')
            .select('notice.n')
            .whereRef('notice.tender_id', '=', 'tender_date_change.tender_id')
            .whereRef('notice.published_at', '>', 'tender_date_change.told_at'),
        )
        .as('answered'),
    )
    .where('tender_id', 'in', tenderIds)
    .orderBy('told_at', 'desc')
    .execute()
  return rows.map((row) => ({ ...row, changes: row.changes as DateChange[], findings: row.findings as DateFault[] }))
}
