/*
 * Everything that anybody can recompute of a tender from public data.
 *   const checks = await verifyTenderPublic(http, trust, tenderId, { complete: true })
 * Numbers and words stand in checks.ts. What only the entitled can check comes as null and never as passed.
 */
import { type Bytes, fromBase64url } from '../log/bytes.ts'
import { createWindowReader, type LotWindow, verifyComplete } from '../log/complete.ts'
import { type Readers, verifyLog } from '../log/verify.ts'
import { witnessedCheckpointCovering } from '../log/walk.ts'
import type { NoticeLot } from '../seal/notice.ts'
import type { SignedProbe } from '../seal/probe.ts'
import { type AuditedLot, createAbsences } from './absences.ts'
import { type Check, type CheckId, check, worded } from './checks.ts'
import { eventsOf } from './events.ts'
import { type Http, isProblem } from './http.ts'
import { lawChanges } from './law.ts'
import { type Closed, closedChecks, closedOf, isSecondReached, storedCheck, storedOf } from './opening.ts'
import { type ProbeLog, readProbeLog } from './probe-log.ts'
import { newestCheckpoint } from './scan.ts'
import { type VerifiedTender, verifyTender } from './tender.ts'
import { nowOf, type TrustContext } from './trust.ts'
import { verifyEvaluation } from './verify-evaluation.ts'
import { verifyOpened } from './verify-opened.ts'
import { handedCheck, papersCheck } from './verify-papers.ts'
import { closingCheck, heldUntil, outageCheck, probeChecks } from './verify-probes.ts'
import { destructionCheck } from './verify-windows.ts'

export type VerifyOptions = {
  /** Also that no bid was dropped or added (V-10 … V-12); holds only after the days are disclosed. */
  complete?: boolean
  /** The checkpoint note of an earlier audit. */
  remembered?: string
  /** Statements that probes handed over themselves: what the platform hides shows. */
  handed?: readonly SignedProbe[]
  /** Evaluation reports and award letters that the reader may have: no public address gives them. */
  papers?: readonly Bytes[]
  /** From a bundle: the log itself is not there, its leaves only between NOTICE and CLOSED, if at all. */
  offline?: { leaves: boolean }
}

const LOG_CHECKS = ['V-02', 'V-03', 'V-04', 'V-05', 'V-06', 'V-07', 'V-08', 'V-09'] as const
const COMPLETE_CHECKS = ['V-10', 'V-11', 'V-12'] as const

/** CLOSED must be witnessed so many ms after the deadline; cosignatures carry whole seconds. */
const CLOSING = 10_000 + 999

const gapCheck = async (http: Http, trust: TrustContext, tender: VerifiedTender, closed: Closed): Promise<Check> => {
  const first = await witnessedCheckpointCovering(http.bytes, trust.policy, closed.index)
  if (first?.seenBy == null) return check('V-49', false, 'no witnessed checkpoint covers CLOSED')
  // A tender that stood suspended at its deadline closes when it is resumed.
  const resumed = eventsOf(tender.events, 'tender.resumed/1').filter(({ index }) => index < closed.index)
  const due = Math.max(tender.deadline, heldUntil(tender, closed), ...resumed.map(({ time }) => time))
  const gap = first.seenBy * 1000 - due
  return check('V-49', gap <= CLOSING, `${(gap / 1000).toFixed(1)} s`)
}

/** V-44 of a lot that was not opened: its count must then be too small, and nothing opened. */
const unopenedCheck = (tender: VerifiedTender, lot: NoticeLot, closed: Closed): Check => {
  const isOpened = eventsOf(tender.events, 'lot.opened/1', lot.lotId).length > 0
  const isFew = closed.count < lot.minimumBidders && closed.count === closed.manifestHashes.length
  return check('V-44', isFew && !isOpened, `NOT_OPENED: ${closed.count} < ${lot.minimumBidders}`)
}

type Place = { http: Http; trust: TrustContext; tender: VerifiedTender; probes: ProbeLog; isOffline: boolean }

const lotChecks = async (
  { http, trust, tender, probes, isOffline }: Place,
  lot: NoticeLot,
  closed: Closed,
): Promise<Check[]> => {
  const { events } = tender
  const { lotId } = lot
  const isUnopened = eventsOf(events, 'lot.not-opened/1', lotId).length > 0
  const stored = storedOf(events, lotId)
  const checks = closedChecks(tender, events, lotId, closed)
    .filter(({ id }) => id !== 'V-44' || !isUnopened)
    .concat(isUnopened ? unopenedCheck(tender, lot, closed) : [])
  checks.push(check('V-41', isSecondReached(closed.notBefore, tender.deadline), `${closed.notBefore}`))
  checks.push(await gapCheck(http, trust, tender, closed), closingCheck(tender, probes, closed))
  if (isUnopened) checks.push(destructionCheck(tender, lotId, closed, nowOf(trust), await lawChanges(http)))
  else checks.push(stored ? storedCheck(closed, stored) : check('V-45', null, 'not yet'))
  if (stored && !isUnopened) {
    const opened = await verifyOpened({ http, trust, tender, lotId, closed, stored })
    checks.push(...opened.checks, outageCheck({ tender, closed, stored, lotId }, probes, opened.record))
    checks.push(...(await verifyEvaluation(http, tender, lot, opened.record)))
    checks.push(await papersCheck({ http, trust, tender, lotId, isOffline }, opened.record))
  }
  return checks
}

