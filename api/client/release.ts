/*
 * A bidder opens its own bid.
 *   const keys = await openBidKeys(recoveryFile, { key: signer.decryptKey })
 *   const opening = await checkOpening(http, trust, tender, lotId, { manifestHash: keys.manifestHash })
 *   const { file } = await releaseKeys(http, trust, { opening, keys, signer })
 * The file holds the same signed releases: handed to a trustee, a witness or the supervisor in time, it counts alike.
 */
import { type Bytes, fromBase64url, toBase64url } from '../log/bytes.ts'
import type { Signer } from '../seal/cms.ts'
import { ENVELOPE_KINDS, type EnvelopeKind } from '../seal/context.ts'
import { encodeJson, V } from '../seal/json.ts'
import { type ReleasePlace, signRelease } from '../seal/release.ts'
import { type Http, problem } from './http.ts'
import { type Closed, checkOpening, type VerifiedOpening } from './opening.ts'
import { type BidKeys, dekOf } from './prepare-bid.ts'
import { nowOf, type TrustContext } from './trust.ts'

export { checkOpening }

/** As the platform takes it, and as it stands in a release file. */
export type SignedRelease = { statement: string; cms: string }

/** @throws Problem opening-unverified, with the checks that do not hold */
export const assertOpen = (opening: VerifiedOpening, as: VerifiedOpening['as']): Closed => {
  if (opening.ok && opening.closed && opening.as === as) return opening.closed
  const checks = opening.checks.filter(({ ok }) => ok !== true)
  throw problem('opening-unverified', 'The opening is not verified: no key is released', { checks })
}

/** Signs a key or share for one envelope of one manifest of this CLOSED. */
export const signedRelease = async (
  type: 'dek' | 'share',
  opening: VerifiedOpening,
  closed: Closed,
  of: { kind: EnvelopeKind; manifestHash: string },
  value: Uint8Array,
  signer: Signer,
  at: number,
): Promise<SignedRelease> => {
  const place: ReleasePlace = {
    tender: opening.tenderId,
    lot: opening.lotId,
    kind: of.kind,
    manifestHash: fromBase64url(of.manifestHash),
    closedIndex: closed.index,
  }
  const { bytes, cms } = await signRelease(type, place, value, signer, at)
  return { statement: toBase64url(bytes), cms: toBase64url(cms) }
}

export type Released = { releases: SignedRelease[]; file: Bytes }

/** A release file: the body that would have been posted. */
export const releaseFile = (opening: VerifiedOpening, releases: readonly SignedRelease[]): Bytes =>
  encodeJson({ v: V, type: 'releases', tender: opening.tenderId, lot: opening.lotId, releases })

export type KeysToRelease = { opening: VerifiedOpening; keys: BidKeys; signer: Signer }

/** Signs the releases without posting them. @throws Problem opening-unverified, keys-of-another-bid, keys-incomplete */
export const signKeys = async (trust: TrustContext, { opening, keys, signer }: KeysToRelease): Promise<Released> => {
  const closed = assertOpen(opening, 'bidder')
  const isThis =
    keys.tender === opening.tenderId && keys.lot === opening.lotId && keys.manifestHash === opening.manifestHash
  if (!isThis) throw problem('keys-of-another-bid', 'These keys belong to another bid than the one checked')
  const releases: SignedRelease[] = []
  for (const kind of ENVELOPE_KINDS) {
    const dek = dekOf(keys, kind)
    if (!dek) throw problem('keys-incomplete', 'The recovery file does not hold every key', { kind })
    const of = { kind, manifestHash: keys.manifestHash }
    releases.push(await signedRelease('dek', opening, closed, of, dek, signer, nowOf(trust)))
  }
  return { releases, file: releaseFile(opening, releases) }
}

/**
 * Signs and posts the keys of one's own bid. `onFile` gets the release file first, so that it is at hand when the
 * platform does not answer.
 */
export const releaseKeys = async (
  http: Http,
  trust: TrustContext,
  request: KeysToRelease,
  onFile?: (file: Bytes) => void | Promise<void>,
): Promise<Released> => {
  const released = await signKeys(trust, request)
  await onFile?.(released.file)
  await http.json('POST', `/api/lots/${request.opening.lotId}/releases`, { releases: released.releases })
  return released
}
