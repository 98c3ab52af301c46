import { type SelectQueryBuilder, sql } from 'kysely'
import type { DB } from '../../kernel/schema.gen.ts'
import type { Db } from '../store.ts'

/** What the public may ask of the notices; amounts in 分, instants exclusive at the end. */
export type NoticeFilter = {
  patterns: string[]
  status?: string | undefined
  method?: string | undefined
  object?: string | undefined
  regime?: string | undefined
  least?: bigint | undefined
  most?: bigint | undefined
  from?: Date | undefined
  to?: Date | undefined
}

const budget = sql<bigint>`(select coalesce(sum(lot.budget), 0)::bigint from lot where lot.tender_id = tender.id)`

const matching = (db: Db, filter: NoticeFilter) => {
  let query: SelectQueryBuilder<DB, 'tender' | 'notice', object> = db
    .selectFrom('tender')
    .innerJoin('notice', (join) =>
      join.onRef('notice.tender_id', '=', 'tender.id').onRef('notice.n', '=', 'tender.notice_n'),
    )
  for (const pattern of filter.patterns) query = query.where('notice.search', 'like', pattern)
  if (filter.status !== undefined) query = query.where('tender.status', '=', filter.status)
  if (filter.method !== undefined) query = query.where('tender.method', '=', filter.method)
  if (filter.object !== undefined) query = query.where('tender.object', '=', filter.object)
  if (filter.regime !== undefined) query = query.where('tender.regime', '=', filter.regime)
  if (filter.least !== undefined) query = query.where(budget, '>=', filter.least)
  if (filter.most !== undefined) query = query.where(budget, '<=', filter.most)
  if (filter.from !== undefined) query = query.where('tender.published_at', '>=', filter.from)
  if (filter.to !== undefined) query = query.where('tender.published_at', '<', filter.to)
  return query
}

export const listNotices = (db: Db, filter: NoticeFilter, page: { limit: number; offset: number }) =>
  matching(db, filter)
    .innerJoin('organisation', 'organisation.id', 'tender.purchaser_id')
    .select([
      'tender.id',
      'tender.number',
      'tender.title',
      'tender.status',
      'tender.suspended',
      'tender.regime',
      'tender.method',
      'tender.object',
      'tender.evaluation_method',
      'tender.notice_n',
      'tender.deadline',
      'tender.published_at',
      'notice.published_at as notice_at',
      'organisation.name as purchaser',
    ])
    .select(budget.as('budget'))
    .select(sql<bigint>`(select count(*) from lot where lot.tender_id = tender.id)`.as('lots'))
    .orderBy('notice.published_at', 'desc')
    .orderBy('tender.id', 'desc')
    .limit(page.limit)
    .offset(page.offset)
    .execute()

export const FACETS = ['status', 'method', 'object', 'regime'] as const
export type Facet = (typeof FACETS)[number]
export type NoticeCounts = { total: number; counts: Record<Facet, Record<string, number>> }

/** How many there are under each value of one filter, the other filters as asked. */
const countBy = async (db: Db, filter: NoticeFilter, facet: Facet): Promise<Record<string, number>> => {
  const rows = await matching(db, { ...filter, [facet]: undefined })
    .select([`tender.${facet} as value`, sql<bigint>`count(*)`.as('n')])
    .groupBy(`tender.${facet}`)
    .execute()
  return Object.fromEntries(rows.map(({ value, n }) => [value, Number(n)]))
}

/**
 * The total, and how many there are under each value of each filter with the other filters as asked. Filters that are
 * not set count the same rows as the total, so one reading of the table serves them all.
 */
export const countNotices = async (db: Db, filter: NoticeFilter): Promise<NoticeCounts> => {
  const free = FACETS.filter((facet) => filter[facet] === undefined)
  const sets = sql.join([...free.map((facet) => sql`(${sql.ref(`tender.${facet}`)})`), sql`()`])
  const rows = await matching(db, filter)
    .select([...free.map((facet) => `tender.${facet}` as const), sql<bigint>`count(*)`.as('n')])
    .groupBy(sql`grouping sets (${sets})` as never)
    .execute()
  const counts: NoticeCounts['counts'] = { status: {}, method: {}, object: {}, regime: {} }
  let total = 0
  for (const row of rows) {
    const facet = free.find((name) => row[name] !== null && row[name] !== undefined)
    if (facet === undefined) total = Number(row.n)
    else counts[facet][row[facet]] = Number(row.n)
  }
  for (const facet of FACETS) if (!free.includes(facet)) counts[facet] = await countBy(db, filter, facet)
  return { total, counts }
}

/** Events of a published tender whose bodies name no desk: for everybody's verification, in the order of the log. */
export const publicEvents = (
  db: Db,
  tenderId: string,
  types: { open: readonly string[]; bidders: readonly string[] },
) =>
  db
    .selectFrom('log_event')
    .leftJoin('log_leaf', 'log_leaf.event_id', 'log_event.id')
    .select(['id', 'at', 'type', 'lot_id', 'outer_bytes', 'outer_salt', 'body', 'body_salt', 'leaf', 'leaf_index'])
    .where('tender_id', '=', tenderId)
    .where('network_address', 'is', null)
    .where((eb) =>
      eb.or([
        eb.and([
          eb('scope', '=', 'public'),
          eb.or([eb('subject', 'is not', null), eb('type', '=', sql<string>`any(${[...types.open]}::text[])`)]),
        ]),
        eb.and([eb('scope', '=', 'bidder'), eb('type', '=', sql<string>`any(${[...types.bidders]}::text[])`)]),
      ]),
    )
    .orderBy('at')
    .execute()

/** A side's own tenders, newest first; an agency sees those it acts for. */
export const tendersOf = (db: Db, organisationId: string) =>
  db
    .selectFrom('tender')
    .innerJoin('organisation', 'organisation.id', 'tender.purchaser_id')
    .leftJoin('tender_correction', 'tender_correction.tender_id', 'tender.id')
    .selectAll('tender')
    .select(['organisation.name as purchaser', 'tender_correction.submitted_at as correction_at'])
    .where((eb) => eb.or([eb('purchaser_id', '=', organisationId), eb('agency_id', '=', organisationId)]))
    .orderBy('tender.made_at', 'desc')
    .limit(500)
    .execute()

/** A person's seats as trustee. */
export const seatsOfPerson = (db: Db, personId: string, organisationId: string) =>
  db
    .selectFrom('trustee_seat')
    .innerJoin('tender', 'tender.id', 'trustee_seat.tender_id')
    .innerJoin('organisation', 'organisation.id', 'tender.purchaser_id')
    .select([
      'tender.id',
      'tender.number',
      'tender.title',
      'tender.status',
      'tender.suspended',
      'tender.deadline',
      'tender.trustee_set_hash',
      'trustee_seat.i',
      'trustee_seat.role',
      'trustee_seat.stated_at',
      'trustee_seat.drilled_at',
      'organisation.name as purchaser',
    ])
    .where('trustee_seat.person_id', '=', personId)
    .where('trustee_seat.organisation_id', '=', organisationId)
    .where('tender.status', '<>', 'cancelled')
    .orderBy('tender.made_at', 'desc')
    .execute()
