import { type BidRow, validBids } from '../../bids/service.ts'
import { refundDeposits, refundOthers } from '../../deposits/service.ts'
import { SYSTEM } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { Database } from '../../kernel/database.ts'
import type { Deps } from '../../kernel/deps.ts'
import { append } from '../../log/append.ts'
import { sha256, toBase64url, utf8 } from '../../log/bytes.ts'
import { tenderEnded } from '../../log/disclose.ts'
import { saidWithin } from '../../probes/service.ts'
import type { OpeningRecord, RecordedBid } from '../../seal/opening-record.ts'
import { isRedWithin } from '../../seal/outage.ts'
import { MINUTE } from '../../seal/probe.ts'
import type { Moves } from '../../seal/windows.ts'
import {
  type LotRow,
  lockTender,
  lotsOf,
  namesOut,
  setLotStatus,
  setTenderStatus,
  type TenderRow,
} from '../../tenders/service/shared.ts'
import { isOver } from '../rules.ts'
import * as store from '../store.ts'
import { ENVELOPES, type LotState, makeRecord, tracesOf } from './make-record.ts'
import { awaitingOpening, openReleased } from './open-released.ts'
import { declareOutage, judged, probesFor } from './outages.ts'
import { movesOf, stateOf, windowsOf } from './windows.ts'

/**
 * 20号令 30: names and prices appear to all at once, when the decryption of every lot of the tender is over.
 * So the lots of a tender are decided together, in one transaction.
 */
export const decideTenders = (deps: Deps) => async (): Promise<void> => {
  const waiting = await store.undecidedClosings(deps.db)
  let decided = false
  for (const tenderId of new Set(waiting.map((closing) => closing.tender_id))) {
    // Who sent a key in the last second may still wait for its turn.
    for (const bid of await awaitingOpening(deps.db, tenderId)) await openReleased(deps)(bid)
    decided = (await deps.db.transaction().execute((trx) => decideTender(deps, trx, tenderId))) || decided
  }
  if (decided) await deps.log.flush()
}

const decideTender = async (deps: Deps, trx: Database, tenderId: string): Promise<boolean> => {
  const tender = await lockTender(trx, tenderId, 'update')
  if (tender.status !== 'closed' || tender.suspended) return false
  const at = await now(trx)
  const lots = (await lotsOf(trx, tenderId)).filter((lot) => lot.status !== 'not-opened')
  const moves = await movesOf(trx, tenderId)
  const states = await Promise.all(lots.map((lot) => lotState(trx, tender, lot, at, moves)))
  const isAllOpen = ({ bids, opened }: LotState) => opened.length === bids.length * ENVELOPES
  const over = (state: LotState) =>
    state.closing !== undefined && isOver(stateOf(state.closing, moves, at), isAllOpen(state), at)
  if (!states.every(over)) return false
  // One that came since: it counts from when it came.
  if ((await awaitingOpening(trx, tenderId)).length > 0) return false
  const shut = states.filter((state) => !isAllOpen(state))
  if (shut.length > 0 && !(await mayDecide(trx, tender, shut, moves, at))) return false
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

/** What stays shut is decided only when the platform could be reached at the end of the windows, as far as anybody knows. */
const mayDecide = async (
  trx: Database,
  tender: TenderRow,
  shut: readonly LotState[],
  moves: Moves,
  at: Date,
): Promise<boolean> => {
  const instant = Math.max(...shut.map(({ closing }) => windowsOf(closing!, moves, at)?.trustees ?? 0))
  const verdict = await judged(trx, { tender, phase: 'window', instant, at })
  if (verdict.act === 'outage') await declareOutage(trx, tender, verdict.outage)
  return verdict.act === 'go'
}

/** Whether the probes saw the platform down in the window in which a bidder would have had to release its keys. */
const wasDown = async (
  trx: Database,
  tender: TenderRow,
  closing: LotState['closing'],
  moves: Moves,
  at: Date,
): Promise<boolean> => {
  const windows = closing && windowsOf(closing, moves, at)
  const probes = windows ? await probesFor(trx, tender) : null
  if (!windows || !probes) return false
  const said = await saidWithin(trx, probes, windows.from - MINUTE, windows.bidders)
  return isRedWithin(said, probes.of, windows.from, windows.bidders)
}

const lotState = async (trx: Database, tender: TenderRow, lot: LotRow, at: Date, moves: Moves): Promise<LotState> => {
  const bids = await validBids(trx, lot.id)
  const opened = await store.openedOf(
    trx,
    bids.map((bid) => bid.id),
  )
  const closing = await store.lockClosing(trx, lot.id, 'update')
  const ends = closing && stateOf(closing, moves, at).fallbackEndsAt
  const isDown = await wasDown(trx, tender, closing, moves, at)
  return { lot, closing, bids, opened, isTimeOver: ends != null && at >= ends, isDown }
}

const decideLot = async (trx: Database, tender: TenderRow, state: LotState, at: Date) => {
  const { lot, bids } = state
  for (const bid of bids) await recordFailures(trx, state, bid)
  const opened = await store.openedOf(
    trx,
    bids.map((bid) => bid.id),
  )
  const record = await makeRecord(trx, tender, { ...state, opened }, at)
  await recordAbsent(trx, record)
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

/** SEALING.md §5: who did not answer in a fallback that needed it is named in the log as well. */
const recordAbsent = async (trx: Database, { tenderId, lotId, fallback }: OpeningRecord): Promise<void> => {
  for (const { i, organisationId } of fallback.seats.filter(({ answer }) => answer === 'absent'))
    await append(trx, SYSTEM, {
      type: 'trustee.absent/1',
      tenderId,
      lotId,
      scope: 'bidder',
      data: { lotId, i, organisationId },
    })
}

/** Envelopes that nobody opened, and what the law makes of the bid (20号令 31; SEALING.md §4 "Whose fault"). */
const recordFailures = async (trx: Database, state: LotState, bid: BidRow): Promise<void> => {
  const { shut, decision } = await tracesOf(trx, state, bid)
  for (const kind of shut) await recordShut(trx, bid, kind, decision.treatedAs)
  await store.setTreatment(trx, bid.id, decision.treatedAs)
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
