import { z } from 'zod'
import { type Bytes, fromBase64url, toBase64url } from '../log/bytes.ts'
import { type CertificateInfo, isSameOrganisation } from './certificate.ts'
import type { CmsFault, Signer, Verified, VerifyOptions } from './cms.ts'
import { ENVELOPE_KINDS, type EnvelopeKind } from './context.ts'
import { bytesField, failed, idField, type Verdict } from './json.ts'
import { openSignedJson, type SignedJson, signedSchema, signJson } from './signed-json.ts'

/*
 * Release of a key (SEALING §3): a bidder's DEK or a trustee's share, for one envelope of one manifest of one CLOSED.
 * The same bytes posted to the platform or handed over as a file count alike.
 */
const shape = {
  tender: idField,
  lot: idField,
  kind: z.enum(ENVELOPE_KINDS),
  manifestHash: bytesField(32),
  /** Index of the CLOSED leaf in the log. */
  closedIndex: z.int().min(0),
}
export const dekReleaseSchema = signedSchema('dek', { ...shape, value: bytesField(32) })
export const shareReleaseSchema = signedSchema('share', { ...shape, value: bytesField(33) })
export type Release = z.output<typeof dekReleaseSchema> | z.output<typeof shareReleaseSchema>

export type ReleasePlace = {
  tender: string
  lot: string
  kind: EnvelopeKind
  /** 32 bytes. */
  manifestHash: Uint8Array
  closedIndex: number
}

/** Signs a release. The caller has verified the witnessed CLOSED (SEALING §4 "Open") before. */
export const signRelease = (
  type: 'dek' | 'share',
  place: ReleasePlace,
  value: Uint8Array,
  signer: Signer,
  signingTime?: number,
): Promise<SignedJson> => {
  if (value.length !== (type === 'dek' ? 32 : 33)) throw new RangeError('not a key or share')
  const { tender, lot, kind, closedIndex } = place
  const manifestHash = toBase64url(place.manifestHash)
  return signJson(
    type,
    { tender, lot, kind, manifestHash, closedIndex, value: toBase64url(value) },
    signer,
    signingTime,
  )
}

export type ReleaseFault =
  | CmsFault
  | 'statement-malformed'
  | 'statement-of-another-type'
  | 'release-elsewhere'
  | 'release-foreign-signer'

/**
 * Verifies a release against the place it must be for and the certificate that must stand behind it: the manifest's (a
 * trustee's: the key statement's), or another of the same organisation valid at `options.at`. Never throws.
 * @returns the released key or share
 */
export const verifyRelease = async (
  signed: { bytes: Uint8Array; cms: Uint8Array },
  type: 'dek' | 'share',
  place: ReleasePlace,
  owner: CertificateInfo,
  options: VerifyOptions,
): Promise<Verdict<Verified & { value: Bytes }, ReleaseFault>> => {
  const schema = type === 'dek' ? dekReleaseSchema : shareReleaseSchema
  const opened = await openSignedJson(signed.bytes, signed.cms, schema, type, options)
  if (!opened.ok) return opened
  const { value, ...verified } = opened
  const isHere =
    value.tender === place.tender &&
    value.lot === place.lot &&
    value.kind === place.kind &&
    value.manifestHash === toBase64url(place.manifestHash) &&
    value.closedIndex === place.closedIndex
  if (!isHere) return failed('release-elsewhere')
  const { signer } = verified
  if (signer.certSha256 !== owner.certSha256 && !isSameOrganisation(signer, owner)) {
    return failed('release-foreign-signer')
  }
  return { ...verified, value: fromBase64url(value.value) }
}
