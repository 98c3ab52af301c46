import { type BidRow, envelopesOf, validBids } from '../../bids/service.ts'
import { depositStates, refundDeposits, refundOthers } from '../../deposits/service.ts'
import { organisationsByIds } from '../../identity/service.ts'
import { SYSTEM } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { Database } from '../../kernel/database.ts'
import type { Deps } from '../../kernel/deps.ts'
import { treatmentOf } from '../../law/counting.ts'
import { append } from '../../log/append.ts'
import { fromUtf8, sha256, toBase64url, utf8 } from '../../log/bytes.ts'
import { tenderEnded } from '../../log/disclose.ts'
import type { OpeningRecord, RecordedBid } from '../../seal/opening-record.ts'
import {
  currentNotice,
  type LotRow,
  lockTender,
  lotsOf,
  namesOut,
  setLotStatus,
  setTenderStatus,
  stopsOf,
  type TenderRow,
} from '../../tenders/service/shared.ts'
import { causeOf, isOver } from '../rules.ts'
import * as store from '../store.ts'
import { stateOf } from './windows.ts'

const KINDS = 4

/**
 * 20号令 30: names and prices appear to all at once, when the decryption of every lot of the tender is over.
 * So the lots of a tender are decided together, in one transaction.
 */
export const decideTenders = (deps: Deps) => async (): Promise<void> => {
  const waiting = await store.undecidedClosings(deps.db)
  let decided = false
  for (const tenderId of new Set(waiting.map((closing) => closing.tender_id))) {
    decided = (await deps.db.transaction().execute((trx) => decideTender(deps, trx, tenderId))) || decided
  }
  if (decided) await deps.log.flush()
}

const decideTender = async (deps: Deps, trx: Database, tenderId: string): Promise<boolean> => {
  const tender = await lockTender(trx, tenderId, 'update')
  if (tender.status !== 'closed' || tender.suspended) return false
  const at = await now(trx)
  const lots = (await lotsOf(trx, tenderId)).filter((lot) => lot.status !== 'not-opened')
  const states = await Promise.all(lots.map((lot) => lotState(trx, lot)))
  const stops = await stopsOf(trx, tenderId)
  const over = ({ closing, bids, opened }: LotState) =>
    closing !== undefined && isOver(stateOf(closing, stops, at), opened.length === bids.length * KINDS, at)
  if (!states.every(over)) return false
  const outcomes: ('continue' | 'failed')[] = []
  for (const state of states) {
    const record = await decideLot(trx, tender, state, at)
    outcomes.push(record.outcome)
    await giveBack(deps, trx, record, at)
  }
  await namesOut(trx, tenderId)
  const goesOn = outcomes.includes('continue')
  await setTenderStatus(trx, tenderId, goesOn ? 'opened' : 'failed')
  await tenderEnded(trx, tenderId, at)
  for (const lot of lots) await deps.jobs.enqueue(trx, 'print-opening-record', { lotId: lot.id })
  await deps.live.changed(trx, 'notices')
  await deps.live.changed(trx, `tender:${tenderId}`)
  return true
}

/**
 * 20号令 31: what others spoiled is given back; 撤销 is settled with the contract, or never. 87号令 29: a lot that fails
 * here has ended, so the deposits of its valid bids go back too.
 */
const giveBack = async (deps: Deps, trx: Database, record: OpeningRecord, at: Date): Promise<void> => {
  const of = (treatedAs: RecordedBid['treatedAs']) =>
    record.bids.filter((bid) => bid.treatedAs === treatedAs).map((bid) => bid.organisationId)
  if (record.outcome === 'failed') await refundDeposits(deps)(trx, record.lotId, of('valid'), 'terminated', at)
  await refundOthers(deps)(trx, record.lotId, [...of('valid'), ...of('revoked')], at)
}

type LotState = {
  lot: LotRow
  closing: store.ClosingRow | undefined
  bids: BidRow[]
  opened: store.OpenedRow[]
}

const lotState = async (trx: Database, lot: LotRow): Promise<LotState> => {
  const bids = await validBids(trx, lot.id)
  const opened = await store.openedOf(
    trx,
    bids.map((bid) => bid.id),
  )
  return { lot, closing: await store.lockClosing(trx, lot.id), bids, opened }
}

const decideLot = async (trx: Database, tender: TenderRow, state: LotState, at: Date) => {
  const { lot, bids } = state
  for (const bid of bids) await recordFailures(trx, state, bid)
  const opened = await store.openedOf(
    trx,
    bids.map((bid) => bid.id),
  )
  const record = await makeRecord(trx, tender, { ...state, opened }, at)
  const bytes = utf8(JSON.stringify(record))
  const event = await append(trx, SYSTEM, {
    type: 'lot.opened/1',
    tenderId: tender.id,
    lotId: lot.id,
    scope: 'public',
    subject: { name: 'OPENING', n: 0 },
    data: {
      lotId: lot.id,
      recordSha256: toBase64url(await sha256(bytes)),
      opened: record.bids.filter((bid) => bid.treatedAs === 'valid').length,
      count: bids.length,
      outcome: record.outcome,
    },
  })
  await store.insertRecord(trx, { lot_id: lot.id, bytes, event_id: event.eventId })
  await store.updateClosing(trx, lot.id, { decided_at: at })
  await setLotStatus(trx, lot.id, record.outcome === 'continue' ? 'opened' : 'failed')
  return record
}

