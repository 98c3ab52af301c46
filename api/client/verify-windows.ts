/** What the log tells of the time between STORED and OPENING, and of what was never opened: V-59, V-80 to V-82. */
import { beijingDate, beijingInstant } from '../law/beijing.ts'
import { type LawChanges, lawUnder } from '../law/changes.ts'
import { remedyEnds } from '../law/remedy.ts'
import type { RuleSet } from '../law/rows/schema.ts'
import { type Check, check, merged } from './checks.ts'
import { eventsOf, type LoggedEvent } from './events.ts'
import type { PublishedRecord } from './opened-record.ts'
import type { Closed } from './opening.ts'
import type { VerifiedTender } from './tender.ts'
import type { OpenedLot } from './verify-opened.ts'
import { movesTold, stopsTold, windowsOf } from './windows.ts'

type Finding = { ok: boolean | null; detail: string }
/** The source of each published key or share, by the manifest that it opened. */
export type PublishedRelease = { manifestHash: string; source: number }

/** An act is decided by the clock at its beginning and logged at its end, some moments later. */
const MOMENTS = 5_000
const DAY = 86_400_000

const isStopped = (stops: ReturnType<typeof stopsTold>, index: number): boolean =>
  stops.some((stop) => stop.index < index && index < stop.endIndex)

const windowCheck = ({ tender, lotId, closed, stored }: OpenedLot, record: PublishedRecord | null): Check => {
  const opening = eventsOf(tender.events, 'lot.opened/1', lotId)[0]
  if (!opening || !record) return check('V-59', null, 'no OPENING yet')
  const stops = stopsTold(tender.events, closed)
  const moves = movesTold(tender.events, closed)
  const { bidders, trustees } = windowsOf(stored, moves)
  const due = record.bids.map(({ how }) => (how === 'failed' ? trustees : how === 'trustees' ? bidders : stored.time))
  const isDue = opening.time >= Math.max(stored.time, ...due)
  return check(
    'V-59',
    isDue && !isStopped(stops, opening.index),
    `${stops.length} stops, ${moves.outages.length} outages, ${trustees - Date.parse(stored.fallbackEndsAt)} ms`,
  )
}

/** V-80: no published key was used that the log does not name, and none at a time when it could not be released. */
const releasesCheck = (lot: OpenedLot, published: readonly PublishedRelease[]): Check => {
  const { tender, lotId, closed, stored } = lot
  const stops = stopsTold(tender.events, closed)
  const { bidders } = windowsOf(stored, movesTold(tender.events, closed))
  const opening = eventsOf(tender.events, 'lot.opened/1', lotId)[0]
  const accepted = eventsOf(tender.events, 'release.accepted/1', lotId)
  const isTimely = ({ index, time, data }: LoggedEvent): boolean => {
    const isFirst = data.source === 0 ? time >= stored.time : time >= bidders
    return isFirst && index > stored.index && index < (opening?.index ?? 0) && !isStopped(stops, index)
  }
  const findings = published.map(({ manifestHash, source }): Finding => {
    const event = accepted.find(
      ({ data }) => data.manifestHash === manifestHash && data.kind === 'summary' && data.source === source,
    )
    return { ok: event !== undefined, detail: `${manifestHash} ${source}: not logged` }
  })
  const late = accepted.filter((event) => !isTimely(event))
  return merged('V-80', [
    ...findings,
    ...late.map(({ index }): Finding => ({ ok: false, detail: `${index}: not in its window` })),
  ])
}

/** V-81: what the store had lost counts only if it was whole again before the first key of the lot was accepted. */
const resupplyCheck = ({ tender, lotId, closed, stored }: OpenedLot, record: PublishedRecord | null): Check => {
  if (!record) return check('V-81', null, 'no OPENING yet')
  const supplied = eventsOf(tender.events, 'part.resupplied/1', lotId)
  const accepted = eventsOf(tender.events, 'release.accepted/1', lotId)
  const firstKey = Math.min(Number.MAX_SAFE_INTEGER, ...accepted.map(({ index }) => index))
  const { bidders } = windowsOf(stored, movesTold(tender.events, closed))
  const parts = supplied.map(({ index, time, data }): Finding => {
    const isLost = stored.missing.includes(String(data.manifestHash))
    const isInTime = index > stored.index && index < firstKey && time < bidders + MOMENTS
    return { ok: isLost && isInTime, detail: `${index}: not lost, or too late` }
  })
  const opened = record.bids.filter((bid) => stored.missing.includes(bid.manifestHash) && bid.how !== 'failed')
  const whole = opened.map(({ manifestHash }): Finding => {
    const isWhole = supplied.some(({ data }) => data.manifestHash === manifestHash && data.whole === true)
    return { ok: isWhole, detail: `${manifestHash}: opened, but never supplied again` }
  })
  return merged('V-81', [...parts, ...whole], `${stored.missing.length} lost, ${whole.length} opened`)
}

export const windowChecks = (
  lot: OpenedLot,
  record: PublishedRecord | null,
  published: readonly PublishedRelease[],
): Check[] => [windowCheck(lot, record), releasesCheck(lot, published), resupplyCheck(lot, record)]

/** V-82: nothing of an unopened lot is destroyed while its end can be attacked; then all of it is, and the log says so. */
export const destructionCheck = (
  tender: VerifiedTender,
  lotId: string,
  closed: Closed,
  now: number,
  changes: LawChanges,
): Check => {
  const { regime, method, rowSets } = tender.notice
  const context = lawUnder(changes, closed.time, rowSets as readonly RuleSet[])
  const { date } = remedyEnds({ regime, method, date: beijingDate(closed.time) }, context)
  const due = beijingInstant(date, '00:00') + DAY
  const event = eventsOf(tender.events, 'lot.ciphertext-deleted/1', lotId)[0]
  if (!event) return closed.count === 0 ? check('V-82', true, '0') : check('V-82', now < due + DAY ? null : false, date)
  const deleted = event.data.manifestHashes
  const isAll = Array.isArray(deleted) && [...deleted].sort().join() === [...closed.manifestHashes].sort().join()
  return check('V-82', isAll && event.time >= due, date)
}
