import { type Bytes, equal, fromBase64url, plain, toBase64url } from '../log/bytes.ts'
import { turn } from '../log/native.ts'
import { type Signer, signDetached, type Verified, type VerifyOptions, verifyDetached } from './cms.ts'
import { bidContext, type ContextParts, contextOf, type Place } from './context.ts'
import { createEnvelopeWriter, decryptEnvelope, HEAD, isCommittedTo, newDek } from './envelope.ts'
import { combineShares, type EscrowFault, type EscrowTerms, makeEscrow, recomputeEscrow } from './escrow.ts'
import { failed, type Verdict } from './json.ts'
import type { BidManifest, ManifestEnvelope } from './manifest.ts'
import { createPartCutter, PART_SIZE, type Part } from './parts.ts'
import {
  buildHeader,
  type FileSink,
  type FileSource,
  type Header,
  plaintextPieces,
  readPlaintext,
} from './plaintext.ts'
import type { RehearsalManifest } from './rehearsal.ts'
import { type ByteSource, readerOf } from './source.ts'

/*
 * The two acts the whole format is for: sealing an envelope in the bidder's Worker, and opening one at the opening, in
 * the fallback, in a replay and in the client's own self-test — always by the same lines.
 */
export type EnvelopeContents = {
  form: Header['form']
  files: readonly FileSource[]
  /** Organisations of a consortium, the leader excluded. */
  consortium?: readonly string[]
  /** Company seal first, then legal representative and consortium members, as the tender demands. */
  signers: readonly Signer[]
  signingTime?: number
}
export type TrusteeTerms = {
  terms: EscrowTerms
  /** Plain SHA-256 of the trustee set's bytes. */
  setHash: Uint8Array
}
export type SealedEnvelope = { dek: Bytes; ctx: Bytes; entry: ManifestEnvelope }

/**
 * Seals one envelope: fresh DEK, escrow, header with its proof, inner signatures, encryption, parts.
 * @param sink receives each part in order
 * @returns the manifest's entry, and the DEK, which goes into the recovery file and nowhere else
 */
export const sealBidEnvelope = async (
  place: ContextParts,
  contents: EnvelopeContents,
  trustees: TrusteeTerms,
  sink: (part: Part) => void | Promise<void>,
): Promise<SealedEnvelope> => {
  const { kind, envelopeNo: no } = place
  const dek = newDek()
  const ctx = await bidContext(place)
  const cutter = createPartCutter(sink)
  const writer = await createEnvelopeWriter(dek, ctx, trustees.setHash, cutter.push)
  const { escrow, proof } = await makeEscrow(dek, trustees.terms, ctx, writer.head56)
  const { form, files, consortium = [] } = contents
  const header = await buildHeader({ ctx, consortium, files, form, escrowProof: proof })
  const signatures: Bytes[] = []
  for (const signer of contents.signers) signatures.push(await signDetached(header.bytes, signer, contents.signingTime))
  for await (const piece of plaintextPieces(kind, header.bytes, signatures, files)) await writer.push(piece)
  await writer.finish()
  const { size, root } = await cutter.finish()
  const entry = {
    kind,
    no,
    size,
    partSize: PART_SIZE,
    partsRoot: toBase64url(root),
    head56: toBase64url(writer.head56),
    escrow,
  } as const
  return { dek, ctx, entry }
}

/** What names sealed envelopes: a bid's manifest, or a rehearsal's. */
export type SealedManifest = BidManifest | RehearsalManifest

const placeOf = (manifest: SealedManifest): Place =>
  manifest.type === 'rehearsal'
    ? { rehearsalId: manifest.rehearsal }
    : { tenderId: manifest.tender, lotId: manifest.lot, bidSeq: manifest.bidSeq }

/** Context of a manifest's envelope. */
export const manifestContext = (manifest: SealedManifest, entry: ManifestEnvelope): Promise<Bytes> =>
  contextOf({
    ...placeOf(manifest),
    kind: entry.kind,
    certSha256: fromBase64url(manifest.bidder.certSha256),
    envelopeNo: entry.no,
  })

export type OpenFault =
  | 'key-not-committed'
  | 'envelope-differs-from-manifest'
  | 'envelope-unreadable'
  | 'plaintext-malformed'
  | 'envelope-of-another-place'
  | 'inner-signature-invalid'
  | 'inner-signature-missing'
  | EscrowFault

export type OpenedEnvelope = {
  header: Header
  headerBytes: Bytes
  signatures: Bytes[]
  /** Who signed the header, in order. */
  signers: Verified[]
}

