/*
 * Sealing a bid, in the bidder's Worker or on the command line. Nothing here speaks with anybody.
 *   const sink = memorySink()                                  // or a folder, or the origin private file system
 *   const prepared = await prepareBid({ tender, trust, lotId, organisationId, signer, forms, files, head, bundleSha256, sink })
 * The order is fixed: seal → decrypt all of it back and recompute the escrow → only then sign the manifest.
 */
import { z } from 'zod'
import { type Bytes, fromBase64url, toBase64url } from '../log/bytes.ts'
import { certSha256 } from '../seal/certificate.ts'
import { type Signer, signDetached } from '../seal/cms.ts'
import { ENVELOPE_KINDS, type EnvelopeKind } from '../seal/context.ts'
import { bytesField, encodeJson, idField, parseJson, V } from '../seal/json.ts'
import { type BidManifest, buildManifest, manifestHash } from '../seal/manifest.ts'
import { type Part, partCount } from '../seal/parts.ts'
import type { FileSource, Header } from '../seal/plaintext.ts'
import { openBidEnvelope, type SealedEnvelope, sealBidEnvelope } from '../seal/seal.ts'
import { type DecryptKey, makeRecovery, openRecovery } from '../seal/selfslot.ts'
import { problem } from './http.ts'
import { lotOf, type SealTender } from './tender.ts'
import { nowOf, type TrustContext, trustAt } from './trust.ts'

/**
 * Where sealed parts wait for their upload. A part is written once and read back for the self-test and the upload; its
 * bytes are lent for the writing only.
 */
export type PartSink = {
  write: (envelopeNo: number, part: Part) => void | Promise<void>
  read: (envelopeNo: number, part: number) => Promise<Uint8Array>
}

/** Parts kept in memory: for small bids and tests. */
export const memorySink = (): PartSink => {
  const held = new Map<string, Uint8Array>()
  return {
    write: (no, part) => void held.set(`${no}/${part.no}`, part.bytes.slice()),
    read: async (no, part) => held.get(`${no}/${part}`) ?? Promise.reject(new RangeError('no such part')),
  }
}

/** The bid this one follows in its lot; null for the first. */
export type ChainHead = { bidSeq: number; manifestHash: string } | null

export type Progress = { step: 'seal' | 'self-test' | 'sign'; kind: EnvelopeKind | null; part: number }

export type BidToPrepare = {
  tender: SealTender
  trust: TrustContext
  lotId: string
  organisationId: string
  /** The organisation's seal certificate; its key stays where it is. */
  signer: Signer
  /** Typed answers by envelope; an absent one is empty. Money in 分 as a decimal string. */
  forms: Partial<Record<EnvelopeKind, Header['form']>>
  /** Files by envelope; `summary` has none. */
  files?: Partial<Record<EnvelopeKind, readonly FileSource[]>>
  /** Further inner signatures (legal representative, consortium members); never on `summary`. */
  coSigners?: Partial<Record<EnvelopeKind, readonly Signer[]>>
  /** Other organisations of a consortium. */
  consortium?: readonly string[]
  head: ChainHead
  /** SHA-256 of the client's own bundle, base64url. */
  bundleSha256: string
  sink: PartSink
  /** For the recovery file, besides the certificate. */
  passphrase?: string
  onProgress?: (progress: Progress) => void
}

export type PreparedBid = {
  tenderId: string
  lotId: string
  manifest: Bytes
  cms: Bytes
  /** base64url. */
  manifestHash: string
  /** SHA-256 of each part, base64url, as POST /api/bids wants them. */
  partHashes: { envelopeNo: number; sha256: string[] }[]
  /** The keys under the bidder's certificate (and passphrase): to be downloaded before the upload. */
  recoveryFile: Bytes
  keys: BidKeys
}

const keysSchema = z.strictObject({
  v: z.literal(V),
  type: z.literal('bid-keys'),
  tender: idField,
  lot: idField,
  manifestHash: bytesField(32),
  keys: z.partialRecord(z.enum(ENVELOPE_KINDS), bytesField(32)),
})
/** DEKs of one bid, base64url by envelope. */
export type BidKeys = z.output<typeof keysSchema>

/** The keys in a recovery file. @throws Problem recovery-unreadable */
export const openBidKeys = async (
  file: Uint8Array,
  owner: { key: DecryptKey } | { passphrase: string },
): Promise<BidKeys> => {
  const opened = await openRecovery(file, 'bid-keys', owner)
  const read = opened.ok ? parseJson(opened.secret, keysSchema) : opened
  if (!read.ok) throw problem('recovery-unreadable', 'The recovery file cannot be opened with this key')
  return read.value
}

/** 政府采购法 第二十四条: the notice accepts consortia, and every member signs each envelope but the summary. */
const consortiumFault = ({ tender, consortium = [], coSigners = {} }: BidToPrepare): string | null => {
  if (consortium.length === 0) return null
  if (!tender.notice.consortium) return 'consortium-not-accepted'
  const signed = ENVELOPE_KINDS.every(
    (kind) => kind === 'summary' || (coSigners[kind]?.length ?? 0) >= consortium.length,
  )
  return signed ? null : 'consortium-unsigned'
}

