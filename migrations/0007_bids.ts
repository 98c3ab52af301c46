import { type Kysely, sql } from 'kysely'

/** 投标. Everything here is secret until names are out: random ids and numbers, no sequence that could be counted. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`create table document_obtained (
    id uuid primary key,
    tender_id uuid not null references tender,
    organisation_id uuid not null references organisation,
    person_id uuid not null,
    at timestamptz not null default app_now(),
    unique (tender_id, organisation_id)
  )`.execute(db)
  await sql`create table bid (
    id uuid primary key,
    number text not null unique,
    tender_id uuid not null references tender,
    lot_id uuid not null references lot,
    organisation_id uuid not null references organisation,
    person_id uuid not null,
    kind text not null check (kind in ('bid', 'withdraw')),
    bid_seq bigint not null,
    manifest bytea not null,
    cms bytea not null,
    certificate_sha256 bytea not null,
    evidence jsonb not null,
    manifest_hash bytea not null unique,
    prev_manifest bytea,
    notice_n integer not null,
    state text not null check (state in ('uploading', 'received', 'replaced', 'withdrawn', 'abandoned')),
    started_at timestamptz not null default app_now(),
    received_at timestamptz,
    event_id uuid,
    promise bytea,
    promise_signature bytea,
    ciphertext_deleted_at timestamptz
  )`.execute(db)
  // One valid bid per lot and organisation; the chain is compare-and-set on its head.
  await sql`create unique index bid_head on bid (lot_id, organisation_id) where state = 'received'`.execute(db)
  await sql`create unique index bid_chain on bid (lot_id, organisation_id, bid_seq) where state <> 'uploading' and state <> 'abandoned'`.execute(
    db,
  )
  await sql`create table bid_envelope (
    bid_id uuid not null references bid,
    no integer not null,
    kind text not null check (kind in ('summary', 'qualification', 'technical', 'price-detail')),
    size bigint not null,
    part_size bigint not null,
    parts_root bytea not null,
    head56 bytea not null,
    escrow jsonb not null,
    object_prefix text not null,
    missing boolean not null default false,
    primary key (bid_id, no)
  )`.execute(db)
  await sql`create table bid_part (
    bid_id uuid not null,
    envelope_no integer not null,
    part integer not null,
    object_key text not null unique,
    size bigint not null,
    sha256 bytea not null,
    version_id text,
    stored_at timestamptz,
    primary key (bid_id, envelope_no, part),
    foreign key (bid_id, envelope_no) references bid_envelope (bid_id, no)
  )`.execute(db)
}
