import { type Kysely, sql } from 'kysely'

/** 开标前再演练: for which deadline the alarm was looked at; a correction that moves the deadline makes it due again. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`alter table tender add column drill_alarm_for timestamptz`.execute(db)
}
