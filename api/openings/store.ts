import { type Selectable, sql } from 'kysely'
import type { Database } from '../kernel/database.ts'
import type { Closing, KeyRelease, OpenedEnvelope } from '../kernel/schema.gen.ts'

export type ClosingRow = Selectable<Closing>
export type ReleaseRow = Selectable<KeyRelease>
export type OpenedRow = Selectable<OpenedEnvelope>

/** Tenders whose deadline is over and whose lots are not yet frozen. */
export const dueTenders = (db: Database, at: Date) =>
  db
    .selectFrom('tender')
    .select('id')
    .where('status', '=', 'published')
    .where('suspended', '=', false)
    .where('deadline', '<=', at)
    .execute()

export const insertClosing = (
  db: Database,
  row: { lot_id: string; event_id: string; body: Uint8Array; manifest_hashes: Uint8Array[]; closed_at: Date },
) => db.insertInto('closing').values(row).execute()

export const closingOf = (db: Database, lotId: string) =>
  db.selectFrom('closing').selectAll().where('lot_id', '=', lotId).executeTakeFirst()

export const closingsOf = (db: Database, tenderId: string) =>
  db
    .selectFrom('closing')
    .innerJoin('lot', 'lot.id', 'closing.lot_id')
    .selectAll('closing')
    .where('lot.tender_id', '=', tenderId)
    .orderBy('lot.no')
    .execute()

export const lockClosing = (db: Database, lotId: string, mode: 'share' | 'update') => {
  const query = db.selectFrom('closing').selectAll().where('lot_id', '=', lotId)
  return (mode === 'share' ? query.forShare() : query.forUpdate()).executeTakeFirst()
}

/** Lots that await the re-hash of their stored parts. */
export const unstoredClosings = (db: Database) =>
  db
    .selectFrom('closing')
    .innerJoin('lot', 'lot.id', 'closing.lot_id')
    .innerJoin('tender', 'tender.id', 'lot.tender_id')
    .selectAll('closing')
    .select(['lot.tender_id', 'tender.bidder_window_minutes', 'tender.trustee_window_minutes'])
    .where('closing.stored_at', 'is', null)
    .where('lot.status', '=', 'closed')
    .where('tender.suspended', '=', false)
    .execute()

export const undecidedClosings = (db: Database) =>
  db
    .selectFrom('closing')
    .innerJoin('lot', 'lot.id', 'closing.lot_id')
    .innerJoin('tender', 'tender.id', 'lot.tender_id')
    .selectAll('closing')
    .select(['lot.tender_id', 'lot.minimum_bidders'])
    .where('lot.status', '=', 'stored')
    .where('closing.decided_at', 'is', null)
    .where('tender.suspended', '=', false)
    .execute()

export const updateClosing = (db: Database, lotId: string, set: Partial<Omit<ClosingRow, 'lot_id'>>) =>
  db.updateTable('closing').set(set).where('lot_id', '=', lotId).execute()

/** Gives the row only when it was written: a key that was accepted before stays as it was. */
export const upsertRelease = (db: Database, row: Omit<ReleaseRow, 'released_at'>) =>
  db
    .insertInto('key_release')
    .values(row)
    .onConflict((oc) =>
      oc
        .columns(['bid_id', 'envelope_kind', 'source'])
        .doUpdateSet({ statement: row.statement, cms: row.cms, value: row.value, accepted: row.accepted })
        .where('key_release.accepted', '=', false),
    )
    .returning('accepted')
    .executeTakeFirst()

