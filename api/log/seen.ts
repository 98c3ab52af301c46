/** The checkpoint that a bidder's client saw and its manifest names: whoever was shown another history carries the proof. */
import { type Bytes, equal, fromBase64, toBase64 } from './bytes.ts'
import { consistencyProof, type HashReader, rootOf, verifyConsistency } from './tree.ts'

/** A checkpoint without its signatures. */
export type Seen = { origin: string; size: number; root: Uint8Array }

const OTHER = 'its maker saw another history'

/** Whether a newer tree can continue it at all; what is wrong otherwise. */
const misfit = (seen: Seen, newer: Seen): string => {
  if (seen.origin !== newer.origin) return 'its maker saw another log'
  // An empty tree is a prefix of every history, so that it proves nothing; no tender is known to an empty log.
  if (seen.size === 0) return 'its maker saw an empty log'
  return seen.size > newer.size ? `its maker saw ${seen.size} leaves, the log has ${newer.size}` : ''
}

/** What is wrong with what was seen, by an RFC 6962 consistency proof to a newer, witnessed tree; empty when nothing is. */
export const seenFault = (seen: Seen, newer: Seen, proof: readonly Uint8Array[]): string => {
  const fault = misfit(seen, newer)
  if (fault) return fault
  return verifyConsistency(seen.size, newer.size, proof, seen.root, newer.root) ? '' : OTHER
}

/**
 * The same from tiles; null when one is not there, or when they do not lead to the newer tree: then they are false (V-03), and
 * nothing follows from them about what was seen.
 */
export const seenFaultIn = async (seen: Seen, newer: Seen, read: HashReader): Promise<string | null> => {
  const fault = misfit(seen, newer)
  if (fault) return fault
  try {
    const root = await rootOf(seen.size, read)
    const proof = await consistencyProof(seen.size, newer.size, read)
    if (!verifyConsistency(seen.size, newer.size, proof, root, newer.root)) return null
    return equal(root, seen.root) ? '' : OTHER
  } catch {
    return null
  }
}

/** A consistency proof as a file: a hash in base64 on each line. */
export const formatConsistency = (proof: readonly Uint8Array[]): string =>
  proof.map((hash) => `${toBase64(hash)}\n`).join('')

/** The hashes of such a file; throws RangeError when malformed. */
export const parseConsistency = (file: string): Bytes[] => {
  if (file === '') return []
  if (!file.endsWith('\n')) throw new RangeError('not a consistency proof')
  const proof = file.slice(0, -1).split('\n').map(fromBase64)
  if (proof.length > 128 || proof.some((hash) => hash.length !== 32)) throw new RangeError('not a consistency proof')
  return proof
}