const refuseUnfit = (bid: BidToPrepare): void => {
  const lot = lotOf(bid.tender, bid.lotId)
  const answers = bid.forms.summary ?? {}
  const missing = lot.summaryFields.filter((field) => field.required && (answers[field.key] ?? '') === '')
  if (missing.length > 0) {
    throw problem('summary-incomplete', 'Answers of the summary are missing', { fields: missing.map(({ key }) => key) })
  }
  const fault = consortiumFault(bid)
  if (fault) throw problem(fault, 'The consortium is not accepted, or not all of its members sign')
  if ((bid.files?.summary?.length ?? 0) > 0 || (bid.coSigners?.summary?.length ?? 0) > 0) {
    throw problem('summary-malformed', 'The summary carries no files and no personal signatures')
  }
}

type Sealed = SealedEnvelope & { hashes: string[] }

const sealOne = async (bid: BidToPrepare, kind: EnvelopeKind, at: number): Promise<Sealed> => {
  const no = ENVELOPE_KINDS.indexOf(kind) + 1
  const { tender, lotId, signer, sink } = bid
  const hashes: string[] = []
  const bidSeq = (bid.head?.bidSeq ?? 0) + 1
  const place = {
    tenderId: tender.tenderId,
    lotId,
    kind,
    certificateDer: signer.certificateDer,
    bidSeq,
    envelopeNo: no,
  }
  const contents = {
    form: bid.forms[kind] ?? {},
    files: bid.files?.[kind] ?? [],
    consortium: bid.consortium ?? [],
    signers: [signer, ...(bid.coSigners?.[kind] ?? [])],
    signingTime: at,
  }
  const sealed = await sealBidEnvelope(place, contents, tender, async (part) => {
    await sink.write(no, part)
    hashes.push(toBase64url(part.sha256))
    bid.onProgress?.({ step: 'seal', kind, part: part.no })
  })
  return { ...sealed, hashes }
}

async function* readBack(bid: BidToPrepare, { entry }: Sealed): AsyncGenerator<Uint8Array> {
  for (let part = 0; part < partCount(entry.size); part++) {
    yield await bid.sink.read(entry.no, part)
    bid.onProgress?.({ step: 'self-test', kind: entry.kind, part })
  }
}

/** A client's own bug must show here and not at the opening: everything is opened as the opening will open it. */
const selfTest = async (
  bid: BidToPrepare,
  manifest: BidManifest,
  sealed: readonly Sealed[],
  at: number,
): Promise<void> => {
  for (const one of sealed) {
    const inner = trustAt(bid.trust, at)
    const opened = await openBidEnvelope(readBack(bid, one), one.dek, manifest, one.entry, bid.tender, inner)
    if (!opened.ok)
      throw problem('self-test-failed', 'The sealed bid does not open again', {
        kind: one.entry.kind,
        fault: opened.code,
      })
  }
}

/**
 * Seals the four envelopes of a bid for one lot, tests them and signs the manifest.
 * @throws Problem summary-incomplete, summary-malformed, consortium-not-accepted, consortium-unsigned, self-test-failed
 */
export const prepareBid = async (bid: BidToPrepare): Promise<PreparedBid> => {
  refuseUnfit(bid)
  const at = nowOf(bid.trust)
  const { tender, lotId, signer } = bid
  const sealed: Sealed[] = []
  for (const kind of ENVELOPE_KINDS) sealed.push(await sealOne(bid, kind, at))
  const built = buildManifest({
    type: 'bid',
    ...(await manifestFacts(bid, at)),
    bidSeq: (bid.head?.bidSeq ?? 0) + 1,
    prevManifest: bid.head?.manifestHash ?? null,
    envelopes: sealed.map(({ entry }) => entry),
  })
  await selfTest(bid, built.manifest as BidManifest, sealed, at)
  bid.onProgress?.({ step: 'sign', kind: null, part: 0 })
  const hash = toBase64url(await manifestHash(built.bytes))
  const keys = Object.fromEntries(sealed.map(({ entry, dek }) => [entry.kind, toBase64url(dek)]))
  const secret = { v: V, type: 'bid-keys', tender: tender.tenderId, lot: lotId, manifestHash: hash, keys } as const
  const owners = { certificateDer: signer.certificateDer, ...(bid.passphrase && { passphrase: bid.passphrase }) }
  return {
    tenderId: tender.tenderId,
    lotId,
    manifest: built.bytes,
    cms: await signDetached(built.bytes, signer, at),
    manifestHash: hash,
    partHashes: sealed.map(({ entry, hashes }) => ({ envelopeNo: entry.no, sha256: hashes })),
    recoveryFile: await makeRecovery('bid-keys', encodeJson(secret), owners),
    keys: secret,
  }
}

export type ManifestMaker = Pick<BidToPrepare, 'tender' | 'lotId' | 'organisationId' | 'signer' | 'bundleSha256'>

/** What a bid and a withdrawal say alike. */
export const manifestFacts = async (bid: ManifestMaker, at: number) => ({
  tender: bid.tender.tenderId,
  lot: bid.lotId,
  notice: { n: bid.tender.noticeN, hash: toBase64url(bid.tender.noticeHash) },
  trusteeSetHash: toBase64url(bid.tender.trusteeSetHash),
  bidder: { certSha256: await certSha256(bid.signer.certificateDer), orgId: bid.organisationId },
  client: { bundleSha256: bid.bundleSha256 },
  createdAt: at,
  logCheckpointSeen: {
    origin: bid.tender.checkpoint.origin,
    size: bid.tender.checkpoint.size,
    root: toBase64url(bid.tender.checkpoint.root),
  },
})

/** A DEK of a bid as bytes; null when the file does not hold that one. */
export const dekOf = (keys: BidKeys, kind: EnvelopeKind): Bytes | null => {
  const text = keys.keys[kind]
  return text === undefined ? null : fromBase64url(text)
}
