import { organisationById } from '../../identity/service.ts'
import type { Actor } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { Deps } from '../../kernel/deps.ts'
import { renderPdf } from '../../kernel/pdf/document.ts'
import { found, refuse } from '../../kernel/problem.ts'
import { fromBase64url, toBase64url } from '../../log/bytes.ts'
import { parseCheckpoint } from '../../log/checkpoint.ts'
import { parseNote } from '../../log/note.ts'
import { parseProof } from '../../log/proof.ts'
import { formatConsistency } from '../../log/seen.ts'
import { storedTiles } from '../../log/store.ts'
import { tileHashReader } from '../../log/tiles.ts'
import { eventById } from '../../log/trail.ts'
import { consistencyProof } from '../../log/tree.ts'
import type { EnvelopeKind } from '../../seal/context.ts'
import { buildReceipt } from '../../seal/receipt.ts'
import { noticeAt, trusteeSetOf } from '../../tenders/service/shared.ts'
import type { BidRow } from '../store.ts'
import * as store from '../store.ts'
import { receiptModel } from './receipt-pdf.ts'
import { manifestOf } from './shared.ts'
import { stampOver } from './time-stamps.ts'

/** Index, and the witnesses whose cosignatures the sequencer took: what is signed besides the log's own line. */
const placeInLog = (proof: string): { logIndex: number; witnesses: string[] } => {
  const { index, checkpoint } = parseProof(proof)
  const { text, signatures } = parseNote(checkpoint)
  const { origin } = parseCheckpoint(text)
  const names = signatures.map(({ name }) => name).filter((name) => name !== origin)
  return { logIndex: index, witnesses: [...new Set(names)].sort() }
}

/** The same receipt as a paper with the centre's seal. */
const receiptPdf = async (deps: Deps, bid: BidRow, proof: string): Promise<Uint8Array<ArrayBuffer>> => {
  const [bidder, { notice }, envelopes] = await Promise.all([
    organisationById(deps.db, bid.organisation_id),
    noticeAt(deps.db, bid.tender_id, bid.notice_n),
    store.envelopesOf(deps.db, [bid.id]),
  ])
  const model = receiptModel({
    number: bid.number,
    kind: bid.kind as 'bid' | 'withdraw',
    bidSeq: Number(bid.bid_seq),
    receivedAt: found(bid.received_at),
    manifestHash: toBase64url(bid.manifest_hash),
    envelopes: envelopes
      .map(({ no, kind, size }) => ({ no, kind: kind as EnvelopeKind, size: Number(size) }))
      .sort((a, b) => a.no - b.no),
    ...placeInLog(proof),
    bidder: found(bidder),
    notice,
    lotId: bid.lot_id,
    centre: `${deps.settings.SUNLIT_CITY}公共资源交易中心`,
  })
  return new Uint8Array(await deps.seal(await renderPdf(model), model.title, await now(deps.db)))
}

/** That the checkpoint of a proof continues the one the manifest names: the bidder's own evidence that it saw no other. */
const consistencyOf = async (deps: Deps, bid: BidRow, proof: string): Promise<string | undefined> => {
  const { logCheckpointSeen: seen } = manifestOf(bid.manifest)
  const { size } = parseCheckpoint(parseNote(parseProof(proof).checkpoint).text)
  // Of before such manifests were refused: there is no proof for what this log never was.
  if (seen.size < 1 || seen.size > size) return undefined
  return formatConsistency(await consistencyProof(seen.size, size, tileHashReader(storedTiles(deps.db), size)))
}

/**
 * SEALING.md §3 Receipt: promise, manifest, signature, event and salts, trustee set and the witnessed proof in one zip
 * that verifies offline, with a paper that says the same to people. Refused until the witnesses have cosigned; the promise itself is in force from the commit.
 */
export const receiptZip = (deps: Deps) => async (actor: Actor, bidId: string) => {
  const bid = found(await store.bidOf(deps.db, bidId, actor.organisationId!))
  if (bid.event_id === null || bid.promise === null || bid.promise_signature === null) return refuse('not-found')
  const proof = await deps.log.proofOf(deps.db, bid.event_id)
  if (proof === null) return refuse('receipt-not-witnessed-yet', { retryAfter: 1 })
  const event = found(await eventById(deps.db, bid.event_id))
  const set = await trusteeSetOf(deps.db, bid.tender_id)
  const consistency = await consistencyOf(deps, bid, proof)
  const { crl } = bid.evidence as { crl: string | null }
  // Asked for by the minute: a receipt that is fetched at once is completed when it is fetched again.
  const stamp = await stampOver(deps.db, parseProof(proof).index)
  return buildReceipt({
    promise: new Uint8Array(bid.promise),
    promiseSignature: new Uint8Array(bid.promise_signature),
    manifest: new Uint8Array(bid.manifest),
    manifestCms: new Uint8Array(bid.cms),
    outer: event.outer,
    outerSalt: event.outerSalt,
    body: event.body,
    bodySalt: event.bodySalt,
    trusteeSet: new Uint8Array(set.bytes),
    trusteeSetCms: new Uint8Array(set.cms),
    proof,
    ...(consistency !== undefined && { consistency }),
    crls: crl === null ? [] : [fromBase64url(crl)],
    ...(stamp && { timestamp: stamp.answer, timestampProof: stamp.proof }),
    pdf: await receiptPdf(deps, bid, proof),
  })
}
