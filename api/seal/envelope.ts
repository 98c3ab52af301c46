import { type Bytes, concat, equal, plain, randomBytes, utf8 } from '../log/bytes.ts'
import { type ChunkCipher, chunkCipher } from './aes.ts'
import { hkdfExpandSha512 } from './hkdf.ts'
import { failed, type Verdict } from './json.ts'
import { type ByteSource, collect, readerOf } from './source.ts'

/*
 * The envelope file of SEALING §3: C2SP chunked-encryption with AES-256-GCM and key commitment. The commitment is what
 * stops one ciphertext from opening as two different bids under two keys (GCM alone does not bind its key).
 */
export const CHUNK = 16384
export const TAG = 16
/** salt ‖ commitment; the first 56 bytes also bind the escrow to this very file. */
export const HEAD = 56
const SEALED = CHUNK + TAG
/** Chunks in flight at once are BATCH..2·BATCH: enough to keep WebCrypto's threads busy, little enough for a phone. */
const BATCH = 32
const LABEL = utf8('c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0')

type Keys = { cipher: ChunkCipher; baseNonce: Bytes; commitment: Bytes }

/** A new data key. Never used for two envelopes. */
export const newDek = (): Bytes => randomBytes(32)

const deriveKeys = async (dek: Uint8Array, salt: Uint8Array, ctx: Uint8Array, setHash: Uint8Array): Promise<Keys> => {
  if (dek.length !== 32 || salt.length !== 24 || ctx.length !== 72 || setHash.length !== 32) {
    throw new RangeError('key material of the wrong length')
  }
  const okm = await hkdfExpandSha512(dek, concat(LABEL, salt, ctx, setHash), 76)
  return { cipher: await chunkCipher(okm.slice(0, 32)), baseNonce: okm.slice(32, 44), commitment: okm.slice(44, 76) }
}

const nonceOf = (baseNonce: Bytes, index: number): Bytes => {
  const nonce = baseNonce.slice()
  for (let at = 11, rest = index; rest > 0; at--, rest = Math.floor(rest / 256)) nonce[at]! ^= rest % 256
  return nonce
}

/** Size in bytes of the envelope of a plaintext. */
export const envelopeSize = (plaintextSize: number): number =>
  HEAD + plaintextSize + TAG * (Math.floor(plaintextSize / CHUNK) + 1)

export type EnvelopeWriter = {
  /** salt ‖ commitment, known before the first byte is pushed: the escrow needs it. */
  head56: Bytes
  /** Takes plaintext; resolves when there is room for more. */
  push(plaintext: Uint8Array): Promise<void>
  /** Writes the short last chunk; resolves with the size of the whole envelope when all is with the sink. */
  finish(): Promise<number>
}

const sealBatch = async ({ cipher, baseNonce }: Keys, text: Bytes, first: number): Promise<Bytes> => {
  const count = Math.max(1, Math.ceil(text.length / CHUNK))
  const sealed = await Promise.all(
    Array.from({ length: count }, (_, i) =>
      cipher.seal(nonceOf(baseNonce, first + i), text.subarray(i * CHUNK, (i + 1) * CHUNK)),
    ),
  )
  return concat(...sealed)
}

/**
 * Streaming encryption; the sink receives the ciphertext in order, beginning with the head.
 * @param dek 32 bytes, fresh; @param ctx 72 bytes; @param setHash plain SHA-256 of the trustee set's bytes
 * @param salt only for published vectors
 */
export const createEnvelopeWriter = async (
  dek: Uint8Array,
  ctx: Uint8Array,
  setHash: Uint8Array,
  sink: (ciphertext: Bytes) => void | Promise<void>,
  salt: Uint8Array = randomBytes(24),
): Promise<EnvelopeWriter> => {
  const keys = await deriveKeys(dek, salt, ctx, setHash)
  const head56 = concat(salt, keys.commitment)
  const running: Promise<unknown>[] = []
  let last: Promise<unknown> = Promise.resolve()
  let started = false
  let block = new Uint8Array(BATCH * CHUNK)
  let filled = 0
  let index = 0
  let size = HEAD
  const send = async (text: Bytes) => {
    if (!started) await sink(head56)
    started = true
    if (running.length > 1) await running.shift()
    const sealed = sealBatch(keys, text, index)
    last = Promise.all([sealed, last]).then(([bytes]) => sink(bytes))
    last.catch(() => undefined) // surfaces at the next push or at finish
    running.push(last)
    index += Math.ceil(text.length / CHUNK)
    size += text.length + TAG * Math.max(1, Math.ceil(text.length / CHUNK))
  }
  const push = async (plaintext: Uint8Array) => {
    for (let at = 0; at < plaintext.length; ) {
      const take = plaintext.subarray(at, at + block.length - filled)
      block.set(take, filled)
      filled += take.length
      at += take.length
      if (filled < block.length) continue
      await send(block)
      block = new Uint8Array(BATCH * CHUNK)
      filled = 0
    }
  }
  const finish = async () => {
    const full = filled - (filled % CHUNK)
    if (full > 0) await send(block.slice(0, full))
    await send(block.slice(full, filled)) // 0..16383 bytes: a cut at a chunk border would show
    await last
    return size
  }
  return { head56, push, finish }
}

