import { type Kysely, sql } from 'kysely'

/** Which software bids were made with, and time-stamps by an authority outside (SEALING.md §5, §3 Receipt). */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  // One row for each build that was ever served; the list says every file of it with its hash.
  await sql`create table client_bundle (
    sha256 bytea primary key check (length(sha256) = 32),
    kind text not null check (kind in ('page', 'offline')),
    list bytea not null,
    event_id uuid references log_event
  )`.execute(db)
  // RFC 3161 answers over witnessed checkpoints: asked for by the minute and never for a bid, whose number is secret.
  await sql`create table log_timestamp (
    size bigint primary key,
    checkpoint text not null,
    answer bytea not null,
    asked_at timestamptz not null default clock_timestamp()
  )`.execute(db)
}
