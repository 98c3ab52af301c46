import { type Kysely, sql } from 'kysely'

/** 不见面开标: what was frozen at the deadline, which keys were released by whom, what came out. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`create table closing (
    lot_id uuid primary key references lot,
    event_id uuid not null,
    body bytea not null,
    manifest_hashes bytea[] not null,
    closed_at timestamptz not null,
    stored_event_id uuid,
    stored_at timestamptz,
    window_ends_at timestamptz,
    fallback_ends_at timestamptz,
    decided_at timestamptz
  )`.execute(db)
  // Released values stand apart from the bids: what is not published stays where only the opener reads.
  await sql`create table key_release (
    bid_id uuid not null references bid,
    envelope_kind text not null,
    source integer not null,
    statement bytea not null,
    cms bytea not null,
    value bytea not null,
    person_id uuid,
    released_at timestamptz not null default app_now(),
    accepted boolean not null,
    primary key (bid_id, envelope_kind, source)
  )`.execute(db)
  await sql`create table opened_envelope (
    bid_id uuid not null references bid,
    kind text not null,
    how text not null check (how in ('bidder', 'trustees', 'failed')),
    dek bytea,
    header bytea,
    verdict text not null check (verdict in ('valid', 'escrow-malformed', 'signature-invalid', 'unopenable')),
    treated_as text not null check (treated_as in ('valid', 'revoked', 'withdrawn')),
    opened_at timestamptz not null default app_now(),
    event_id uuid not null,
    primary key (bid_id, kind)
  )`.execute(db)
  // The printed record is a signable document: sealed by the host, signed by bidders one after another.
  await sql`create table opening_record (
    lot_id uuid primary key references lot,
    bytes bytea not null,
    document_id uuid,
    event_id uuid not null,
    made_at timestamptz not null default app_now()
  )`.execute(db)
}
