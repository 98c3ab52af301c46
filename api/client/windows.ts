/*
 * The windows of an opening as the log itself has them: announced by STORED, moved by every stop and outage since CLOSED.
 */
import { subjectOf } from '../log/leaf.ts'
import { type Moves, movedWindows, type Stop, type Windows } from '../seal/windows.ts'
import { eventsOf, type LoggedEvent } from './events.ts'
import type { Closed, Stored } from './opening.ts'
import type { Scan } from './scan.ts'

/** Nothing ends while the tender stands still. */
const NEVER = Number.MAX_SAFE_INTEGER

/** Ends in UTC ms; beyond any instant while a stop lasts. */
export const windowsOf = (stored: Stored, moves: Moves): Windows => {
  const ends = { bidders: Date.parse(stored.windowEndsAt), trustees: Date.parse(stored.fallbackEndsAt) }
  return movedWindows(stored.time, ends, moves, NEVER)
}

/** Leaf times of OUTAGE, which need no more than their subject to be found. */
const outagesInLog = async (scan: Scan, tenderId: string): Promise<number[]> => {
  const outages: number[] = []
  for (let n = 1; ; n++) {
    const [index] = scan.at(await subjectOf(tenderId, null, 'OUTAGE', n))
    if (index === undefined) return outages
    outages.push(scan.timeAt(index))
  }
}

/** From the leaves alone, so that nothing can be left out of what is told; the first number that is missing ends the search. */
export const movesInLog = async (scan: Scan, tenderId: string, closed: Closed): Promise<Moves> => ({
  stops: await stopsInLog(scan, tenderId, closed),
  outages: await outagesInLog(scan, tenderId),
})

const stopsInLog = async (scan: Scan, tenderId: string, closed: Closed): Promise<Stop[]> => {
  const stops: Stop[] = []
  for (let n = closed.suspensionN + 1; ; n++) {
    const [stopped] = scan.at(await subjectOf(tenderId, null, 'SUSPENDED', n))
    if (stopped === undefined) return stops
    const [resumed] = scan.at(await subjectOf(tenderId, null, 'RESUMED', n))
    stops.push({ from: scan.timeAt(stopped), to: resumed === undefined ? null : scan.timeAt(resumed) })
  }
}

export type LoggedStop = Stop & { index: number; endIndex: number }

/** From the events that are told, each of them proven to stand in the log. */
export const stopsTold = (events: readonly LoggedEvent[], closed: Closed): LoggedStop[] => {
  const resumed = eventsOf(events, 'tender.resumed/1')
  return eventsOf(events, 'tender.suspended/1')
    .filter(({ index }) => index > closed.index)
    .map(({ index, time, data }) => {
      const end = resumed.find((event) => event.data.n === data.n)
      return { from: time, to: end?.time ?? null, index, endIndex: end?.index ?? NEVER }
    })
}

/** Both kinds as they are told; the events themselves are proven by V-30 and V-31. */
export const movesTold = (events: readonly LoggedEvent[], closed: Closed): Moves => ({
  stops: stopsTold(events, closed),
  outages: eventsOf(events, 'outage.declared/1').map(({ time }) => time),
})
