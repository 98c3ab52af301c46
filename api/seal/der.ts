import { type Bytes, concat, plain } from '../log/bytes.ts'

/**
 * Whether bytes are one strict DER value (X.690 §8, §10, §11): definite minimal lengths, no constructed strings, minimal
 * integers, nothing behind the end. A gate before every foreign ASN.1 structure, since BER lets one signature have many
 * spellings. What lies inside OCTET STRINGs is opaque here and judged where it is opened.
 */
export const isDer = (bytes: Uint8Array): boolean => endOfValue(bytes, 0, bytes.length, 0) === bytes.length

/** Nesting beyond this is no certificate but an attack on the stack. */
const MAX_DEPTH = 40

/** Index behind the value that begins at `at`, or −1. */
const endOfValue = (bytes: Uint8Array, at: number, limit: number, depth: number): number => {
  const tag = bytes[at]
  // tag 0 is BER's end-of-contents, low bits 31 the long form: neither occurs in X.509 or CMS
  if (tag === undefined || at + 2 > limit || depth > MAX_DEPTH || tag === 0 || (tag & 0x1f) === 0x1f) return -1
  const length = readLength(bytes, at + 1, limit)
  if (length === null) return -1
  const end = length.from + length.size
  if (end > limit) return -1
  if ((tag & 0x20) === 0) return isPrimitive(tag, bytes.subarray(length.from, end)) ? end : -1
  // universal class: only SEQUENCE and SET are constructed in DER
  if (tag < 0x40 && tag !== 0x30 && tag !== 0x31) return -1
  for (let inner = length.from; inner < end; ) {
    inner = endOfValue(bytes, inner, end, depth + 1)
    if (inner < 0) return -1
  }
  return end
}

const readLength = (bytes: Uint8Array, at: number, limit: number): { from: number; size: number } | null => {
  const first = bytes[at]!
  if (first < 0x80) return { from: at + 1, size: first }
  const count = first & 0x7f
  if (count === 0 || count > 4 || at + 1 + count > limit || bytes[at + 1] === 0) return null
  let size = 0
  for (let i = 1; i <= count; i++) size = size * 256 + bytes[at + i]!
  return size < 0x80 ? null : { from: at + 1 + count, size }
}

const isPrimitive = (tag: number, body: Uint8Array): boolean => {
  switch (tag) {
    case 0x01:
      return body.length === 1 && (body[0] === 0 || body[0] === 0xff)
    case 0x02:
    case 0x0a:
      return isMinimalInteger(body)
    case 0x03:
      return isBitString(body)
    case 0x05:
      return body.length === 0
    case 0x06:
      return isOid(body)
    case 0x10:
    case 0x11:
      return false
    default:
      return true
  }
}

const isMinimalInteger = (body: Uint8Array): boolean => {
  if (body.length < 2) return body.length === 1
  const top = body[1]! & 0x80
  return !((body[0] === 0 && top === 0) || (body[0] === 0xff && top !== 0))
}

const isBitString = (body: Uint8Array): boolean => {
  const unused = body[0]
  if (unused === undefined || unused > 7 || (unused > 0 && body.length === 1)) return false
  return (body.at(-1)! & ((1 << unused) - 1)) === 0 || body.length === 1
}

const isOid = (body: Uint8Array): boolean => {
  if (body.length === 0 || (body.at(-1)! & 0x80) !== 0) return false
  return body.every((byte, at) => byte !== 0x80 || (at > 0 && (body[at - 1]! & 0x80) !== 0))
}

/** The values inside a constructed one, each with its tag and length; only for bytes that `isDer` passed. */
export const childrenOf = (der: Uint8Array): Bytes[] => {
  const { from, size } = readLength(der, 1, der.length)!
  const found: Bytes[] = []
  for (let at = from; at < from + size; ) {
    const inner = readLength(der, at + 1, der.length)!
    found.push(plain(der.subarray(at, inner.from + inner.size)))
    at = inner.from + inner.size
  }
  return found
}

/** The bytes inside a value, without its tag and length; only for bytes that `isDer` passed. */
export const contentOf = (der: Uint8Array): Bytes => {
  const { from, size } = readLength(der, 1, der.length)!
  return plain(der.subarray(from, from + size))
}

/** An OBJECT IDENTIFIER in dotted form; only for bytes that `isDer` passed. */
export const oidOf = (der: Uint8Array): string => {
  const arcs: number[] = []
  let value = 0
  for (const byte of contentOf(der)) {
    value = value * 128 + (byte & 0x7f)
    if (byte & 0x80) continue
    arcs.push(value)
    value = 0
  }
  const [joined = 0, ...rest] = arcs
  const first = Math.min(2, Math.floor(joined / 40))
  return [first, joined - 40 * first, ...rest].join('.')
}

/** One constructed value around others. */
export const enclose = (tag: number, ...parts: readonly Uint8Array[]): Bytes => {
  const body = concat(...parts)
  const octets: number[] = []
  for (let rest = body.length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256)
  const length = body.length < 0x80 ? [body.length] : [0x80 | octets.length, ...octets]
  return concat(Uint8Array.of(tag, ...length), body)
}

/** Order of DER encodings in a SET OF (X.690 §11.6). */
export const compareDer = (a: Uint8Array, b: Uint8Array): number => {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i]! - b[i]!
  return a.length - b.length
}
