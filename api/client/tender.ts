/*
 * A tender as one's own software may believe it.
 *   const tender = await verifyTender(http, trust, tenderId)
 *   if (!tender.ok) show(tender.checks)        // V-01, V-30 … V-38
 * Seal nothing and release nothing for a tender whose `ok` is false.
 */
import { type Bytes, equal, fromBase64url, toBase64url } from '../log/bytes.ts'
import type { EscrowTerms } from '../seal/escrow.ts'
import type { Notice } from '../seal/notice.ts'
import { isAboveFloor, type TrusteeSet, type VerifiedSet, verifyTrusteeSet } from '../seal/trustee-set.ts'
import { fingerprint, type TrusteeRole } from '../seal/trustees.ts'
import { allHold, type Check, check } from './checks.ts'
import { eventsOf, type LoggedEvent, readEvents } from './events.ts'
import { bytesOf, type Http, problem } from './http.ts'
import { deadlineCheck, readNotices, type VerifiedNotice } from './notices.ts'
import { newestCheckpoint } from './scan.ts'
import { judgedAt, nowOf, type TrustContext, trustAt } from './trust.ts'

/** What a bid is sealed for: the part of a tender that the sealing Worker needs. Plain data. */
export type SealTender = {
  tenderId: string
  /** The newest notice, its number and its hash (32 bytes). */
  notice: Notice
  noticeN: number
  noticeHash: Bytes
  /** For `makeEscrow` and `recomputeEscrow`. */
  terms: EscrowTerms
  /** Plain SHA-256 of the set's bytes, 32 bytes: part of every envelope's context. */
  setHash: Bytes
  /** The set's name in manifests, 32 bytes. */
  trusteeSetHash: Bytes
  /** The newest witnessed checkpoint, which every manifest names. */
  checkpoint: { origin: string; size: number; root: Bytes }
}

/** Plain data: may be posted to a Worker, or kept. */
export type VerifiedTender = SealTender & {
  /** Every check holds. */
  ok: boolean
  checks: Check[]
  notices: VerifiedNotice[]
  /** Of the newest notice, UTC ms. */
  deadline: number
  trusteeSet: { bytes: Bytes; cms: Bytes }
  set: TrusteeSet
  trustees: {
    i: number
    role: TrusteeRole
    client: 'page' | 'offline'
    organisation: string | null
    code: string | null
    pk: Bytes
  }[]
  /** `H` of the set as people compare it. */
  fingerprint: string
  events: LoggedEvent[]
}

export type TenderOptions = {
  /**
   * As of when the trustees' certificates are judged. `now` (default): before sealing, with revocation. `signed`: as of
   * the leaf of the set, for whoever verifies later.
   */
  asOf?: 'now' | 'signed'
}

type SetAnswer = { bytes: string; cms: string }

/** Faults that speak of who may open together, not of signatures. */
const CLOSENESS = new Set(['groups-too-close', 'too-few-offline', 'operator-is-trustee', 'trustee-key-reused'])

const judgeSet = async (
  trust: TrustContext,
  signed: { bytes: Bytes; cms: Bytes },
  logged: number,
  asOf: 'now' | 'signed',
) => {
  const production = !trust.sandbox
  if (asOf === 'now') {
    const verdict = await verifyTrusteeSet(signed, { ...trustAt(trust, nowOf(trust)), production })
    return { verdict, revocation: true }
  }
  return judgedAt(trust, logged, (policy) => verifyTrusteeSet(signed, { ...policy, production }))
}

const setChecks = (verified: VerifiedSet, event: LoggedEvent, notices: readonly VerifiedNotice[]): Check[] => {
  const name = toBase64url(verified.hash)
  const print = fingerprint(verified.hash)
  const first = notices[0]
  const isNamed = notices.every(
    ({ notice }) => notice.trustees.setHash === name && notice.trustees.fingerprint === print,
  )
  const isLogged = event.data.setHash === name && first !== undefined && event.index < first.index
  const { set } = verified
  const agrees = notices.every(
    ({ notice }) =>
      notice.trustees.n === set.n &&
      notice.trustees.k === set.k &&
      notice.bidderWindowMinutes * 60_000 === set.windows.bidder &&
      notice.trusteeWindowMinutes * 60_000 === set.windows.trustee,
  )
  const inFloor = notices.every(({ deadline }) => isAboveFloor(set, { deadline, opening: deadline }))
  return [
    deadlineCheck(notices, inFloor ? set.deadline : null),
    check('V-35', isNamed && isLogged, print),
    check('V-37', true, `${set.k}/${set.n}`),
    check('V-38', agrees, `${set.k}/${set.n}`),
  ]
}

