/*
 * That something is absent cannot be proved by a proof: all leaves since before the deadline are read and looked through
 * (SEALING.md §4 "Open").
 */
import { equal, fromUtf8, toHex } from '../log/bytes.ts'
import { decodeLeaf } from '../log/leaf.ts'
import { judgeCheckpoint, type Policy, type WitnessedCheckpoint } from '../log/policy.ts'
import type { Fetcher } from '../log/tiles.ts'
import { HISTORY_PAGE, historyCount, historyPage, isFault, type LogFault, readLeaves, type Tree } from '../log/walk.ts'

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

type Reading = {
  older: WitnessedCheckpoint | null
  /** The tree up to which all leaves are read and proven. */
  upTo: Tree | null
  times: number[]
  subjects: Map<string, number[]>
}

/**
 * What one reader has read and proven, by the instant it reads from: whoever looks again, or for several bids, reads only the
 * leaves that are new. Scans with one memory follow one another.
 */
export type ScanMemory = Map<number, Promise<Reading | null>>

const begin = async (fetch: Fetcher, policy: Policy, instant: number): Promise<Reading | LogFault> => {
  const older = await lastCheckpointBefore(fetch, policy, instant)
  return isFault(older) ? older : { older, upTo: older, times: [], subjects: new Map() }
}

/** Takes in the leaves up to a newer tree; nothing of them is kept when one is wrong. */
const readOn = async (fetch: Fetcher, reading: Reading, newer: Tree): Promise<LogFault | null> => {
  const first = reading.upTo?.size ?? 0
  if (reading.upTo && first === newer.size && equal(reading.upTo.root, newer.root)) return null
  const leaves = await readLeaves(fetch, reading.upTo, newer)
  if (isFault(leaves)) return leaves
  const decoded: ReturnType<typeof decodeLeaf>[] = []
  for (const [i, leaf] of leaves.entries()) {
    try {
      decoded.push(decodeLeaf(leaf))
    } catch {
      return { fault: `entry ${first + i} is not a leaf`, entry: first + i }
    }
  }
  for (const [i, { subject, time }] of decoded.entries()) {
    reading.times.push(time)
    if (isSecret(subject)) continue
    const key = toHex(subject)
    reading.subjects.set(key, [...(reading.subjects.get(key) ?? []), first + i])
  }
  reading.upTo = newer
  return null
}

const isSecret = (subject: Uint8Array): boolean => subject.every((byte) => byte === 0)

const scanOf = ({ older, times, subjects }: Reading, newest: WitnessedCheckpoint): Scan => {
  const from = older?.size ?? 0
  const timeAt = (index: number): number => {
    const time = times[index - from]
    if (time === undefined) throw new RangeError('a leaf that was not read')
    return time
  }
  const at = (subject: Uint8Array) => (subjects.get(toHex(subject)) ?? []).filter((index) => index < newest.size)
  return { from, newest, at, timeAt }
}

/** Reads every leaf from the last checkpoint cosigned before an instant to the newest, proven against both. */
export const scanSince = async (
  fetch: Fetcher,
  policy: Policy,
  instant: number,
  memory: ScanMemory = new Map(),
): Promise<Scan | LogFault> => {
  const before = memory.get(instant)
  const scan = async (): Promise<{ reading: Reading | null; told: Scan | LogFault }> => {
    const known = (await before) ?? null
    const newest = await newestCheckpoint(fetch, policy)
    if (!newest) return { reading: known, told: { fault: 'no checkpoint with a quorum', entry: null } }
    const reading = known ?? (await begin(fetch, policy, instant))
    if (isFault(reading)) return { reading: null, told: reading }
    const wrong = await readOn(fetch, reading, newest)
    return { reading, told: wrong ?? scanOf(reading, newest) }
  }
  const running = scan()
  memory.set(
    instant,
    running.then(
      ({ reading }) => reading,
      () => null,
    ),
  )
  return (await running).told
}
