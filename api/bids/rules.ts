import type { Refusal } from '../kernel/problem.ts'
import { equal, fromBase64url } from '../log/bytes.ts'
import { ENVELOPE_KINDS } from '../seal/context.ts'
import type { Manifest } from '../seal/manifest.ts'

export type TenderState = { status: string; suspended: boolean; deadline: Date | null }

/** 招标投标法 第二十八条, RULES SB-21: accepted iff completed strictly before the deadline by the one clock. */
export const mayHandIn = (tender: TenderState, now: Date): Refusal | null => {
  if (tender.deadline !== null && now >= tender.deadline) {
    return { code: 'bid-after-deadline', instant: tender.deadline.toISOString() }
  }
  if (tender.status !== 'published') return { code: 'tender-not-open-for-bids' }
  if (tender.suspended) return { code: 'tender-suspended' }
  return null
}

/**
 * 87号令 第二十七条: a bid received before a correction stands under its own notice. Its bidder seals anew, or says that it
 * has read the correction and keeps the bid.
 */
export const mayConfirm = (
  bid: { kind: string; state: string; noticeN: number },
  asked: number,
  newest: number,
): Refusal | null => {
  if (bid.kind !== 'bid' || bid.state !== 'received') return { code: 'bid-not-standing' }
  if (asked !== newest) return { code: 'notice-changed', params: { n: newest } }
  return bid.noticeN < newest ? null : { code: 'bid-names-newest-notice' }
}

export type ManifestPlace = {
  tenderId: string
  lotIds: readonly string[]
  organisationId: string
  /** Hashes as in the manifest's own JSON: base64url. */
  certSha256: string
  notice: { n: number; hash: string }
  trusteeSetHash: string
  trustees: { n: number; k: number }
  head: { bidSeq: number; manifestHash: string } | null
}

/** SEALING.md §4 Upload: everything that can be checked of a manifest without any key. */
export const mayTake = (manifest: Manifest, place: ManifestPlace): Refusal | null => {
  if (manifest.tender !== place.tenderId || !place.lotIds.includes(manifest.lot))
    return { code: 'manifest-other-tender' }
  if (manifest.bidder.orgId !== place.organisationId || manifest.bidder.certSha256 !== place.certSha256) {
    return { code: 'manifest-other-bidder' }
  }
  if (manifest.trusteeSetHash !== place.trusteeSetHash) return { code: 'trustee-set-mismatch' }
  // A withdrawal under an older notice is still the bidder's will; a bid must name the newest one.
  if (manifest.type === 'bid' && (manifest.notice.n !== place.notice.n || manifest.notice.hash !== place.notice.hash)) {
    return { code: 'notice-changed', params: { n: place.notice.n } }
  }
  return mayFollow(manifest, place.head) ?? mayHold(manifest, place.trustees)
}

/**
 * A manifest that names a checkpoint which this log never signed would look like the proof of a second history (V-84). It is
 * a copy of another log's page, or a real one: then its bidder is told now and not at the opening.
 */
export const mayHaveSeen = (
  seen: Manifest['logCheckpointSeen'],
  own: { origin: string; root: Uint8Array } | null,
): Refusal | null =>
  own !== null && own.origin === seen.origin && equal(own.root, fromBase64url(seen.root))
    ? null
    : { code: 'checkpoint-not-ours' }

/** The chain of one bidder in one lot: each manifest names the one before it. */
const mayFollow = (manifest: Manifest, head: ManifestPlace['head']): Refusal | null => {
  const expected = (head?.bidSeq ?? 0) + 1
  const follows = manifest.bidSeq === expected && manifest.prevManifest === (head?.manifestHash ?? null)
  return follows ? null : { code: 'bid-chain-broken', params: { bidSeq: expected } }
}

const mayHold = (manifest: Manifest, trustees: { n: number; k: number }): Refusal | null => {
  if (manifest.type === 'withdraw') return null
  const kinds = new Set(manifest.envelopes.map((envelope) => envelope.kind))
  if (ENVELOPE_KINDS.some((kind) => !kinds.has(kind))) return { code: 'envelopes-incomplete' }
  const wrong = manifest.envelopes.some(({ escrow }) => escrow.n !== trustees.n || escrow.k !== trustees.k)
  return wrong ? { code: 'trustee-set-mismatch' } : null
}

/** Four bytes each: a shorter one would now and then be the random beginning of a true envelope. */
const MAGIC = ['%PDF', 'PK\u0003\u0004', 'SLB1', '\u00d0\u00cf\u0011\u00e0', '{"ct', '{"v"']

/** 电子招标投标办法 第二十六条: an unencrypted bid is refused, and told so. The envelope must begin as the manifest says. */
export const mayStoreFirstPart = (first56: Uint8Array, head56: Uint8Array): Refusal | null => {
  const start = String.fromCharCode(...first56.subarray(0, 4))
  if (MAGIC.some((magic) => start.startsWith(magic))) return { code: 'bid-not-encrypted' }
  return equal(first56, head56) ? null : { code: 'envelope-altered' }
}
