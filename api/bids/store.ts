import { type Selectable, sql } from 'kysely'
import { HELD_NOW } from '../kernel/clock.ts'
import type { Database } from '../kernel/database.ts'
import { found } from '../kernel/problem.ts'
import type { Bid, BidEnvelope, BidPart } from '../kernel/schema.gen.ts'

export type BidRow = Selectable<Bid>
export type EnvelopeRow = Selectable<BidEnvelope>
export type PartRow = Selectable<BidPart>

export const obtained = (db: Database, tenderId: string, organisationId: string) =>
  db
    .selectFrom('document_obtained')
    .select('at')
    .where('tender_id', '=', tenderId)
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst()

export const obtainedBy = (db: Database, organisationId: string) =>
  db
    .selectFrom('document_obtained')
    .select(['tender_id', 'at'])
    .where('organisation_id', '=', organisationId)
    .orderBy('at', 'desc')
    .limit(200)
    .execute()

/**
 * Whoever bids has obtained the documents: that row is the lock under which one bidder's acts in a tender come one after
 * another. Two windows would else both find the chain's head free.
 */
export const lockBidder = (trx: Database, tenderId: string, organisationId: string) =>
  trx
    .selectFrom('document_obtained')
    .select('id')
    .where('tender_id', '=', tenderId)
    .where('organisation_id', '=', organisationId)
    .forUpdate()
    .executeTakeFirst()

/**
 * The same lock by one of the bidder's own bids, and in the same round the tender's, which then cannot close meanwhile.
 * Nothing where there is no such bid.
 */
export const lockToReceive = (trx: Database, bidId: string, organisationId: string) =>
  trx
    .selectFrom('document_obtained as d')
    .innerJoin('tender as t', 't.id', 'd.tender_id')
    .select(['t.id', 't.status', 't.suspended', 't.deadline', 't.notice_n'])
    .where('d.organisation_id', '=', organisationId)
    .where('d.tender_id', '=', (eb) =>
      eb
        .selectFrom('bid')
        .select('bid.tender_id')
        .where('bid.id', '=', bidId)
        .where('bid.organisation_id', '=', organisationId),
    )
    .forUpdate('d')
    .forShare('t')

    .executeTakeFirst()

export const insertObtained = (
  db: Database,
  row: { id: string; tender_id: string; organisation_id: string; person_id: string },
) =>
  db
    .insertInto('document_obtained')
    .values(row)
    .onConflict((oc) => oc.doNothing())
    .returning('at')
    .executeTakeFirst()

export const bidOf = (db: Database, id: string, organisationId: string) =>
  db.selectFrom('bid').selectAll().where('id', '=', id).where('organisation_id', '=', organisationId).executeTakeFirst()

export const lockBid = (db: Database, id: string, organisationId: string) =>
  db
    .selectFrom('bid')
    .selectAll()
    .where('id', '=', id)
    .where('organisation_id', '=', organisationId)
    .forUpdate()
    .executeTakeFirst()

export const bidByManifest = (db: Database, manifestHash: Uint8Array) =>
  db.selectFrom('bid').selectAll().where('manifest_hash', '=', manifestHash).executeTakeFirst()

export const bidsOf = (db: Database, organisationId: string, tenderId?: string) =>
  db
    .selectFrom('bid')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .where('state', '<>', 'abandoned')
    .$if(tenderId !== undefined, (q) => q.where('tender_id', '=', tenderId!))
    .orderBy('started_at', 'desc')
    .execute()

/** States of what was received, whatever followed. */
const IN_CHAIN = ['received', 'replaced', 'withdrawn']

/** The newest link of a bidder's chain in a lot: a bid or a withdrawal that was received, whatever followed. */
export const chainHead = (db: Database, lotId: string, organisationId: string) =>
  db
    .selectFrom('bid')
    .select(['id', 'bid_seq', 'manifest_hash', 'state'])
    .where('lot_id', '=', lotId)
    .where('organisation_id', '=', organisationId)
    .where('state', 'in', IN_CHAIN)
    .orderBy('bid_seq', 'desc')
    .limit(1)
    .executeTakeFirst()

