import { fromBase64url, fromUtf8, toHex } from '../../../api/log/bytes.ts'

/** What a trustee's page says of one lot of an opening: nothing yet, standing still, too early, open, over, or not needed. */
export type ReleaseState = 'none' | 'stopped' | 'early' | 'open' | 'over' | 'unneeded'

type Lot = {
  windowEndsAt: string | null
  fallbackEndsAt: string | null
  decidedAt: string | null
  opened: number
  count: number | null
}

/** SEALING.md §4 Fallback: shares only after the bidders' window, before the fallback ends, for what is still closed. */
export const releaseOf = (lot: Lot, suspended: boolean, now: number): ReleaseState => {
  if (lot.windowEndsAt === null || lot.fallbackEndsAt === null) return 'none'
  if (lot.decidedAt !== null) return lot.opened === lot.count ? 'unneeded' : 'over'
  if (suspended) return 'stopped'
  if (now < Date.parse(lot.windowEndsAt)) return 'early'
  if (lot.opened === lot.count) return 'unneeded'
  return now < Date.parse(lot.fallbackEndsAt) ? 'open' : 'over'
}

const DAY = 86_400_000

/** The second drill falls due a day before the opening, with an alarm (SEALING.md §2 Drill). */
export const drillIsDue = (seat: { deadline: string | null; drilledAt: string | null }, now: number): boolean => {
  if (seat.deadline === null) return false
  const deadline = Date.parse(seat.deadline)
  if (now >= deadline || deadline - now > DAY) return false
  return seat.drilledAt === null || Date.parse(seat.drilledAt) < deadline - DAY
}

/** Whether the last drill was made in the last day before the deadline. */
export const drilledAgain = (seat: { deadline: string | null; drilledAt: string | null }): boolean =>
  seat.deadline !== null && seat.drilledAt !== null && Date.parse(seat.drilledAt) >= Date.parse(seat.deadline) - DAY

export type StatementFacts = { fingerprint: string; client: 'page' | 'offline'; opening: number; window: number }

/** The facts of one's own key statement, for showing only; null when there is none. */
export const readStatement = (statement: string | null): StatementFacts | null => {
  if (statement === null) return null
  try {
    const { pk, client, opening, window } = JSON.parse(fromUtf8(fromBase64url(statement))) as Record<string, unknown>
    if (typeof pk !== 'string' || typeof opening !== 'number' || typeof window !== 'number') return null
    const hex = toHex(fromBase64url(pk)).replace(/.{4}(?=.)/g, '$& ')
    return { fingerprint: hex, client: client === 'offline' ? 'offline' : 'page', opening, window }
  } catch {
    return null
  }
}
