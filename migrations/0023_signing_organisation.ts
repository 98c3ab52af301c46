import { type Kysely, sql } from 'kysely'

/**
 * For which organisation somebody is about to sign: the prepared file already bears its name. What was prepared before, in
 * the ten minutes that it lasts, is prepared anew.
 */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`alter table prepared_signature add column organisation_id uuid`.execute(db)
}
