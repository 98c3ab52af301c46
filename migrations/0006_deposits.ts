import { type Kysely, sql } from 'kysely'

/** 保证金: a random account number for each bidder and lot, the bank's statements as they came, refunds as a ledger. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`create table deposit_account (
    id uuid primary key,
    account_number text not null unique,
    lot_id uuid not null references lot,
    organisation_id uuid not null references organisation,
    amount_due bigint not null check (amount_due > 0),
    made_at timestamptz not null default app_now(),
    unique (lot_id, organisation_id)
  )`.execute(db)
  await sql`create table bank_receipt (
    bank_reference text primary key,
    account_number text not null,
    deposit_account_id uuid references deposit_account,
    amount bigint not null check (amount > 0),
    payer_name text not null,
    payer_account text not null,
    paid_at timestamptz not null,
    received_at timestamptz not null default app_now(),
    verdict text not null check (verdict in ('matched', 'unknown-account', 'foreign-payer', 'late'))
  )`.execute(db)
  await sql`create table deposit_refund (
    id uuid primary key,
    deposit_account_id uuid not null references deposit_account,
    bank_reference text not null unique references bank_receipt,
    amount bigint not null check (amount > 0),
    interest bigint not null default 0,
    reason text not null,
    due_on date not null,
    ordered_at timestamptz not null default app_now(),
    refunded_at timestamptz
  )`.execute(db)
}
