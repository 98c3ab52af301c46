import type { Deps } from '../../kernel/deps.ts'
import { toBase64url } from '../../log/bytes.ts'
import { type Manifest, parseManifest } from '../../seal/manifest.ts'
import type { BidView } from '../contract.ts'
import type { BidRow, EnvelopeRow } from '../store.ts'
import * as store from '../store.ts'

/** A stored manifest was checked when it came in; it can only fail to parse if the row was damaged. */
export const manifestOf = (bytes: Uint8Array): Manifest => {
  const read = parseManifest(new Uint8Array(bytes))
  if (!read.ok) throw new Error(`stored manifest: ${read.code}`)
  return read.manifest
}

export const isWitnessed = async (deps: Pick<Deps, 'db' | 'log'>, eventId: string | null): Promise<boolean> =>
  eventId !== null && (await deps.log.proofOf(deps.db, eventId)) !== null

export const viewBid = async (
  deps: Pick<Deps, 'db' | 'log'>,
  bid: BidRow,
  envelopes?: EnvelopeRow[],
): Promise<BidView> => {
  const own = envelopes ?? (await store.envelopesOf(deps.db, [bid.id]))
  return viewOf(bid, own, await isWitnessed(deps, bid.event_id))
}

/** A bid as its bidder sees it, of rows that are at hand. */
export const viewOf = (
  bid: BidRow,
  envelopes: readonly { no: number; kind: string; size: bigint | number }[],
  witnessed: boolean,
): BidView => ({
  id: bid.id,
  number: bid.number,
  tenderId: bid.tender_id,
  lotId: bid.lot_id,
  kind: bid.kind as BidView['kind'],
  bidSeq: Number(bid.bid_seq),
  state: bid.state as BidView['state'],
  noticeN: bid.notice_n,
  confirmedN: bid.confirmed_notice_n,
  manifestHash: toBase64url(bid.manifest_hash),
  receivedAt: bid.received_at?.toISOString() ?? null,
  witnessed,
  receipt:
    bid.promise && bid.promise_signature
      ? { promise: toBase64url(bid.promise), signature: toBase64url(bid.promise_signature) }
      : null,
  manifest: toBase64url(bid.manifest),
  cms: toBase64url(bid.cms),
  envelopes: envelopes.map((e) => ({
    no: e.no,
    kind: e.kind as BidView['envelopes'][number]['kind'],
    size: Number(e.size),
  })),
})
