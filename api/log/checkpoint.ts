/**
 * C2SP tlog-checkpoint: origin, tree size, root, and one extension line `time <unix ms>`.
 * The line is ours: cosignatures carry whole seconds, but leaves must be compared with their checkpoint in
 * milliseconds, and witnesses sign extension lines along with the rest (tlog-cosignature).
 */
import { type Bytes, fromBase64, toBase64 } from './bytes.ts'
import { isSignedBy, type Note, type NoteKey, type NoteSigner, parseNote, signNote } from './note.ts'

/** `time` in unix milliseconds; null when the note has no such line (foreign logs). */
export type Checkpoint = { origin: string; size: number; root: Bytes; time: number | null }
export type SignedCheckpoint = Checkpoint & { note: Note }

/** An ASCII decimal without leading zeroes that is a safe integer; null otherwise. */
export const parseDecimal = (text: string): number | null => {
  if (!/^(0|[1-9][0-9]{0,15})$/.test(text)) return null
  const n = Number(text)
  return Number.isSafeInteger(n) ? n : null
}

/** The note text of a checkpoint. */
export const checkpointText = ({ origin, size, root, time }: Checkpoint): string =>
  `${origin}\n${size}\n${toBase64(root)}\n${time === null ? '' : `time ${time}\n`}`

/** Origin, size, root and time of a note text; throws RangeError when malformed. */
export const parseCheckpoint = (text: string): Checkpoint => {
  const lines = text.split('\n')
  if (lines.pop() !== '' || lines.length < 3 || lines.some((line) => line === ''))
    throw new RangeError('not a checkpoint')
  const size = parseDecimal(lines[1]!)
  const root = fromBase64(lines[2]!)
  if (size === null || root.length !== 32) throw new RangeError('not a checkpoint')
  const times = lines.slice(3).filter((line) => line.startsWith('time '))
  const time = times.length === 1 ? parseDecimal(times[0]!.slice(5)) : null
  if (times.length > 1 || (times.length === 1 && time === null)) throw new RangeError('not a checkpoint time')
  return { origin: lines[0]!, size, root, time }
}

/** A checkpoint signed by the log: the whole note. The signer's name is the origin. */
export const signCheckpoint = (checkpoint: Checkpoint, signer: NoteSigner): Promise<string> =>
  signNote(checkpointText(checkpoint), signer)

/** The checkpoint in a note, once the log's signature holds and the origin is the key's name; else null. Never throws. */
export const openCheckpoint = async (text: string, log: NoteKey): Promise<SignedCheckpoint | null> => {
  try {
    const note = parseNote(text)
    const checkpoint = parseCheckpoint(note.text)
    if (checkpoint.origin !== log.name || !(await isSignedBy(note, log))) return null
    return { ...checkpoint, note }
  } catch {
    return null
  }
}
