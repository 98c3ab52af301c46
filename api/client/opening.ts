/*
 * What a bidder's and a trustee's own software checks before it lets any key out of its hands (SEALING.md §4 "Open").
 *   const tender = await verifyTender(http, trust, tenderId, { asOf: 'signed' })
 *   const opening = await checkOpening(http, trust, tender, lotId, { manifestHash })
 *   if (!opening.ok) show(opening.checks)        // V-30, V-31, V-40 … V-48
 */
import { z } from 'zod'
import type { Bytes } from '../log/bytes.ts'
import { type SubjectName, subjectOf } from '../log/leaf.ts'
import { isFault } from '../log/walk.ts'
import { bytesField, idField, instantField } from '../seal/json.ts'
import { allHold, type Check, check } from './checks.ts'
import { eventsOf, type LoggedEvent, readEvents } from './events.ts'
import type { Http } from './http.ts'
import { type Scan, type ScanMemory, scanSince } from './scan.ts'
import { lotOf, type VerifiedTender } from './tender.ts'
import type { TrustContext } from './trust.ts'
import { movesInLog, windowsOf } from './windows.ts'

const count = z.int().min(0)
const closedSchema = z.object({
  lotId: idField,
  deadline: z.iso.datetime(),
  noticeN: count,
  suspensionN: count,
  minimumBidders: count,
  count,
  manifestHashes: z.array(bytesField(32)),
})
const storedSchema = z.object({
  lotId: idField,
  missing: z.array(bytesField(32)),
  windowEndsAt: z.iso.datetime(),
  fallbackEndsAt: z.iso.datetime(),
})
/** `again`: where a second event of the same subject stands, which is a fault and counts for nothing. */
type Placed = { index: number; time: number; notBefore: number; again?: number | null }
export type Closed = z.output<typeof closedSchema> & Placed
export type Stored = z.output<typeof storedSchema> & Placed

export type OpeningOptions = {
  /** One's own bid, base64url: it must be listed. */
  manifestHash?: string
  /** A trustee waits until the bidders' window is over; a bidder does not. */
  as?: 'bidder' | 'trustee'
  /** What this reader's earlier checks have read of the log. */
  memory?: ScanMemory
}

/** Plain data. */
export type VerifiedOpening = {
  ok: boolean
  checks: Check[]
  tenderId: string
  lotId: string
  closed: Closed | null
  stored: Stored | null
  manifestHash: string | null
  as: 'bidder' | 'trustee'
}

/** Whether a cosignature of this second (unix) was made in the second of an instant (UTC ms), or later. */
export const isSecondReached = (seconds: number, instant: number): boolean =>
  instantField.safeParse(instant).success && seconds >= Math.floor(instant / 1000)

/** SEALING §3: the first leaf with a subject is the only valid one. Events stand in the order of the log. */
const firstOf = (events: readonly LoggedEvent[], type: string, lotId: string) => {
  const [first, second] = eventsOf(events, type, lotId)
  return { event: first ?? null, again: second?.index ?? null }
}

const placed = ({ index, time, witnessed }: LoggedEvent) => ({ index, time, notBefore: witnessed.notBefore })

/** CLOSED of a lot as the log holds it; null when it is not there, or is not one. */
export const closedOf = (events: readonly LoggedEvent[], lotId: string): Closed | null => {
  const { event, again } = firstOf(events, 'lot.closed/1', lotId)
  const read = closedSchema.safeParse(event?.data)
  return event && read.success ? { ...read.data, ...placed(event), again } : null
}

const twice = (again: number | null | undefined): string => (again == null ? '' : `; a second one at entry ${again}`)

/** V-45: after CLOSED, and one. */
export const storedCheck = (closed: Closed | null, stored: Stored): Check => {
  const isOne = stored.again == null && closed !== null && stored.index > closed.index
  return check('V-45', isOne, `${stored.index}; missing ${stored.missing.length}${twice(stored.again)}`)
}

