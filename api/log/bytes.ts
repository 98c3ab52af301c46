import { hmac } from '@noble/hashes/hmac.js'
import { sha256 as shortSha256 } from '@noble/hashes/sha2.js'
import { native, nativeSha256 } from './native.ts'

/**
 * Byte strings for everything that is hashed or signed. Isomorphic: browser, Worker, Node and CLI run the same lines,
 * so only WebCrypto, @noble/hashes and Uint8Array are used (SEALING §6: no Buffer, no Uint8Array.toHex).
 */

/** A byte string over a plain ArrayBuffer: what WebCrypto and Blob accept without a copy. */
export type Bytes = Uint8Array<ArrayBuffer>

/** What a browser's Blob and File, a file handle's snapshot and Node's `openAsBlob` have in common. */
export type BlobLike = { size: number; slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> } }

const encoder = new TextEncoder()
const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'))
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const VALUE = new Map([...ALPHABET].map((c, i) => [c, i]))

/** UTF-8 bytes of a string. */
export const utf8 = (text: string): Bytes => encoder.encode(text)

/** Text of strictly valid UTF-8; throws TypeError otherwise. A byte order mark is kept, so that no byte is lost. */
export const fromUtf8 = (bytes: Uint8Array): string =>
  new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)

/** Lower-case hexadecimal. */
export const toHex = (bytes: Uint8Array): string => {
  let out = ''
  for (const byte of bytes) out += HEX[byte]
  return out
}

/** Bytes of an even-length hexadecimal string; throws RangeError otherwise. */
export const fromHex = (text: string): Bytes => {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) throw new RangeError('not hexadecimal')
  const out = new Uint8Array(text.length / 2)
  for (let i = 0; i < out.length; i++) out[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16)
  return out
}

/** base64url without padding (RFC 4648 §5). */
export const toBase64url = (bytes: Uint8Array): string => {
  let out = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i
    const n = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    out += ALPHABET[n >> 18]! + ALPHABET[(n >> 12) & 63]!
    if (left > 1) out += ALPHABET[(n >> 6) & 63]!
    if (left > 2) out += ALPHABET[n & 63]!
  }
  return out
}

/**
 * Bytes of base64url without padding; throws RangeError for padding, foreign characters, impossible lengths and
 * non-zero spare bits, so that one byte string has exactly one spelling (what is signed cannot be respelled).
 */
export const fromBase64url = (text: string): Bytes => {
  if (text.length % 4 === 1) throw new RangeError('not base64url')
  const out = new Uint8Array(Math.floor((text.length * 3) / 4))
  let held = 0
  let bits = 0
  let at = 0
  for (let i = 0; i < text.length; i++) {
    const value = VALUE.get(text[i]!)
    if (value === undefined) throw new RangeError('not base64url')
    held = ((held << 6) | value) & 0xffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      out[at++] = (held >> bits) & 0xff
    }
  }
  if ((held & ((1 << bits) - 1)) !== 0) throw new RangeError('not base64url')
  return out
}

/** Standard base64 with padding: what the C2SP text formats use. */
export const toBase64 = (bytes: Uint8Array): string => {
  const url = toBase64url(bytes).replaceAll('-', '+').replaceAll('_', '/')
  return url + '='.repeat((4 - (url.length % 4)) % 4)
}

/** Bytes of standard base64 with full padding; strict, throws RangeError. */
export const fromBase64 = (text: string): Bytes => {
  const bare = text.replace(/={1,2}$/, '')
  if (text.length % 4 !== 0 || /[^A-Za-z0-9+/]/.test(bare)) throw new RangeError('not base64')
  return fromBase64url(bare.replaceAll('+', '-').replaceAll('/', '_'))
}

