import { z } from 'zod'
import { type Bytes, concat, sha256, toBase64url, utf8 } from '../log/bytes.ts'
import { ENVELOPE_KINDS } from './context.ts'
import { envelopeSize, HEAD } from './envelope.ts'
import { escrowSchema } from './escrow.ts'
import {
  base64urlField,
  bytesField,
  encodeJson,
  failed,
  idField,
  instantField,
  parseJson,
  V,
  type Verdict,
} from './json.ts'
import { PART_SIZE } from './parts.ts'

/** A manifest is smaller than this, in bytes. */
export const MAX_MANIFEST = 16_000
/** Largest envelope, 64 GiB: far above any real bid, far below what the chunk counter or a float can hold. */
const MAX_ENVELOPE = 2 ** 36

const selfSlotSchema = z.strictObject({ alg: z.enum(['RSA-OAEP-256', 'HPKE-P256']), wrap: base64urlField(32, 1024) })

/** One envelope as its manifest names it. */
export const envelopeEntrySchema = z.strictObject({
  kind: z.enum(ENVELOPE_KINDS),
  no: z.int().min(1).max(16),
  size: z.int().min(envelopeSize(0)).max(MAX_ENVELOPE),
  partSize: z.literal(PART_SIZE),
  partsRoot: bytesField(32),
  head56: bytesField(HEAD),
  escrow: escrowSchema,
  self: selfSlotSchema.optional(),
})

const common = {
  v: z.literal(V),
  tender: idField,
  lot: idField,
  notice: z.strictObject({ n: z.int().min(0).max(0xffffffff), hash: bytesField(32) }),
  trusteeSetHash: bytesField(32),
  bidder: z.strictObject({ certSha256: bytesField(32), orgId: idField }),
  client: z.strictObject({ bundleSha256: bytesField(32) }),
  createdAt: instantField,
  logCheckpointSeen: z.strictObject({
    origin: z.string().min(1).max(200),
    size: z.int().min(0),
    root: bytesField(32),
  }),
}

export const distinct = (values: readonly unknown[]): boolean => new Set(values).size === values.length

const bidSchema = z
  .strictObject({
    ...common,
    type: z.literal('bid'),
    bidSeq: z.int().min(1).max(0xffffffff),
    prevManifest: bytesField(32).nullable(),
    envelopes: z.array(envelopeEntrySchema).min(1).max(ENVELOPE_KINDS.length),
  })
  .refine((m) => (m.bidSeq === 1) === (m.prevManifest === null), 'the first manifest of a chain has no predecessor')
  .refine((m) => distinct(m.envelopes.map((e) => e.kind)), 'a kind twice')
  .refine((m) => distinct(m.envelopes.map((e) => e.no)), 'a number twice')

const withdrawSchema = z.strictObject({
  ...common,
  type: z.literal('withdraw'),
  bidSeq: z.int().min(2).max(0xffffffff),
  prevManifest: bytesField(32),
  envelopes: z.tuple([]),
})

/** The signed manifest of one bid, or of its withdrawal, for one lot (SEALING §3). */
export const manifestSchema = z.union([bidSchema, withdrawSchema])
export type BidManifest = z.output<typeof bidSchema>
export type WithdrawManifest = z.output<typeof withdrawSchema>
export type Manifest = BidManifest | WithdrawManifest
export type ManifestEnvelope = z.output<typeof envelopeEntrySchema>

/** The exact bytes to sign. @throws RangeError when they would not be a valid manifest */
export const buildManifest = (
  manifest: Omit<BidManifest, 'v'> | Omit<WithdrawManifest, 'v'>,
): { manifest: Manifest; bytes: Bytes } => {
  const bytes = encodeJson({ v: V, ...manifest })
  const read = parseManifest(bytes)
  if (!read.ok) throw new RangeError(read.code)
  return { manifest: read.manifest, bytes }
}

/** Reads foreign manifest bytes; the signature is checked apart. Never throws. */
export const parseManifest = (
  bytes: Uint8Array,
): Verdict<{ manifest: Manifest }, 'manifest-too-large' | 'manifest-malformed'> => {
  if (bytes.length >= MAX_MANIFEST) return failed('manifest-too-large')
  const read = parseJson(bytes, manifestSchema)
  return read.ok ? { ok: true, manifest: read.value } : failed('manifest-malformed')
}

/** `H("sunlit/v1/manifest\n" || bytes)`, 32 bytes. */
export const manifestHash = (bytes: Uint8Array): Promise<Bytes> => sha256(concat(utf8('sunlit/v1/manifest\n'), bytes))

/** `H("sunlit/v1/trustees\n" || bytes)`, 32 bytes: the set's name in manifests and in the notice. */
export const trusteeSetHash = (bytes: Uint8Array): Promise<Bytes> => sha256(concat(utf8('sunlit/v1/trustees\n'), bytes))

/** `H("sunlit/v1/notice\n" || H(json) || H(pdf))`, 32 bytes. */
export const noticeHash = async (json: Uint8Array, pdf: Uint8Array): Promise<Bytes> =>
  sha256(concat(utf8('sunlit/v1/notice\n'), await sha256(json), await sha256(pdf)))

/** Text form of a hash in JSON. */
export const hashText = (hash: Uint8Array): string => toBase64url(hash)
