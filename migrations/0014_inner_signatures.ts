import { type Kysely, sql } from 'kysely'

/** 联合体: who signed the header of an opened envelope besides the bidder's own seal, as the opening verified it. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`alter table opened_envelope add column signers jsonb not null default '[]'`.execute(db)
}
