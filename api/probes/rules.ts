import type { Refusal } from '../kernel/problem.ts'
import { MINUTE } from '../seal/probe.ts'

/** Clocks differ by so much at most. */
const SKEW = 5_000
/** What could not be delivered during an outage is delivered after it; older than this it helps nobody. */
export const OLDEST = 48 * 60 * MINUTE

/**
 * Each probe tells its minutes in order, once: it cannot call down afterwards what it called up, and nobody can deliver for
 * it a minute that is not over.
 */
export const mayReport = (minute: number, lastMinute: number | null, now: number): Refusal | null => {
  if (minute + MINUTE > now + SKEW) return { code: 'probe-minute-not-over', instant: new Date(minute).toISOString() }
  if (minute < now - OLDEST) return { code: 'probe-minute-too-old', instant: new Date(minute).toISOString() }
  if (lastMinute !== null && minute <= lastMinute)
    return { code: 'probe-minute-out-of-order', instant: new Date(lastMinute).toISOString() }
  return null
}

const LOOPBACK = /^(127\.|::1$|::ffff:127\.|localhost$)/

/** In production a probe looks from outside: what is posted from this host saw nothing of the way to it. */
export const isOutside = (mode: string, address: string | null): Refusal | null =>
  mode === 'production' && (address === null || LOOPBACK.test(address)) ? { code: 'probe-inside' } : null
