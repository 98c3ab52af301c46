/*
 * That something is absent cannot be proved by a proof: all leaves since before the deadline are read and looked through
 * (SEALING.md §4 "Open").
 */
import { fromUtf8, toHex } from '../log/bytes.ts'
import { decodeLeaf } from '../log/leaf.ts'
import { judgeCheckpoint, type Policy, type WitnessedCheckpoint } from '../log/policy.ts'
import type { Fetcher } from '../log/tiles.ts'
import { HISTORY_PAGE, historyCount, historyPage, isFault, type LogFault, readLeaves } from '../log/walk.ts'

/** The newest checkpoint with a quorum; null when the log serves none. */
export const newestCheckpoint = async (fetch: Fetcher, policy: Policy): Promise<WitnessedCheckpoint | null> => {
  const bytes = await fetch('/log/checkpoint')
  if (!bytes) return null
  try {
    const judged = await judgeCheckpoint(fromUtf8(bytes), policy)
    return judged?.quorum ? judged : null
  } catch {
    return null
  }
}

/** The time a note claims; only narrows the search, every note that is used is judged. */
const timeIn = (note: string): number => Number(/^time (\d+)$/m.exec(note)?.[1] ?? Number.NaN)

const firstTime = async (fetch: Fetcher, page: number): Promise<number> => {
  const notes = await historyPage(fetch, page)
  return isFault(notes) ? Number.NaN : timeIn(notes[0] ?? '')
}

/** The last page that begins before an instant. */
const pageBefore = async (fetch: Fetcher, instant: number, pages: number): Promise<number> => {
  let [low, high] = [0, Math.max(0, pages - 1)]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((await firstTime(fetch, middle)) < instant) low = middle
    else high = middle - 1
  }
  return low
}

/** The last recorded checkpoint that a quorum had cosigned before an instant (UTC ms); null when there is none. */
export const lastCheckpointBefore = async (
  fetch: Fetcher,
  policy: Policy,
  instant: number,
): Promise<WitnessedCheckpoint | null | LogFault> => {
  const count = await historyCount(fetch)
  if (count === null) return { fault: 'the checkpoint history is missing', entry: null }
  for (let page = await pageBefore(fetch, instant, Math.ceil(count / HISTORY_PAGE)); page >= 0; page--) {
    const notes = await historyPage(fetch, page)
    if (isFault(notes)) return count === 0 ? null : notes
    for (const note of [...notes].reverse()) {
      if (!(timeIn(note) < instant)) continue
      const judged = await judgeCheckpoint(note, policy)
      // Cosignatures carry whole seconds: the second must be over.
      if (judged?.seenBy != null && (judged.seenBy + 1) * 1000 <= instant) return judged
    }
  }
  return null
}

export type Scan = {
  /** First leaf read, and the checkpoint up to which all were read. */
  from: number
  newest: WitnessedCheckpoint
  /** Indices of the leaves with a subject, in order. */
  at: (subject: Uint8Array) => number[]
  /** A read leaf's own time in UTC ms. @throws RangeError for one that was not read */
  timeAt: (index: number) => number
}

/** Reads every leaf from the last checkpoint cosigned before an instant to the newest, proven against both. */
export const scanSince = async (fetch: Fetcher, policy: Policy, instant: number): Promise<Scan | LogFault> => {
  const newest = await newestCheckpoint(fetch, policy)
  if (!newest) return { fault: 'no checkpoint with a quorum', entry: null }
  const older = await lastCheckpointBefore(fetch, policy, instant)
  if (isFault(older)) return older
  const leaves = await readLeaves(fetch, older, newest)
  if (isFault(leaves)) return leaves
  const from = older?.size ?? 0
  const subjects = new Map<string, number[]>()
  const times: number[] = []
  for (const [i, leaf] of leaves.entries()) {
    try {
      const { subject, time } = decodeLeaf(leaf)
      const key = toHex(subject)
      times.push(time)
      subjects.set(key, [...(subjects.get(key) ?? []), from + i])
    } catch {
      return { fault: `entry ${from + i} is not a leaf`, entry: from + i }
    }
  }
  const timeAt = (index: number): number => {
    const time = times[index - from]
    if (time === undefined) throw new RangeError('a leaf that was not read')
    return time
  }
  return { from, newest, at: (subject) => subjects.get(toHex(subject)) ?? [], timeAt }
}
