import { type Kysely, sql } from 'kysely'

/** Papers that several people sign one after another; 评标: the committee of a lot, reviews, scores given alone, the report. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const statement of [...documents, ...committees, ...opinions]) await sql.raw(statement).execute(db)
}

const documents = [
  // Every signature makes a new version; each version is an object of its own, written once.
  `create table signable_document (
    id uuid primary key,
    file_id uuid not null references stored_file,
    version integer not null default 0,
    signers jsonb not null default '[]',
    made_at timestamptz not null default app_now()
  )`,
  // What one person is about to sign. Real time, like every session: a leaping sandbox clock must not end it.
  `create table prepared_signature (
    document_id uuid not null references signable_document,
    person_id uuid not null,
    version integer not null,
    pdf bytea not null,
    byte_range integer[] not null check (cardinality(byte_range) = 4),
    digest bytea not null,
    expires_at timestamptz not null default clock_timestamp() + interval '10 minutes',
    primary key (document_id, person_id)
  )`,
]

const committees = [
  `create table committee (
    lot_id uuid primary key references lot,
    status text not null check (status in ('forming', 'reviewing', 'scoring', 'signing', 'done', 'failed')),
    made_by uuid not null,
    made_at timestamptz not null default app_now(),
    qualification_closed_at timestamptz,
    conformity_closed_at timestamptz,
    competition_reason text,
    failed_reason jsonb,
    report bytea,
    document_id uuid references signable_document,
    report_event_id uuid,
    finished_at timestamptz
  )`,
  `create table committee_member (
    lot_id uuid not null references committee,
    person_id uuid not null,
    organisation_id uuid not null references organisation,
    seat integer not null check (seat > 0),
    is_expert boolean not null,
    is_chair boolean not null default false,
    signed_in_at timestamptz,
    conflict text check (conflict in ('none', 'declared')),
    conflict_reason text not null default '',
    declared_at timestamptz,
    finished_at timestamptz,
    report_signed_at timestamptz,
    left_at timestamptz,
    left_reason text,
    primary key (lot_id, person_id)
  )`,
  'create unique index on committee_member (lot_id, seat) where left_at is null',
  'create unique index on committee_member (lot_id) where is_chair and left_at is null',
  'create index on committee_member (person_id)',
]

const opinions = [
  `create table review (
    lot_id uuid not null references committee,
    bid_id uuid not null references bid,
    stage text not null check (stage in ('qualification', 'conformity')),
    item_id text not null,
    person_id uuid not null,
    passed boolean not null,
    reason text not null default '',
    at timestamptz not null default app_now(),
    primary key (lot_id, bid_id, stage, item_id, person_id)
  )`,
  `create table score (
    lot_id uuid not null references committee,
    bid_id uuid not null references bid,
    item_id text not null,
    person_id uuid not null,
    points text not null check (points ~ '^[0-9]{1,3}(\\.[0-9]{1,2})?$'),
    opinion text not null default '',
    at timestamptz not null default app_now(),
    primary key (lot_id, bid_id, item_id, person_id)
  )`,
  // Prices here are yuan, exact: a deduction of a few per cent may leave more than two decimals.
  `create table evaluation_result (
    lot_id uuid not null references committee,
    bid_id uuid not null references bid,
    stage text not null check (stage in ('qualification', 'conformity', 'ranking')),
    verdict text not null check (verdict in ('ranked', 'not-candidate', 'rejected')),
    reasons jsonb not null default '[]',
    evaluated_price text,
    price_score text,
    technical_score text,
    total text,
    rank integer,
    primary key (lot_id, bid_id)
  )`,
]