const isSealedFor = (source: ByteSource, entry: ManifestEnvelope): boolean => {
  const size = source instanceof Uint8Array ? source.length : 'size' in source ? source.size : entry.size
  return size === entry.size
}

/** Passes a stream on and compares its head with the manifest's: the escrow is bound to these 56 bytes. */
async function* withHead(source: ByteSource, head56: Uint8Array, size: number): AsyncGenerator<Bytes> {
  const { read, readSome } = readerOf(source)
  const head = await read(HEAD)
  if (!equal(head, head56)) throw new Error('envelope-differs-from-manifest')
  yield plain(head)
  let seen = head.length
  for (let piece = await readSome(1 << 20); piece.length > 0; piece = await readSome(1 << 20)) {
    seen += piece.length
    if (seen > size) throw new Error('envelope-differs-from-manifest')
    yield piece
  }
  if (seen !== size) throw new Error('envelope-differs-from-manifest')
}

const verifySigners = async (
  headerBytes: Bytes,
  signatures: readonly Bytes[],
  certSha256: string,
  options: VerifyOptions,
): Promise<Verdict<{ signers: Verified[] }, OpenFault>> => {
  const signers: Verified[] = []
  for (const cms of signatures) {
    const verified = await verifyDetached(headerBytes, cms, options)
    if (!verified.ok) return failed('inner-signature-invalid')
    signers.push(verified)
    await turn()
  }
  const isOwn = signers.some(({ signer }) => signer.certSha256 === certSha256)
  return isOwn ? { ok: true, signers } : failed('inner-signature-missing')
}

/**
 * Opens one envelope of a manifest with a DEK and checks all that §4 "Open" demands: key commitment, the head of the
 * manifest, decryption to the last chunk, header in its place, inner signatures (the manifest's certificate among
 * them), every file's hash, padding, and the escrow byte for byte. Never throws for what a bidder made.
 * @param inner trust for the inner signatures, as of the submission
 * @param sink receives the files' bytes while they are read; they count only when the verdict is `ok`
 */
export const openBidEnvelope = async (
  source: ByteSource,
  dek: Uint8Array,
  manifest: SealedManifest,
  entry: ManifestEnvelope,
  trustees: TrusteeTerms,
  inner: VerifyOptions,
  sink?: FileSink,
): Promise<Verdict<OpenedEnvelope, OpenFault>> => {
  const ctx = await manifestContext(manifest, entry)
  const head56 = fromBase64url(entry.head56)
  if (!(await isCommittedTo(dek, head56, ctx, trustees.setHash))) return failed('key-not-committed')
  if (!isSealedFor(source, entry)) return failed('envelope-differs-from-manifest')
  let fault: OpenFault | null = null
  const plaintext = async function* () {
    try {
      yield* decryptEnvelope(withHead(source, head56, entry.size), dek, ctx, trustees.setHash)
    } catch (error) {
      const differs = error instanceof Error && error.message === 'envelope-differs-from-manifest'
      fault = differs ? 'envelope-differs-from-manifest' : 'envelope-unreadable'
      throw error
    }
  }
  const read = await readPlaintext(plaintext(), entry.kind, sink)
  if (!read.ok) return failed(fault ?? read.code)
  const { header, headerBytes, signatures } = read
  if (!equal(fromBase64url(header.ctx), ctx)) return failed('envelope-of-another-place')
  const signed = await verifySigners(headerBytes, signatures, manifest.bidder.certSha256, inner)
  if (!signed.ok) return signed
  const escrow = await recomputeEscrow(dek, entry.escrow, header.escrowProof, trustees.terms, ctx, head56)
  return escrow.ok ? { ok: true, header, headerBytes, signatures, signers: signed.signers } : escrow
}

/** The DEK of a manifest's envelope from released shares (fallback), already checked against the file's commitment. */
export const recoverDek = async (
  shares: readonly { i: number; share: Uint8Array }[],
  manifest: BidManifest,
  entry: ManifestEnvelope,
  setHash: Uint8Array,
): Promise<Verdict<{ dek: Bytes; used: number[] }, 'too-few-shares' | 'shares-unusable'>> => {
  const ctx = await manifestContext(manifest, entry)
  const combined = await combineShares(shares, entry.escrow, ctx)
  if (!combined.ok) return combined
  const isRight = await isCommittedTo(combined.dek, fromBase64url(entry.head56), ctx, setHash)
  return isRight ? combined : failed('shares-unusable')
}
