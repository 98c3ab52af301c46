import { type BidRow, type EnvelopeRow, manifestOf } from '../../bids/service.ts'
import { trustPolicyAt } from '../../identity/service.ts'
import type { Database } from '../../kernel/database.ts'
import type { Deps } from '../../kernel/deps.ts'
import { equal, sha256, toBase64url } from '../../log/bytes.ts'
import { verifyDetached } from '../../seal/cms.ts'
import { contextOf, type EnvelopeKind } from '../../seal/context.ts'
import { decryptEnvelope, isCommittedTo } from '../../seal/envelope.ts'
import { type Escrow, type EscrowTerms, recomputeEscrow } from '../../seal/escrow.ts'
import { headerContext, readPlaintext } from '../../seal/plaintext.ts'
import { currentNotice, trusteeSeats, trusteeSetOf } from '../../tenders/service/shared.ts'
import { readCiphertext } from './ciphertext.ts'

export type Verdict = 'valid' | 'escrow-malformed' | 'signature-invalid' | 'unopenable'
export type Opening = { verdict: Verdict; header: Uint8Array | null }

/** The facts that every envelope of a tender's bids is opened with. */
export type TrusteeFacts = { terms: EscrowTerms; setHash: Uint8Array }
export const trusteeFacts = async (trx: Database, tenderId: string): Promise<TrusteeFacts> => {
  const [seats, set, { notice }] = await Promise.all([
    trusteeSeats(trx, tenderId),
    trusteeSetOf(trx, tenderId),
    currentNotice(trx, tenderId),
  ])
  const trusteeKeys = seats.map((seat) => new Uint8Array(seat.public_key!))
  return { terms: { k: notice.trustees.k, trusteeKeys }, setHash: await sha256(set.bytes) }
}

export const contextOfEnvelope = (bid: BidRow, envelope: EnvelopeRow): Promise<Uint8Array> =>
  contextOf({
    tenderId: bid.tender_id,
    lotId: bid.lot_id,
    kind: envelope.kind as EnvelopeKind,
    certSha256: new Uint8Array(bid.certificate_sha256),
    bidSeq: Number(bid.bid_seq),
    envelopeNo: envelope.no,
  })

/** Whether a released key is the one key of this envelope: a wrong one counts as none, and the fallback follows. */
export const opensEnvelope = async (bid: BidRow, envelope: EnvelopeRow, dek: Uint8Array, facts: TrusteeFacts) =>
  isCommittedTo(dek, new Uint8Array(envelope.head56), await contextOfEnvelope(bid, envelope), facts.setHash)

/**
 * SEALING.md §4 Open: decrypt to the end, check that the bid was made for this place and signed inside, and recompute
 * the whole escrow. However it was opened, a bid whose escrow does not recompute is void.
 */
export const openEnvelope = async (
  deps: Deps,
  trx: Database,
  bid: BidRow,
  envelope: EnvelopeRow,
  dek: Uint8Array,
  facts: TrusteeFacts,
): Promise<Opening> => {
  const ctx = await contextOfEnvelope(bid, envelope)
  const ciphertext = readCiphertext(deps, bid.id, envelope.no)
  const read = await readPlaintext(decryptEnvelope(ciphertext, dek, ctx, facts.setHash), envelope.kind as EnvelopeKind)
  if (!read.ok) return { verdict: 'unopenable', header: null }
  if (!equal(headerContext(read.header), ctx)) return { verdict: 'signature-invalid', header: null }
  if (!(await isSignedInside(deps, trx, bid, read.headerBytes, read.signatures))) {
    return { verdict: 'signature-invalid', header: null }
  }
  const escrow = manifestOf(bid.manifest).envelopes.find((e) => e.no === envelope.no)?.escrow as Escrow
  const head56 = new Uint8Array(envelope.head56)
  const recomputed = await recomputeEscrow(dek, escrow, read.header.escrowProof, facts.terms, ctx, head56)
  return recomputed.ok
    ? { verdict: 'valid', header: read.headerBytes }
    : { verdict: 'escrow-malformed', header: read.headerBytes }
}

/** The organisation's seal over the exact header bytes, by the certificate of the manifest, as of the receipt. */
const isSignedInside = async (
  deps: Deps,
  trx: Database,
  bid: BidRow,
  header: Uint8Array,
  signatures: readonly Uint8Array[],
): Promise<boolean> => {
  const policy = await trustPolicyAt(deps)(trx, bid.received_at!)
  const expectedCertSha256 = toBase64url(bid.certificate_sha256)
  const verdicts = await Promise.all(
    signatures.map((cms, at) => verifyDetached(header, cms, at === 0 ? { ...policy, expectedCertSha256 } : policy)),
  )
  return verdicts.length > 0 && verdicts.every((verdict) => verdict.ok)
}
