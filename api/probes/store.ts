import { type Selectable, sql } from 'kysely'
import type { Database } from '../kernel/database.ts'
import type { ProbePolicy, ProbeStatement } from '../kernel/schema.gen.ts'

export type PolicyRow = Selectable<ProbePolicy>
export type StatementRow = Selectable<ProbeStatement>

export const insertPolicy = (trx: Database, row: { text: string; named_at: Date; event_id: string }) =>
  trx.insertInto('probe_policy').values(row).execute()

export const policies = (db: Database): Promise<PolicyRow[]> =>
  db.selectFrom('probe_policy').selectAll().orderBy('id').execute()

/** The newest that was named before an instant. */
export const policyBefore = (db: Database, at: Date): Promise<PolicyRow | undefined> =>
  db.selectFrom('probe_policy').selectAll().where('named_at', '<', at).orderBy('id', 'desc').limit(1).executeTakeFirst()

/** By the hash of its text. */
export const policyOfHash = (db: Database, sha256: Uint8Array): Promise<PolicyRow | undefined> =>
  db
    .selectFrom('probe_policy')
    .selectAll()
    .where(sql<boolean>`sha256(convert_to(text, 'UTF8')) = ${Buffer.from(sha256)}`)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()

/** Deliveries share it, who reads to decide takes it alone: what comes later than such a reading is dated later, too. */
const LOG_LOCK = 53_020
export const shareLog = (trx: Database) => sql`select pg_advisory_xact_lock_shared(${LOG_LOCK})`.execute(trx)
export const holdLog = (trx: Database) => sql`select pg_advisory_xact_lock(${LOG_LOCK})`.execute(trx)

/** One delivery of a probe at a time: its minutes are compared with the last one. */
export const lockProbe = (trx: Database, probe: string) =>
  sql`select pg_advisory_xact_lock(hashtextextended(${`probe ${probe}`}, 0))`.execute(trx)

export const lastStatement = (db: Database, probe: string): Promise<StatementRow | undefined> =>
  db
    .selectFrom('probe_statement')
    .selectAll()
    .where('probe', '=', probe)
    .orderBy('minute', 'desc')
    .limit(1)
    .executeTakeFirst()

export const statementByHash = (db: Database, sha256: Uint8Array) =>
  db.selectFrom('probe_statement').select('probe').where('sha256', '=', Buffer.from(sha256)).executeTakeFirst()

export const insertStatement = (trx: Database, row: StatementRow) =>
  trx.insertInto('probe_statement').values(row).execute()

/** Minutes that begin in a span, of these probes. */
export const statementsWithin = (db: Database, from: Date, to: Date, probes: readonly string[]) =>
  probes.length === 0
    ? Promise.resolve([])
    : db
        .selectFrom('probe_statement')
        .select(['probe', 'minute', 'down'])
        .where('minute', '>=', from)
        .where('minute', '<', to)
        .where('probe', 'in', probes)
        .orderBy('minute')
        .execute()

const LAYERS = ['outer_bytes', 'outer_salt', 'body', 'body_salt', 'leaf', 'leaf_index'] as const

/** The same with what anybody needs to verify them: bytes, signature and the event, where there is one. */
export const recordWithin = (db: Database, from: Date, to: Date) =>
  db
    .selectFrom('probe_statement')
    .leftJoin('log_event', 'log_event.id', 'probe_statement.event_id')
    .leftJoin('log_leaf', 'log_leaf.event_id', 'log_event.id')
    .select(['probe_statement.probe', 'minute', 'bytes', 'signature', 'received_at', 'probe_statement.event_id'])
    .select(LAYERS)
    .where('minute', '>=', from)
    .where('minute', '<', to)
    .orderBy('minute')
    .orderBy('probe_statement.probe')
    .execute()

/** Each policy with its event as the log holds it. */
export const policiesWithEvents = (db: Database) =>
  db
    .selectFrom('probe_policy')
    .innerJoin('log_event', 'log_event.id', 'probe_policy.event_id')
    .leftJoin('log_leaf', 'log_leaf.event_id', 'log_event.id')
    .select(['probe_policy.text', 'probe_policy.named_at'])
    .select(LAYERS)
    .orderBy('probe_policy.id')
    .execute()

/** When the last statement came; null before the first. */
export const lastReceipt = async (db: Database): Promise<Date | null> =>
  (
    await db
      .selectFrom('probe_statement')
      .select((eb) => eb.fn.max('received_at').as('at'))
      .executeTakeFirst()
  )?.at ?? null