/** What the receipt says of an envelope, and whether parts of it are still to come. */
export type EnvelopeToReceive = { no: number; kind: string; size: number; partsRoot: string; unfinished: boolean }
type Head = { id: string; manifest_hash: string; state: string }
type ToReceive = BidRow & { head: Head | null; envelopes: EnvelopeToReceive[]; at: Date }

/**
 * A bid under its lock with its envelopes, the head of its chain and the held instant: one round, in plain SQL. The
 * bidder's lock and the tender's are held by now, so that nothing of it can have changed since this statement began.
 * Hashes in JSON are hexadecimal.
 */
export const bidToReceive = async (trx: Database, id: string, organisationId: string) => {
  const { rows } = await sql<ToReceive>`
    select bid.*, ${HELD_NOW} as at,
      (select json_build_object('id', link.id, 'manifest_hash', encode(link.manifest_hash, 'hex'), 'state', link.state)
        from bid link
        where link.lot_id = bid.lot_id and link.organisation_id = bid.organisation_id
          and link.state in (${sql.join(IN_CHAIN)})
        order by link.bid_seq desc limit 1) as head,
      (select coalesce(json_agg(json_build_object(
          'no', e.no, 'kind', e.kind, 'size', e.size, 'partsRoot', encode(e.parts_root, 'hex'), 'unfinished', exists (
            select from bid_part p
            where p.bid_id = e.bid_id and p.envelope_no = e.no and p.stored_at is null)) order by e.no), '[]')
        from bid_envelope e where e.bid_id = bid.id) as envelopes
    from bid where bid.id = ${id} and bid.organisation_id = ${organisationId}
    for update of bid`.execute(trx)
  const { head, at, envelopes, ...bid } = found(rows[0])
  return { bid, head: head && { ...head, manifest_hash: Buffer.from(head.manifest_hash, 'hex') }, at, envelopes }
}

export type ChainHead = NonNullable<Awaited<ReturnType<typeof chainHead>>>

/** Valid bids of a lot, by manifest hash: for the closing and what follows. */
export const validBids = (db: Database, lotId: string) =>
  db
    .selectFrom('bid')
    .selectAll()
    .where('lot_id', '=', lotId)
    .where('kind', '=', 'bid')
    .where('state', '=', 'received')
    .orderBy('manifest_hash')
    .execute()

export const bidsByIds = (db: Database, ids: readonly string[]) =>
  ids.length === 0 ? Promise.resolve([]) : db.selectFrom('bid').selectAll().where('id', 'in', ids).execute()

/** Bids whose ciphertext must go once the deadline has passed: replaced, withdrawn, never finished. */
export const leftoverBids = (db: Database, lotId: string) =>
  db
    .selectFrom('bid')
    .selectAll()
    .where('lot_id', '=', lotId)
    .where('kind', '=', 'bid')
    .where('state', '<>', 'received')
    .where('ciphertext_deleted_at', 'is', null)
    .execute()

export const insertBid = (db: Database, row: Parameters<ReturnType<typeof bidInsert>['values']>[0]) =>
  bidInsert(db).values(row).returningAll().executeTakeFirstOrThrow()
const bidInsert = (db: Database) => db.insertInto('bid')

export const updateBid = (db: Database, id: string, set: Partial<Omit<BidRow, 'id'>>) =>
  db.updateTable('bid').set(set).where('id', '=', id).returningAll().executeTakeFirstOrThrow()

/** The same without reading the row back: what stands in a bid is some ten kilobytes. */
export const setBid = async (db: Database, id: string, set: Partial<Omit<BidRow, 'id'>>): Promise<void> => {
  await db.updateTable('bid').set(set).where('id', '=', id).execute()
}

