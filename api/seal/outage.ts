/*
 * The outage rule (SEALING.md §4 Close, "Whose fault"): what probes outside say of the minutes decides, never the platform's
 * own word. Platform, client and auditor judge by the same lines.
 */
import { MINUTE } from './probe.ts'

const HOUR = 60 * MINUTE

/** The clause of the tender document on which the rule stands; where a document lacks it nothing is moved. */
export const OUTAGE_CLAUSE = 'outage'

/** One probe's word about one minute. */
export type Said = { probe: string; minute: number; down: boolean }
/** How many probes there are, and how many must agree. */
export type Quorum = { probes: number; quorum: number }
export type Outage = { from: number; to: number }

/** A bidder that hears of the new deadline needs so long at least, whatever was lost. */
export const LEAST_MOVE = 30 * MINUTE
/** A red minute holds back for so long at most: probes must not be able to stop a tender for ever. */
export const MOST_RED = 24 * HOUR
/** No probe is heard at all: the platform itself is likely unreachable, and what it waits for comes late. */
export const MOST_SILENCE = 2 * HOUR
/** Some probe is heard, and others are not: those are at fault, not the platform. */
export const MOST_MISSING = 2 * MINUTE
/** So often a deadline is moved, and so often windows restart. */
export const MOST_OUTAGES = 3

/** The last whole minute before an instant. */
export const lastMinuteOf = (instant: number): number => Math.floor(instant / MINUTE) * MINUTE - MINUTE

/** Red when a quorum says down, green when so many say up that no quorum can say down any more. */
export const stateOfMinute = (said: readonly Said[], minute: number, of: Quorum): 'red' | 'green' | 'unknown' => {
  const here = said.filter((one) => one.minute === minute)
  const down = new Set(here.filter((one) => one.down).map(({ probe }) => probe)).size
  const up = new Set(here.filter((one) => !one.down).map(({ probe }) => probe)).size
  if (down >= of.quorum) return 'red'
  return up > of.probes - of.quorum ? 'green' : 'unknown'
}

/** A red run goes through minutes of which nothing is known, and is over with the first green one. */
export type Run = Outage & { isOver: boolean }

/** All red runs, in order of time. */
export const runsOf = (said: readonly Said[], of: Quorum): Run[] => {
  const minutes = [...new Set(said.map(({ minute }) => minute))].sort((a, b) => a - b)
  const runs: Run[] = []
  for (const minute of minutes) {
    const state = stateOfMinute(said, minute, of)
    const last = runs.at(-1)
    if (state === 'green' && last) last.isOver = true
    if (state !== 'red') continue
    if (last && !last.isOver) last.to = minute + MINUTE
    else runs.push({ from: minute, to: minute + MINUTE, isOver: false })
  }
  return runs
}

/** `go`: what was due goes on. `wait`: not yet, and `until` then at most. `outage`: it is over, and its remedy is due. */
export type Judged =
  | { act: 'go' }
  | { act: 'wait'; why: 'red' | 'silent'; until: number }
  | { act: 'outage'; outage: Outage }

/**
 * Whether what is due at `instant` may be done: not while its last minute is red, nor before the probes were heard about
 * it. `since`: when it was first held back. Every wait is bounded.
 */
export const judgeInstant = (
  instant: number,
  said: readonly Said[],
  of: Quorum,
  { since, now }: { since: number; now: number },
): Judged => {
  const minute = lastMinuteOf(instant)
  const state = stateOfMinute(said, minute, of)
  if (state === 'green') return { act: 'go' }
  if (state === 'red') {
    const { from, to, isOver } = runsOf(said, of).find((run) => run.from <= minute && minute < run.to)!
    if (isOver) return { act: 'outage', outage: { from, to } }
    return bounded('red', since + MOST_RED, now)
  }
  const isHeard = said.some((one) => one.minute >= minute)
  return bounded('silent', since + (isHeard ? MOST_MISSING : MOST_SILENCE), now)
}

const bounded = (why: 'red' | 'silent', until: number, now: number): Judged =>
  now < until ? { act: 'wait', why, until } : { act: 'go' }

/**
 * The deadline after an outage that lay over the old one: what was lost before it is given back, half an hour at least, a
 * day at most, counted from the whole minute after the act.
 */
export const movedDeadline = (deadline: number, outage: Outage, at: number): number => {
  const lost = Math.min(MOST_RED, Math.max(LEAST_MOVE, deadline - outage.from))
  return (Math.floor(at / MINUTE) + 1) * MINUTE + Math.ceil(lost / MINUTE) * MINUTE
}

/** Whether some red minute lies in a span of time. */
export const isRedWithin = (said: readonly Said[], of: Quorum, from: number, to: number): boolean =>
  [...new Set(said.map(({ minute }) => minute))].some(
    (minute) => minute < to && minute + MINUTE > from && stateOfMinute(said, minute, of) === 'red',
  )