/** One byte string after another. */
export const concat = (...parts: readonly Uint8Array[]): Bytes => {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

/** Unsigned 16-bit big-endian; throws RangeError outside its range. */
export const u16 = (n: number): Bytes => unsigned(n, 2)

/** Unsigned 32-bit big-endian; throws RangeError outside its range. */
export const u32 = (n: number): Bytes => unsigned(n, 4)

/** Unsigned 64-bit big-endian of a safe integer (log sizes, unix milliseconds); throws RangeError outside its range. */
export const u64 = (n: number): Bytes => unsigned(n, 8)

const unsigned = (n: number, length: number): Bytes => {
  if (!Number.isSafeInteger(n) || n < 0 || n >= 2 ** (8 * length)) throw new RangeError(`not a u${8 * length}`)
  const out = new Uint8Array(length)
  for (let i = length - 1, rest = n; i >= 0; i--, rest = Math.floor(rest / 256)) out[i] = rest % 256
  return out
}

/** Big-endian unsigned integer of up to 8 bytes; throws RangeError above 2^53 − 1. */
export const readUint = (bytes: Uint8Array, at = 0, length = bytes.length - at): number => {
  if (at < 0 || length < 0 || at + length > bytes.length) throw new RangeError('read beyond the end')
  let n = 0
  for (let i = at; i < at + length; i++) n = n * 256 + bytes[i]!
  if (!Number.isSafeInteger(n)) throw new RangeError('integer too large')
  return n
}

/** Whether two byte strings are equal, in time that depends on the length only. */
export const equal = (a: Uint8Array, b: Uint8Array): boolean => {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!
  return difference === 0
}

/** The same bytes over a plain ArrayBuffer: WebCrypto's types refuse shared memory. */
export const plain = (bytes: Uint8Array): Bytes =>
  bytes.buffer instanceof ArrayBuffer ? (bytes as Bytes) : new Uint8Array(bytes)

/** Below this a WebCrypto job costs more than the hash itself: leaves, salts and names are hashed where they stand. */
const SHORT = 1024
/** Up to here Node hashes where it stands, too: a millisecond at most. */
const LONG = 1 << 20

/** SHA-256 of a byte string. */
export const sha256 = async (data: Uint8Array): Promise<Bytes> => {
  if (nativeSha256 && data.length <= LONG) return nativeSha256(data)
  return data.length <= SHORT
    ? (shortSha256(data) as Bytes)
    : new Uint8Array(await crypto.subtle.digest('SHA-256', plain(data)))
}

/** HMAC-SHA-256; the key must not be empty. */
export const hmacSha256 = async (key: Uint8Array, data: Uint8Array): Promise<Bytes> => {
  if (key.length === 0) throw new RangeError('an empty key')
  if (native && data.length <= LONG) return new Uint8Array(native.createHmac('sha256', key).update(data).digest())
  if (data.length <= SHORT) return hmac(shortSha256, key, data) as Bytes
  const imported = await crypto.subtle.importKey('raw', plain(key), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, plain(data)))
}

/** Bytes of one block of SHA-256, to which HMAC pads its key. */
const BLOCK = 64
/** What HMAC hashes last, and what it hashes first by the length of the data: written anew each time, hashed at once. */
const outer = new Uint8Array(BLOCK + 32)
const inners = Array.from({ length: BLOCK + 1 }, (_, length) => new Uint8Array(BLOCK + length))

/**
 * HMAC-SHA-256 of short data where it stands: by two hashes of Node's where there is one, since an auditor makes millions
 * and an object for each costs more than both. The key must not be empty.
 */
export const shortHmac = (key: Uint8Array, data: Uint8Array): Bytes => {
  if (key.length === 0) throw new RangeError('an empty key')
  if (!nativeSha256 || key.length > BLOCK) return hmac(shortSha256, key, data) as Bytes
  const inner = inners[data.length] ?? new Uint8Array(BLOCK + data.length)
  for (let i = 0; i < BLOCK; i++) {
    const byte = i < key.length ? key[i]! : 0
    inner[i] = byte ^ 0x36
    outer[i] = byte ^ 0x5c
  }
  inner.set(data, BLOCK)
  outer.set(nativeSha256(inner), BLOCK)
  return nativeSha256(outer)
}

/** Random bytes from the platform's generator; at most 65536 (WebCrypto's limit). */
export const randomBytes = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length))