/** What must be complete of a lot: its leaves from the first NOTICE to CLOSED. */
const windowOf = (tender: VerifiedTender, lotId: string, closed: Closed): LotWindow => ({
  tenderId: tender.tenderId,
  lotId,
  noticeIndex: tender.notices[0]!.index,
  closedIndex: closed.index,
  closed: closed.manifestHashes.map(fromBase64url),
})

const byNumber = (a: Check, b: Check): number => (a.lot ?? 0) - (b.lot ?? 0) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

/** The log as a whole; `checkpoint` is the note to remember for the next time. */
export const auditLog = async (http: Http, trust: TrustContext, remembered?: string, readers: Readers = {}) => {
  const { checks, checkpoint } = await verifyLog({
    fetch: http.bytes,
    policy: trust.policy,
    remembered,
    now: nowOf(trust),
    readers,
  })
  return { checks: worded(checks), checkpoint }
}

/** Of a bundle: its checkpoint; what only the log itself can show is not checked. */
const bundledLog = async (http: Http, trust: TrustContext): Promise<Check[]> => {
  const newest = await newestCheckpoint(http.bytes, trust.policy)
  const absent = LOG_CHECKS.map((id) => check(id, null, 'not in a bundle: only the log itself shows it'))
  return [check('V-01', newest !== null, newest ? `${newest.size}` : ''), ...absent]
}

type Told = {
  checks: Check[]
  windows: { no: number; window: LotWindow }[]
  absences: Awaited<ReturnType<typeof createAbsences>> | null
}

const tenderChecks = async (
  http: Http,
  trust: TrustContext,
  tenderId: string,
  { offline, handed, papers = [] }: VerifyOptions,
): Promise<Told> => {
  try {
    const tender = await verifyTender(http, trust, tenderId, { asOf: 'signed' })
    const probes = await readProbeLog(http, trust, tender, handed)
    const place = { http, trust, tender, probes, isOffline: offline !== undefined }
    const own = await handedCheck(place, papers)
    const told: Told = { checks: [...tender.checks, ...probeChecks(tender, probes), own], windows: [], absences: null }
    const audited: AuditedLot[] = []
    for (const lot of tender.notice.lots) {
      const closed = closedOf(tender.events, lot.lotId)
      const checks = closed ? await lotChecks(place, lot, closed) : [check('V-40', null, 'not closed yet')]
      told.checks.push(...checks.map((one) => ({ ...one, lot: lot.no })))
      if (!closed) continue
      told.windows.push({ no: lot.no, window: windowOf(tender, lot.lotId, closed) })
      audited.push({ no: lot.no, lotId: lot.lotId, closed, stored: storedOf(tender.events, lot.lotId) })
    }
    return { ...told, absences: await createAbsences(tender, audited) }
  } catch (error) {
    if (!isProblem(error, 'tender-unverifiable')) throw error
    return { checks: error.checks as Check[], windows: [], absences: null }
  }
}

const holds = (checks: readonly Check[], id: CheckId): boolean => checks.some((one) => one.id === id && one.ok === true)

/**
 * The log, and of each lot that its list is complete. An audit from the first leaf has read every window already: months
 * of leaves are read once. Where it found the log broken, or began later, the windows are read for themselves.
 */
const logChecks = async (http: Http, trust: TrustContext, { windows, absences }: Told, options: VerifyOptions) => {
  const { complete = false, offline, remembered } = options
  const told = windows.map(({ window }) => window)
  const named = (made: readonly Check[][]): Check[] =>
    made.flatMap((checks, at) => checks.map((one) => ({ ...one, lot: windows[at]!.no })))
  const apart = async () => named((await verifyComplete(http.bytes, trust.policy, told)).map(worded))
  if (offline) {
    const absent = () => told.map(() => COMPLETE_CHECKS.map((id) => check(id, null, 'this bundle holds no leaves')))
    const own = !complete ? [] : offline.leaves ? await apart() : named(absent())
    return [...(await bundledLog(http, trust)), ...own, ...(absences?.checks(false) ?? [])]
  }
  const reader = createWindowReader(complete && remembered === undefined ? told : [])
  const readers = { told: reader.take, ...(absences && { visit: absences.visit }) }
  const audited = (await auditLog(http, trust, remembered, readers)).checks
  const isWhole = remembered === undefined && (['V-01', 'V-03'] as const).every((id) => holds(audited, id))
  const checks = [...audited, ...(absences?.checks(isWhole) ?? [])]
  if (!complete) return checks
  const isRead = isWhole && holds(audited, 'V-08')
  return [...checks, ...(isRead ? named(reader.checks().map(worded)) : await apart())]
}

/**
 * All public checks of a tender, in order of lot and number.
 * @throws Problem when the platform cannot be reached or has no such tender
 */
export const verifyTenderPublic = async (
  http: Http,
  trust: TrustContext,
  tenderId: string,
  options: VerifyOptions = {},
): Promise<Check[]> => {
  const tender = await tenderChecks(http, trust, tenderId, options)
  const log = await logChecks(http, trust, tender, options)
  const entitled = [check('V-70', null, 'not checked here'), check('V-71', null, 'not checked here')]
  return [...log, ...tender.checks.filter(({ id }) => id !== 'V-01'), ...entitled].sort(byNumber)
}