export const insertEnvelopes = (db: Database, rows: EnvelopeRow[], parts: Omit<PartPlan, 'stored'>[]) =>
  Promise.all([
    db
      .insertInto('bid_envelope')
      .values(rows.map((row) => ({ ...row, escrow: JSON.stringify(row.escrow) })))
      .execute(),
    db.insertInto('bid_part').values(parts).execute(),
  ])

export type PartPlan = Pick<PartRow, 'bid_id' | 'envelope_no' | 'part' | 'object_key' | 'size' | 'sha256'>

export const envelopesOf = (db: Database, bidIds: readonly string[]) =>
  bidIds.length === 0
    ? Promise.resolve([])
    : db.selectFrom('bid_envelope').selectAll().where('bid_id', 'in', bidIds).orderBy('no').execute()

export const partsOf = (db: Database, bidId: string) =>
  db.selectFrom('bid_part').selectAll().where('bid_id', '=', bidId).orderBy('envelope_no').orderBy('part').execute()

export const markStored = (db: Database, part: PartRow, versionId: string | null, at: Date) =>
  db
    .updateTable('bid_part')
    .set({ stored_at: at, version_id: versionId })
    .where('bid_id', '=', part.bid_id)
    .where('envelope_no', '=', part.envelope_no)
    .where('part', '=', part.part)
    .execute()

/** The store lost these bids: what the opening makes of them is not the bidder's fault (SEALING.md §4). */
export const markMissing = async (db: Database, manifestHashes: readonly Uint8Array[]): Promise<void> => {
  if (manifestHashes.length === 0) return
  await db
    .updateTable('bid_envelope')
    .set({ missing: true })
    .where('bid_id', 'in', (eb) => eb.selectFrom('bid').select('id').where('manifest_hash', 'in', manifestHashes))
    .execute()
}

/** What the store lost is supplied again under a fresh key; where it lay is kept, so that nothing stays behind there. */
export const markLost = async (db: Database, part: PartRow, freshKey: string): Promise<void> => {
  await db
    .updateTable('bid_part')
    .set({ lost_key: part.object_key, object_key: freshKey, stored_at: null, version_id: null })
    .where('bid_id', '=', part.bid_id)
    .where('envelope_no', '=', part.envelope_no)
    .where('part', '=', part.part)
    .execute()
}

/** Every lost part of a bid is there again. */
export const markFound = async (db: Database, bidId: string): Promise<void> => {
  await db.updateTable('bid_envelope').set({ missing: false }).where('bid_id', '=', bidId).execute()
}

/** Which of these bids still have ciphertext, under a lock: it is deleted once, and logged once. */
export const lockUndeleted = (trx: Database, ids: readonly string[]) =>
  ids.length === 0
    ? Promise.resolve([])
    : trx
        .selectFrom('bid')
        .selectAll()
        .where('id', 'in', ids)
        .where('ciphertext_deleted_at', 'is', null)
        .orderBy('manifest_hash')
        .forUpdate()
        .execute()

/** Whether this size of the log has its time-stamp, or any was made within `every` ms of real time. */
export const isStamped = async (db: Database, size: number, every: number): Promise<boolean> => {
  const since = sql<Date>`clock_timestamp() - make_interval(secs => ${every / 1000}::float8)`
  const row = await db
    .selectFrom('log_timestamp')
    .select('size')
    .where((eb) => eb.or([eb('size', '>=', BigInt(size)), eb('asked_at', '>', since)]))
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

export const insertStamp = (db: Database, row: { size: number; checkpoint: string; answer: Uint8Array }) =>
  db
    .insertInto('log_timestamp')
    .values({ size: BigInt(row.size), checkpoint: row.checkpoint, answer: Buffer.from(row.answer) })
    .onConflict((oc) => oc.column('size').doNothing())
    .execute()

/** The first stamped checkpoint that covers a leaf. */
export const stampBeyond = (db: Database, index: number) =>
  db
    .selectFrom('log_timestamp')
    .select(['size', 'checkpoint', 'answer'])
    .where('size', '>', BigInt(index))
    .orderBy('size')
    .limit(1)
    .executeTakeFirst()
