import { type Bytes, sha256 } from '../log/bytes.ts'
import { merkleRoot } from '../log/tree.ts'
import { envelopeSize } from './envelope.ts'

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

/** A part as it is cut; its bytes are lent to the sink until that has done, and then used for another part. */
export type Part = { no: number; bytes: Bytes; sha256: Bytes }

/** Most envelopes are far shorter than a part: what a summary takes, then any other one, then more. */
const ROOMS = [...[1, 16, 48].map((units) => envelopeSize(units * 64 * 1024)), PART_SIZE]

/** Room for `need` bytes of a part. */
const roomFor = (held: Bytes, need: number): Bytes => {
  if (need <= held.length) return held
  const larger = new Uint8Array(ROOMS.find((size) => size >= need) ?? PART_SIZE)
  larger.set(held)
  return larger
}

/**
 * Cuts an envelope, as it comes from the writer, into parts. There are two rooms for a part and no more: while one is
 * hashed and stored the other fills, for new memory costs a browser as much as half of the cipher.
 * @returns push for each piece of ciphertext (a promise only where a part became full), finish for the shorter last part
 * and the root
 */
export const createPartCutter = (sink: (part: Part) => void | Promise<void>) => {
  const hashes: Bytes[] = []
  let held = new Uint8Array()
  let other = new Uint8Array()
  let filled = 0
  let size = 0
  let cutting: Promise<void> = Promise.resolve()
  const cut = async (bytes: Bytes): Promise<void> => {
    const hash = await sha256(bytes)
    hashes.push(hash)
    await sink({ no: hashes.length - 1, bytes, sha256: hash })
  }
  const put = (ciphertext: Uint8Array): void => {
    held = roomFor(held, filled + ciphertext.length)
    held.set(ciphertext, filled)
    filled += ciphertext.length
    size += ciphertext.length
  }
  const turn = async (): Promise<void> => {
    await cutting // the part before this one: its room is free again
    cutting = cut(held)
    cutting.catch(() => undefined) // surfaces at the next part or at finish
    const room = other.length === 0 ? new Uint8Array(PART_SIZE) : other
    other = held
    held = room
    filled = 0
  }
  const over = async (ciphertext: Uint8Array): Promise<void> => {
    for (let at = 0; at < ciphertext.length; ) {
      const take = ciphertext.subarray(at, at + PART_SIZE - filled)
      put(take)
      at += take.length
      if (filled === PART_SIZE) await turn()
    }
  }
  const push = (ciphertext: Uint8Array): undefined | Promise<void> => {
    if (filled + ciphertext.length >= PART_SIZE) return over(ciphertext)
    put(ciphertext)
    return undefined
  }
  const finish = async (): Promise<{ size: number; partSize: number; hashes: Bytes[]; root: Bytes }> => {
    await cutting
    if (filled > 0) await cut(held.subarray(0, filled))
    return { size, partSize: PART_SIZE, hashes, root: await partsRoot(hashes) }
  }
  return { push, finish }
}
