import { type Bytes, sha256 } from '../log/bytes.ts'
import { merkleRoot } from '../log/tree.ts'

/** Size of a stored part in bytes (the last one is shorter). */
export const PART_SIZE = 8 * 1024 * 1024

/** How many parts an envelope of this size has. */
export const partCount = (size: number): number => Math.ceil(size / PART_SIZE)

/** Size of part `no` (0-based) of an envelope of `size` bytes. */
export const partLength = (size: number, no: number): number => Math.min(PART_SIZE, size - no * PART_SIZE)

/**
 * RFC 6962 root whose leaf data is SHA-256(part): a store that verifies checksums then does the hashing.
 * @param hashes SHA-256 of each part, in order
 */
export const partsRoot = async (hashes: readonly Uint8Array[]): Promise<Bytes> => {
  if (hashes.length === 0 || hashes.some((hash) => hash.length !== 32)) throw new RangeError('not part hashes')
  return merkleRoot(hashes)
}

export type Part = { no: number; bytes: Bytes; sha256: Bytes }

const FIRST = 64 * 1024

/** Room for `need` bytes of a part: most envelopes are far shorter than one, so it grows with them. */
const roomFor = (held: Bytes, need: number): Bytes => {
  if (need <= held.length) return held
  const larger = new Uint8Array(Math.min(PART_SIZE, Math.max(need, 2 * held.length)))
  larger.set(held)
  return larger
}

/**
 * Cuts an envelope, as it comes from the writer, into parts.
 * @returns push for each piece of ciphertext, finish for the shorter last part and the root
 */
export const createPartCutter = (sink: (part: Part) => void | Promise<void>) => {
  const hashes: Bytes[] = []
  let held = new Uint8Array(FIRST)
  let filled = 0
  let size = 0
  const cut = async (bytes: Bytes) => {
    const hash = await sha256(bytes)
    hashes.push(hash)
    await sink({ no: hashes.length - 1, bytes, sha256: hash })
  }
  const push = async (ciphertext: Uint8Array): Promise<void> => {
    for (let at = 0; at < ciphertext.length; ) {
      const take = ciphertext.subarray(at, at + PART_SIZE - filled)
      held = roomFor(held, filled + take.length)
      held.set(take, filled)
      filled += take.length
      size += take.length
      at += take.length
      if (filled < PART_SIZE) continue
      await cut(held)
      held = new Uint8Array(PART_SIZE)
      filled = 0
    }
  }
  const finish = async (): Promise<{ size: number; partSize: number; hashes: Bytes[]; root: Bytes }> => {
    if (filled > 0) await cut(held.slice(0, filled))
    return { size, partSize: PART_SIZE, hashes, root: await partsRoot(hashes) }
  }
  return { push, finish }
}