/** STORED of a lot, likewise. */
export const storedOf = (events: readonly LoggedEvent[], lotId: string): Stored | null => {
  const { event, again } = firstOf(events, 'lot.stored/1', lotId)
  const read = storedSchema.safeParse(event?.data)
  return event && read.success ? { ...read.data, ...placed(event), again } : null
}

const numbers = (events: readonly LoggedEvent[], type: string): number[] =>
  eventsOf(events, type).map((event) => Number(event.data.n))

/** V-40, V-42, V-44: what CLOSED says against the notices, as anybody checks it. */
export const closedChecks = (
  tender: VerifiedTender,
  events: readonly LoggedEvent[],
  lotId: string,
  closed: Closed,
): Check[] => {
  const last = tender.notices.at(-1)!
  const lastSuspension = Math.max(
    0,
    ...eventsOf(events, 'tender.suspended/1')
      .filter((event) => event.index < closed.index)
      .map((event) => Number(event.data.n)),
  )
  const resumed = closed.suspensionN === 0 || numbers(events, 'tender.resumed/1').includes(closed.suspensionN)
  const isLate = closed.time >= tender.deadline && Date.parse(closed.deadline) === tender.deadline
  const hashes = new Set(closed.manifestHashes)
  const isWhole = closed.count === closed.manifestHashes.length && hashes.size === closed.count
  const { minimumBidders } = lotOf(tender, lotId)
  const names = closed.noticeN === last.n && closed.suspensionN === lastSuspension && resumed
  return [
    check(
      'V-40',
      isLate && closed.again == null,
      `${closed.index}: ${new Date(closed.time).toISOString()}${twice(closed.again)}`,
    ),
    check('V-42', names, `NOTICE ${closed.noticeN}, SUSPENDED ${closed.suspensionN}`),
    check('V-44', isWhole && closed.count >= minimumBidders, `${closed.count} ≥ ${minimumBidders}`),
  ]
}

/** A subject, and the one leaf that may bear it; null: none may. */
export type Allowed = { what: string; subject: Bytes; known: number | null }
type Known = { lotId: string; closed: Closed; stored: Stored | null; unopened: number | null }

/** What must not be found beyond what is known, and what must be found nowhere else. */
export const allowedOf = (tender: VerifiedTender, { lotId, closed, stored, unopened }: Known): Promise<Allowed[]> => {
  const of = async (name: SubjectName, n: number, lot: string | null, known: number | null): Promise<Allowed> => ({
    what: `${name} ${n}`,
    subject: await subjectOf(tender.tenderId, lot, name, n),
    known,
  })
  const last = tender.notices.at(-1)!
  return Promise.all([
    of('CLOSED', 0, lotId, closed.index),
    of('STORED', 0, lotId, stored?.index ?? null),
    of('NOT_OPENED', 0, lotId, unopened),
    // 87号令 41: all is opened at the opening. No notice announces a second stage, so that none may be logged for its lots.
    of('STAGE', 0, lotId, null),
    ...tender.notices.map(({ n, index }) => of('NOTICE', n, null, index)),
    of('NOTICE', last.n + 1, null, null),
  ])
}

const absenceFaults = async (
  scan: Scan,
  tender: VerifiedTender,
  lotId: string,
  closed: Closed,
  stored: Stored,
): Promise<string[]> => {
  const { tenderId } = tender
  const faults: string[] = []
  for (const { what, subject, known } of await allowedOf(tender, { lotId, closed, stored, unopened: null })) {
    const found = scan.at(subject).filter((index) => index !== known)
    if (found.length > 0) faults.push(`${what} @ ${found.join(',')}`)
  }
  // A stop that was lifted again is none; numbers follow one another, so the first that is missing ends the search.
  for (let n = closed.suspensionN + 1; ; n++) {
    const stops = scan.at(await subjectOf(tenderId, null, 'SUSPENDED', n))
    if (stops.length === 0) break
    const lifted = scan.at(await subjectOf(tenderId, null, 'RESUMED', n))
    if (lifted.length === 0) faults.push(`SUSPENDED ${n} @ ${stops.join(',')}`)
  }
  return faults
}

