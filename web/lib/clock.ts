/** One answer of `GET /api/clock`. */
export type ClockAnswer = { now: string }

/**
 * Milliseconds to add to this device's clock to get the server's legal clock, and half the round trip as its error.
 * The best of a few tries is taken: the shortest round trip has the least uncertainty (RFC 5905 §8).
 */
export type Offset = { offset: number; error: number }

const TRIES = 3

export const measureOffset = async (
  fetcher: typeof fetch = fetch,
  device: () => number = Date.now,
): Promise<Offset | null> => {
  let best: Offset | null = null
  for (let i = 0; i < TRIES; i++) {
    const tried = await once(fetcher, device)
    if (tried !== null && (best === null || tried.error < best.error)) best = tried
  }
  return best
}

const once = async (fetcher: typeof fetch, device: () => number): Promise<Offset | null> => {
  try {
    const sent = device()
    const response = await fetcher('/api/clock', { headers: { accept: 'application/json' }, cache: 'no-store' })
    if (!response.ok) return null
    const { now } = (await response.json()) as ClockAnswer
    const got = device()
    const server = Date.parse(now)
    return Number.isFinite(server) ? { offset: server - (sent + got) / 2, error: (got - sent) / 2 } : null
  } catch {
    return null
  }
}

/** Live-region thresholds of a countdown: said once each when time left falls to them (INTERFACE.md §2). */
export const ANNOUNCE_AT = [60, 10, 1].map((minutes) => minutes * 60_000)

/** The threshold just crossed between two looks at the clock, or null. */
export const crossed = (before: number, after: number): number | null =>
  ANNOUNCE_AT.find((threshold) => before > threshold && after <= threshold && after > 0) ?? null

/** Colour of a countdown (LOOK.md §3): red under five minutes, amber under two hours for a duty of one's own. */
export const urgency = (left: number, duty: boolean): 'stop' | 'warn' | undefined =>
  left < 300_000 ? 'stop' : duty && left < 7_200_000 ? 'warn' : undefined
