import type { Refusal } from '../kernel/problem.ts'

export type ClosingState = {
  storedAt: Date | null
  windowEndsAt: Date | null
  fallbackEndsAt: Date | null
  decidedAt: Date | null
}

/** SEALING.md §4 Open: the window starts with STORED; until it ends the bidder alone opens its bid. */
export const mayReleaseDek = (closing: ClosingState, suspended: boolean, now: Date): Refusal | null => {
  if (suspended) return { code: 'tender-suspended' }
  if (closing.storedAt === null || closing.windowEndsAt === null) return { code: 'lot-not-in-window' }
  if (closing.decidedAt !== null || now >= closing.windowEndsAt) {
    return { code: 'lot-not-in-window', instant: closing.windowEndsAt.toISOString() }
  }
  return null
}

/**
 * SEALING.md §3 Release: a key that was handed over as a file counts alike. Whoever took it may still bring it while the
 * trustees' window lasts; before that the bidder could not have signed it.
 */
export const mayHandOver = (closing: ClosingState, suspended: boolean, now: Date): Refusal | null => {
  if (suspended) return { code: 'tender-suspended' }
  if (closing.storedAt === null || closing.fallbackEndsAt === null) return { code: 'lot-not-in-window' }
  if (closing.decidedAt !== null || now >= closing.fallbackEndsAt) {
    return { code: 'lot-not-in-window', instant: closing.fallbackEndsAt.toISOString() }
  }
  return null
}

/** SEALING.md §4 Fallback: trustees wait until the bidders' window is over. */
export const mayReleaseShare = (closing: ClosingState, suspended: boolean, now: Date): Refusal | null => {
  if (suspended) return { code: 'tender-suspended' }
  if (closing.windowEndsAt === null || closing.fallbackEndsAt === null) return { code: 'lot-not-in-window' }
  if (now < closing.windowEndsAt) return { code: 'share-too-early', instant: closing.windowEndsAt.toISOString() }
  if (closing.decidedAt !== null || now >= closing.fallbackEndsAt) {
    return { code: 'lot-not-in-window', instant: closing.fallbackEndsAt.toISOString() }
  }
  return null
}

/**
 * SEALING.md §4 Close: what the store lost is taken again from its bidder, in the bidders' window, and never after a key of
 * the lot was accepted: else one who has seen something could still choose whether its bid counts.
 */
export const mayResupply = (
  closing: ClosingState,
  suspended: boolean,
  isKeyAccepted: boolean,
  now: Date,
): Refusal | null => {
  if (suspended) return { code: 'tender-suspended' }
  if (closing.storedAt === null || closing.windowEndsAt === null) return { code: 'lot-not-in-window' }
  if (isKeyAccepted) return { code: 'resupply-after-first-key' }
  if (closing.decidedAt !== null || now >= closing.windowEndsAt) {
    return { code: 'resupply-window-over', instant: closing.windowEndsAt.toISOString() }
  }
  return null
}

/** A lot is over when every listed bid is open, or when the trustees' window has ended. */
export const isOver = (closing: ClosingState, isAllOpen: boolean, now: Date): boolean =>
  closing.storedAt !== null && (isAllOpen || (closing.fallbackEndsAt !== null && now >= closing.fallbackEndsAt))

/** A hold so short is the ordinary wait for the minute that has just ended; the log names longer ones. */
export const TOLD_AFTER = 5_000

/**
 * SEALING.md §4 Close: whether a hold that still lasts is named in the log now, and when it is looked at again. Instants in
 * UTC ms; `until`: when what it waits for may have changed.
 */
export const lookAgain = (
  hold: { heldAt: number; isTold: boolean },
  until: number,
  now: number,
): { tell: boolean; next: number } => {
  const toldAt = hold.heldAt + TOLD_AFTER
  const tell = !hold.isTold && now >= toldAt
  return { tell, next: hold.isTold || tell ? until : Math.min(until, toldAt) }
}
