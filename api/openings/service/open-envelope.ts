import { type BidRow, type EnvelopeRow, manifestOf } from '../../bids/service.ts'
import { trustPolicyAt } from '../../identity/service.ts'
import type { Database } from '../../kernel/database.ts'
import type { Deps } from '../../kernel/deps.ts'
import { sha256 } from '../../log/bytes.ts'
import { isCommittedTo } from '../../seal/envelope.ts'
import type { BidManifest, ManifestEnvelope } from '../../seal/manifest.ts'
import { manifestContext, type OpenFault, openBidEnvelope, type TrusteeTerms } from '../../seal/seal.ts'
import { currentNotice, trusteeSeats, trusteeSetOf } from '../../tenders/service/shared.ts'
import { isStoredWhole, readCiphertext } from './ciphertext.ts'

export type Verdict = 'valid' | 'escrow-malformed' | 'signature-invalid' | 'unopenable'
/** Whose certificate signed the exact header, in order: the bidder's seal among them. */
export type InnerSigner = {
  certSha256: string
  organisation: string | null
  code: string | null
  person: string | null
}
export type Opening = { verdict: Verdict; header: Uint8Array | null; signers: InnerSigner[] }

/** The facts that every envelope of a tender's bids is opened with. */
export const trusteeFacts = async (trx: Database, tenderId: string): Promise<TrusteeTerms> => {
  const [seats, set, { notice }] = await Promise.all([
    trusteeSeats(trx, tenderId),
    trusteeSetOf(trx, tenderId),
    currentNotice(trx, tenderId),
  ])
  const trusteeKeys = seats.map((seat) => new Uint8Array(seat.public_key!))
  return { terms: { k: notice.trustees.k, trusteeKeys }, setHash: await sha256(set.bytes) }
}

/** The manifest of a bid and its entry for one kind of envelope. */
export const entryOf = (bid: BidRow, kind: string): { manifest: BidManifest; entry: ManifestEnvelope } => {
  const manifest = manifestOf(bid.manifest)
  const entry = manifest.type === 'bid' ? manifest.envelopes.find((e) => e.kind === kind) : undefined
  if (manifest.type !== 'bid' || !entry) throw new Error('a listed bid has no such envelope')
  return { manifest, entry }
}

/** Whether a released key is the one key of this envelope: a wrong one counts as none, and the fallback follows. */
export const opensEnvelope = async (bid: BidRow, envelope: EnvelopeRow, dek: Uint8Array, facts: TrusteeTerms) => {
  const { manifest, entry } = entryOf(bid, envelope.kind)
  return isCommittedTo(dek, new Uint8Array(envelope.head56), await manifestContext(manifest, entry), facts.setHash)
}

/** Whatever fails under the bidder's own key and signature, with the bytes it handed in, is the bidder's doing. */
const verdictOf = (fault: OpenFault): Verdict =>
  fault.startsWith('escrow-') ? 'escrow-malformed' : 'signature-invalid'

/** SEALING.md §4 Open: all its checks, by the same lines as the bidder's self-test and a citizen's verification. */
export const openEnvelope = async (
  deps: Deps,
  bid: BidRow,
  envelope: EnvelopeRow,
  dek: Uint8Array,
  facts: TrusteeTerms,
): Promise<Opening> => {
  const { manifest, entry } = entryOf(bid, envelope.kind)
  const policy = await trustPolicyAt(deps)(deps.db, bid.received_at!)
  const ciphertext = readCiphertext(deps, bid.id, envelope.no)
  const opened = await openBidEnvelope(ciphertext, dek, manifest, entry, facts, policy)
  if (opened.ok) {
    const signers = opened.signers.map(({ signer: { certSha256, organisation, subject } }) => ({
      certSha256,
      organisation: organisation.name,
      code: organisation.code,
      person: subject.commonName,
    }))
    return { verdict: 'valid', header: opened.headerBytes, signers }
  }
  // What the store lost or spoiled is nobody's bid: before a bidder is blamed, the bytes are compared once more.
  const whole = await isStoredWhole(deps, bid.id, envelope.no)
  return { verdict: whole ? verdictOf(opened.code) : 'unopenable', header: null, signers: [] }
}
