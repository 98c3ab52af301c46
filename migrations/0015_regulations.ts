import { type Kysely, sql } from 'kysely'

/** 规则管理: amended city rows and holiday plans, each by two persons; dates that a plan moves, told where they stand. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`create table law_version (
    only_row boolean primary key default true check (only_row),
    version uuid not null
  )`.execute(db)
  await sql`insert into law_version (version) values (gen_random_uuid())`.execute(db)
  await sql`create table rule_amendment (
    id uuid primary key,
    rule text not null,
    regime text,
    object text[],
    method text[],
    params jsonb not null,
    effective_from date not null,
    retroactive boolean not null default false,
    document text not null,
    article text not null,
    reason text not null,
    status text not null check (status in ('draft', 'approved', 'rejected')),
    drafted_by uuid not null,
    drafted_at timestamptz not null default app_now(),
    decided_by uuid,
    decided_at timestamptz,
    rejected_reason text,
    serial bigint generated always as identity,
    check ((status = 'draft') = (decided_at is null)),
    check (status <> 'approved' or decided_by <> drafted_by)
  )`.execute(db)
  await sql`create table calendar_plan (
    id uuid primary key,
    year integer not null,
    version integer,
    source text not null,
    holidays jsonb not null,
    workdays jsonb not null,
    status text not null check (status in ('draft', 'approved', 'rejected')),
    drafted_by uuid not null,
    drafted_at timestamptz not null default app_now(),
    decided_by uuid,
    decided_at timestamptz,
    rejected_reason text,
    serial bigint generated always as identity,
    unique (year, version),
    check ((status = 'draft') = (decided_at is null)),
    check ((status = 'approved') = (version is not null)),
    check (status <> 'approved' or decided_by <> drafted_by)
  )`.execute(db)
  await sql`create table calendar_recount (
    plan_id uuid not null references calendar_plan,
    feature text not null,
    done_at timestamptz not null default app_now(),
    primary key (plan_id, feature)
  )`.execute(db)
  await sql`create table tender_date_change (
    tender_id uuid not null references tender,
    plan_id uuid not null references calendar_plan,
    year integer not null,
    source text not null,
    changes jsonb not null,
    findings jsonb not null,
    told_at timestamptz not null default app_now(),
    primary key (tender_id, plan_id)
  )`.execute(db)
  // The day a refund's period runs from: with it the last day can be counted again under a plan that came later.
  await sql`alter table deposit_refund add column counted_from date`.execute(db)
  await sql`update deposit_refund set counted_from = (ordered_at at time zone 'Asia/Shanghai')::date`.execute(db)
}
