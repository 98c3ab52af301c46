import { type Kysely, sql } from 'kysely'

/** 更正后的确认: the newest notice under which a bidder has confirmed that its received bid stands as it is. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`alter table bid add column confirmed_notice_n integer check (confirmed_notice_n > notice_n)`.execute(db)
}
