import { type Kysely, sql } from 'kysely'

/** The clock, idempotent answers, file metadata: what every room stands on. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  // One row; the offset is zero but in sandbox and demo mode.
  await sql`create table app_clock (
    only_row boolean primary key default true check (only_row),
    clock_offset interval not null default interval '0'
  )`.execute(db)
  await sql`insert into app_clock default values`.execute(db)
  // Milliseconds: what JSON, log leaves and deadlines can all say exactly.
  await sql`create function app_now() returns timestamptz language sql volatile as
    $$ select date_trunc('milliseconds', clock_timestamp() + clock_offset) from app_clock $$`.execute(db)

  await sql`create table idempotent_answer (
    person_id uuid not null,
    idempotency_key text not null,
    request_hash bytea not null,
    status integer,
    body jsonb,
    made_at timestamptz not null default clock_timestamp(),
    primary key (person_id, idempotency_key)
  )`.execute(db)

  await sql`create table stored_file (
    id uuid primary key,
    object_key text not null unique,
    name text not null,
    mime text not null,
    size bigint not null check (size > 0),
    sha256 bytea not null,
    organisation_id uuid,
    person_id uuid,
    made_at timestamptz not null default app_now()
  )`.execute(db)
}
