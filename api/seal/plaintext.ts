import { sha256 as streamingSha256 } from '@noble/hashes/sha2.js'
import { z } from 'zod'
import {
  type BlobLike,
  type Bytes,
  concat,
  fromBase64url,
  randomBytes,
  readUint,
  sha256,
  toBase64url,
  u32,
  utf8,
} from '../log/bytes.ts'
import { CONTEXT_LENGTH, type EnvelopeKind } from './context.ts'
import { type EscrowProof, escrowProofSchema } from './escrow.ts'
import { bytesField, encodeJson, failed, idField, parseJson, type Verdict } from './json.ts'
import { type ByteSource, type Reader, readerOf } from './source.ts'

/*
 * The plaintext of an envelope (SEALING §3): "SLB1" ‖ u32 headerLen ‖ header ‖ u8 nSigs ‖ (u32 len ‖ CMS)* ‖ files ‖
 * zeros to a multiple of 64 KiB (summary) or 1 MiB (others), so that a size betrays no price.
 */
const MAGIC = utf8('SLB1')
const MAX_HEADER = 4 * 1024 * 1024
const MAX_SIGNATURE = 128 * 1024
const PIECE = 1024 * 1024
/** Up to here a file is hashed in one WebCrypto call; WebCrypto has no streaming digest for larger ones. */
const WHOLE_HASH = 32 * 1024 * 1024

const fileSchema = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(255)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
    .regex(/^[^/\\\u0000-\u001f]+$/),
  size: z.int().min(0),
  sha256: bytesField(32),
  mime: z.string().max(127),
})

export const headerSchema = z
  .strictObject({
    ctx: bytesField(CONTEXT_LENGTH),
    consortium: z.array(idField).max(50),
    files: z.array(fileSchema).max(1000),
    form: z.record(z.string(), z.json()),
    escrowProof: escrowProofSchema,
    nonce: bytesField(32),
  })
  .refine((header) => new Set(header.files.map((file) => file.name)).size === header.files.length, 'a file name twice')

export type Header = z.output<typeof headerSchema>
export type HeaderFile = z.output<typeof fileSchema>
/** A file to be sealed: a browser File plus its declared type, or anything that reads like one. */
export type FileSource = BlobLike & {
  name: string
  mime: string
  /** SHA-256 where it is known already, 32 bytes: saves a reading. A wrong one fails the self-test. */
  sha256?: Uint8Array
}

/** Multiple to which a plaintext of this kind is padded, in bytes. */
export const paddingUnit = (kind: EnvelopeKind): number => (kind === 'summary' ? 64 * 1024 : 1024 * 1024)

const padded = (size: number, kind: EnvelopeKind): number => Math.ceil(size / paddingUnit(kind)) * paddingUnit(kind)

async function* piecesOf(file: BlobLike): AsyncGenerator<Bytes> {
  for (let at = 0; at < file.size; at += PIECE) {
    yield new Uint8Array(await file.slice(at, Math.min(at + PIECE, file.size)).arrayBuffer())
  }
}

const hashFile = async (file: BlobLike): Promise<Bytes> => {
  if (file.size <= WHOLE_HASH) return sha256(new Uint8Array(await file.slice(0, file.size).arrayBuffer()))
  const hash = streamingSha256.create()
  for await (const piece of piecesOf(file)) hash.update(piece)
  return new Uint8Array(hash.digest())
}

/** The exact header bytes: what the inner signatures are over. @throws RangeError when they would not be a header */
export const buildHeader = async (parts: {
  ctx: Uint8Array
  consortium: readonly string[]
  files: readonly FileSource[]
  form: Header['form']
  escrowProof: EscrowProof
}): Promise<{ header: Header; bytes: Bytes }> => {
  const files: HeaderFile[] = []
  for (const file of parts.files) {
    const { name, mime, size } = file
    files.push({ name, size, sha256: toBase64url(file.sha256 ?? (await hashFile(file))), mime })
  }
  const { consortium, form, escrowProof } = parts
  const nonce = toBase64url(randomBytes(32))
  const bytes = encodeJson({ ctx: toBase64url(parts.ctx), consortium, files, form, escrowProof, nonce })
  const read = parseJson(bytes, headerSchema)
  if (!read.ok || bytes.length > MAX_HEADER) throw new RangeError('not a header')
  return { header: read.value, bytes }
}