/** Whether any key or share of a lot was accepted, of whichever bid. */
export const isKeyAccepted = async (db: Database, lotId: string): Promise<boolean> => {
  const row = await db
    .selectFrom('key_release')
    .innerJoin('bid', 'bid.id', 'key_release.bid_id')
    .select('key_release.source')
    .where('bid.lot_id', '=', lotId)
    .where('key_release.accepted', '=', true)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

export const releasesOf = (db: Database, bidIds: readonly string[]) =>
  bidIds.length === 0
    ? Promise.resolve([])
    : db.selectFrom('key_release').selectAll().where('bid_id', 'in', bidIds).orderBy('source').execute()

/** Of these bids, how many envelopes have a key from their own bidder that fits. */
export const ownKeysOf = (db: Database, bidIds: readonly string[]) =>
  bidIds.length === 0
    ? Promise.resolve([])
    : db
        .selectFrom('key_release')
        .select((eb) => ['bid_id', eb.fn.countAll<bigint>().as('count')])
        .where('bid_id', 'in', bidIds)
        .where('source', '=', 0)
        .where('accepted', '=', true)
        .groupBy('bid_id')
        .execute()

/** Envelopes in opening that are shut, not lost, and have a key or shares that were accepted; of every tender, or of one. */
export const keysOfShut = (db: Database, tenderId: string | undefined) =>
  db
    .selectFrom('key_release as r')
    .innerJoin('bid', 'bid.id', 'r.bid_id')
    .innerJoin('closing', 'closing.lot_id', 'bid.lot_id')
    .innerJoin('tender', 'tender.id', 'bid.tender_id')
    .innerJoin('bid_envelope as e', (join) =>
      join.onRef('e.bid_id', '=', 'r.bid_id').onRef('e.kind', '=', 'r.envelope_kind'),
    )
    .leftJoin('opened_envelope as o', (join) =>
      join.onRef('o.bid_id', '=', 'r.bid_id').onRef('o.kind', '=', 'r.envelope_kind'),
    )
    .select((eb) => [
      'bid.id as bidId',
      'bid.tender_id as tenderId',
      eb.fn.countAll<bigint>().filterWhere('r.source', '=', 0).as('own'),
      eb.fn.countAll<bigint>().filterWhere('r.source', '>', 0).as('shares'),
    ])
    .where('tender.status', '=', 'closed')
    .where('tender.suspended', '=', false)
    .where('closing.decided_at', 'is', null)
    .where('r.accepted', '=', true)
    .where('e.missing', '=', false)
    .where('o.bid_id', 'is', null)
    .$if(tenderId !== undefined, (q) => q.where('tender.id', '=', tenderId!))
    .groupBy(['bid.id', 'bid.tender_id', 'r.envelope_kind'])
    .execute()

/** How many keys or shares that do not fit were refused, by manifest (base64url) and source: the log keeps each one. */
export const refusedReleases = async (db: Database, lotId: string) => {
  const { rows } = await sql<{ manifest_hash: string; source: number; count: number }>`
    select data ->> 'manifestHash' as manifest_hash, (data ->> 'source')::integer as source, count(*)::integer as count
    from (select convert_from(body, 'UTF8')::jsonb -> 'data' as data from log_event
      where lot_id = ${lotId} and type = 'release.refused/1') refused
    group by 1, 2`.execute(db)
  return rows
}

export const insertOpened = (
  db: Database,
  { signers, ...row }: Omit<OpenedRow, 'opened_at' | 'signers'> & { signers: readonly object[] },
) =>
  db
    .insertInto('opened_envelope')
    .values({ ...row, signers: JSON.stringify(signers) })
    .onConflict((oc) => oc.doNothing())
    .execute()

export const openedOf = (db: Database, bidIds: readonly string[]) =>
  bidIds.length === 0
    ? Promise.resolve([])
    : db.selectFrom('opened_envelope').selectAll().where('bid_id', 'in', bidIds).execute()

export const setTreatment = (db: Database, bidId: string, treatedAs: string) =>
  db.updateTable('opened_envelope').set({ treated_as: treatedAs }).where('bid_id', '=', bidId).execute()

export const insertRecord = (db: Database, row: { lot_id: string; bytes: Uint8Array; event_id: string }) =>
  db.insertInto('opening_record').values(row).execute()

export const recordOf = (db: Database, lotId: string) =>
  db.selectFrom('opening_record').selectAll().where('lot_id', '=', lotId).executeTakeFirst()

/** Per tender in opening: whether each listed bid of each lot is open. */
export const undecidedTenders = async (db: Database) => {
  const { rows } = await sql<{ tender_id: string; all_open: boolean }>`
    select lot.tender_id,
      bool_and((select count(*) from opened_envelope o join bid b on b.id = o.bid_id
          where b.lot_id = lot.id and b.state = 'received') = 4 * cardinality(closing.manifest_hashes)) as all_open
    from closing join lot on lot.id = closing.lot_id join tender on tender.id = lot.tender_id
    where tender.status = 'closed' and not tender.suspended and lot.status in ('closed', 'stored')
    group by lot.tender_id having bool_and(closing.stored_at is not null)`.execute(db)
  return rows
}

/** False when another printer was faster. */
export const setRecordDocument = async (db: Database, lotId: string, documentId: string): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('opening_record')
    .set({ document_id: documentId })
    .where('lot_id', '=', lotId)
    .where('document_id', 'is', null)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

/**
 * Bids of lots that ended unopened whose ciphertext still lies in the store. The unfinished and replaced ones of a
 * NOT_OPENED lot have their own job since the deadline.
 */
export const sealedOfEnded = (db: Database) =>
  db
    .selectFrom('bid')
    .innerJoin('lot', 'lot.id', 'bid.lot_id')
    .innerJoin('tender', 'tender.id', 'bid.tender_id')
    .leftJoin('closing', 'closing.lot_id', 'bid.lot_id')
    .select(['bid.id', 'bid.state', 'bid.lot_id', 'bid.tender_id', 'lot.status as lot_status'])
    .select(['tender.regime', 'tender.method'])
    .select((eb) => eb.fn.coalesce('closing.closed_at', 'tender.ended_at').$notNull().as('ended_at'))
    .where('lot.status', 'in', ['cancelled', 'not-opened'])
    .where('bid.kind', '=', 'bid')
    .where('bid.ciphertext_deleted_at', 'is', null)
    .where((eb) => eb.or([eb('lot.status', '=', 'cancelled'), eb('bid.state', '=', 'received')]))
    .where((eb) => eb.or([eb('closing.closed_at', 'is not', null), eb('tender.ended_at', 'is not', null)]))
    .orderBy('bid.lot_id')
    .execute()
export type SealedBid = Awaited<ReturnType<typeof sealedOfEnded>>[number]
