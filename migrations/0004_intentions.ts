import { type Kysely, sql } from 'kysely'

/** 采购意向 and the budget approvals they rest on (财库〔2020〕10号). */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`create table budget_approval (
    id uuid primary key,
    organisation_id uuid not null references organisation,
    document_number text not null,
    fiscal_year integer not null,
    amount bigint not null check (amount > 0),
    approved_on date not null,
    recorded_by uuid not null,
    recorded_at timestamptz not null default app_now(),
    unique (organisation_id, document_number)
  )`.execute(db)
  await sql`create sequence intention_number`.execute(db)
  await sql`create table intention (
    id uuid primary key,
    number text unique,
    organisation_id uuid not null references organisation,
    budget_approval_id uuid references budget_approval,
    status text not null check (status in ('draft', 'checked', 'published', 'withdrawn')),
    version integer not null default 1,
    project_name text not null default '',
    outline jsonb not null default '{}',
    budget bigint check (budget > 0),
    planned_month text,
    remarks text not null default '',
    sme_reserved boolean not null default false,
    search text not null default '',
    made_by uuid not null,
    made_at timestamptz not null default app_now(),
    changed_by uuid not null,
    changed_at timestamptz not null default app_now(),
    checked_by uuid,
    published_at timestamptz,
    withdrawn_at timestamptz,
    withdrawn_reason text,
    change_reason text,
    public_version integer not null default 0,
    check (checked_by is null or checked_by <> changed_by)
  )`.execute(db)
  await sql`create table intention_version (
    intention_id uuid not null references intention,
    version integer not null,
    content jsonb not null,
    reason text not null default '',
    published_at timestamptz not null,
    primary key (intention_id, version)
  )`.execute(db)
  await sql`create index intention_by_publication on intention (published_at desc) where published_at is not null`.execute(
    db,
  )
}
