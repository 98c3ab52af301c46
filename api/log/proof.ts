/** C2SP tlog-proof: index, inclusion proof and witnessed checkpoint in one text file that verifies offline, for ever. */
import { type Bytes, fromBase64, toBase64 } from './bytes.ts'
import { parseDecimal } from './checkpoint.ts'
import { judgeCheckpoint, type Policy, type WitnessedCheckpoint } from './policy.ts'
import { leafHash, verifyInclusion } from './tree.ts'

const HEAD = 'c2sp.org/tlog-proof@v1'

/** `checkpoint` is the whole signed note; `extra` is opaque and unauthenticated. */
export type LogProof = { index: number; hashes: Uint8Array[]; checkpoint: string; extra?: Bytes }

/** The proof as a file. */
export const formatProof = ({ index, hashes, checkpoint, extra }: LogProof): string =>
  [
    HEAD,
    ...(extra ? [`extra ${toBase64(extra)}`] : []),
    `index ${index}`,
    ...hashes.map(toBase64),
    '',
    checkpoint,
  ].join('\n')

/** The proof in a file; throws RangeError when malformed. Nothing is verified yet. */
export const parseProof = (file: string): LogProof => {
  const cut = file.indexOf('\n\n')
  const lines = cut < 0 ? [] : file.slice(0, cut).split('\n')
  if (lines.shift() !== HEAD) throw new RangeError('not a tlog-proof')
  const extra = lines[0]?.startsWith('extra ') ? fromBase64(lines.shift()!.slice(6)) : undefined
  const first = lines.shift() ?? ''
  const index = first.startsWith('index ') ? parseDecimal(first.slice(6)) : null
  if (index === null || lines.length > 63) throw new RangeError('not a tlog-proof')
  const hashes = lines.map(fromBase64)
  if (hashes.some((h) => h.length !== 32)) throw new RangeError('not a tlog-proof')
  return { index, hashes, checkpoint: file.slice(cut + 2), ...(extra ? { extra } : {}) }
}

/** The witnessed checkpoint that covers `leaf` (its 73 bytes) at the proof's index; null when anything fails. Never throws. */
export const verifyProof = async (
  file: string,
  leaf: Uint8Array,
  policy: Policy,
): Promise<(WitnessedCheckpoint & { index: number }) | null> => {
  try {
    const { index, hashes, checkpoint } = parseProof(file)
    const judged = await judgeCheckpoint(checkpoint, policy)
    if (!judged?.quorum || !verifyInclusion(leafHash(leaf), index, judged.size, hashes, judged.root)) return null
    return { ...judged, index }
  } catch {
    return null
  }
}
