import { type Insertable, sql } from 'kysely'
import type { Database } from '../../kernel/database.ts'
import { type IdentityTables, tables } from '../store.ts'

export const insertCertificate = (db: Database, row: Insertable<IdentityTables['certificate']>) =>
  tables(db)
    .insertInto('certificate')
    .values(row)
    .onConflict((oc) => oc.column('sha256').doNothing())
    .returningAll()
    .executeTakeFirst()

export const certificateBySha256 = (db: Database, sha256: Uint8Array) =>
  tables(db).selectFrom('certificate').selectAll().where('sha256', '=', sha256).executeTakeFirst()

export const certificateById = (db: Database, id: string) =>
  tables(db).selectFrom('certificate').selectAll().where('id', '=', id).executeTakeFirst()

/** A person's certificates and those of the organisation acted for, newest first. */
export const certificatesOf = (db: Database, personId: string, organisationId: string | null) =>
  tables(db)
    .selectFrom('certificate')
    .selectAll()
    .where((eb) =>
      eb.or([
        eb('person_id', '=', personId),
        ...(organisationId === null ? [] : [eb('organisation_id', '=', organisationId)]),
      ]),
    )
    .where('unbound_at', 'is', null)
    .orderBy('bound_at', 'desc')
    .execute()

export const unbindCertificate = (db: Database, id: string, at: Date) =>
  tables(db).updateTable('certificate').set({ unbound_at: at }).where('id', '=', id).execute()

export const insertCrl = (db: Database, row: Insertable<IdentityTables['certificate_crl']>) =>
  tables(db)
    .insertInto('certificate_crl')
    .values(row)
    .onConflict((oc) => oc.column('sha256').doNothing())
    .returning('sha256')
    .executeTakeFirst()

export const newestCrl = (db: Database, authoritySha256: Uint8Array) =>
  tables(db)
    .selectFrom('certificate_crl')
    .selectAll()
    .where('authority_sha256', '=', authoritySha256)
    .orderBy('this_update', 'desc')
    .orderBy('stored_at', 'desc')
    .limit(1)
    .executeTakeFirst()

/** SHA-256 of each authority's list in force at an instant, in their order: the newest that had begun and not run out; or null. */
const listsInForce = (authorities: readonly Uint8Array[], at: Date) =>
  sql<(Buffer | null)[]>`array(
    select list.sha256 from unnest(${authorities.map((one) => Buffer.from(one))}::bytea[]) with ordinality asked(sha256, no)
    left join lateral (
      select sha256 from certificate_crl
      where authority_sha256 = asked.sha256 and this_update <= ${at} and next_update >= ${at}
      order by this_update desc, stored_at desc limit 1) list on true
    order by asked.no)`

export const listsAt = async (db: Database, authorities: readonly Uint8Array[], at: Date) => {
  const { rows } = await sql<{ lists: (Buffer | null)[] }>`select ${listsInForce(authorities, at)} as lists`.execute(db)
  return rows[0]!.lists
}

/** A certificate bound here together with the lists by which it is judged: one round for what each bid asks. */
export const certificateWithLists = (db: Database, sha256: Uint8Array, authorities: readonly Uint8Array[], at: Date) =>
  tables(db)
    .selectFrom('certificate')
    .selectAll()
    .select(listsInForce(authorities, at).as('lists'))
    .where('sha256', '=', sha256)
    .executeTakeFirst()

export const listBySha256 = (db: Database, sha256: Uint8Array) =>
  tables(db).selectFrom('certificate_crl').selectAll().where('sha256', '=', sha256).executeTakeFirstOrThrow()

/** One writer of the demo authority's register at a time, over all replicas. */
export const lockDemoRegister = async (db: Database): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtextextended('sunlit-demo-ca', 0))`.execute(db)
}

export const insertDemoCertificate = (db: Database, serial: string, certificateId: string) =>
  tables(db).insertInto('demo_certificate').values({ serial, certificate_id: certificateId }).execute()

export const revokeDemoCertificate = (db: Database, certificateId: string, at: Date) =>
  tables(db)
    .updateTable('demo_certificate')
    .set({ revoked_at: at })
    .where('certificate_id', '=', certificateId)
    .where('revoked_at', 'is', null)
    .returning('serial')
    .executeTakeFirst()

export const demoRevocations = (db: Database) =>
  tables(db)
    .selectFrom('demo_certificate as d')
    .innerJoin('certificate as c', 'c.id', 'd.certificate_id')
    .select(['c.der', 'd.revoked_at'])
    .where('d.revoked_at', 'is not', null)
    .orderBy('d.revoked_at')
    .execute()
