/** The outage rule, recomputed from the probes' own words: V-91 to V-94. */
import {
  isRedWithin,
  lastMinuteOf,
  MOST_OUTAGES,
  MOST_RED,
  MOST_SILENCE,
  movedDeadline,
  type Outage,
  runsOf,
  stateOfMinute,
} from '../seal/outage.ts'
import { MINUTE } from '../seal/probe.ts'
import { isStopped, ranSince } from '../seal/windows.ts'
import { type Check, check, merged } from './checks.ts'
import { eventsOf } from './events.ts'
import type { VerifiedNotice } from './notices.ts'
import type { PublishedRecord } from './opened-record.ts'
import type { Closed, Stored } from './opening.ts'
import type { ProbeLog } from './probe-log.ts'
import type { VerifiedTender } from './tender.ts'
import { movesTold, stopsTold, windowsOf } from './windows.ts'

type Finding = { ok: boolean | null; detail: string }

/** An act is decided by the clock at its beginning and logged at its end; a notice is rendered and sealed in between. */
const RENDERING = MINUTE
/** The platform looks each second and at each word of a probe; two minutes are more than it ever needs. */
const TO_ACT = 2 * MINUTE
const NONE = 'no probes were named before the notice'

/** A notice after the deadline before it: the outage rule's, or the way out of a suspension (94号令 28). */
const isLate = (tender: VerifiedTender, notice: VerifiedNotice, before: VerifiedNotice): boolean => {
  if (notice.time < before.deadline) return false
  const stops = eventsOf(tender.events, 'tender.suspended/1').filter(({ index }) => index < notice.index)
  const resumed = eventsOf(tender.events, 'tender.resumed/1').filter(({ index }) => index < notice.index)
  return stops.length === resumed.length
}

const spanOf = (data: Record<string, unknown>): Outage => ({
  from: Date.parse(String(data.from)),
  to: Date.parse(String(data.to)),
})

/** An outage as it is claimed lies within a red run, begins and ends red. */
const isBorneOut = ({ of, told }: ProbeLog, { from, to }: Outage): boolean =>
  of !== null &&
  stateOfMinute(told, from, of) === 'red' &&
  stateOfMinute(told, to - MINUTE, of) === 'red' &&
  runsOf(told, of).some((run) => run.from <= from && to <= run.to)

const moveFinding = (
  tender: VerifiedTender,
  log: ProbeLog,
  notice: VerifiedNotice,
  before: VerifiedNotice,
): Finding => {
  const fault = (detail: string): Finding => ({ ok: false, detail: `NOTICE ${notice.n}: ${detail}` })
  const event = eventsOf(tender.events, 'deadline.moved/1').find(({ data }) => data.noticeN === notice.n)
  if (!log.of || !event) return fault('after the deadline, and no outage is told')
  const outage = spanOf(event.data)
  const minute = lastMinuteOf(before.deadline)
  const isOver = outage.from <= minute && minute < outage.to
  if (!isBorneOut(log, outage) || !isOver) return fault('no quorum of probes saw that outage over the deadline')
  const at = Date.parse(notice.notice.publishedAt)
  const isThen = notice.time >= at && notice.time - at <= RENDERING
  const isByRule = notice.deadline === movedDeadline(before.deadline, outage, at)
  return isThen && isByRule ? { ok: true, detail: '' } : fault('another deadline than the rule gives')
}

/** V-91: a deadline that was moved after it had passed was moved by the probes' word, by so much, and three times at most. */
const movedCheck = (tender: VerifiedTender, log: ProbeLog): Check => {
  const late = tender.notices.flatMap((notice, at) => {
    const before = tender.notices[at - 1]
    return before && isLate(tender, notice, before) ? [moveFinding(tender, log, notice, before)] : []
  })
  if (late.length > MOST_OUTAGES) return check('V-91', false, `${late.length} deadlines moved`)
  return late.length === 0 ? check('V-91', true, '0') : merged('V-91', late)
}

/** V-94: what the platform tells of the probes is what they signed and what the log holds. */
const recordCheck = ({ of, told, findings }: ProbeLog): Check =>
  of === null && findings.length === 0 ? check('V-94', null, NONE) : merged('V-94', findings, `${told.length} minutes`)

/** Of the tender as a whole. */
export const probeChecks = (tender: VerifiedTender, log: ProbeLog): Check[] => [
  movedCheck(tender, log),
  recordCheck(log),
]

