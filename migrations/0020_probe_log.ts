import { type Kysely, sql } from 'kysely'

/** The probe log and the outage rule: what machines outside saw of the platform, minute by minute (SEALING.md §4). */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  // Which probes count, and how many must agree; the newest before a tender's first notice is that tender's. Rows stay.
  await sql`create table probe_policy (
    id bigint primary key generated always as identity,
    text text not null,
    named_at timestamptz not null,
    event_id uuid not null references log_event
  )`.execute(db)
  // One row a minute and probe, never changed; an event for each minute down and for each change.
  await sql`create table probe_statement (
    probe text not null,
    minute timestamptz not null,
    down boolean not null,
    bytes bytea not null,
    signature bytea not null,
    sha256 bytea not null unique check (length(sha256) = 32),
    received_at timestamptz not null,
    event_id uuid references log_event,
    primary key (probe, minute)
  )`.execute(db)
  await sql`create index probe_statement_minute on probe_statement (minute)`.execute(db)
  await sql`create index probe_statement_received on probe_statement (received_at)`.execute(db)
  await sql`create function probe_statement_stays() returns trigger language plpgsql as $$
    begin raise exception 'the probe log is append-only'; end $$`.execute(db)
  await sql`create trigger probe_statement_stays before update or delete on probe_statement
    for each row execute function probe_statement_stays()`.execute(db)
  // A deadline (n of the notice) or the end of the windows (n of the outage) that waits for the probes; `look`: when the
  // probe log was last read for a tender in opening.
  await sql`create table outage_hold (
    tender_id uuid not null references tender on delete cascade,
    phase text not null check (phase in ('deadline', 'window', 'look')),
    n integer not null,
    held_at timestamptz not null,
    looked_at timestamptz not null,
    next_at timestamptz not null,
    event_id uuid references log_event,
    primary key (tender_id, phase, n)
  )`.execute(db)
  // What followed: a later deadline (n of its notice), or windows that began anew (n from 1).
  await sql`create table outage (
    tender_id uuid not null references tender on delete cascade,
    phase text not null check (phase in ('deadline', 'window')),
    n integer not null,
    began_at timestamptz not null,
    ended_at timestamptz not null,
    declared_at timestamptz not null,
    event_id uuid not null references log_event,
    primary key (tender_id, phase, n)
  )`.execute(db)
}
