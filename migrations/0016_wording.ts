import { type Kysely, sql } from 'kysely'

/** 公平竞争审查: what a person decided about words that may restrict competition, for exactly the text they stand in. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`create table wording_decision (
    id uuid primary key,
    tender_id uuid not null references tender,
    place text not null check (place in ('draft', 'correction')),
    field text not null,
    text text not null,
    text_hash bytea not null check (octet_length(text_hash) = 32),
    rule text not null,
    regulation text not null,
    article text not null,
    rule_from date not null,
    words text not null,
    decision text not null check (decision in ('changed', 'kept')),
    reason text,
    replacement text,
    decided_by uuid not null,
    decided_at timestamptz not null default app_now(),
    serial bigint generated always as identity,
    check ((decision = 'kept') = (reason is not null)),
    check ((decision = 'changed') = (replacement is not null))
  )`.execute(db)
  await sql`create index wording_decision_tender on wording_decision (tender_id, serial)`.execute(db)
}
