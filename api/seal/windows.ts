/*
 * The windows of an opening stand still while the tender is suspended: what was left of them is given back on resumption.
 * An outage that the probes declared begins the window it fell into anew. Platform, client and auditor move them by the
 * same lines, each from the instants that it has itself.
 */
import { MOST_OUTAGES } from './outage.ts'

/** From SUSPENDED to RESUMED, UTC ms of their leaves; `to` null while the tender stands still. */
export type Stop = { from: number; to: number | null }
/** Where the bidders' window began last, and where both windows end; UTC ms. */
export type Windows = { from: number; bidders: number; trustees: number }
/** What moved them: stops, and the leaf times of OUTAGE. */
export type Moves = { stops: readonly Stop[]; outages: readonly number[] }

/** A span that lies wholly in a stop cut no window short: nothing ran. */
export const isStopped = ({ from, to }: { from: number; to: number }, stops: readonly Stop[]): boolean =>
  stops.some((stop) => stop.from <= from && to <= (stop.to ?? Number.POSITIVE_INFINITY))

/** Since when the windows ran for so long up to an instant, stops left out. */
export const ranSince = (until: number, length: number, stops: readonly Stop[]): number => {
  let [at, left] = [until, length]
  for (const { from, to } of stops.filter((stop) => stop.from < until).sort((a, b) => b.from - a.from)) {
    const ran = at - Math.min(at, to ?? at)
    if (ran >= left) break
    at = from
    left -= ran
  }
  return at - left
}

type Move = { at: number; move: (windows: Windows) => Windows }

/** A stop that began after an end, or before the windows ran, moves nothing; one that still lasts has lasted until `now`. */
const stopMove = (stop: Stop, now: number): Move => ({
  at: stop.from,
  move: ({ from, bidders, trustees }) => {
    const stood = Math.max(0, (stop.to ?? now) - stop.from)
    const moved = (end: number) => (stop.from < end ? end + stood : end)
    return { from, bidders: moved(bidders), trustees: moved(trustees) }
  },
})

/**
 * OUTAGE is logged when the outage is over: the bidders' window begins anew then if it still runs, and the trustees' after
 * it; else the trustees' alone. No end ever moves earlier.
 */
const outageMove = (at: number, length: { bidders: number; trustees: number }): Move => ({
  at,
  move: ({ from, bidders, trustees }) => {
    const isBidders = at < bidders
    const end = isBidders ? Math.max(bidders, at + length.bidders) : bidders
    const rest = isBidders ? end : at
    return { from: isBidders ? at : from, bidders: end, trustees: Math.max(trustees, rest + length.trustees) }
  },
})

/** The windows that run from `start` and were announced to end so, after all that moved them since. */
export const movedWindows = (
  start: number,
  ends: Pick<Windows, 'bidders' | 'trustees'>,
  { stops, outages }: Moves,
  now: number,
): Windows => {
  const length = { bidders: ends.bidders - start, trustees: ends.trustees - ends.bidders }
  const counted = outages.filter((at) => at >= start).sort((a, b) => a - b)
  const moves = [
    ...stops.filter(({ from }) => from >= start).map((stop) => stopMove(stop, now)),
    // More would let probes hold an opening up for ever.
    ...counted.slice(0, MOST_OUTAGES).map((at) => outageMove(at, length)),
  ].sort((a, b) => a.at - b.at)
  return moves.reduce((windows, { move }) => move(windows), { from: start, ...ends })
}
