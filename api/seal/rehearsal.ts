import { z } from 'zod'
import { type Bytes, concat, fromBase64url, sha256, toBase64url, utf8 } from '../log/bytes.ts'
import type { Signer } from './cms.ts'
import { ENVELOPE_KINDS } from './context.ts'
import { MAX_TRUSTEES } from './escrow.ts'
import { bytesField, encodeJson, failed, idField, instantField, parseJson, V, type Verdict } from './json.ts'
import { distinct, envelopeEntrySchema, MAX_MANIFEST } from './manifest.ts'
import type { TrusteeTerms } from './seal.ts'
import { type SignedJson, signedSchema, signJson } from './signed-json.ts'

/*
 * The rehearsal room (演练室): certificate, PIN, sealing, upload, opening and signature are tried on something that is no
 * tender. It has signed types, labels and ids of its own; it names no tender, and its trustees' keys are made for it in
 * the bidder's browser and thrown away, so that nobody but the bidder can ever open what it seals.
 */

/** Random, version 4: the ids of tenders and lots are of version 7, so that none of them has this form. */
const rehearsalId = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)

/** `{v, type:"rehearsal", …}`: names the envelopes as a bid's manifest does, and carries its own trustees' keys. */
export const rehearsalSchema = signedSchema('rehearsal', {
  rehearsal: rehearsalId,
  bidder: z.strictObject({ certSha256: bytesField(32), orgId: idField }),
  trustees: z.strictObject({
    k: z.int().min(2).max(MAX_TRUSTEES),
    keys: z.array(bytesField(65)).min(3).max(MAX_TRUSTEES),
  }),
  envelopes: z.array(envelopeEntrySchema).length(ENVELOPE_KINDS.length),
  client: z.strictObject({ bundleSha256: bytesField(32) }),
  createdAt: instantField,
})
  .refine((m) => m.trustees.k <= m.trustees.keys.length && distinct(m.trustees.keys), 'no such trustees')
  .refine(
    (m) => distinct(m.envelopes.map((e) => e.kind)) && distinct(m.envelopes.map((e) => e.no)),
    'an envelope twice',
  )
export type RehearsalManifest = z.output<typeof rehearsalSchema>

/** The exact bytes to sign. @throws RangeError when they would not be a valid one */
export const buildRehearsal = (
  manifest: Omit<RehearsalManifest, 'v' | 'type'>,
): { manifest: RehearsalManifest; bytes: Bytes } => {
  const bytes = encodeJson({ v: V, type: 'rehearsal', ...manifest })
  const read = parseRehearsal(bytes)
  if (!read.ok) throw new RangeError(read.code)
  return { manifest: read.manifest, bytes }
}

/** Reads foreign bytes; the signature is checked apart. Never throws. */
export const parseRehearsal = (bytes: Uint8Array): Verdict<{ manifest: RehearsalManifest }, 'rehearsal-malformed'> => {
  if (bytes.length >= MAX_MANIFEST) return failed('rehearsal-malformed')
  const read = parseJson(bytes, rehearsalSchema)
  return read.ok ? { ok: true, manifest: read.value } : failed('rehearsal-malformed')
}

/** `H("sunlit/v1/rehearsal\n" || bytes)`, 32 bytes: never the hash of a bid's manifest. */
export const rehearsalHash = (bytes: Uint8Array): Promise<Bytes> => sha256(concat(utf8('sunlit/v1/rehearsal\n'), bytes))

/** What its envelopes are sealed under; in place of H(set bytes) `H("sunlit/v1/rehearsal-set\n" || u8 k || keys)`. */
export const rehearsalTerms = async ({ trustees }: Pick<RehearsalManifest, 'trustees'>): Promise<TrusteeTerms> => {
  const trusteeKeys = trustees.keys.map(fromBase64url)
  const setHash = await sha256(concat(utf8('sunlit/v1/rehearsal-set\n'), Uint8Array.of(trustees.k), ...trusteeKeys))
  return { terms: { k: trustees.k, trusteeKeys }, setHash }
}

/**
 * `{v, type:"rehearsal-dek", rehearsal, manifestHash, value}`: the key of the summary, which holds nothing but a made-up
 * price. The other keys never leave the bidder: a file of its own may lie in those envelopes.
 */
export const rehearsalKeySchema = signedSchema('rehearsal-dek', {
  rehearsal: rehearsalId,
  manifestHash: bytesField(32),
  value: bytesField(32),
})

/** Signs the key of a rehearsal's summary. */
export const signRehearsalKey = (
  of: { rehearsalId: string; manifestHash: string },
  value: Uint8Array,
  signer: Signer,
  signingTime?: number,
): Promise<SignedJson> => {
  const facts = { rehearsal: of.rehearsalId, manifestHash: of.manifestHash, value: toBase64url(value) }
  return signJson('rehearsal-dek', facts, signer, signingTime)
}
