import type { MessageKey } from '../../i18n/zh-CN.ts'
import type { HallView } from '../bids.ts'

export type HallLot = HallView['lots'][number]

/** Where an opening stands, as one bidder sees it. */
export type HallPhase =
  | 'before'
  | 'held'
  | 'storing'
  | 'release'
  | 'lost'
  | 'waiting'
  | 'watching'
  | 'fallback'
  | 'out'
  | 'stopped'
  | 'notopened'

export const isReleasing = (lot: HallLot, now: number): boolean =>
  lot.windowEndsAt !== null && lot.decidedAt === null && now < Date.parse(lot.windowEndsAt)

/** Own bids of a lot that still wait for their keys. */
export const closedOwn = (lot: HallLot): HallLot['own'] => lot.own.filter((bid) => !bid.opened)

export const phaseOf = (hall: HallView, now: number): HallPhase => {
  if (hall.namesOutAt !== null) return 'out'
  if (hall.suspended) return 'stopped'
  if (now < Date.parse(hall.deadline)) return 'before'
  if (hall.heldSince !== null) return 'held'
  const lots = hall.lots.filter((lot) => lot.status !== 'not-opened')
  if (lots.length === 0 && hall.lots.length > 0) return 'notopened'
  const running = lots.filter((lot) => isReleasing(lot, now))
  if (running.some((lot) => closedOwn(lot).some((bid) => bid.lost))) return 'lost'
  if (running.some((lot) => closedOwn(lot).length > 0)) return 'release'
  if (running.length > 0) return running.some((lot) => lot.own.length > 0) ? 'waiting' : 'watching'
  return lots.some((lot) => lot.windowEndsAt === null) ? 'storing' : 'fallback'
}

const instants = (lots: readonly HallLot[], key: 'windowEndsAt' | 'fallbackEndsAt'): string[] =>
  lots.flatMap((lot) => (lot.status === 'not-opened' || lot.decidedAt !== null ? [] : (lot[key] ?? []))).sort()

/** The instant that this phase runs to, and what it is called; null where nothing is counted down. */
export const dueOf = (hall: HallView, phase: HallPhase): { to: string; label: MessageKey } | null => {
  if (phase === 'before') return { to: hall.deadline, label: 'hall.left.deadline' }
  if (phase === 'fallback') {
    const to = instants(hall.lots, 'fallbackEndsAt').at(-1)
    return to === undefined ? null : { to, label: 'hall.left.fallback' }
  }
  if (phase !== 'release' && phase !== 'lost' && phase !== 'waiting' && phase !== 'watching') return null
  const ends = instants(hall.lots, 'windowEndsAt')
  const to = phase === 'release' || phase === 'lost' ? ends[0] : ends.at(-1)
  return to === undefined ? null : { to, label: 'hall.left.release' }
}

/** `2 of 3` over all lots; null before the count is frozen. */
export const progressOf = (hall: HallView): { done: number; total: number } | null => {
  const counted = hall.lots.filter((lot) => lot.count !== null && lot.status !== 'not-opened')
  if (counted.length === 0) return null
  return {
    done: counted.reduce((sum, lot) => sum + lot.opened, 0),
    total: counted.reduce((sum, lot) => sum + (lot.count ?? 0), 0),
  }
}
