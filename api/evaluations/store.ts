import { type Insertable, type Selectable, sql, type Updateable } from 'kysely'
import type { Database } from '../kernel/database.ts'
import type { DB } from '../kernel/schema.gen.ts'

export type CommitteeRow = Selectable<DB['committee']>
export type MemberRow = Selectable<DB['committee_member']>
export type ReviewRow = Selectable<DB['review']>
export type ScoreRow = Selectable<DB['score']>
export type ResultRow = Selectable<DB['evaluation_result']>

/** Who may be put on a committee: evaluators in force, with the organisation they are one for. */
export const evaluators = (db: Database, filter: { text?: string | undefined; ids?: readonly string[] }) => {
  let query = db
    .selectFrom('membership as m')
    .innerJoin('person as p', 'p.id', 'm.person_id')
    .innerJoin('organisation as o', 'o.id', 'm.organisation_id')
    .select(['m.person_id', 'p.name', 'm.organisation_id', 'o.name as organisation_name'])
    .where('m.role', '=', 'evaluator')
    .where('m.ended_at', 'is', null)
    .where('o.status', '=', 'active')
    .orderBy('p.name')
    .orderBy('m.person_id')
    .limit(500)
  if (filter.ids) query = query.where('m.person_id', 'in', filter.ids.length > 0 ? [...filter.ids] : [NOBODY])
  if (filter.text) query = query.where('p.name', 'ilike', `%${filter.text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`)
  return query.execute()
}
const NOBODY = '00000000-0000-0000-0000-000000000000'

/** Every organisation that these people belong to now, in any role. */
export const belongings = (db: Database, personIds: readonly string[]) =>
  db
    .selectFrom('membership')
    .select(['person_id', 'organisation_id'])
    .where('person_id', 'in', personIds.length > 0 ? [...personIds] : [NOBODY])
    .where('ended_at', 'is', null)
    .execute()

export const peopleNames = (db: Database, ids: readonly string[]) =>
  db
    .selectFrom('person')
    .select(['id', 'name'])
    .where('id', 'in', ids.length > 0 ? [...ids] : [NOBODY])
    .execute()

export const insertCommittee = (db: Database, row: Insertable<DB['committee']>) =>
  db
    .insertInto('committee')
    .values(row)
    .onConflict((oc) => oc.doNothing())
    .returning('lot_id')
    .executeTakeFirst()

export const committeeOf = (db: Database, lotId: string, mode: 'read' | 'share' | 'update') => {
  const query = db.selectFrom('committee').selectAll().where('lot_id', '=', lotId)
  return (mode === 'read' ? query : mode === 'share' ? query.forShare() : query.forUpdate()).executeTakeFirst()
}

export const updateCommittee = (db: Database, lotId: string, set: Updateable<DB['committee']>) =>
  db.updateTable('committee').set(set).where('lot_id', '=', lotId).execute()

export const insertMembers = (db: Database, rows: Insertable<DB['committee_member']>[]) =>
  db.insertInto('committee_member').values(rows).execute()

/** Everybody who ever sat on it, by seat. */
export const membersOf = (db: Database, lotId: string): Promise<MemberRow[]> =>
  db.selectFrom('committee_member').selectAll().where('lot_id', '=', lotId).orderBy('seat').orderBy('left_at').execute()

export const updateMember = (db: Database, lotId: string, personId: string, set: Updateable<DB['committee_member']>) =>
  db.updateTable('committee_member').set(set).where('lot_id', '=', lotId).where('person_id', '=', personId).execute()

/** Lots on whose committee this person sits now. */
export const lotsOfMember = (db: Database, personId: string) =>
  db
    .selectFrom('committee_member as m')
    .innerJoin('committee as c', 'c.lot_id', 'm.lot_id')
    .select([
      'm.lot_id',
      'c.status',
      'm.is_chair',
      'm.signed_in_at',
      'm.conflict',
      'm.finished_at',
      'm.report_signed_at',
    ])
    .where('m.person_id', '=', personId)
    .where('m.left_at', 'is', null)
    .orderBy('c.made_at', 'desc')
    .execute()

/** 87号令 49: the opinions of a replaced member are void. */
export const voidOpinions = async (db: Database, lotId: string, personId: string): Promise<void> => {
  await db.deleteFrom('review').where('lot_id', '=', lotId).where('person_id', '=', personId).execute()
  await db.deleteFrom('score').where('lot_id', '=', lotId).where('person_id', '=', personId).execute()
}

export const reviewsOf = (db: Database, lotId: string): Promise<ReviewRow[]> =>
  db
    .selectFrom('review')
    .selectAll()
    .where('lot_id', '=', lotId)
    .orderBy('bid_id')
    .orderBy('stage')
    .orderBy('item_id')
    .orderBy('person_id')
    .execute()

export const saveReview = (db: Database, row: Omit<ReviewRow, 'at'>) =>
  db
    .insertInto('review')
    .values(row)
    .onConflict((oc) =>
      oc
        .columns(['lot_id', 'bid_id', 'stage', 'item_id', 'person_id'])
        .doUpdateSet({ passed: row.passed, reason: row.reason, at: sql<Date>`app_now()` as never }),
    )
    .execute()

/** The purchaser's side has one verdict on an item; who changed it last answers for it. */
export const dropReviewsOfOthers = (db: Database, row: Omit<ReviewRow, 'at' | 'passed' | 'reason'>) =>
  db
    .deleteFrom('review')
    .where('lot_id', '=', row.lot_id)
    .where('bid_id', '=', row.bid_id)
    .where('stage', '=', row.stage)
    .where('item_id', '=', row.item_id)
    .where('person_id', '<>', row.person_id)
    .execute()

export const scoresOf = (db: Database, lotId: string, personId?: string): Promise<ScoreRow[]> =>
  db
    .selectFrom('score')
    .selectAll()
    .where('lot_id', '=', lotId)
    .$if(personId !== undefined, (q) => q.where('person_id', '=', personId!))
    .orderBy('bid_id')
    .orderBy('item_id')
    .orderBy('person_id')
    .execute()

export const saveScore = (db: Database, row: Omit<ScoreRow, 'at'>) =>
  db
    .insertInto('score')
    .values(row)
    .onConflict((oc) =>
      oc
        .columns(['lot_id', 'bid_id', 'item_id', 'person_id'])
        .doUpdateSet({ points: row.points, opinion: row.opinion, at: sql<Date>`app_now()` as never }),
    )
    .execute()

export const resultsOf = (db: Database, lotId: string): Promise<ResultRow[]> =>
  db.selectFrom('evaluation_result').selectAll().where('lot_id', '=', lotId).orderBy('rank').orderBy('bid_id').execute()

export const insertResults = async (
  db: Database,
  rows: (Omit<Insertable<DB['evaluation_result']>, 'reasons'> & { reasons: readonly object[] })[],
): Promise<void> => {
  if (rows.length === 0) return
  await db
    .insertInto('evaluation_result')
    .values(rows.map((row) => ({ ...row, reasons: JSON.stringify(row.reasons) })))
    .execute()
}

export const deleteResults = (db: Database, lotId: string, stage: string) =>
  db.deleteFrom('evaluation_result').where('lot_id', '=', lotId).where('stage', '=', stage).execute()
