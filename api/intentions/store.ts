import { type Insertable, type Kysely, type Selectable, sql, type Updateable } from 'kysely'
import type { DB } from '../kernel/schema.gen.ts'

export type Db = Kysely<DB>
export type IntentionRow = Selectable<DB['intention']>
export type ApprovalRow = Selectable<DB['budget_approval']>

export const intentionById = (db: Db, id: string): Promise<IntentionRow | undefined> =>
  db.selectFrom('intention').selectAll().where('id', '=', id).executeTakeFirst()

export const lockIntention = (trx: Db, id: string): Promise<IntentionRow | undefined> =>
  trx.selectFrom('intention').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()

export const insertIntention = (trx: Db, row: Omit<Insertable<DB['intention']>, 'outline'> & { outline: object }) =>
  trx
    .insertInto('intention')
    .values({ ...row, outline: JSON.stringify(row.outline) })
    .returningAll()
    .executeTakeFirstOrThrow()

export const updateIntention = (
  trx: Db,
  id: string,
  { outline, ...change }: Omit<Updateable<DB['intention']>, 'outline'> & { outline?: object },
) =>
  trx
    .updateTable('intention')
    .set({ ...change, ...(outline === undefined ? {} : { outline: JSON.stringify(outline) }) })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()

export const nextNumber = async (trx: Db): Promise<bigint> => {
  const { rows } = await sql<{ n: bigint }>`select nextval('intention_number') as n`.execute(trx)
  return rows[0]!.n
}

export const insertVersion = async (
  trx: Db,
  row: { intention_id: string; version: number; content: object; reason: string; published_at: Date },
): Promise<void> => {
  await trx
    .insertInto('intention_version')
    .values({ ...row, content: JSON.stringify(row.content) })
    .execute()
}

export const versionsOf = (db: Db, id: string) =>
  db.selectFrom('intention_version').selectAll().where('intention_id', '=', id).orderBy('version', 'desc').execute()

export const insertApproval = (trx: Db, row: Insertable<DB['budget_approval']>): Promise<ApprovalRow | undefined> =>
  trx
    .insertInto('budget_approval')
    .values(row)
    .onConflict((oc) => oc.columns(['organisation_id', 'document_number']).doNothing())
    .returningAll()
    .executeTakeFirst()

export const approvalById = (db: Db, id: string): Promise<ApprovalRow | undefined> =>
  db.selectFrom('budget_approval').selectAll().where('id', '=', id).executeTakeFirst()

export const approvalsOf = (db: Db, organisationIds: readonly string[]): Promise<ApprovalRow[]> =>
  db
    .selectFrom('budget_approval')
    .selectAll()
    .where('organisation_id', 'in', organisationIds)
    .orderBy('approved_on', 'desc')
    .execute()

export const intentionsOf = (db: Db, organisationIds: readonly string[]) =>
  db
    .selectFrom('intention')
    .leftJoin('budget_approval', 'budget_approval.id', 'intention.budget_approval_id')
    .selectAll('intention')
    .select('budget_approval.approved_on')
    .where('intention.organisation_id', 'in', organisationIds)
    .orderBy('intention.made_at', 'desc')
    .limit(500)
    .execute()

export type PublicFilter = {
  patterns: string[]
  month?: string | undefined
  sme?: boolean | undefined
  least?: bigint | undefined
  most?: bigint | undefined
}

/** The public text is the newest published version, whatever is being written now. */
const published = (db: Db, filter: PublicFilter) => {
  let query = db
    .selectFrom('intention')
    .innerJoin('intention_version', (join) =>
      join
        .onRef('intention_version.intention_id', '=', 'intention.id')
        .onRef('intention_version.version', '=', 'intention.public_version'),
    )
  for (const pattern of filter.patterns) query = query.where('intention.search', 'like', pattern)
  if (filter.month !== undefined) query = query.where(sql<boolean>`content->>'plannedMonth' = ${filter.month}`)
  if (filter.sme !== undefined) query = query.where(sql<boolean>`(content->>'smeReserved')::boolean = ${filter.sme}`)
  if (filter.least !== undefined) query = query.where(sql<boolean>`(content->>'budget')::bigint >= ${filter.least}`)
  if (filter.most !== undefined) query = query.where(sql<boolean>`(content->>'budget')::bigint <= ${filter.most}`)
  return query
}

export const listPublished = (db: Db, filter: PublicFilter, page: { limit: number; offset: number }) =>
  published(db, filter)
    .select(['intention.id', 'intention.number', 'intention.withdrawn_at', 'intention.published_at'])
    .select(['intention_version.version', 'intention_version.content'])
    .orderBy('intention.published_at', 'desc')
    .orderBy('intention.id', 'desc')
    .limit(page.limit)
    .offset(page.offset)
    .execute()

export const countPublished = async (db: Db, filter: PublicFilter): Promise<number> => {
  const row = await published(db, filter).select(sql<bigint>`count(*)`.as('n')).executeTakeFirstOrThrow()
  return Number(row.n)
}
