import { type Insertable, type Selectable, sql } from 'kysely'
import type { Database } from '../kernel/database.ts'
import type { Rehearsal, RehearsalPart } from '../kernel/schema.gen.ts'

export type RehearsalRow = Selectable<Rehearsal>
export type PartRow = Selectable<RehearsalPart>

/** One organisation's rehearsals begin one after another: two windows would else both find the same quota left. */
export const lockQuota = async (trx: Database, organisationId: string): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`sunlit-rehearsal/${organisationId}`}, 0))`.execute(trx)
}

/** Begun since an instant, finished or not. */
export const usedSince = async (db: Database, organisationId: string, since: Date) => {
  const row = await db
    .selectFrom('rehearsal')
    .select(({ fn }) => [fn.countAll<bigint>().as('count'), fn.sum<string>('bytes').as('bytes')])
    .where('organisation_id', '=', organisationId)
    .where('started_at', '>', since)
    .executeTakeFirstOrThrow()
  return { count: Number(row.count), bytes: Number(row.bytes ?? 0) }
}

export const rehearsalByManifest = (db: Database, hash: Uint8Array) =>
  db.selectFrom('rehearsal').selectAll().where('manifest_hash', '=', hash).executeTakeFirst()

export const rehearsalOf = (db: Database, id: string, organisationId: string) =>
  db
    .selectFrom('rehearsal')
    .selectAll()
    .where('id', '=', id)
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst()

export const lockRehearsal = (trx: Database, id: string) =>
  trx.selectFrom('rehearsal').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()

/** Nothing where another rehearsal has this id. */
export const insertRehearsal = (trx: Database, row: Insertable<Rehearsal>) =>
  trx
    .insertInto('rehearsal')
    .values(row)
    .onConflict((oc) => oc.column('id').doNothing())
    .returningAll()
    .executeTakeFirst()

export const insertParts = (trx: Database, rows: Insertable<RehearsalPart>[]) =>
  trx.insertInto('rehearsal_part').values(rows).execute()

export const updateRehearsal = (trx: Database, id: string, set: Partial<Omit<RehearsalRow, 'id'>>) =>
  trx.updateTable('rehearsal').set(set).where('id', '=', id).returningAll().executeTakeFirstOrThrow()

export const partsOf = (db: Database, id: string) =>
  db
    .selectFrom('rehearsal_part')
    .selectAll()
    .where('rehearsal_id', '=', id)
    .orderBy('envelope_no')
    .orderBy('part')
    .execute()

export const markStored = (db: Database, part: PartRow, at: Date) =>
  db
    .updateTable('rehearsal_part')
    .set({ stored_at: at })
    .where('rehearsal_id', '=', part.rehearsal_id)
    .where('envelope_no', '=', part.envelope_no)
    .where('part', '=', part.part)
    .execute()

export const deleteParts = (trx: Database, id: string) =>
  trx.deleteFrom('rehearsal_part').where('rehearsal_id', '=', id).execute()

/** The newest that were passed. */
export const passedOf = (db: Database, organisationId: string) =>
  db
    .selectFrom('rehearsal')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .where('state', '=', 'passed')
    .orderBy('passed_at', 'desc')
    .limit(20)
    .execute()

/** Whose parts are to go first. */
export const nextKept = (db: Database) =>
  db
    .selectFrom('rehearsal')
    .select(['id', 'keep_until'])
    .where('parts_deleted_at', 'is', null)
    .orderBy('keep_until')
    .limit(1)
    .executeTakeFirst()

export const keptTill = (db: Database, at: Date) =>
  db
    .selectFrom('rehearsal')
    .select('id')
    .where('parts_deleted_at', 'is', null)
    .where('keep_until', '<=', at)
    .orderBy('keep_until')
    .limit(100)
    .execute()
