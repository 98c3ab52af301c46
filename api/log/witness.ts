/**
 * C2SP tlog-witness: a witness cosigns a checkpoint only when it continues the last one it cosigned. It keeps nothing
 * but that one, so a log that shows two histories to two people needs k dishonest witnesses.
 */
import { fromBase64, fromUtf8, toBase64 } from './bytes.ts'
import { openCheckpoint, parseCheckpoint, parseDecimal, type SignedCheckpoint } from './checkpoint.ts'
import { cosign } from './cosignature.ts'
import { type NoteKey, type NoteSigner, parseNote } from './note.ts'
import { verifyConsistency } from './tree.ts'

/** What a witness remembers of a log; `root` in base64, `seconds` = unix time of its last cosignature. */
export type WitnessRecord = { size: number; root: string; seconds: number }
/** `save` must be durable before it resolves (fsync): what was cosigned may never be forgotten. */
export type WitnessStorage = {
  load: (origin: string) => Promise<WitnessRecord | null>
  save: (origin: string, record: WitnessRecord) => Promise<void>
}
export type WitnessAnswer = { status: number; contentType: string; body: string }
/** `now` gives unix milliseconds; `logKey` the key trusted for an origin. */
export type WitnessSetup = {
  signer: NoteSigner
  logKey: (origin: string) => NoteKey | null
  storage: WitnessStorage
  now: () => Promise<number>
}

type Request = { old: number; proof: Uint8Array[]; note: string; origin: string }

const answer = (status: number, body = '', contentType = 'text/plain; charset=utf-8'): WitnessAnswer => ({
  status,
  contentType,
  body,
})
const conflict = (size: number): WitnessAnswer => answer(409, `${size}\n`, 'text/x.tlog.size')

/** The body of an add-checkpoint request. */
export const addCheckpointBody = (old: number, proof: readonly Uint8Array[], note: string): string =>
  `old ${old}\n${proof.map((hash) => `${toBase64(hash)}\n`).join('')}\n${note}`

/** Parts of an add-checkpoint body; throws when malformed. */
const parseRequest = (body: Uint8Array): Request => {
  const text = fromUtf8(body)
  const cut = text.indexOf('\n\n')
  const [first, ...lines] = text.slice(0, Math.max(cut, 0)).split('\n')
  const old = first?.startsWith('old ') ? parseDecimal(first.slice(4)) : null
  if (old === null || lines.length > 63) throw new RangeError('not an add-checkpoint request')
  const proof = lines.map(fromBase64)
  if (proof.some((hash) => hash.length !== 32)) throw new RangeError('not an add-checkpoint request')
  const note = text.slice(cut + 2)
  return { old, proof, note, origin: parseCheckpoint(parseNote(note).text).origin }
}

/** Answers add-checkpoint requests, one at a time: the check against the last size and its saving may not interleave. */
export const createWitness = (setup: WitnessSetup): ((body: Uint8Array) => Promise<WitnessAnswer>) => {
  let queue: Promise<unknown> = Promise.resolve()
  return (body) => {
    const done = queue.then(() => addCheckpoint(setup, body))
    queue = done.catch(() => undefined)
    return done
  }
}

const addCheckpoint = async (setup: WitnessSetup, body: Uint8Array): Promise<WitnessAnswer> => {
  let request: Request
  try {
    request = parseRequest(body)
  } catch {
    return answer(400, 'malformed request\n')
  }
  const key = setup.logKey(request.origin)
  if (!key) return answer(404, 'unknown log\n')
  const checkpoint = await openCheckpoint(request.note, key)
  if (!checkpoint) return answer(403, 'not signed by the log\n')
  if (request.old > checkpoint.size) return answer(400, 'old size beyond the checkpoint\n')
  const last = await setup.storage.load(request.origin)
  if (request.old !== (last?.size ?? 0)) return conflict(last?.size ?? 0)
  const refused = refusal(request, checkpoint, last)
  if (refused) return refused
  const seconds = Math.floor((await setup.now()) / 1000)
  // A clock set back would let an old checkpoint look as if it came after a newer one.
  if (last && seconds < last.seconds) return answer(503, 'the clock of this witness went backwards\n')
  await setup.storage.save(request.origin, { size: checkpoint.size, root: toBase64(checkpoint.root), seconds })
  return answer(200, await cosign(checkpoint.note.text, setup.signer, seconds))
}

/** Why the checkpoint does not continue what was cosigned before; null when it does. */
const refusal = (request: Request, checkpoint: SignedCheckpoint, last: WitnessRecord | null): WitnessAnswer | null => {
  if (checkpoint.size === 0) return answer(422, 'an empty tree proves nothing\n')
  if (!last) return request.proof.length === 0 ? null : answer(422, 'proof from an empty tree\n')
  if (last.size === checkpoint.size && last.root !== toBase64(checkpoint.root)) return conflict(last.size)
  return verifyConsistency(last.size, checkpoint.size, request.proof, fromBase64(last.root), checkpoint.root)
    ? null
    : answer(422, 'the consistency proof does not verify\n')
}
