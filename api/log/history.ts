/** The recorded checkpoints in the order of the log, a page at a time: a month of a quiet log has two and a half million. */
import type { Policy, WitnessedCheckpoint } from './policy.ts'
import { judgeCheckpoint } from './policy.ts'
import type { Fetcher } from './tiles.ts'
import { HISTORY_PAGE, historyCount, historyPage, isFault, pageAfter } from './walk.ts'

/** Cosignatures carry whole seconds, and witnesses' clocks differ a little. */
const CLOCK_SKEW = 2_000

type Recorded = Pick<WitnessedCheckpoint, 'size' | 'root' | 'time' | 'seenBy'>

/** V-04 and V-07 as they come, checkpoint by checkpoint. */
export type HistoryFindings = {
  count: number
  /** What is wrong with the history; empty when nothing is. */
  problem: string
  /** The longest wait for a quorum in ms, and the size at which it was. */
  wait: number
  at: number
  /** A checkpoint dated after its cosignatures. */
  ahead: string
}

export type History = {
  /** Reads on until a checkpoint of so many leaves is at hand, or none are left. */
  upTo: (size: number) => Promise<void>
  /** The first recorded checkpoint larger than a leaf's index; those before it are let go. */
  covering: (index: number) => Recorded | undefined
  /** All that is left; then the findings are whole. */
  finish: () => Promise<HistoryFindings>
}

type Page = { checkpoints: Recorded[]; fault: string | null; isLast: boolean }

const readPage = async (fetch: Fetcher, policy: Policy, page: number, from: number, size: number): Promise<Page> => {
  const notes = await historyPage(fetch, page)
  if (isFault(notes)) return { checkpoints: [], fault: notes.fault, isLast: true }
  const judged = await Promise.all(notes.map((note) => judgeCheckpoint(note, policy)))
  const bad = judged.indexOf(null)
  if (bad >= 0) {
    const fault = `recorded checkpoint ${page * HISTORY_PAGE + bad} is not signed by the log`
    return { checkpoints: [], fault, isLast: true }
  }
  const checkpoints = judged.flatMap((one) => {
    if (!one || one.size <= from || one.size > size) return []
    return [{ size: one.size, root: one.root, time: one.time, seenBy: one.seenBy }]
  })
  return { checkpoints, fault: null, isLast: (judged.at(-1)?.size ?? 0) >= size }
}

/** Takes one checkpoint after another; a wait ends with the first quorum of it or of a later one. */
const judgeHistory = (newest: Recorded) => {
  const found: HistoryFindings = { count: 0, problem: '', wait: 0, at: newest.size, ahead: '' }
  let before: Recorded | null = null
  let waiting: { earliest: Recorded; latest: Recorded } | null = null

  const orderOf = ({ size, time }: Recorded): string => {
    if (time === null) return `the checkpoint of ${size} leaves has no time`
    if (before && size <= before.size) return `checkpoints do not grow at ${size} leaves`
    if (before && time < (before.time ?? 0)) return `checkpoint times go backwards at ${size} leaves`
    return ''
  }
  const settle = (seenBy: number): void => {
    if (!waiting) return
    const { earliest, latest } = waiting
    const gap = seenBy * 1000 - earliest.time!
    if (gap > found.wait) [found.wait, found.at] = [gap, earliest.size]
    if (seenBy * 1000 - latest.time! < -CLOCK_SKEW)
      found.ahead ||= `the checkpoint of ${latest.size} leaves is dated after its cosignatures`
    waiting = null
  }
  const take = (one: Recorded): void => {
    found.count += 1
    found.problem ||= orderOf(one)
    before = one
    if (one.time !== null) {
      waiting ??= { earliest: one, latest: one }
      if (one.time < waiting.earliest.time!) waiting.earliest = one
      if (one.time > waiting.latest.time!) waiting.latest = one
    }
    if (one.seenBy !== null) settle(one.seenBy)
  }
  const end = (): HistoryFindings => {
    if (newest.seenBy !== null) settle(newest.seenBy)
    return found
  }
  return { take, end, found }
}

/** The recorded checkpoints that cover leaves from `from` to the newest checkpoint. Never throws for what the log serves. */
export const openHistory = async (
  fetch: Fetcher,
  policy: Policy,
  from: number,
  newest: WitnessedCheckpoint,
): Promise<History> => {
  const { take, end, found } = judgeHistory(newest)
  const queue: Recorded[] = []
  const count = await historyCount(fetch)
  if (count === null) found.problem = 'the checkpoint history is missing'
  let page = count === null ? 0 : await pageAfter(fetch, from, count)
  let largest = from
  const ask = (): Promise<Page> | null => {
    if (count === null || page * HISTORY_PAGE >= count) return null
    const asked = readPage(fetch, policy, page++, from, newest.size)
    asked.catch(() => undefined)
    return asked
  }
  // The next page is fetched and its signatures verified while the leaves of this one are hashed.
  let next = ask()
  const readOn = async (keep: boolean): Promise<void> => {
    const read = await next!
    next = read.isLast ? null : ask()
    for (const one of read.checkpoints) {
      take(one)
      largest = Math.max(largest, one.size)
      if (keep) queue.push(one)
    }
    if (read.fault !== null) found.problem = read.fault
  }
  return {
    upTo: async (size) => {
      while (next && largest < size) await readOn(true)
    },
    covering: (index) => {
      let stale = 0
      while (stale < queue.length && queue[stale]!.size <= index) stale += 1
      if (stale > 0) queue.splice(0, stale)
      return queue[0]
    },
    finish: async () => {
      while (next) await readOn(false)
      return end()
    },
  }
}
