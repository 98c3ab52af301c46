import { type Kysely, sql } from 'kysely'

/** After CLOSED: each stop of a tender with its length, parts that the store lost, money that belongs to no account. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  // The instants are those of the leaves: whoever reads the log moves the windows by the same milliseconds.
  await sql`create table tender_stop (
    tender_id uuid not null references tender,
    n integer not null,
    stopped_at timestamptz not null,
    resumed_at timestamptz,
    primary key (tender_id, n)
  )`.execute(db)
  await sql`insert into tender_stop (tender_id, n, stopped_at, resumed_at)
    select s.tender_id, s.n, s.at, r.at from (
      select tender_id, at, (convert_from(body, 'UTF8')::jsonb -> 'data' ->> 'n')::integer as n
      from log_event where type = 'tender.suspended/1') s
    left join (
      select tender_id, at, (convert_from(body, 'UTF8')::jsonb -> 'data' ->> 'n')::integer as n
      from log_event where type = 'tender.resumed/1') r on r.tender_id = s.tender_id and r.n = s.n`.execute(db)
  // Where a part lay when STORED missed it; it is supplied again under a fresh key, for an object is written once.
  await sql`alter table bid_part add column lost_key text`.execute(db)
  await sql`alter table deposit_refund alter column deposit_account_id drop not null`.execute(db)
  // What was paid beyond what is due goes back at once, the rest of the same receipt with the deposit.
  await sql`alter table deposit_refund add column excess boolean not null default false`.execute(db)
  await sql`alter table deposit_refund drop constraint deposit_refund_bank_reference_key`.execute(db)
  await sql`alter table deposit_refund add unique (bank_reference, excess)`.execute(db)
  // What ended lots still hold, money and ciphertext, is looked for each second.
  await sql`create index lot_unopened on lot (id) where status in ('cancelled', 'not-opened')`.execute(db)
  await sql`create index bid_of_lot on bid (lot_id)`.execute(db)
  await sql`create index receipt_of_account on bank_receipt (deposit_account_id)`.execute(db)
}