/** Seals a whole plaintext; for `summary` envelopes and tests. Larger ones go through the writer. */
export const sealEnvelope = async (
  plaintext: Uint8Array,
  dek: Uint8Array,
  ctx: Uint8Array,
  setHash: Uint8Array,
  salt?: Uint8Array,
): Promise<Bytes> => {
  const out: Bytes[] = []
  const writer = await createEnvelopeWriter(dek, ctx, setHash, (bytes) => void out.push(bytes), salt)
  await writer.push(plaintext)
  await writer.finish()
  return concat(...out)
}

/** Whether this DEK is the one and only key of the file that begins with these 56 bytes. Never throws. */
export const isCommittedTo = async (
  dek: Uint8Array,
  head56: Uint8Array,
  ctx: Uint8Array,
  setHash: Uint8Array,
): Promise<boolean> => {
  if (head56.length !== HEAD || dek.length !== 32) return false
  const { commitment } = await deriveKeys(dek, head56.subarray(0, 24), ctx, setHash)
  return equal(commitment, head56.subarray(24))
}

const openBatch = async ({ cipher, baseNonce }: Keys, sealed: Bytes, first: number): Promise<Bytes> => {
  const texts = await Promise.all(
    Array.from({ length: Math.ceil(sealed.length / SEALED) }, (_, i) =>
      cipher.open(nonceOf(baseNonce, first + i), sealed.subarray(i * SEALED, (i + 1) * SEALED)),
    ),
  )
  return concat(...texts)
}

/**
 * Streaming decryption: yields authenticated plaintext in order. Only reaching the end without an error proves that
 * nothing was cut off, so nothing may be shown as "the bid" before.
 * @throws Error('envelope-unreadable') for any fault, saying no more
 */
export async function* decryptEnvelope(
  source: ByteSource,
  dek: Uint8Array,
  ctx: Uint8Array,
  setHash: Uint8Array,
): AsyncGenerator<Bytes> {
  const read = readerOf(source)
  const head = await read(HEAD)
  const keys = await openHead(head, dek, ctx, setHash)
  let index = 0
  let next: Promise<Bytes> = read(BATCH * SEALED)
  for (;;) {
    const sealed = await next
    const isLast = sealed.length < BATCH * SEALED
    // a last batch that ends on a chunk border has lost its short chunk; one with less than a tag left is cut, too
    if (isLast && sealed.length % SEALED < TAG) throw new Error(UNREADABLE)
    next = isLast ? Promise.resolve(new Uint8Array()) : read(BATCH * SEALED)
    next.catch(() => undefined)
    yield await openBatch(keys, plain(sealed), index).catch(() => Promise.reject(new Error(UNREADABLE)))
    index += BATCH
    if (isLast) return
  }
}

const UNREADABLE = 'envelope-unreadable'

const openHead = async (head: Bytes, dek: Uint8Array, ctx: Uint8Array, setHash: Uint8Array): Promise<Keys> => {
  if (head.length !== HEAD || dek.length !== 32 || ctx.length !== 72 || setHash.length !== 32) {
    throw new Error(UNREADABLE)
  }
  const keys = await deriveKeys(dek, head.subarray(0, 24), ctx, setHash)
  if (!equal(keys.commitment, head.subarray(24))) throw new Error(UNREADABLE)
  return keys
}

/** Opens a whole envelope: all of it, or one code. Never throws. */
export const openEnvelope = async (
  source: ByteSource,
  dek: Uint8Array,
  ctx: Uint8Array,
  setHash: Uint8Array,
): Promise<Verdict<{ plaintext: Bytes }, 'envelope-unreadable'>> => {
  try {
    return { ok: true, plaintext: await collect(decryptEnvelope(source, dek, ctx, setHash)) }
  } catch {
    return failed(UNREADABLE)
  }
}