const scanCheck = async (
  http: Http,
  trust: TrustContext,
  tender: VerifiedTender,
  lotId: string,
  closed: Closed | null,
  stored: Stored | null,
  memory?: ScanMemory,
) => {
  if (!closed || !stored) return { scan: null, check: check('V-46', false, 'no CLOSED or no STORED') }
  const scan = await scanSince(http.bytes, trust.policy, tender.deadline, memory)
  if (isFault(scan)) return { scan: null, check: check('V-46', false, scan.fault) }
  const isRead = scan.from <= closed.index && stored.index < scan.newest.size
  const faults = await absenceFaults(scan, tender, lotId, closed, stored)
  const detail = faults.join('; ') || `${scan.from}…${scan.newest.size - 1}`
  return { scan, check: check('V-46', isRead && faults.length === 0, detail) }
}

/**
 * V-48: by the witnesses' clocks, and by the notice's own length of the window, whatever STORED says. A stop since then
 * has moved its end, whether the platform tells of it or not.
 */
const windowCheck = async (
  tender: VerifiedTender,
  closed: Closed | null,
  stored: Stored | null,
  scan: Scan | null,
): Promise<Check> => {
  if (!closed || !stored || !scan || scan.newest.notBefore === null) return check('V-48', false, 'no STORED')
  const announced = Date.parse(stored.windowEndsAt)
  const { bidders } = windowsOf(stored, await movesInLog(scan, tender.tenderId, closed))
  // STORED states the end as of its transaction's first look at the clock, moments before its leaf.
  const isLongEnough = announced >= stored.time + tender.notice.bidderWindowMinutes * 60_000 - 5_000
  const isOver = isSecondReached(scan.newest.notBefore, bidders)
  return check('V-48', isLongEnough && isOver, `${stored.windowEndsAt} + ${bidders - announced} ms`)
}

/**
 * Makes all checks of an opening from the log and its witnesses; the platform's word and clock count for nothing.
 * @param tender verified before; a notice that came since makes a check false
 */
export const checkOpening = async (
  http: Http,
  trust: TrustContext,
  tender: VerifiedTender,
  lotId: string,
  { manifestHash, as = 'bidder', memory }: OpeningOptions = {},
): Promise<VerifiedOpening> => {
  const { events, checks: logged } = await readEvents(http, trust, tender.tenderId)
  const [closed, stored] = [closedOf(events, lotId), storedOf(events, lotId)]
  const checks = [...tender.checks.filter(({ id }) => id !== 'V-30' && id !== 'V-31'), ...logged]
  if (closed) {
    checks.push(...closedChecks(tender, events, lotId, closed))
    checks.push(check('V-41', isSecondReached(closed.notBefore, tender.deadline), `${closed.notBefore}`))
    if (manifestHash !== undefined)
      checks.push(check('V-43', closed.manifestHashes.includes(manifestHash), manifestHash))
  } else checks.push(check('V-40', false, 'no CLOSED in the log'))
  checks.push(stored ? storedCheck(closed, stored) : check('V-45', false, 'no STORED in the log'))
  const { scan, check: absence } = await scanCheck(http, trust, tender, lotId, closed, stored, memory)
  checks.push(absence)
  // A sandbox moves its time at will, so that there the device's clock says nothing.
  if (!trust.sandbox) checks.push(check('V-47', Date.now() >= tender.deadline, new Date().toISOString()))
  if (as === 'trustee') checks.push(await windowCheck(tender, closed, stored, scan))
  const ok = allHold(checks)
  return { ok, checks, tenderId: tender.tenderId, lotId, closed, stored, manifestHash: manifestHash ?? null, as }
}
