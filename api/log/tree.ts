/**
 * RFC 6962 §2.1 Merkle trees: hashes, proofs and their verification (RFC 9162 §2.1.3–2.1.4 for the algorithms).
 * Indices are safe integers up to 2^53, so arithmetic uses % and Math.floor: >> and & would fold at 2^31.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { type Bytes, equal } from './bytes.ts'
import { nativeSha256 } from './native.ts'

/** Hash of the perfect subtree of 2^level leaves at `index`; throws when the tree is not that large. */
export type HashReader = (level: number, index: number) => Promise<Uint8Array>

const half = (n: number): number => Math.floor(n / 2)
const isOdd = (n: number): boolean => n % 2 === 1

/** An auditor hashes millions of leaves: by Node's own hash where there is one. */
const digest = nativeSha256 ?? ((data: Uint8Array): Bytes => sha256(data) as Bytes)

/** H(0x00 ‖ data). */
export const leafHash = (data: Uint8Array): Bytes => {
  const input = new Uint8Array(1 + data.length)
  input.set(data, 1)
  return digest(input)
}

/** What an inner node hashes; one for all, because nothing waits between its writing and its hash. */
const NODE = Uint8Array.of(1, ...new Uint8Array(64))

/** H(0x01 ‖ left ‖ right), both of 32 bytes. */
export const nodeHash = (left: Uint8Array, right: Uint8Array): Bytes => {
  if (left.length !== 32 || right.length !== 32) throw new RangeError('not a hash')
  NODE.set(left, 1)
  NODE.set(right, 33)
  return digest(NODE)
}

/** H(""): the root of a tree without leaves. Never a valid answer of a log; every verifier here refuses size 0. */
export const EMPTY_ROOT: Bytes = sha256(new Uint8Array()) as Bytes

/** Root over the data of all leaves, in order; H("") for none. */
export const merkleRoot = (leafData: readonly Uint8Array[]): Bytes => {
  const range: Range = []
  for (const data of leafData) pushHash(range, leafHash(data))
  return rangeRoot(range)
}

/** Compact range: roots of the perfect subtrees a tree of some size consists of, largest first. */
export type Range = { level: number; hash: Bytes }[]

/** Adds the hash of one leaf; `made` is told each perfect subtree that this completes, with its level (0 = the leaf). */
export const pushHash = (range: Range, hash: Bytes, made?: (level: number, hash: Bytes) => void): void => {
  let level = 0
  let joined = hash
  made?.(0, joined)
  while (range.length > 0 && range[range.length - 1]!.level === level) {
    joined = nodeHash(range.pop()!.hash, joined)
    level += 1
    made?.(level, joined)
  }
  range.push({ level, hash: joined })
}

/** Root of the tree a compact range describes. */
export const rangeRoot = (range: Readonly<Range>): Bytes =>
  range.length === 0
    ? EMPTY_ROOT
    : range.slice(0, -1).reduceRight((right, { hash }) => nodeHash(hash, right), range[range.length - 1]!.hash)

/** Where the perfect subtrees of the leaves [from, to) stand, left to right; `from` must be a multiple of their size. */
const subtrees = (from: number, to: number): { level: number; index: number }[] => {
  const out: { level: number; index: number }[] = []
  for (let at = from; at < to; ) {
    let level = 0
    let size = 1
    while (at % (2 * size) === 0 && at + 2 * size <= to) {
      size *= 2
      level += 1
    }
    out.push({ level, index: at / size })
    at += size
  }
  return out
}

/** The compact range of the first `size` leaves, read from stored hashes. */
export const readRange = async (size: number, read: HashReader): Promise<Range> =>
  Promise.all(
    subtrees(0, checkedSize(size, 0)).map(async ({ level, index }) => ({
      level,
      hash: (await read(level, index)) as Bytes,
    })),
  )

/** MTH(D[from:to]) from stored hashes. */
const subtreeHash = async (from: number, to: number, read: HashReader): Promise<Uint8Array> => {
  const hashes = await Promise.all(subtrees(from, to).map(({ level, index }) => read(level, index)))
  return hashes.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), hashes[hashes.length - 1]!)
}

/** Root of the first `size` leaves from stored hashes; throws RangeError for size 0. */
export const rootOf = async (size: number, read: HashReader): Promise<Uint8Array> =>
  subtreeHash(0, checkedSize(size, 1), read)

