import { type BidRow, validBids } from '../../bids/service.ts'
import type { Actor } from '../../kernel/actor.ts'
import type { Database } from '../../kernel/database.ts'
import type { Deps } from '../../kernel/deps.ts'
import { found, refuse } from '../../kernel/problem.ts'
import { beijingDate } from '../../law/beijing.ts'
import { type Preference, preferenceOf } from '../../law/consortium.ts'
import type { LawContext } from '../../law/contract.ts'
import { fromUtf8, toBase64url } from '../../log/bytes.ts'
import { type OpeningRecord, openedEnvelopes, openingRecordOf, openingRecordSchema } from '../../openings/service.ts'
import { lawAt } from '../../regulations/service.ts'
import type { Notice, NoticeLot } from '../../seal/notice.ts'
import {
  currentNotice,
  isPurchaserSide,
  type LotRow,
  lockTender,
  lotById,
  lotsOf,
  setTenderStatus,
  type TenderRow,
  tenderById,
} from '../../tenders/service/shared.ts'
import { type ConsortiumMember, signedByAll } from '../rules/consortium.ts'
import type { CountCase } from '../rules/ranking.ts'
import type { Score } from '../rules/scores.ts'
import type { CommitteeStatus, Member, Rejection, Vote } from '../rules.ts'
import { tenderAfter } from '../rules.ts'
import * as store from '../store.ts'

export type EvaluationDeps = Pick<Deps, 'db' | 'files' | 'settings' | 'keys' | 'logger' | 'live' | 'jobs' | 'stamp'>

/** One opened bid as the committee has it; `letter` by manifest hash, so that anybody assigns the same. */
export type RoomBid = {
  id: string
  letter: string
  number: string
  manifestHash: string
  organisationId: string
  name: string
  uscc: string
  /** 分; null when the summary names no price that can be read. */
  price: bigint | null
  size: Preference['size']
  smallShare: Preference['smallShare']
  brand: string | null
  deposit: string
  treatedAs: 'valid' | 'revoked' | 'withdrawn'
  form: Record<string, unknown>
  /** 联合体 members besides the leader. */
  consortium: ConsortiumMember[]
}

/** Everything a step of an evaluation looks at, read in the caller's transaction. */
export type Room = {
  lot: LotRow
  tender: TenderRow
  notice: Notice
  noticeLot: NoticeLot
  context: LawContext
  count: CountCase
  opening: OpeningRecord
  openingBytes: Uint8Array
  bids: RoomBid[]
  committee: store.CommitteeRow | null
  /** Who sits now, by seat. */
  members: store.MemberRow[]
  /** Who was replaced. */
  left: store.MemberRow[]
}
export type FormedRoom = Room & { committee: store.CommitteeRow & { status: CommitteeStatus } }
type Lock = 'read' | 'share' | 'update'

const letterOf = (at: number): string =>
  (at >= 26 ? letterOf(Math.floor(at / 26) - 1) : '') + String.fromCharCode(65 + (at % 26))

/** The announced price: the first money field that every bid must fill (tenders demand one). */
export const priceOf = (lot: Pick<NoticeLot, 'summaryFields'>, form: Record<string, unknown>): bigint | null => {
  const field = lot.summaryFields.find((one) => one.type === 'money' && one.required)
  const value = field ? form[field.key] : undefined
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? BigInt(value) : null
}

const roomBid = (row: BidRow, at: number, lot: NoticeLot, opening: OpeningRecord): RoomBid => {
  const recorded = opening.bids.find((bid) => bid.bidId === row.id)
  if (!recorded) throw new Error('the opening record does not list a closed bid')
  const form = recorded.form ?? {}
  const { brand } = form
  return {
    id: row.id,
    letter: letterOf(at),
    number: row.number,
    manifestHash: toBase64url(row.manifest_hash),
    organisationId: row.organisation_id,
    name: recorded.name,
    uscc: recorded.uscc,
    price: priceOf(lot, form),
    ...preferenceOf(form, recorded.consortium.length, lot.consortiumRate !== undefined),
    brand: typeof brand === 'string' && brand.trim() !== '' ? brand.trim().slice(0, 200) : null,
    deposit: recorded.deposit,
    treatedAs: recorded.treatedAs,
    form,
    consortium: recorded.consortium.map((one) => ({ ...one, signed: false })),
  }
}

/** Which members of a consortium signed: read only where there is one. */
const withSignatures = async (trx: Database, bid: RoomBid): Promise<RoomBid> => {
  if (bid.consortium.length === 0) return bid
  const ids = bid.consortium.map((one) => one.organisationId)
  const envelopes = (await openedEnvelopes(trx, bid.id)).map(({ kind, header, signers }) => ({
    kind,
    members: header.consortium,
    codes: signers.map(({ code }) => code),
  }))
  return { ...bid, consortium: bid.consortium.map((one) => ({ ...one, signed: signedByAll(one, ids, envelopes) })) }
}

/** Every organisation that bids, alone or in a consortium: about all of them members declare (政府采购法 12). */
export const biddersOf = ({ bids }: Pick<Room, 'bids'>): { organisationId: string; name: string }[] => {
  const all = bids.flatMap(({ organisationId, name, consortium }) => [
    { organisationId, name },
    ...consortium.map((one) => ({ organisationId: one.organisationId, name: one.name ?? one.organisationId })),
  ])
  return [...new Map(all.map((one) => [one.organisationId, one])).values()]
}

