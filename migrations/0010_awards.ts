import { type Kysely, sql } from 'kysely'

/** 定标, 结果公告, 中标通知书, 合同. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`create table award (
    lot_id uuid primary key references lot,
    bid_id uuid not null references bid,
    price bigint not null check (price > 0),
    rank integer not null,
    passed_over jsonb not null default '[]',
    decided_by uuid not null,
    decided_at timestamptz not null default app_now(),
    event_id uuid not null,
    notice bytea,
    notice_pdf_file_id uuid references stored_file,
    sme_declaration_file_id uuid references stored_file,
    letter_pdf_file_id uuid references stored_file,
    published_at timestamptz,
    published_event_id uuid,
    check ((published_at is null) = (notice is null)),
    check ((published_at is null) = (letter_pdf_file_id is null))
  )`.execute(db)
  await sql`create table contract (
    lot_id uuid primary key references award,
    file_id uuid not null references stored_file,
    amount bigint not null check (amount > 0),
    signed_on date not null,
    uploaded_by uuid not null,
    published_at timestamptz not null,
    event_id uuid not null
  )`.execute(db)
}