/** PATH(index, D[size]): the audit path, bottom up. Throws RangeError unless 0 ≤ index < size. */
export const inclusionProof = async (index: number, size: number, read: HashReader): Promise<Uint8Array[]> => {
  if (checkedSize(index, 0) >= checkedSize(size, 1)) throw new RangeError('leaf beyond the tree')
  const parts: [number, number][] = []
  let [from, to] = [0, size]
  while (to - from > 1) {
    const cut = from + split(to - from)
    if (index < cut) {
      parts.push([cut, to])
      to = cut
    } else {
      parts.push([from, cut])
      from = cut
    }
  }
  return Promise.all(parts.reverse().map(([a, b]) => subtreeHash(a, b, read)))
}

/** PROOF(size1, D[size2]); empty for equal sizes. Throws RangeError unless 0 < size1 ≤ size2. */
export const consistencyProof = async (size1: number, size2: number, read: HashReader): Promise<Uint8Array[]> => {
  if (checkedSize(size1, 1) > checkedSize(size2, 1)) throw new RangeError('older tree larger than the newer')
  const parts: [number, number][] = []
  let [from, to] = [0, size2]
  // SUBPROOF's flag b stays true exactly while we only went left, that is while the subtree begins at 0.
  while (to !== size1) {
    const cut = from + split(to - from)
    if (size1 <= cut) {
      parts.push([cut, to])
      to = cut
    } else {
      parts.push([from, cut])
      from = cut
    }
  }
  if (from !== 0) parts.push([from, to])
  return Promise.all(parts.reverse().map(([a, b]) => subtreeHash(a, b, read)))
}

/** The largest power of two smaller than n (n > 1). */
const split = (n: number): number => {
  let k = 1
  while (2 * k < n) k *= 2
  return k
}

const checkedSize = (n: number, least: number): number => {
  if (!Number.isSafeInteger(n) || n < least) throw new RangeError('not a tree size')
  return n
}

const isHash = (h: Uint8Array): boolean => h.length === 32

/** Whether `proof` shows that the leaf stands at `index` in the tree (size, root). RFC 9162 §2.1.3.2. Never throws. */
export const verifyInclusion = (
  leaf: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean => {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false
  if (![leaf, root, ...proof].every(isHash)) return false
  let [fn, sn, hash] = [index, size - 1, leaf]
  for (const sibling of proof) {
    if (sn === 0) return false
    if (isOdd(fn) || fn === sn) {
      hash = nodeHash(sibling, hash)
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)]
    } else hash = nodeHash(hash, sibling)
    ;[fn, sn] = [half(fn), half(sn)]
  }
  return sn === 0 && equal(hash, root)
}

/**
 * Whether `proof` shows that the tree (size1, root1) is a prefix of (size2, root2). RFC 9162 §2.1.4.2. Never throws.
 * size1 = 0 is refused: an empty tree is a prefix of everything, so it would prove nothing.
 */
export const verifyConsistency = (
  size1: number,
  size2: number,
  proof: readonly Uint8Array[],
  root1: Uint8Array,
  root2: Uint8Array,
): boolean => {
  if (!Number.isSafeInteger(size1) || !Number.isSafeInteger(size2) || size1 < 1 || size1 > size2) return false
  if (root1.length === 0 || equal(root1, EMPTY_ROOT) || equal(root2, EMPTY_ROOT)) return false
  if (size1 === size2) return proof.length === 0 && equal(root1, root2)
  if (![root1, root2, ...proof].every(isHash)) return false
  if (proof.length === 0) return false
  let [fn, sn] = [size1 - 1, size2 - 1]
  while (isOdd(fn)) [fn, sn] = [half(fn), half(sn)]
  // A complete older tree is its own first node, and RFC 6962 leaves it out of the proof.
  const path = fn === 0 ? [root1, ...proof] : [...proof]
  let first = path[0]!
  let second = path[0]!
  for (const sibling of path.slice(1)) {
    if (sn === 0) return false
    if (isOdd(fn) || fn === sn) {
      first = nodeHash(sibling, first)
      second = nodeHash(sibling, second)
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)]
    } else second = nodeHash(second, sibling)
    ;[fn, sn] = [half(fn), half(sn)]
  }
  return sn === 0 && equal(first, root1) && equal(second, root2)
}
