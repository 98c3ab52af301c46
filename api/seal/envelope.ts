import { type Bytes, concat, equal, plain, randomBytes, utf8 } from '../log/bytes.ts'
import { type ChunkCipher, chunkCipher } from './aes.ts'
import { hkdfExpandSha512 } from './hkdf.ts'
import { failed, type Verdict } from './json.ts'
import { type ByteSource, collect, type Reader, readerOf } from './source.ts'

/*
 * The envelope file of SEALING §3: C2SP chunked-encryption with AES-256-GCM and key commitment. The commitment is what
 * stops one ciphertext from opening as two different bids under two keys (GCM alone does not bind its key).
 */
export const CHUNK = 16384
export const TAG = 16
/** salt ‖ commitment; the first 56 bytes also bind the escrow to this very file. */
export const HEAD = 56
const SEALED = CHUNK + TAG
/** Chunks in flight at once are at most 2·BATCH: enough to keep WebCrypto's threads busy, little enough for a phone. */
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

/** Takes ciphertext in order; a promise only where there is something to wait for, since a chunk is 16 KiB of many. */
export type CiphertextSink = (ciphertext: Bytes) => void | Promise<void>

type Sealed = ReturnType<ChunkCipher['seal']>

/** Seals chunks, some batches at a time, and hands them on in order. */
const createSealer = ({ cipher, baseNonce }: Keys, sink: CiphertextSink) => {
  /** The cipher's own promises stand here until they are settled: what nothing refers to, a collector may take. */
  const running: { jobs: readonly Sealed[]; done: Promise<void> }[] = []
  let last: Promise<void> = Promise.resolve()
  let index = 0
  const pass = async (jobs: readonly Sealed[], before: Promise<void>): Promise<void> => {
    const [sealed] = await Promise.all([Promise.all(jobs), before])
    for (const chunk of sealed)
      for (const piece of chunk instanceof ArrayBuffer ? [new Uint8Array(chunk)] : chunk) {
        const busy = sink(piece)
        if (busy) await busy
      }
  }
  return {
    /** A cipher takes its input when it is called: once this resolves the texts are their owner's again. */
    send: async (texts: readonly Bytes[]): Promise<void> => {
      if (running.length > 1) {
        await running[0]?.done
        running.shift()
      }
      const jobs = texts.map((text, i) => cipher.seal(nonceOf(baseNonce, index + i), text))
      last = pass(jobs, last)
      last.catch(() => undefined) // surfaces at the next push or at finish
      running.push({ jobs, done: last })
      index += texts.length
    },
    finish: async (): Promise<void> => {
      await last
    },
  }
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
  sink: CiphertextSink,
  salt: Uint8Array = randomBytes(24),
): Promise<EnvelopeWriter> => {
  const keys = await deriveKeys(dek, salt, ctx, setHash)
  const head56 = concat(salt, keys.commitment)
  const sealer = createSealer(keys, sink)
  /** What is left of the plaintext so far: less than a chunk. Whole chunks are sealed from where they lie. */
  const held = new Uint8Array(CHUNK)
  let filled = 0
  let total = 0
  let started = false
  const start = async () => {
    if (!started) await sink(head56)
    started = true
  }
  const hold = (plaintext: Uint8Array): number => {
    const take = plaintext.subarray(0, CHUNK - filled)
    held.set(take, filled)
    filled += take.length
    return take.length
  }
  const push = async (plaintext: Uint8Array) => {
    await start()
    total += plaintext.length
    let at = filled > 0 ? hold(plaintext) : 0
    let texts: Bytes[] = filled === CHUNK ? [held] : []
    for (; at + CHUNK <= plaintext.length; at += CHUNK) {
      texts.push(plain(plaintext.subarray(at, at + CHUNK)))
      if (texts.length < BATCH) continue
      await sealer.send(texts)
      texts = []
    }
    if (texts.length > 0) await sealer.send(texts)
    if (filled === CHUNK) filled = 0
    hold(plaintext.subarray(at))
  }
  const finish = async () => {
    await start()
    await sealer.send([held.subarray(0, filled)]) // 0..16383 bytes: a cut at a chunk border would show
    await sealer.finish()
    return envelopeSize(total)
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

/** The next sealed chunks, a batch of them at most; only the last of all is shorter than the others. */
const readBatch = async ({ read }: Reader): Promise<Bytes[]> => {
  const sealed: Bytes[] = []
  for (let length = SEALED; length === SEALED && sealed.length < BATCH; ) {
    const chunk = await read(SEALED)
    sealed.push(chunk)
    length = chunk.length
  }
  return sealed
}

const openBatch = ({ cipher, baseNonce }: Keys, sealed: readonly Bytes[], first: number): Promise<Uint8Array[]> =>
  Promise.all(sealed.map((chunk, i) => cipher.open(nonceOf(baseNonce, first + i), chunk)))

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
  const reader = readerOf(source)
  const keys = await openHead(await reader.read(HEAD), dek, ctx, setHash)
  let index = 0
  let next = readBatch(reader)
  for (;;) {
    const sealed = await next
    const last = sealed.at(-1)?.length ?? 0
    // one that ends on a chunk border has lost its short chunk; one with less than a tag left is cut, too
    if (last < TAG) throw new Error(UNREADABLE)
    const isLast = last < SEALED
    const opening = openBatch(keys, sealed, index)
    next = isLast ? Promise.resolve([]) : readBatch(reader)
    next.catch(() => undefined)
    for (const text of await opening.catch(() => Promise.reject(new Error(UNREADABLE)))) yield plain(text)
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