const frontOf = (headerBytes: Uint8Array, signatures: readonly Uint8Array[]): Bytes => {
  if (signatures.length > 255) throw new RangeError('too many signatures')
  const framed = signatures.flatMap((cms) => [u32(cms.length), cms])
  return concat(MAGIC, u32(headerBytes.length), headerBytes, Uint8Array.of(signatures.length), ...framed)
}

/** The padded plaintext, piece by piece, to be pushed into an envelope writer. */
export async function* plaintextPieces(
  kind: EnvelopeKind,
  headerBytes: Uint8Array,
  signatures: readonly Uint8Array[],
  files: readonly FileSource[],
): AsyncGenerator<Bytes> {
  const front = frontOf(headerBytes, signatures)
  let size = front.length
  yield front
  for (const file of files) {
    for await (const piece of piecesOf(file)) {
      size += piece.length
      yield piece
    }
  }
  for (let left = padded(size, kind) - size; left > 0; left -= ZEROS.length) yield ZEROS.subarray(0, left)
}

const ZEROS = new Uint8Array(256 * 1024)

export type Plaintext = { header: Header; headerBytes: Bytes; signatures: Bytes[] }
export type FileSink = (file: HeaderFile, piece: Bytes) => void | Promise<void>

const must = (condition: boolean): void => {
  if (!condition) throw new RangeError('malformed')
}

const take = async (reader: Reader, length: number): Promise<Bytes> => {
  const bytes = await reader.read(length)
  must(bytes.length === length)
  return bytes
}

const readFront = async (reader: Reader): Promise<Plaintext & { size: number }> => {
  const magic = await take(reader, 8)
  const headerLength = readUint(magic, 4, 4)
  must(magic.every((byte, at) => at > 3 || byte === MAGIC[at]) && headerLength <= MAX_HEADER)
  const headerBytes = (await take(reader, headerLength)).slice()
  const parsed = parseJson(headerBytes, headerSchema)
  must(parsed.ok)
  const signatures: Bytes[] = []
  let size = 8 + headerLength + 1
  for (let left = (await take(reader, 1))[0]!; left > 0; left--) {
    const length = readUint(await take(reader, 4))
    must(length <= MAX_SIGNATURE)
    signatures.push((await take(reader, length)).slice())
    size += 4 + length
  }
  return { header: (parsed as { value: Header }).value, headerBytes, signatures, size }
}

const readFile = async (reader: Reader, file: HeaderFile, sink: FileSink | undefined): Promise<void> => {
  const hash = streamingSha256.create()
  for (let left = file.size; left > 0; ) {
    const piece = await reader.readSome(Math.min(left, PIECE))
    must(piece.length > 0)
    hash.update(piece)
    left -= piece.length
    await sink?.(file, piece.slice())
  }
  must(toBase64url(hash.digest()) === file.sha256)
}

/** Word by word: up to a mebibyte of every envelope goes through here. */
const isZero = (bytes: Bytes): boolean => {
  const rest = bytes.byteOffset % 4 === 0 ? bytes.length % 4 : bytes.length
  const words = rest === bytes.length ? [] : new Uint32Array(bytes.buffer, bytes.byteOffset, (bytes.length - rest) / 4)
  for (let i = 0; i < words.length; i++) if (words[i] !== 0) return false
  for (let i = bytes.length - rest; i < bytes.length; i++) if (bytes[i] !== 0) return false
  return true
}

const readPadding = async (reader: Reader, kind: EnvelopeKind, size: number): Promise<void> => {
  let left = padded(size, kind) - size
  for (let piece = await reader.readSome(PIECE); piece.length > 0; piece = await reader.readSome(PIECE)) {
    left -= piece.length
    must(left >= 0 && isZero(piece))
  }
  must(left === 0)
}

/**
 * Reads a plaintext to its end: header, signatures, every file against its hash, and the padding, which must be zero
 * and no longer than the rule. Files go to the sink in pieces; nothing of them counts before the verdict is `ok`.
 * Never throws for what the plaintext holds.
 */
export const readPlaintext = async (
  source: ByteSource,
  kind: EnvelopeKind,
  sink?: FileSink,
): Promise<Verdict<Plaintext, 'plaintext-malformed'>> => {
  try {
    const reader = readerOf(source)
    const { size, ...front } = await readFront(reader)
    let total = size
    for (const file of front.header.files) {
      await readFile(reader, file, sink)
      total += file.size
    }
    await readPadding(reader, kind, total)
    return { ok: true, ...front }
  } catch {
    return failed('plaintext-malformed')
  }
}

/** Context bytes a header claims. */
export const headerContext = (header: Header): Bytes => fromBase64url(header.ctx)
