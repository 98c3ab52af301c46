import { createHash } from 'node:crypto'
import { activeMandate } from '../../identity/service/mandates.ts'
import type { Actor } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import { found, refuse, refuseIf } from '../../kernel/problem.ts'
import { remembering } from '../../log/remember.ts'
import { parseJson } from '../../seal/json.ts'
import { type Notice, noticeSchema } from '../../seal/notice.ts'
import type { Stop } from '../../seal/windows.ts'
import { type LotStatus, mayMoveLot, mayMoveTender, type TenderStatus } from '../rules.ts'
import * as store from '../store.ts'

export { areNamesOut } from '../rules.ts'
export type { LotRow, TenderRow } from '../store.ts'

/** What the other features stand on: each takes the caller's transaction. An unknown id answers 404. */

/** The tender under a row lock: `share` where a deadline is only read, `update` where the tender changes. */
export const lockTender = async (trx: store.Db, id: string, mode: 'share' | 'update'): Promise<store.TenderRow> =>
  found(await store.lockTender(trx, id, mode))

export const tenderById = async (db: store.Db, id: string): Promise<store.TenderRow> =>
  found(await store.tenderById(db, id))

/** Published tenders only: what a bidder, a trustee or the public may address. */
export const publicTender = async (db: store.Db, id: string): Promise<store.TenderRow> => {
  const tender = await tenderById(db, id)
  if (tender.published_at === null) refuse('not-found')
  return tender
}

export const lotsOf = (db: store.Db, tenderId: string): Promise<store.LotRow[]> => store.lotsOf(db, tenderId)

export const lotById = async (db: store.Db, lotId: string): Promise<store.LotRow> =>
  found(await store.lotById(db, lotId))

/** A lot that the public may know; undefined for one that never was published. Whether bids are taken is another question. */
export const publishedLot = (db: store.Db, lotId: string): Promise<store.LotRow | undefined> => store.lotById(db, lotId)

export type CurrentNotice = { n: number; notice: Notice; bytes: Uint8Array; hash: Uint8Array; eventId: string }

/** The newest NOTICE: parsed, its exact bytes, and `noticeHash` over JSON and PDF. 404 before publication. */
export const currentNotice = async (db: store.Db, tenderId: string): Promise<CurrentNotice> => {
  const tender = await tenderById(db, tenderId)
  return tender.notice_n === null ? refuse('not-found') : noticeAt(db, tenderId, tender.notice_n)
}

const remembered = remembering<ReturnType<typeof parseJson<typeof noticeSchema>>>(64)

/** A notice of fifty lots is a hundred kilobytes, and every bid for one of them asks what it says. */
const readNotice = (bytes: Uint8Array) =>
  remembered(createHash('sha256').update(bytes).digest('base64'), () => parseJson(bytes, noticeSchema))

export const noticeAt = async (db: store.Db, tenderId: string, n: number): Promise<CurrentNotice> => {
  const row = found(await store.noticeOf(db, tenderId, n))
  const bytes = new Uint8Array(row.bytes)
  const parsed = readNotice(bytes)
  if (!parsed.ok) throw new Error('a stored notice does not fit its schema')
  return { n, notice: parsed.value, bytes, hash: new Uint8Array(row.hash), eventId: row.event_id }
}

/** Move a 标包 to another status; a move outside the table is refused. Repeating a move changes nothing. */
export const setLotStatus = async (trx: store.Db, lotId: string, to: LotStatus): Promise<void> => {
  const lot = await lotById(trx, lotId)
  if (lot.status === to) return
  refuseIf(mayMoveLot(lot.status as LotStatus, to))
  await store.updateLot(trx, lotId, { status: to })
}

/** The same for the tender, by id or row; call it under `lockTender(…, 'update')`. */
export const setTenderStatus = async (
  trx: store.Db,
  which: string | Pick<store.TenderRow, 'id'>,
  to: TenderStatus,
): Promise<void> => {
  const tenderId = typeof which === 'string' ? which : which.id
  const tender = await tenderById(trx, tenderId)
  if (tender.status === to) return
  refuseIf(mayMoveTender(tender.status as TenderStatus, to))
  const ended = to === 'not-opened' || to === 'failed' || to === 'cancelled' || to === 'contracted'
  await store.updateTender(trx, tenderId, { status: to, ...(ended ? { ended_at: await now(trx) } : {}) })
}

/** Mark names and prices as out, to all at once (20号令 第三十条); the first call counts. Returns that instant. */
export const namesOut = async (trx: store.Db, tenderId: string): Promise<Date> => {
  const tender = await lockTender(trx, tenderId, 'update')
  if (tender.names_out_at !== null) return tender.names_out_at
  const at = await now(trx)
  await store.updateTender(trx, tenderId, { names_out_at: at })
  return at
}

/** When the tender stood still, by the leaves of SUSPENDED and RESUMED. */
export const stopsOf = async (db: store.Db, tenderId: string): Promise<Stop[]> =>
  (await store.stopsOf(db, tenderId)).map((row) => ({
    from: row.stopped_at.getTime(),
    to: row.resumed_at?.getTime() ?? null,
  }))

/** The trustees' seats with key statements, public keys and blobs; `i` = 1…n. */
export const trusteeSeats = (db: store.Db, tenderId: string): Promise<store.SeatRow[]> => store.seatsOf(db, tenderId)

/** The signed trustee set: exact bytes, CMS and hash. 404 before it is signed. */
export const trusteeSetOf = async (db: store.Db, tenderId: string): Promise<store.SetRow> =>
  found(await store.trusteeSetOf(db, tenderId))

/**
 * The purchaser of this tender, or its agency under a mandate valid now; everyone else gets 404.
 * 政府采购法 第二十条: an agency acts within its 委托协议.
 */
export const assertPurchaserSide = async (
  trx: store.Db,
  actor: Actor,
  tender: Pick<store.TenderRow, 'purchaser_id' | 'agency_id'>,
): Promise<void> => {
  if (!(await isPurchaserSide(trx, actor, tender))) refuse('not-found')
}

export const isPurchaserSide = async (
  trx: store.Db,
  actor: Actor,
  tender: Pick<store.TenderRow, 'purchaser_id' | 'agency_id'>,
): Promise<boolean> => {
  if (actor.personId === null || actor.organisationId === null) return false
  if (actor.role === 'purchaser' || actor.role === 'purchaser-approver')
    return actor.organisationId === tender.purchaser_id
  if (actor.role !== 'agency' || actor.organisationId !== tender.agency_id) return false
  return hasMandate(trx, actor.organisationId, tender.purchaser_id)
}

/** Whether the agency holds a signed 委托协议 of this purchaser, valid now. */
export const hasMandate = async (db: store.Db, agencyId: string, purchaserId: string): Promise<boolean> => {
  const at = await now(db)
  return (await activeMandate(db, { agencyId, purchaserId, at })) !== null
}
