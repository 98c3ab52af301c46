/*
 * The windows of an opening as the log itself has them: announced by STORED, moved by every stop since CLOSED.
 */
import { subjectOf } from '../log/leaf.ts'
import { movedEnd, type Stop } from '../seal/windows.ts'
import { eventsOf, type LoggedEvent } from './events.ts'
import type { Closed, Stored } from './opening.ts'
import type { Scan } from './scan.ts'

/** Nothing ends while the tender stands still. */
const NEVER = Number.MAX_SAFE_INTEGER

export type Windows = { bidders: number; trustees: number }

/** Ends in UTC ms; beyond any instant while a stop lasts. */
export const windowsOf = (stored: Stored, stops: readonly Stop[]): Windows => {
  const moved = (announced: string) => movedEnd(stored.time, Date.parse(announced), stops, NEVER)
  return { bidders: moved(stored.windowEndsAt), trustees: moved(stored.fallbackEndsAt) }
}

/** From the leaves alone, so that no stop can be left out of what is told; the first number that is missing ends the search. */
export const stopsInLog = async (scan: Scan, tenderId: string, closed: Closed): Promise<Stop[]> => {
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
