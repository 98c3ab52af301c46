import { type Kysely, type QueryExecutorProvider, sql, type Transaction } from 'kysely'

/** The one clock of law, deadlines and events: the database's `app_now()`, to the millisecond. */
export const now = async <DB>(db: Kysely<DB> | Transaction<DB>): Promise<Date> => {
  const { rows } = await sql<{ now: Date }>`select app_now() as now`.execute(db)
  return rows[0]!.now
}

/** Advisory lock that events share and a moving sandbox clock takes alone, so that no leaf bears a time from before the move. */
export const CLOCK_LOCK = 53_001

/** Now, held until the transaction ends. First the lock, then the time: a clock that waits to be moved must not be read before. */
export const HELD_NOW = sql<Date>`(with held as materialized (select pg_advisory_xact_lock_shared(${CLOCK_LOCK}))
  select app_now() from held)`

export const heldNow = async (trx: QueryExecutorProvider): Promise<Date> => {
  const { rows } = await sql<{ now: Date }>`select ${HELD_NOW} as now`.execute(trx)
  return rows[0]!.now
}

/** Move the sandbox's clock to an instant not earlier than now. Production has no such offset (see `assertNoOffset`). */
export const moveClockTo = async <DB>(db: Kysely<DB> | Transaction<DB>, instant: Date): Promise<void> => {
  await sql`update app_clock set clock_offset = ${instant.toISOString()}::timestamptz - clock_timestamp()
    where ${instant.toISOString()}::timestamptz >= app_now()`.execute(db)
}

/** True when the clock was ever moved: a production start refuses such a database. */
export const clockWasMoved = async <DB>(db: Kysely<DB>): Promise<boolean> => {
  const { rows } = await sql<{ moved: boolean }>`select clock_offset <> interval '0' as moved from app_clock`.execute(
    db,
  )
  return rows[0]?.moved ?? false
}

/** A rehearsal may begin in the past, but only before anything has happened: afterwards the clock never goes back. */
export const setClockBack = async <DB>(db: Kysely<DB>, days: number): Promise<void> => {
  await sql`update app_clock set clock_offset = make_interval(days => -${sql.lit(days)})
    where not exists (select 1 from log_event)`.execute(db)
}