const heldOf = (tender: VerifiedTender, closed: Closed) =>
  eventsOf(tender.events, 'closing.held/1').filter(
    ({ index, data }) => index < closed.index && data.noticeN === closed.noticeN,
  )

/**
 * V-49 counts from here where the log tells that the closing was held back: whether it rightly was, and for how long it
 * may, is V-93.
 */
export const heldUntil = (tender: VerifiedTender, closed: Closed): number =>
  heldOf(tender, closed).length > 0 ? closed.time : Number.NEGATIVE_INFINITY

/** V-93: CLOSED does not lie over a red last minute, and did not wait longer than the rule allows. */
export const closingCheck = (tender: VerifiedTender, log: ProbeLog, closed: Closed): Check => {
  const held = heldOf(tender, closed)
  if (!log.of) return check('V-93', held.length === 0 ? null : false, NONE)
  const moved = eventsOf(tender.events, 'deadline.moved/1').length
  const state = stateOfMinute(log.told, lastMinuteOf(tender.deadline), log.of)
  const resumed = eventsOf(tender.events, 'tender.resumed/1').filter(({ index }) => index < closed.index)
  const wait = closed.time - Math.max(tender.deadline, ...resumed.map(({ time }) => time))
  const seconds = `${state}, ${(wait / 1000).toFixed(1)} s`
  if (state === 'red' && moved < MOST_OUTAGES && wait < MOST_RED) return check('V-93', false, `closed while ${seconds}`)
  const most = state === 'red' ? MOST_RED : MOST_SILENCE
  return check('V-93', held.length === 0 || wait <= most + MINUTE, seconds)
}

type Lot = { tender: VerifiedTender; closed: Closed; stored: Stored; lotId: string }

/**
 * An outage that was over, told while the platform could still act, and not declared. While the tender is suspended nothing
 * runs and nobody acts: an outage that lies wholly in a stop is none, every other is judged as far as the windows ran.
 */
const hidden = (
  { tender, closed, stored }: Lot,
  log: ProbeLog,
  opening: number,
  declared: readonly Outage[],
): readonly Outage[] => {
  const stops = stopsTold(tender.events, closed)
  const acted = ranSince(opening, TO_ACT, stops)
  const known = log.told.filter((one) => one.known <= acted)
  return runsOf(known, log.of!).filter(
    (run) =>
      run.isOver &&
      run.to > stored.time &&
      run.from < opening &&
      !isStopped(run, stops) &&
      !declared.some((one) => one.to >= run.to),
  )
}

/** Nobody is blamed for a key that could not be sent (20号令 31). */
const blamed = (
  { tender, closed, stored }: Lot,
  log: ProbeLog,
  record: PublishedRecord,
  opening: number,
): Finding[] => {
  const windows = windowsOf(stored, movesTold(tender.events, closed))
  const known = log.told.filter((one) => one.known <= opening - TO_ACT)
  if (!isRedWithin(known, log.of!, windows.from, windows.bidders)) return []
  return record.bids
    .filter(({ decision }) => decision?.cause === 'bidder')
    .map(({ manifestHash }) => ({ ok: false, detail: `${manifestHash}: 撤销, and the platform was down` }))
}

/** V-92: each outage that began windows anew is the probes' word; none that they told was hidden, and nobody blamed for one. */
export const outageCheck = (lot: Lot, log: ProbeLog, record: PublishedRecord | null): Check => {
  const { tender, closed, lotId } = lot
  const stops = stopsTold(tender.events, closed)
  const events = eventsOf(tender.events, 'outage.declared/1')
  if (!log.of) return check('V-92', events.length === 0 ? null : false, NONE)
  const declared = events.map(({ data }) => spanOf(data))
  const findings = events.map(({ index, time, data }, at): Finding => {
    const outage = declared[at]!
    const isCounted = data.n === at + 1 && at < MOST_OUTAGES && time >= outage.to
    if (!isCounted || !isBorneOut(log, outage)) return { ok: false, detail: `${index}: no quorum of probes saw it` }
    return { ok: !isStopped(outage, stops), detail: `${index}: the tender was suspended, and no window ran` }
  })
  const opening = eventsOf(tender.events, 'lot.opened/1', lotId)[0]
  if (opening && declared.length < MOST_OUTAGES)
    for (const { from } of hidden(lot, log, opening.time, declared))
      findings.push({ ok: false, detail: `red from ${new Date(from).toISOString()}, and no window began anew` })
  if (opening && record) findings.push(...blamed(lot, log, record, opening.time))
  return merged('V-92', findings, `${events.length}`)
}
