/**
 * What stands in the log: salted commitments of 73 bytes (SEALING §3), because the number and identity of bidders are
 * secret before the opening and personal data never enters an undeletable structure.
 */
import {
  type Bytes,
  concat,
  equal,
  fromBase64url,
  fromUtf8,
  hmacSha256,
  readUint,
  sha256,
  shortHmac,
  toBase64url,
  u32,
  u64,
  utf8,
} from './bytes.ts'

export const LEAF_SIZE = 73
/** Subject of every event that is not once-only. */
export const NO_SUBJECT: Bytes = new Uint8Array(32)

/** `time` in unix milliseconds; `commitment` = HMAC(salt, outer bytes). */
export type Leaf = { time: number; subject: Bytes; commitment: Bytes }
/** The once-only events; n counts NOTICE, SUSPENDED/RESUMED and OUTAGE, and is 0 for the others. */
export type SubjectName =
  | 'NOTICE'
  | 'TRUSTEES'
  | 'CLOSED'
  | 'STORED'
  | 'NOT_OPENED'
  | 'STAGE'
  | 'SUSPENDED'
  | 'RESUMED'
  | 'OUTAGE'
  | 'OPENING'

/** What a bid's or withdrawal's event says beyond its type: hashes as bytes. */
export type BidPart = { lotId: string; manifestHash: Uint8Array; prevManifest: Uint8Array | null }
export type Outer = { type: string; tenderId: string | null; bodyHash: Bytes } & {
  bid?: { lotId: string; manifestHash: Bytes; prevManifest: Bytes | null }
}

/** u8 1 ‖ u64 unix ms ‖ subject ‖ commitment. */
export const encodeLeaf = ({ time, subject, commitment }: Leaf): Bytes => {
  if (subject.length !== 32 || commitment.length !== 32) throw new RangeError('not a leaf')
  return concat(Uint8Array.of(1), u64(time), subject, commitment)
}

/** Parts of a leaf; throws RangeError for another length or version. */
export const decodeLeaf = (leaf: Uint8Array): Leaf => {
  if (!isLeaf(leaf)) throw new RangeError('not a leaf')
  return {
    time: leafTime(leaf),
    subject: new Uint8Array(leaf.subarray(9, 41)),
    commitment: new Uint8Array(leaf.subarray(41)),
  }
}

/** Whether the length and the version are those of a leaf, and its time an integer that can be told. */
export const isLeaf = (leaf: Uint8Array): boolean =>
  leaf.length === LEAF_SIZE && leaf[0] === 1 && leaf[1] === 0 && leaf[2]! < 0x20

/** Unix milliseconds of a leaf whose form is known to be right; throws RangeError above 2^53 − 1. */
export const leafTime = (leaf: Uint8Array): number => readUint(leaf, 1, 8)

/** Whether a leaf whose form is known to be right carries a once-only subject. */
export const hasSubject = (leaf: Uint8Array): boolean => {
  for (let i = 9; i < 41; i++) if (leaf[i] !== 0) return true
  return false
}

/** H("sunlit/v1/subject\n" ‖ tenderId ‖ 0 ‖ lotId or "" ‖ 0 ‖ type ‖ 0 ‖ u32 n): the first leaf with it is the only valid one. */
export const subjectOf = (tenderId: string, lotId: string | null, type: SubjectName, n: number): Promise<Bytes> =>
  sha256(concat(utf8(`sunlit/v1/subject\n${tenderId}\0${lotId ?? ''}\0${type}\0`), u32(n)))

/** HMAC-SHA-256(bodySalt, bodyBytes). */
export const bodyHashOf = (bodySalt: Uint8Array, body: Uint8Array): Promise<Bytes> => hmacSha256(bodySalt, body)

/** The exact bytes of the outer layer; they are stored and never re-serialised. */
export const outerBytes = (type: string, tenderId: string | null, bodyHash: Uint8Array, bid?: BidPart): Bytes => {
  const part = bid && {
    lotId: bid.lotId,
    manifestHash: toBase64url(bid.manifestHash),
    prevManifest: bid.prevManifest && toBase64url(bid.prevManifest),
  }
  return utf8(JSON.stringify({ type, tenderId, ...part, bodyHash: toBase64url(bodyHash) }))
}

/** Fields of an outer layer; throws (RangeError, SyntaxError or TypeError) when it is not one. */
export const parseOuter = (bytes: Uint8Array): Outer => {
  const json: unknown = JSON.parse(fromUtf8(bytes))
  if (typeof json !== 'object' || json === null) throw new RangeError('not an outer layer')
  const { type, tenderId, lotId, manifestHash, prevManifest, bodyHash, ...more } = json as Record<string, unknown>
  const texts = [type, bodyHash, tenderId ?? '', lotId ?? '', manifestHash ?? '', prevManifest ?? '']
  if (texts.some((text) => typeof text !== 'string') || Object.keys(more).length > 0)
    throw new RangeError('not an outer layer')
  if ((lotId === undefined) !== (manifestHash === undefined) || (lotId === undefined) !== (prevManifest === undefined))
    throw new RangeError('not an outer layer')
  const base = { type: type as string, tenderId: (tenderId ?? null) as string | null, bodyHash: hash(bodyHash) }
  if (lotId === undefined) return base
  const prev = prevManifest === null ? null : hash(prevManifest)
  return { ...base, bid: { lotId: lotId as string, manifestHash: hash(manifestHash), prevManifest: prev } }
}

const hash = (text: unknown): Bytes => {
  const bytes = fromBase64url(text as string)
  if (bytes.length !== 32) throw new RangeError('not a hash')
  return bytes
}

/** The leaf for an outer layer: its commitment is HMAC-SHA-256(outerSalt, outer). */
export const makeLeaf = async (
  time: number,
  subject: Bytes,
  outerSalt: Uint8Array,
  outer: Uint8Array,
): Promise<Bytes> => encodeLeaf({ time, subject, commitment: await hmacSha256(outerSalt, outer) })

/** Whether a leaf commits to these outer bytes under this salt. Never throws. */
export const leafCommitsTo = async (leaf: Uint8Array, outerSalt: Uint8Array, outer: Uint8Array): Promise<boolean> =>
  commitsTo(leaf, outerSalt, outer)

/** The same where one stands who has millions of them to look at. */
export const commitsTo = (leaf: Uint8Array, outerSalt: Uint8Array, outer: Uint8Array): boolean => {
  if (!isLeaf(leaf) || outerSalt.length !== 32) return false
  return equal(leaf.subarray(41), shortHmac(outerSalt, outer))
}

/** Whether an outer layer names this body under this salt. Never throws. */
export const outerCommitsTo = async (outer: Uint8Array, bodySalt: Uint8Array, body: Uint8Array): Promise<boolean> => {
  if (bodySalt.length !== 32) return false
  try {
    return equal(parseOuter(outer).bodyHash, await bodyHashOf(bodySalt, body))
  } catch {
    return false
  }
}
