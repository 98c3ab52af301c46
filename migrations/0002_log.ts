import { type Kysely, sql } from 'kysely'

/** The audit trail and the transparency log made of it (SEALING.md §3). */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await events(db)
  await tree(db)
  await disclosures(db)
}

const events = async (db: Kysely<unknown>): Promise<void> => {
  // "bidder": what would tell who bids or how many; secret until names are out.
  await sql`create table log_event (
    id uuid primary key,
    at timestamptz not null,
    type text not null,
    tender_id uuid,
    lot_id uuid,
    scope text not null check (scope in ('public', 'bidder')),
    actor_person_id uuid,
    actor_organisation_id uuid,
    actor_role text not null,
    actor_via text not null,
    network_address text,
    body bytea not null,
    body_salt bytea not null check (length(body_salt) = 32),
    outer_bytes bytea not null,
    outer_salt bytea not null check (length(outer_salt) = 32),
    subject bytea unique check (length(subject) = 32),
    leaf bytea not null check (length(leaf) = 73)
  )`.execute(db)
  await sql`create index log_event_tender on log_event (tender_id, at)`.execute(db)
  await sql`create index log_event_organisation on log_event (actor_organisation_id, at)`.execute(db)
  await sql`create index log_event_at on log_event (at)`.execute(db)
  // An audit trail that the application could rewrite by a slip would be none.
  await sql`create function log_event_is_final() returns trigger language plpgsql as
    $$ begin raise exception 'log_event is append-only'; end $$`.execute(db)
  await sql`create trigger log_event_final before update or delete or truncate on log_event
    for each statement execute function log_event_is_final()`.execute(db)
  // The queue of the sequencer; kept apart so that events are written once and never updated.
  await sql`create table log_pending (
    event_id uuid primary key references log_event,
    number bigint generated always as identity
  )`.execute(db)
}

const tree = async (db: Kysely<unknown>): Promise<void> => {
  // Only real events: a leaf without a row here is a dummy.
  await sql`create table log_leaf (
    leaf_index bigint primary key,
    event_id uuid not null unique references log_event
  )`.execute(db)
  // 256 leaves and their hashes; the hashes are stored although they follow, so that damage names its leaf.
  await sql`create table log_bundle (
    bundle bigint primary key,
    entries bytea not null check (length(entries) = 18688),
    hashes bytea not null check (length(hashes) = 8192)
  )`.execute(db)
  // Hashes do not compress: do not try.
  await sql`alter table log_bundle alter entries set storage external, alter hashes set storage external`.execute(db)
  // The leaves after the last full bundle, one small row a batch: rewriting a growing bundle each second would cost 1 GB a day.
  await sql`create table log_batch (
    first_index bigint primary key,
    entries bytea not null,
    hashes bytea not null
  )`.execute(db)
  // Roots of full subtrees of 256, 65536, … leaves: what tiles of level 1, 2, … hold.
  await sql`create table log_node (
    level smallint not null check (level between 1 and 6),
    node bigint not null,
    hash bytea not null check (length(hash) = 32),
    primary key (level, node)
  )`.execute(db)
  await sql`create table log_checkpoint (
    number bigint primary key,
    size bigint not null unique,
    root bytea not null check (length(root) = 32),
    time_ms bigint not null,
    note text
  )`.execute(db)
  await sql`create table log_state (
    only_row boolean primary key default true check (only_row),
    size bigint not null default 0,
    root bytea not null default sha256(''),
    time_ms bigint not null default 0,
    checkpoints bigint not null default 0,
    published text,
    published_size bigint not null default 0
  )`.execute(db)
  await sql`insert into log_state default values`.execute(db)
}

const disclosures = async (db: Kysely<unknown>): Promise<void> => {
  await sql`create table log_seed (
    hour bigint primary key,
    seed bytea not null check (length(seed) = 32)
  )`.execute(db)
  await sql`create table tender_disclosure (
    tender_id uuid primary key,
    notice_at timestamptz not null,
    closed_at timestamptz,
    ended_at timestamptz
  )`.execute(db)
}
