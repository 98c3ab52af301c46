import type { Insertable, Selectable } from 'kysely'
import type { DB } from '../../kernel/schema.gen.ts'
import type { Db } from '../store.ts'

export type WordingRow = Selectable<DB['wording_decision']>

/** Oldest first: the last word about a text stands. */
export const wordingOf = (db: Db, tenderId: string): Promise<WordingRow[]> =>
  db.selectFrom('wording_decision').selectAll().where('tender_id', '=', tenderId).orderBy('serial').execute()

export const insertWording = (trx: Db, row: Insertable<DB['wording_decision']>): Promise<WordingRow> =>
  trx.insertInto('wording_decision').values(row).returningAll().executeTakeFirstOrThrow()
