import { beijingDate } from '../../law/beijing.ts'
import type { LawContext } from '../../law/contract.ts'
import { finding } from '../../law/findings.ts'
import { statutoryDate } from '../../law/timetable.ts'
import type { Notice, NoticeLot } from '../../seal/notice.ts'
import type { Correction } from '../contract/content.ts'
import { block, type Finding } from './findings.ts'

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

const ORDER27 = { regulation: '87号令', article: '27' } as const

const checkLots = (before: readonly NoticeLot[], after: readonly NoticeLot[]): Finding[] => {
  const words = {
    zh: '更正不得改变采购标的和资格条件',
    en: 'a correction may not change what is bought or who may take part',
    satisfyZh: '恢复原内容；确需改变的应终止后重新采购',
    satisfyEn: 'restore it; if it must change, cancel and tender anew',
  }
  if (before.length !== after.length) return [block('correction-changes-subject', 'lots', ORDER27, words)]
  return before.flatMap((lot, no) =>
    FROZEN.filter((key) => !isSame(lot[key], after[no]![key])).map((key) =>
      block('correction-changes-subject', `lots.${no}.${key}`, ORDER27, words),
    ),
  )
}

/** Dates that may only move later: people rely on them, and the trustees' set holds the deadline as a floor. */
const checkMovedBack = (notice: Notice, correction: Correction): Finding[] =>
  (['deadline', 'documentsTo', 'noticeEnds'] as const).flatMap((key) => {
    const [before, after] = [notice[key], correction[key] ?? notice[key]]
    const isEarlier = key === 'deadline' ? Date.parse(after) < Date.parse(before) : after < before
    if (!isEarlier) return []
    const words = {
      zh: `${after} 早于原定的 ${before}`,
      en: `${after} is earlier than ${before}`,
      satisfyZh: `不早于 ${before}`,
      satisfyEn: `${before} or later`,
      value: before,
    }
    return [block(key === 'deadline' ? 'deadline-moved-earlier' : 'period-shortened', key, ORDER27, words)]
  })

/**
 * What the law says to a correction issued at `at`: an affecting one leaves the law's days before the deadline, no date moves
 * back, subject and qualification stay.
 */
export const checkCorrection = (
  notice: Notice,
  correction: Correction,
  changesFiles: boolean,
  context: LawContext,
  at: Date,
): Finding[] => {
  const deadline = correction.deadline ?? notice.deadline
  const lotsChange = correction.lots !== undefined && !isSame(correction.lots, notice.lots)
  const moves = (['deadline', 'noticeEnds', 'documentsTo', 'lastClarification', 'place'] as const).some(
    (key) => correction[key] !== undefined && correction[key] !== notice[key],
  )
  const findings: Finding[] = checkMovedBack(notice, correction)
  if (!lotsChange && !changesFiles && !moves)
    findings.push(
      block('correction-changes-nothing', 'reason', null, {
        zh: '没有任何改动',
        en: 'nothing changes',
        satisfyZh: '写明改动，或放弃更正',
        satisfyEn: 'change something, or drop the correction',
      }),
    )
  if (Date.parse(deadline) <= at.getTime())
    findings.push(
      block('deadline-passed', 'deadline', null, {
        zh: '截止时间已过',
        en: 'the deadline has passed',
        satisfyZh: '改为以后的时间',
        satisfyEn: 'choose a later instant',
      }),
    )
  if (lotsChange) findings.push(...checkLots(notice.lots, correction.lots!))
  // What a bid must contain or how it is scored always touches its preparation, whatever its author ticks.
  if ((lotsChange || changesFiles) && !correction.affecting)
    findings.push(
      block('correction-is-affecting', 'affecting', ORDER27, {
        zh: '改动招标内容或文件的更正可能影响投标文件编制',
        en: 'a change of lots or documents may affect the preparation of bids',
        satisfyZh: '标为可能影响编制',
        satisfyEn: 'mark it as affecting',
      }),
    )
  return [...findings, ...checkDays(notice, correction.affecting, deadline, context)]
}

/** 87号令 第二十七条: fifteen days before the deadline, else the deadline moves. */
const checkDays = (notice: Notice, affecting: boolean, deadline: string, context: LawContext): Finding[] => {
  const asked = {
    regime: notice.regime,
    method: notice.method,
    event: 'affecting-clarification',
    date: context.today,
  } as const
  const earliest = affecting ? statutoryDate(asked, context) : null
  if (!earliest || beijingDate(Date.parse(deadline)) >= earliest.date) return []
  return [
    finding(earliest.row, {
      code: 'correction-deadline-too-early',
      field: 'deadline',
      severity: 'block',
      message: {
        zh: `更正距投标截止不足${earliest.span.n}日`,
        en: `less than ${earliest.span.n} days remain before the deadline`,
      },
      satisfy: { zh: `截止时间顺延至 ${earliest.date} 或以后`, en: `a deadline on ${earliest.date} or later` },
      value: earliest.date,
    }),
  ]
}

/** The corrected notice's own fields. */
export const corrected = (notice: Notice, correction: Correction): Notice => {
  const { reason, affecting, removeFiles: _, ...changes } = correction
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
  return { ...notice, ...given, kind: 'correction', reason, affecting, n: notice.n + 1 }
}
