import { type Kysely, sql } from 'kysely'

/** 项目, 标包, 公告, 采购文件 and the trustees of a tender. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`create sequence tender_number`.execute(db)
  await sql`create table tender (
    id uuid primary key,
    number text not null unique,
    purchaser_id uuid not null references organisation,
    agency_id uuid references organisation,
    intention_id uuid references intention,
    regime text not null check (regime in ('GP', 'TB')),
    method text not null,
    object text not null check (object in ('goods', 'services', 'works')),
    evaluation_method text not null check (evaluation_method in ('comprehensive', 'lowest-price')),
    row_sets text[] not null,
    title text not null,
    status text not null check (status in (
      'draft', 'in-review', 'published', 'closed', 'opened', 'evaluated', 'awarded', 'contracted',
      'not-opened', 'cancelled', 'failed')),
    version integer not null default 1,
    draft jsonb not null,
    notice_n integer,
    deadline timestamptz,
    bidder_window_minutes integer not null default 30 check (bidder_window_minutes between 1 and 1440),
    trustee_window_minutes integer not null default 30 check (trustee_window_minutes between 1 and 1440),
    trustee_set_hash bytea,
    suspended boolean not null default false,
    suspension_n integer not null default 0,
    suspension_reason text,
    returned_reason text,
    end_reason text,
    ended_at timestamptz,
    names_out_at timestamptz,
    made_by uuid not null,
    made_at timestamptz not null default app_now(),
    submitted_by uuid,
    approved_by uuid,
    published_at timestamptz,
    check (approved_by is null or approved_by <> submitted_by)
  )`.execute(db)
  await sql`create index tender_by_deadline on tender (deadline) where status = 'published'`.execute(db)
  await sql`create index tender_by_publication on tender (published_at desc) where published_at is not null`.execute(db)
  await sql`create table lot (
    id uuid primary key,
    tender_id uuid not null references tender,
    no integer not null,
    title text not null,
    budget bigint not null check (budget > 0),
    ceiling bigint not null check (ceiling > 0),
    floor_price bigint,
    deposit bigint not null check (deposit >= 0),
    minimum_bidders integer not null check (minimum_bidders > 0),
    status text not null check (status in (
      'published', 'closed', 'stored', 'opened', 'evaluated', 'awarded', 'not-opened', 'failed', 'cancelled')),
    unique (tender_id, no)
  )`.execute(db)
  await sql`create table notice (
    tender_id uuid not null references tender,
    n integer not null,
    bytes bytea not null,
    pdf_file_id uuid not null references stored_file,
    hash bytea not null,
    deadline timestamptz not null,
    affecting boolean not null,
    event_id uuid not null,
    published_at timestamptz not null,
    search text not null,
    primary key (tender_id, n)
  )`.execute(db)
  // At most one correction waits for its second person.
  await sql`create table tender_correction (
    tender_id uuid primary key references tender,
    content jsonb not null,
    submitted_by uuid not null,
    submitted_at timestamptz not null default app_now()
  )`.execute(db)
  await sql`create table tender_file (
    tender_id uuid not null references tender,
    file_id uuid not null references stored_file,
    kind text not null check (kind in ('document', 'requirement', 'drawing', 'contract-draft', 'other')),
    since_n integer,
    added_at timestamptz not null default app_now(),
    removed boolean not null default false,
    primary key (tender_id, file_id)
  )`.execute(db)
  await sql`create table trustee_seat (
    tender_id uuid not null references tender,
    i integer not null check (i between 1 and 5),
    organisation_id uuid not null references organisation,
    person_id uuid not null,
    role text not null check (role in (
      'purchaser', 'agency', 'notary', 'centre', 'university', 'lawyers', 'supervisor', 'other')),
    statement bytea,
    cms bytea,
    public_key bytea unique,
    key_blob bytea,
    stated_at timestamptz,
    drill_nonce text,
    drilled_at timestamptz,
    drill_statement bytea,
    drill_cms bytea,
    primary key (tender_id, i)
  )`.execute(db)
  await sql`create table trustee_set (
    tender_id uuid primary key references tender,
    bytes bytea not null,
    cms bytea not null,
    hash bytea not null unique,
    event_id uuid not null,
    signed_at timestamptz not null
  )`.execute(db)
}
