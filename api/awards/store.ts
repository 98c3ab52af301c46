import type { Insertable, Selectable, Updateable } from 'kysely'
import type { Database } from '../kernel/database.ts'
import type { DB } from '../kernel/schema.gen.ts'

export type AwardRow = Selectable<DB['award']>
export type ContractRow = Selectable<DB['contract']>

export const awardOf = (db: Database, lotId: string, mode: 'read' | 'update' = 'read') => {
  const query = db.selectFrom('award').selectAll().where('lot_id', '=', lotId)
  return (mode === 'read' ? query : query.forUpdate()).executeTakeFirst()
}

export const insertAward = (
  db: Database,
  row: Omit<Insertable<DB['award']>, 'passed_over'> & { passed_over: object[] },
) =>
  db
    .insertInto('award')
    .values({ ...row, passed_over: JSON.stringify(row.passed_over) })
    .execute()

export const updateAward = (db: Database, lotId: string, set: Updateable<DB['award']>) =>
  db.updateTable('award').set(set).where('lot_id', '=', lotId).execute()

export const awardsOf = (db: Database, tenderId: string) =>
  db
    .selectFrom('award')
    .innerJoin('lot', 'lot.id', 'award.lot_id')
    .selectAll('award')
    .select(['lot.no', 'lot.title'])
    .where('lot.tender_id', '=', tenderId)
    .where('award.published_at', 'is not', null)
    .orderBy('lot.no')
    .execute()

export const contractOf = (db: Database, lotId: string) =>
  db.selectFrom('contract').selectAll().where('lot_id', '=', lotId).executeTakeFirst()

export const contractsOf = (db: Database, tenderId: string) =>
  db
    .selectFrom('contract')
    .innerJoin('lot', 'lot.id', 'contract.lot_id')
    .innerJoin('stored_file', 'stored_file.id', 'contract.file_id')
    .selectAll('contract')
    .select('stored_file.sha256')
    .where('lot.tender_id', '=', tenderId)
    .execute()

export const insertContract = (db: Database, row: Insertable<DB['contract']>) =>
  db.insertInto('contract').values(row).execute()

export const storedFile = (db: Database, id: string) =>
  db.selectFrom('stored_file').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
