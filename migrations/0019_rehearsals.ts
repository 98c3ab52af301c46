import { type Kysely, sql } from 'kysely'

/** 演练室. Names no tender; nobody but the organisation itself reads it, and the parts are gone within hours. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`create table rehearsal (
    id uuid primary key,
    organisation_id uuid not null references organisation,
    person_id uuid not null,
    person_name text not null,
    manifest bytea not null,
    cms bytea not null,
    manifest_hash bytea not null unique check (length(manifest_hash) = 32),
    certificate_sha256 bytea not null check (length(certificate_sha256) = 32),
    certificate_subject text not null,
    certificate_not_after timestamptz not null,
    bytes bigint not null,
    state text not null default 'uploading' check (state in ('uploading', 'passed', 'abandoned')),
    started_at timestamptz not null default app_now(),
    keep_until timestamptz not null,
    browser text,
    pace jsonb,
    statement bytea,
    statement_cms bytea,
    passed_at timestamptz,
    parts_deleted_at timestamptz,
    check ((state = 'passed') = (passed_at is not null))
  )`.execute(db)
  await sql`create index rehearsal_of on rehearsal (organisation_id, started_at)`.execute(db)
  await sql`create index rehearsal_kept on rehearsal (keep_until) where parts_deleted_at is null`.execute(db)
  await sql`create table rehearsal_part (
    rehearsal_id uuid not null references rehearsal,
    envelope_no integer not null,
    part integer not null,
    object_key text not null unique,
    size bigint not null,
    sha256 bytea not null,
    stored_at timestamptz,
    primary key (rehearsal_id, envelope_no, part)
  )`.execute(db)
}
