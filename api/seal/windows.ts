/*
 * The windows of an opening stand still while the tender is suspended: what was left of them is given back on resumption.
 * Platform, client and auditor move them by the same lines, each from the instants that it has itself.
 */

/** From SUSPENDED to RESUMED, UTC ms of their leaves; `to` null while the tender stands still. */
export type Stop = { from: number; to: number | null }

/**
 * The end of a window that runs from `start` and was announced to end at `end` (UTC ms). A stop that began after its
 * end, or before it ran, moves nothing; one that still lasts has lasted until `now`.
 */
export const movedEnd = (start: number, end: number, stops: readonly Stop[], now: number): number => {
  const ordered = stops.filter(({ from }) => from >= start).sort((a, b) => a.from - b.from)
  return ordered.reduce((at, { from, to }) => (from < at ? at + Math.max(0, (to ?? now) - from) : at), end)
}
