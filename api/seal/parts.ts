import { type Bytes, concat, sha256 } from '../log/bytes.ts'
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

/**
 * Cuts an envelope, as it comes from the writer, into parts. The pieces are kept as they are until a part is full, so they must not
 * be written to again.
 * @returns push for each piece of ciphertext, finish for the shorter last part and the root
 */
export const createPartCutter = (sink: (part: Part) => void | Promise<void>) => {
  const hashes: Bytes[] = []
  // Most envelopes are far shorter than a part: what is held grows with them.
  let held: Uint8Array[] = []
  let filled = 0
  let size = 0
  const cut = async () => {
    const bytes = concat(...held)
    held = []
    filled = 0
    const hash = await sha256(bytes)
    hashes.push(hash)
    await sink({ no: hashes.length - 1, bytes, sha256: hash })
  }
  const push = async (ciphertext: Uint8Array): Promise<void> => {
    for (let at = 0; at < ciphertext.length; ) {
      const take = ciphertext.subarray(at, at + PART_SIZE - filled)
      held.push(take)
      filled += take.length
      size += take.length
      at += take.length
      if (filled === PART_SIZE) await cut()
    }
  }
  const finish = async (): Promise<{ size: number; partSize: number; hashes: Bytes[]; root: Bytes }> => {
    if (filled > 0) await cut()
    return { size, partSize: PART_SIZE, hashes, root: await partsRoot(hashes) }
  }
  return { push, finish }
}
