import { type Insertable, type SqlBool, sql, type Updateable } from 'kysely'
import type { Database } from '../../kernel/database.ts'
import { type IdentityTables, tables } from '../store.ts'

export const insertOrganisation = (db: Database, row: Insertable<IdentityTables['organisation']>) =>
  tables(db)
    .insertInto('organisation')
    .values(row)
    .onConflict((oc) => oc.column('uscc').doNothing())
    .returningAll()
    .executeTakeFirst()

export const organisationById = (db: Database, id: string) =>
  tables(db).selectFrom('organisation').selectAll().where('id', '=', id).executeTakeFirst()

export const organisationsByIds = (db: Database, ids: readonly string[]) =>
  ids.length === 0
    ? Promise.resolve([])
    : tables(db)
        .selectFrom('organisation')
        .selectAll()
        .where('id', 'in', [...ids])
        .execute()

export const updateOrganisation = (db: Database, id: string, set: Updateable<IdentityTables['organisation']>) =>
  tables(db).updateTable('organisation').set(set).where('id', '=', id).returningAll().executeTakeFirst()

export type OrganisationFilter = {
  kind?: string | undefined
  text?: string | undefined
  suppliers: boolean
  limit: number
  after?: string | undefined
}

/** By name, a page at a time; without `suppliers` only organisations that are something else as well. */
export const listOrganisations = (db: Database, filter: OrganisationFilter) => {
  let query = tables(db).selectFrom('organisation').selectAll().orderBy('name').orderBy('id').limit(filter.limit)
  if (filter.kind) query = query.where(sql<SqlBool>`${filter.kind} = any(kinds)`)
  if (!filter.suppliers) query = query.where(sql<SqlBool>`not kinds <@ array['supplier']`)
  if (filter.text) {
    const like = `%${filter.text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`
    query = query.where((eb) => eb.or([eb('name', 'ilike', like), eb('uscc', 'ilike', like)]))
  }
  if (filter.after)
    query = query.where(sql<SqlBool>`(name, id) > (select name, id from organisation where id = ${filter.after}::uuid)`)
  return query.execute()
}

export const insertMandate = (db: Database, row: Insertable<IdentityTables['mandate']>) =>
  tables(db)
    .insertInto('mandate')
    .values(row)
    .onConflict((oc) => oc.column('statement_sha256').doNothing())
    .returningAll()
    .executeTakeFirst()

export const mandateById = (db: Database, id: string) =>
  tables(db).selectFrom('mandate').selectAll().where('id', '=', id).executeTakeFirst()

/** Mandates of one side or both; all of them when no organisation is named. */
export const listMandates = (db: Database, organisationId: string | null) => {
  let query = tables(db)
    .selectFrom('mandate as m')
    .innerJoin('organisation as a', 'a.id', 'm.agency_id')
    .innerJoin('organisation as p', 'p.id', 'm.purchaser_id')
    .selectAll('m')
    .select(['a.name as agency_name', 'p.name as purchaser_name'])
    .orderBy('m.made_at', 'desc')
  if (organisationId !== null)
    query = query.where((eb) =>
      eb.or([eb('m.agency_id', '=', organisationId), eb('m.purchaser_id', '=', organisationId)]),
    )
  return query.execute()
}

export type MandateListRow = Awaited<ReturnType<typeof listMandates>>[number]

export const mandatesBetween = (db: Database, agencyId: string, purchaserId: string) =>
  tables(db)
    .selectFrom('mandate')
    .selectAll()
    .where('agency_id', '=', agencyId)
    .where('purchaser_id', '=', purchaserId)
    .orderBy('valid_until', 'desc')
    .execute()

export const revokeMandate = (db: Database, id: string, by: string, at: Date) =>
  tables(db)
    .updateTable('mandate')
    .set({ revoked_at: at, revoked_by: by })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