/** Envelopes that nobody opened, and what the law makes of the bid (20号令 31; SEALING.md §4 "Whose fault"). */
const recordFailures = async (trx: Database, state: LotState, bid: BidRow): Promise<void> => {
  const own = state.opened.filter((o) => o.bid_id === bid.id)
  const envelopes = await envelopesOf(trx, [bid.id])
  const shut = envelopes.filter((e) => !own.some((o) => o.kind === e.kind))
  const releases = await store.releasesOf(trx, [bid.id])
  const usable = new Set(releases.filter((r) => r.source === 0 && r.accepted).map((r) => r.envelope_kind))
  const { cause, fallback } = causeOf({
    verdicts: [...own.map((o) => o.verdict as 'valid'), ...shut.map(() => 'unopenable' as const)],
    bidderReleased: usable.size === KINDS,
    lost: envelopes.some((e) => e.missing),
  })
  const treatedAs = treatmentOf(cause, fallback)
  for (const { kind } of shut) await recordShut(trx, bid, kind, treatedAs)
  await store.setTreatment(trx, bid.id, treatedAs)
}

const recordShut = async (trx: Database, bid: BidRow, kind: string, treatedAs: string): Promise<void> => {
  const outcome = { kind, how: 'failed', verdict: 'unopenable' }
  const event = await append(trx, SYSTEM, {
    type: 'envelope.opened/1',
    tenderId: bid.tender_id,
    lotId: bid.lot_id,
    scope: 'bidder',
    data: { lotId: bid.lot_id, manifestHash: toBase64url(bid.manifest_hash), ...outcome, treatedAs },
  })
  const nothing = { dek: null, header: null, signers: [] }
  await store.insertOpened(trx, {
    bid_id: bid.id,
    ...outcome,
    ...nothing,
    treated_as: treatedAs,
    event_id: event.eventId,
  })
}

const summaryOf = (own: readonly store.OpenedRow[]): { form: RecordedBid['form']; consortium: string[] } | null => {
  const summary = own.find((o) => o.kind === 'summary')
  return summary?.header ? JSON.parse(fromUtf8(new Uint8Array(summary.header))) : null
}

/** One bid's line of the record, its own facts only. */
const recordedBid = (
  bid: BidRow,
  own: readonly store.OpenedRow[],
): Omit<RecordedBid, 'name' | 'uscc' | 'deposit' | 'consortium'> => {
  const header = summaryOf(own)
  const isFailed = own.some((o) => o.how === 'failed')
  return {
    bidId: bid.id,
    number: bid.number,
    manifestHash: toBase64url(bid.manifest_hash),
    organisationId: bid.organisation_id,
    receivedAt: bid.received_at!.toISOString(),
    how: own.every((o) => o.how === 'bidder') ? 'bidder' : isFailed ? 'failed' : 'trustees',
    verdict: own.find((o) => o.verdict !== 'valid')?.verdict ?? 'valid',
    treatedAs: (own[0]?.treated_as ?? 'withdrawn') as RecordedBid['treatedAs'],
    form: header?.form ?? null,
  }
}

const makeRecord = async (trx: Database, tender: TenderRow, state: LotState, at: Date): Promise<OpeningRecord> => {
  const { lot, bids, opened } = state
  const ownOf = (bid: BidRow) => opened.filter((o) => o.bid_id === bid.id)
  const membersOf = (bid: BidRow) => summaryOf(ownOf(bid))?.consortium ?? []
  const organisations = await organisationsByIds(
    trx,
    bids.flatMap((bid) => [bid.organisation_id, ...membersOf(bid)]),
  )
  const depositOf = await depositStates(trx, lot.id, lot.deposit)
  const { notice } = await currentNotice(trx, tender.id)
  const recorded = bids.map((bid): RecordedBid => {
    const { name, uscc } = organisations.find((o) => o.id === bid.organisation_id)!
    const consortium = membersOf(bid).map((organisationId) => {
      const member = organisations.find((o) => o.id === organisationId)
      return { organisationId, name: member?.name ?? null, uscc: member?.uscc ?? null }
    })
    return { ...recordedBid(bid, ownOf(bid)), name, uscc, deposit: depositOf(bid.organisation_id), consortium }
  })
  const valid = recorded.filter((bid) => bid.treatedAs === 'valid').length
  return {
    v: 'sunlit/v1',
    type: 'opening-record',
    tenderId: tender.id,
    tenderNumber: tender.number,
    title: tender.title,
    lotId: lot.id,
    lotNo: lot.no,
    lotTitle: lot.title,
    place: notice.place,
    deadline: tender.deadline!.toISOString(),
    closedAt: state.closing!.closed_at.toISOString(),
    openedAt: at.toISOString(),
    ceiling: lot.ceiling.toString(),
    summaryFields: notice.lots.find((l) => l.lotId === lot.id)!.summaryFields,
    bids: recorded.sort((a, b) => (a.uscc < b.uscc ? -1 : 1)),
    // RULES SB-20: fewer than the law asks for after failed decryptions.
    outcome: valid >= lot.minimum_bidders ? 'continue' : 'failed',
  }
}
