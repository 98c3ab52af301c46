import { beijingDate } from '../../law/beijing.ts'
import type { LawContext } from '../../law/contract.ts'
import { citation } from '../../law/regulations.ts'
import type { Notice, NoticeLot } from '../../seal/notice.ts'
import type { Correction } from '../contract/content.ts'
import { earliestAfterClarification, type Finding } from './timetable.ts'

/** 87号令 第二十七条: what is bought and who may take part stay; a change of these is a new tender. */
const FROZEN = [
  'lotId',
  'no',
  'title',
  'quantity',
  'budget',
  'floor',
  'deposit',
  'minimumBidders',
  'smeReserved',
  'industry',
  'priceLines',
  'qualification',
] as const satisfies readonly (keyof NoticeLot)[]

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value ?? null
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  )
}

const blocked = (code: string, field: string, article: string, bound: string | null = null): Finding => ({
  code,
  field,
  severity: 'block',
  article,
  bound,
  provisional: false,
})

const checkLots = (before: readonly NoticeLot[], after: readonly NoticeLot[]): Finding[] => {
  if (before.length !== after.length) return [blocked('correction-changes-subject', 'lots', '87号令 27')]
  return before.flatMap((lot, no) =>
    FROZEN.filter((key) => !isSame(lot[key], after[no]![key])).map((key) =>
      blocked('correction-changes-subject', `lots.${no}.${key}`, '87号令 27'),
    ),
  )
}

/**
 * What the law says to a correction issued at `at`: the deadline never moves back (a bidder may rely on it, and the trustees'
 * set holds it as a floor), an affecting one leaves the law's days, subject and qualification stay.
 */
export const checkCorrection = (
  notice: Notice,
  correction: Correction,
  changesFiles: boolean,
  context: LawContext,
  at: Date,
): Finding[] => {
  const findings: Finding[] = []
  const deadline = correction.deadline ?? notice.deadline
  const lotsChange = correction.lots !== undefined && !isSame(correction.lots, notice.lots)
  const moves = (['deadline', 'noticeEnds', 'documentsTo', 'lastClarification', 'place'] as const).some(
    (key) => correction[key] !== undefined && correction[key] !== notice[key],
  )
  if (!lotsChange && !changesFiles && !moves) findings.push(blocked('correction-changes-nothing', 'reason', ''))
  if (Date.parse(deadline) < Date.parse(notice.deadline))
    findings.push(blocked('deadline-moved-earlier', 'deadline', '87号令 27', notice.deadline))
  if (Date.parse(deadline) <= at.getTime()) findings.push(blocked('deadline-passed', 'deadline', '', at.toISOString()))
  if (correction.documentsTo !== undefined && correction.documentsTo < notice.documentsTo)
    findings.push(blocked('documents-period-shortened', 'documentsTo', '87号令 18', notice.documentsTo))
  if (correction.noticeEnds !== undefined && correction.noticeEnds < notice.noticeEnds)
    findings.push(blocked('notice-period-too-short', 'noticeEnds', '87号令 16', notice.noticeEnds))
  if (lotsChange) findings.push(...checkLots(notice.lots, correction.lots!))
  // What a bid must contain or how it is scored always touches its preparation, whatever its author ticks.
  if ((lotsChange || changesFiles) && !correction.affecting)
    findings.push(blocked('correction-is-affecting', 'affecting', '87号令 27'))
  const earliest = correction.affecting
    ? earliestAfterClarification({ regime: notice.regime, method: notice.method, issuedOn: context.today }, context)
    : null
  if (earliest && beijingDate(Date.parse(deadline)) < earliest.date)
    findings.push(blocked('correction-deadline-too-early', 'deadline', citation(earliest.row), earliest.date))
  return findings
}

/** The corrected notice's own fields. */
export const corrected = (notice: Notice, correction: Correction): Notice => {
  const { reason, affecting, removeFiles: _, ...changes } = correction
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
  return { ...notice, ...given, kind: 'correction', reason, affecting, n: notice.n + 1 }
}
