import type { MessageKey } from '../../i18n/zh-CN.ts'
import { type HallView, type OwnInHall, waitsForKeys } from '../bids.ts'

export type HallLot = HallView['lots'][number]

/** Where an opening stands, as one bidder sees it. */
export type HallPhase =
  | 'before'
  | 'held'
  | 'storing'
  | 'release'
  | 'lost'
  | 'taken'
  | 'waiting'
  | 'watching'
  | 'fallback'
  | 'out'
  | 'stopped'
  | 'notopened'

export const isReleasing = (lot: HallLot, now: number): boolean =>
  lot.windowEndsAt !== null && lot.decidedAt === null && now < Date.parse(lot.windowEndsAt)

/** Own bids of a lot that still wait for their keys. */
export const closedOwn = (lot: HallLot): OwnInHall[] => lot.own.filter(waitsForKeys)

/** Own bids that are shut although their keys came in time: the rest is the platform's affair, also what it lost meanwhile. */
export const takenOwn = (lot: HallLot): OwnInHall[] => lot.own.filter((bid) => !bid.opened && !waitsForKeys(bid))

/** What is said of an own bid once the list of bids is frozen. */
export const ownState = (own: OwnInHall): { kind: 'done' | 'busy' | 'warn'; label: MessageKey } => {
  if (own.opened) return { kind: 'done', label: 'hall.own.open' }
  const isTaken = !waitsForKeys(own)
  if (own.lost) return { kind: 'warn', label: isTaken ? 'hall.own.gone' : 'hall.own.lost' }
  return isTaken ? { kind: 'busy', label: 'hall.own.taken' } : { kind: 'warn', label: 'hall.own.closed' }
}

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
  if (running.some((lot) => takenOwn(lot).length > 0)) return 'taken'
  if (running.length > 0) return running.some((lot) => lot.own.length > 0) ? 'waiting' : 'watching'
  return lots.some((lot) => lot.windowEndsAt === null) ? 'storing' : 'fallback'
}

const instants = (lots: readonly HallLot[], key: 'windowEndsAt' | 'fallbackEndsAt'): string[] =>
  lots.flatMap((lot) => (lot.status === 'not-opened' || lot.decidedAt !== null ? [] : (lot[key] ?? []))).sort()

const COUNTED: ReadonlySet<HallPhase> = new Set(['release', 'lost', 'taken', 'waiting', 'watching'])

/** The instant that this phase runs to, and what it is called; null where nothing is counted down. */
export const dueOf = (hall: HallView, phase: HallPhase): { to: string; label: MessageKey } | null => {
  if (phase === 'before') return { to: hall.deadline, label: 'hall.left.deadline' }
  if (phase === 'fallback') {
    const to = instants(hall.lots, 'fallbackEndsAt').at(-1)
    return to === undefined ? null : { to, label: 'hall.left.fallback' }
  }
  if (!COUNTED.has(phase)) return null
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