const signatureCheck = (verified: VerifiedSet, notice: Notice, tenderId: string, revocation: boolean): Check => {
  const isPurchasers = verified.signer.organisation.code === notice.purchaser.uscc && verified.set.tenderId === tenderId
  if (!isPurchasers) return check('V-36', false, 'not signed by the purchaser for this tender')
  return check('V-36', revocation ? true : null, revocation ? '' : 'no revocation list of that time: not checked')
}

const stop = (checks: Check[], detail: string): never => {
  throw problem('tender-unverifiable', 'The tender cannot be verified', { checks, detail })
}

/**
 * Verifies notices, trustee set and their places in the log.
 * @throws Problem `tender-unverifiable` (with `checks`) when there is no notice or no set to speak of
 */
export const verifyTender = async (
  http: Http,
  trust: TrustContext,
  tenderId: string,
  { asOf = 'now' }: TenderOptions = {},
): Promise<VerifiedTender> => {
  const newest = await newestCheckpoint(http.bytes, trust.policy)
  const { events, checks: logged } = await readEvents(http, trust, tenderId)
  const { notices, checks: chain } = await readNotices(http, tenderId, events)
  const checks = [check('V-01', newest !== null, newest ? `${newest.size}` : ''), ...logged, ...chain]
  const last = notices.at(-1) ?? stop(checks, 'no notice that the log bears out')
  const event = eventsOf(events, 'trustees.signed/1')[0] ?? stop(checks, 'no trustee set in the log')
  const answer = await http.json<SetAnswer>('GET', `/api/tenders/${tenderId}/trustee-set`)
  const signed = { bytes: bytesOf(answer.bytes), cms: bytesOf(answer.cms) }
  const { verdict, revocation } = await judgeSet(trust, signed, event.time, asOf)
  if (!verdict.ok) {
    return stop([...checks, check(CLOSENESS.has(verdict.code) ? 'V-37' : 'V-36', false, verdict.code)], verdict.code)
  }
  checks.push(signatureCheck(verdict, last.notice, tenderId, revocation), ...setChecks(verdict, event, notices))
  if (!newest) return stop(checks, 'no witnessed checkpoint')
  return {
    tenderId,
    ok: allHold(checks),
    checks,
    notice: last.notice,
    noticeN: last.n,
    noticeHash: last.hash,
    notices,
    deadline: last.deadline,
    ...setFacts(verdict, signed),
    checkpoint: { origin: newest.origin, size: newest.size, root: newest.root },
    events,
  }
}

const setFacts = (verified: VerifiedSet, trusteeSet: { bytes: Bytes; cms: Bytes }) => ({
  trusteeSet,
  set: verified.set,
  terms: { k: verified.terms.k, trusteeKeys: verified.terms.trusteeKeys.map((key) => new Uint8Array(key)) },
  setHash: verified.setHash,
  trusteeSetHash: verified.hash,
  fingerprint: fingerprint(verified.hash),
  trustees: verified.trustees.map(({ statement, signer }) => ({
    i: statement.i,
    role: statement.role,
    client: statement.client,
    organisation: signer.organisation.name,
    code: signer.organisation.code,
    pk: fromBase64url(statement.pk),
  })),
})

/** A lot of the newest notice. @throws Problem not-found */
export const lotOf = ({ notice }: SealTender, lotId: string): Notice['lots'][number] => {
  const lot = notice.lots.find((one) => one.lotId === lotId)
  if (!lot) throw problem('not-found', 'The notice has no such lot')
  return lot
}

/** Whether two readings of a tender are of the same newest notice and set. */
export const isSameTender = (a: SealTender, b: SealTender): boolean =>
  a.tenderId === b.tenderId && equal(a.noticeHash, b.noticeHash) && equal(a.trusteeSetHash, b.trusteeSetHash)
