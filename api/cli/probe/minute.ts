import { LOOKED_AT, type LookedAt, MINUTE, type ProbeStatement } from '../../seal/probe.ts'

/** One look at the platform: when it began, UTC ms, and what failed. */
export type Look = { at: number; failed: readonly LookedAt[] }
export type MinuteWord = Pick<ProbeStatement, 'minute' | 'state' | 'from' | 'to' | 'looks' | 'failed'>

/** One failure is chance, two in succession are an outage from the first of them on. */
const STREAK = 2
/** A probe that slept through half of a minute says nothing about it. */
const FEWEST = 2

type Streak = { from: number; to: number; failed: Set<LookedAt>; length: number }

const streaksOf = (looks: readonly Look[]): Streak[] => {
  const streaks: Streak[] = []
  let open: Streak | null = null
  for (const { at, failed } of looks) {
    if (open) open.to = at
    if (failed.length === 0) {
      open = null
      continue
    }
    if (!open) {
      open = { from: at, to: at, failed: new Set(), length: 0 }
      streaks.push(open)
    }
    open.length += 1
    for (const one of failed) open.failed.add(one)
  }
  // What has not come back lasts on.
  if (open) open.to = Number.POSITIVE_INFINITY
  return streaks
}

/** What a probe may say of a minute that is over; null when it looked too seldom. `looks`: of this minute and of before it. */
export const wordOf = (looks: readonly Look[], minute: number, perMinute: number): MinuteWord | null => {
  const end = minute + MINUTE
  const until = looks.filter(({ at }) => at < end).sort((a, b) => a.at - b.at)
  const own = until.filter(({ at }) => at >= minute)
  if (own.length * FEWEST < perMinute) return null
  const down = streaksOf(until).filter(({ from, to, length }) => length >= STREAK && to > minute && from < end)
  if (down.length === 0) return { minute, state: 'up', from: minute, to: end, looks: own.length, failed: [] }
  const failed = LOOKED_AT.filter((one) => down.some((streak) => streak.failed.has(one)))
  const from = Math.max(minute, Math.min(...down.map((one) => one.from)))
  const to = Math.min(end, Math.max(...down.map((one) => one.to)))
  return { minute, state: 'down', from, to, looks: own.length, failed }
}
