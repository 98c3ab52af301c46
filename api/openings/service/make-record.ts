import { type BidRow, envelopesOf } from '../../bids/service.ts'
import { depositStates } from '../../deposits/service.ts'
import { organisationsByIds } from '../../identity/service.ts'
import type { Database } from '../../kernel/database.ts'
import { fromUtf8, toBase64url } from '../../log/bytes.ts'
import type { OpeningRecord, RecordedBid } from '../../seal/opening-record.ts'
import { currentNotice, type LotRow, type TenderRow, trusteeSeats } from '../../tenders/service/shared.ts'
import { type BidTraces, decisionOf, seatAnswerOf } from '../rules/decision.ts'
import * as store from '../store.ts'

/** 开标记录: made once, when the decryption of every lot of a tender is over. */
export const ENVELOPES = 4

export type LotState = {
  lot: LotRow
  closing: store.ClosingRow | undefined
  bids: BidRow[]
  opened: store.OpenedRow[]
  /** The trustees' window has run to its end. */
  isTimeOver: boolean
  /** The probes saw the platform down in the bidders' last window. */
  isDown: boolean
}
type Refused = Awaited<ReturnType<typeof store.refusedReleases>>

/** What the traces of one bid say, and what follows; `shut` are the envelopes that nobody has opened. */
export const tracesOf = async (trx: Database, state: LotState, bid: BidRow, refused?: Refused) => {
  const own = state.opened.filter((o) => o.bid_id === bid.id)
  const envelopes = await envelopesOf(trx, [bid.id])
  const shut = envelopes.filter((e) => !own.some((o) => o.kind === e.kind)).map(({ kind }) => kind)
  const releases = await store.releasesOf(trx, [bid.id])
  const hash = toBase64url(bid.manifest_hash)
  const wrong = (refused ?? (await store.refusedReleases(trx, state.lot.id))).filter((r) => r.manifest_hash === hash)
  const verdicts = [
    ...own.map((o) => o.verdict as BidTraces['verdicts'][number]),
    ...shut.map(() => 'unopenable' as const),
  ]
  const traces: BidTraces = {
    verdicts,
    byTrustees: own.some((o) => o.how === 'trustees'),
    keys: new Set(releases.filter((r) => r.source === 0 && r.accepted).map((r) => r.envelope_kind)).size,
    wrongKeys: wrong.some(({ source }) => source === 0),
    lost: envelopes.some((e) => e.missing),
    down: state.isDown,
  }
  const shares = releases.filter((r) => r.source > 0 && r.accepted).length
  return { shut, traces, shares, decision: decisionOf(traces) }
}

const decisionIn = async (trx: Database, state: LotState, bid: BidRow, refused: Refused) => {
  const { traces, shares, decision } = await tracesOf(trx, state, bid, refused)
  const { keys, wrongKeys, lost } = traces
  return { row: decision.row, cause: decision.cause, envelopes: ENVELOPES, keys, wrongKeys, shares, lost }
}

/** SEALING.md §5: a false share and an absence are told by name. */
const fallbackOf = async (trx: Database, state: LotState, refused: Refused): Promise<OpeningRecord['fallback']> => {
  const seats = await trusteeSeats(trx, state.lot.tender_id)
  const organisations = await organisationsByIds(
    trx,
    seats.map((seat) => seat.organisation_id),
  )
  const releases = await store.releasesOf(
    trx,
    state.bids.map((bid) => bid.id),
  )
  const needed = state.isTimeOver && state.opened.some(({ how }) => how !== 'bidder')
  const { notice } = await currentNotice(trx, state.lot.tender_id)
  return {
    needed: needed || releases.some(({ source }) => source > 0),
    k: notice.trustees.k,
    seats: seats.map(({ i, organisation_id: organisationId, role }) => {
      const shares = releases.filter((r) => r.source === i && r.accepted).length
      const falseShares = refused.filter(({ source }) => source === i).reduce((sum, { count }) => sum + count, 0)
      const { name } = organisations.find(({ id }) => id === organisationId)!
      const answer = seatAnswerOf({ shares, falseShares }, needed)
      return { i, organisationId, name, role, answer, shares, falseShares }
    }),
  }
}

const summaryOf = (own: readonly store.OpenedRow[]): { form: RecordedBid['form']; consortium: string[] } | null => {
  const summary = own.find((o) => o.kind === 'summary')
  return summary?.header ? JSON.parse(fromUtf8(new Uint8Array(summary.header))) : null
}

/** One bid's line of the record, its own facts only. */
const recordedBid = (
  bid: BidRow,
  own: readonly store.OpenedRow[],
  decision: RecordedBid['decision'],
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
    decision,
    form: header?.form ?? null,
  }
}

/** The lines of a lot's bids, each with its names, its deposit and what decided. */
const recordedBids = async (trx: Database, state: LotState, refused: Refused): Promise<RecordedBid[]> => {
  const { lot, bids, opened } = state
  const ownOf = (bid: BidRow) => opened.filter((o) => o.bid_id === bid.id)
  const membersOf = (bid: BidRow) => summaryOf(ownOf(bid))?.consortium ?? []
  const organisations = await organisationsByIds(
    trx,
    bids.flatMap((bid) => [bid.organisation_id, ...membersOf(bid)]),
  )
  const depositOf = await depositStates(trx, lot.id, lot.deposit)
  const recorded: RecordedBid[] = []
  for (const bid of bids) {
    const { name, uscc } = organisations.find((o) => o.id === bid.organisation_id)!
    const consortium = membersOf(bid).map((organisationId) => {
      const member = organisations.find((o) => o.id === organisationId)
      return { organisationId, name: member?.name ?? null, uscc: member?.uscc ?? null }
    })
    const line = recordedBid(bid, ownOf(bid), await decisionIn(trx, state, bid, refused))
    recorded.push({ ...line, name, uscc, deposit: depositOf(bid.organisation_id), consortium })
  }
  return recorded
}

export const makeRecord = async (
  trx: Database,
  tender: TenderRow,
  state: LotState,
  at: Date,
): Promise<OpeningRecord> => {
  const { lot } = state
  const { notice } = await currentNotice(trx, tender.id)
  const refused = await store.refusedReleases(trx, lot.id)
  const recorded = await recordedBids(trx, state, refused)
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
    fallback: await fallbackOf(trx, state, refused),
    // RULES SB-20: fewer than the law asks for after failed decryptions.
    outcome: valid >= lot.minimum_bidders ? 'continue' : 'failed',
  }
}