/** An evaluation exists only once names are out (20号令 30): before that every address of it answers 404. */
export const loadRoom = async (trx: Database, lotId: string, lock: Lock): Promise<Room> => {
  const lot = await lotById(trx, lotId)
  const tender = lock === 'read' ? await tenderById(trx, lot.tender_id) : await lockTender(trx, lot.tender_id, lock)
  const record = tender.names_out_at === null ? undefined : await openingRecordOf(trx, lotId)
  const openingBytes = new Uint8Array(found(record).bytes)
  const opening = openingRecordSchema.parse(JSON.parse(fromUtf8(openingBytes)))
  const { notice } = await currentNotice(trx, tender.id)
  const noticeLot = found(notice.lots.find((one) => one.lotId === lotId))
  const date = beijingDate(Date.parse(notice.publishedAt))
  const listed = (await validBids(trx, lotId)).map((row, at) => roomBid(row, at, noticeLot, opening))
  const bids = await Promise.all(listed.map((bid) => withSignatures(trx, bid)))
  const committee = (await store.committeeOf(trx, lotId, lock)) ?? null
  const all = committee ? await store.membersOf(trx, lotId) : []
  const { regime, method, object, rowSets } = notice
  return {
    lot: await lotById(trx, lotId),
    tender,
    notice,
    noticeLot,
    context: await lawAt(trx, new Date(notice.publishedAt), notice.rowSets),
    count: { regime, method, object, date, rowSets, smeReserved: noticeLot.smeReserved },
    opening,
    openingBytes,
    bids,
    committee,
    members: all.filter((member) => member.left_at === null),
    left: all.filter((member) => member.left_at !== null),
  }
}

/** The same, with its committee. */
export const formedRoom = async (trx: Database, lotId: string, lock: Lock): Promise<FormedRoom> => {
  const room = await loadRoom(trx, lotId, lock)
  if (!room.committee) return refuse('committee-not-formed')
  return room as FormedRoom
}

export const memberOf = (room: Room, personId: string | null): store.MemberRow | undefined =>
  room.members.find((member) => member.person_id === personId)

/** The acting member; anybody else, and a member who was replaced, gets 404. */
export const actingMember = (room: Room, actor: Actor): store.MemberRow =>
  found(actor.role === 'evaluator' ? memberOf(room, actor.personId) : undefined)

export const asMember = (row: store.MemberRow): Member => ({
  personId: row.person_id,
  organisationId: row.organisation_id,
  isExpert: row.is_expert,
  isChair: row.is_chair,
  signedInAt: row.signed_in_at,
  conflict: row.conflict as Member['conflict'],
  finishedAt: row.finished_at,
})

export const votesOf = async (trx: Database, lotId: string): Promise<Vote[]> =>
  (await store.reviewsOf(trx, lotId)).map((row) => ({
    bidId: row.bid_id,
    stage: row.stage,
    itemId: row.item_id,
    personId: row.person_id,
    passed: row.passed,
    reason: row.reason,
  }))

export const scoresOf = async (trx: Database, lotId: string, personId?: string): Promise<Score[]> =>
  (await store.scoresOf(trx, lotId, personId)).map((row) => ({
    bidId: row.bid_id,
    itemId: row.item_id,
    personId: row.person_id,
    points: row.points,
    opinion: row.opinion,
  }))

/** Bids opened as valid and not rejected so far. */
export const standingBids = async (trx: Database, room: Room): Promise<RoomBid[]> => {
  const results = await store.resultsOf(trx, room.lot.id)
  const rejected = new Set(results.filter((row) => row.verdict === 'rejected').map((row) => row.bid_id))
  return room.bids.filter((bid) => bid.treatedAs === 'valid' && !rejected.has(bid.id))
}

export const rejectBids = (
  trx: Database,
  lotId: string,
  stage: 'qualification' | 'conformity',
  rejected: readonly { bidId: string; reasons: Rejection[] }[],
): Promise<void> =>
  store.insertResults(
    trx,
    rejected.map(({ bidId, reasons }) => ({ lot_id: lotId, bid_id: bidId, stage, verdict: 'rejected', reasons })),
  )

/** Move the tender on when the last of its lots has left this stage; the caller holds the tender for update. */
export const settleTender = async (trx: Database, tenderId: string): Promise<void> => {
  const next = tenderAfter((await lotsOf(trx, tenderId)).map((lot) => lot.status))
  if (next === null) return
  const { status } = await tenderById(trx, tenderId)
  // A tender passes every stage, also when its last lot fails after the others were awarded.
  if (next === 'awarded' && status === 'opened') await setTenderStatus(trx, tenderId, 'evaluated')
  await setTenderStatus(trx, tenderId, next)
}

export type Access = 'member' | 'purchaser-side' | 'centre' | 'supervisor'

/** Who may look into the room at all; strangers get 404. */
export const accessOf = async (trx: Database, actor: Actor, room: Room): Promise<Access> => {
  if (actor.role === 'evaluator' && memberOf(room, actor.personId)) return 'member'
  if (actor.role === 'centre' || actor.role === 'supervisor') return actor.role
  return (await isPurchaserSide(trx, actor, room.tender)) ? 'purchaser-side' : refuse('not-found')
}
