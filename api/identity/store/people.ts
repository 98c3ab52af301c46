import { type Insertable, sql } from 'kysely'
import type { Database } from '../../kernel/database.ts'
import { type IdentityTables, tables } from '../store.ts'

export const personById = (db: Database, id: string) =>
  tables(db).selectFrom('person').selectAll().where('id', '=', id).executeTakeFirst()

export const personByEmail = (db: Database, email: string) =>
  tables(db).selectFrom('person').selectAll().where('email', '=', email).executeTakeFirst()

export const peopleByIds = (db: Database, ids: readonly string[]) =>
  tables(db)
    .selectFrom('person')
    .select(['id', 'name'])
    .where('id', 'in', [...ids])
    .execute()

export const insertMembership = (db: Database, row: Insertable<IdentityTables['membership']>) =>
  tables(db)
    .insertInto('membership')
    .values(row)
    .onConflict((oc) => oc.columns(['person_id', 'organisation_id', 'role']).where('ended_at', 'is', null).doNothing())
    .returningAll()
    .executeTakeFirst()

/** What is asked of a membership, wherever it is asked. */
const MEMBERSHIP = [
  'm.id',
  'm.role',
  'm.manages',
  'm.organisation_id',
  'o.name',
  'o.uscc',
  'o.kinds',
  'o.status',
] as const

/** Memberships in force, with the organisation they belong to, oldest first. */
export const membershipsOf = (db: Database, personId: string) =>
  tables(db)
    .selectFrom('membership as m')
    .innerJoin('organisation as o', 'o.id', 'm.organisation_id')
    .select(MEMBERSHIP)
    .where('m.person_id', '=', personId)
    .where('m.ended_at', 'is', null)
    .orderBy('m.since')
    .orderBy('m.id')
    .execute()

export type MembershipView = Awaited<ReturnType<typeof membershipsOf>>[number]

/** The same as names and values of a JSON object. */
const MEMBER_PAIRS = MEMBERSHIP.flatMap((name) => [sql.lit(name.slice('m.'.length)), sql.ref(name)])

type OpenSession = {
  token: string
  via: string
  membership_id: string | null
  expires_at: Date
  two_factor_enabled: boolean
  id: string
  name: string
  email: string
  memberships: MembershipView[]
}

/**
 * An open session by its token, with its person and the memberships in force; null when there is none or it has ended.
 * Every request asks this: in plain SQL, whose text need not be made anew each time.
 */
export const openSession = async (db: Database, token: string) => {
  const { rows } = await sql<OpenSession>`
    select s.token, s.via, s.membership_id, s.expires_at, p.two_factor_enabled, p.id, p.name, p.email,
      (select coalesce(json_agg(json_build_object(${sql.join(MEMBER_PAIRS)}) order by m.since, m.id), '[]')
        from membership m join organisation o on o.id = m.organisation_id
        where m.person_id = p.id and m.ended_at is null) as memberships
    from person_session s join person p on p.id = s.person_id
    where s.token = ${token} and s.expires_at > now()`.execute(db)
  const [row] = rows
  if (!row) return null
  const { id, name, email, membership_id, expires_at, two_factor_enabled, ...rest } = row
  const person = { id, name, email }
  return { ...rest, person, membershipId: membership_id, expiresAt: expires_at, twoFactorEnabled: two_factor_enabled }
}

export const membersOf = (db: Database, organisationId: string) =>
  tables(db)
    .selectFrom('membership as m')
    .innerJoin('person as p', 'p.id', 'm.person_id')
    .select(['m.id', 'm.role', 'm.manages', 'm.since', 'm.person_id', 'p.name', 'p.email'])
    .where('m.organisation_id', '=', organisationId)
    .where('m.ended_at', 'is', null)
    .orderBy('m.since')
    .execute()

export const lockMembership = (db: Database, id: string) =>
  tables(db)
    .selectFrom('membership')
    .selectAll()
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()

export const managersOf = async (db: Database, organisationId: string): Promise<string[]> => {
  const rows = await tables(db)
    .selectFrom('membership')
    .select('person_id')
    .where('organisation_id', '=', organisationId)
    .where('manages', '=', true)
    .where('ended_at', 'is', null)
    .execute()
  return rows.map((row) => row.person_id)
}

export const endMembership = (db: Database, id: string, at: Date) =>
  tables(db).updateTable('membership').set({ ended_at: at }).where('id', '=', id).execute()

export const lastMembershipId = async (db: Database, personId: string): Promise<string | null> => {
  const row = await tables(db)
    .selectFrom('person_session')
    .select('membership_id')
    .where('person_id', '=', personId)
    .where('membership_id', 'is not', null)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.membership_id ?? null
}

export const setSessionMembership = (db: Database, token: string, membershipId: string) =>
  tables(db).updateTable('person_session').set({ membership_id: membershipId }).where('token', '=', token).execute()

/** A person who acted for nobody yet acts for the first organisation joined, in every open session. */
export const adoptMembership = (db: Database, personId: string, membershipId: string) =>
  tables(db)
    .updateTable('person_session')
    .set({ membership_id: membershipId })
    .where('person_id', '=', personId)
    .where('membership_id', 'is', null)
    .execute()

export const insertNonce = async (db: Database, row: Omit<Insertable<IdentityTables['login_nonce']>, 'expires_at'>) => {
  await tables(db).deleteFrom('login_nonce').where('expires_at', '<', sql<Date>`clock_timestamp()`).execute()
  // Real time, like every session: a sandbox whose clock leaps must not end a login half way.
  await tables(db)
    .insertInto('login_nonce')
    .values({ ...row, expires_at: sql<Date>`clock_timestamp() + interval '5 minutes'` as never })
    .execute()
}

/** Take a nonce out: the second taker finds none. */
export const takeNonce = (db: Database, nonceSha256: Uint8Array, purpose: 'login' | 'bind') =>
  tables(db)
    .deleteFrom('login_nonce')
    .where('nonce_sha256', '=', nonceSha256)
    .where('purpose', '=', purpose)
    .where('expires_at', '>', sql<Date>`clock_timestamp()`)
    .returning(['origin', 'person_id'])
    .executeTakeFirst()

export const insertInvitation = (db: Database, row: Insertable<IdentityTables['invitation']>) =>
  tables(db).insertInto('invitation').values(row).returningAll().executeTakeFirstOrThrow()

export const lockInvitation = (db: Database, codeSha256: Uint8Array) =>
  tables(db).selectFrom('invitation').selectAll().where('code_sha256', '=', codeSha256).forUpdate().executeTakeFirst()

export const useInvitation = (db: Database, id: string, by: string, at: Date) =>
  tables(db).updateTable('invitation').set({ used_at: at, used_by: by }).where('id', '=', id).execute()

/** Milliseconds by which the sandbox's clock is ahead of real time; 0 in production. */
export const clockOffset = async (db: Database): Promise<number> => {
  const { rows } = await sql<{ ms: number }>`select (extract(epoch from clock_offset) * 1000)::float8 as ms
    from app_clock`.execute(db)
  return Math.round(rows[0]?.ms ?? 0)
}
