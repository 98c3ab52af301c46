import { addDays, daysBetween } from './beijing.ts'
import { dayOf } from './calendar.ts'
import { type LawContext, ruleFor } from './contract.ts'
import { type Finding, finding } from './findings.ts'
import { countPeriod, rollForward } from './period.ts'
import { regulationName } from './regulations.ts'
import type { Bilingual, Method, Regime } from './rows/schema.ts'
import { type StatutoryDate, statutoryDate, type TimetableEvent } from './timetable.ts'

export type PlanStep = {
  event: TimetableEvent
  /** The date from which it was counted, and the date the law derives. */
  from: string
  date: string
  rule: string
  regulation: string
  article: string
  provisional: boolean
  explanation: Bilingual
}
export type Plan = {
  deadlineDate: string
  noticeEnds: string
  documentsFrom: string
  documentsTo: string
  lastClarification: string
  lastObjection?: string
  /** A year without a published holiday plan had a say: recompute once the State Council has published it. */
  provisional: boolean
  steps: PlanStep[]
}
type Scope = { regime: Regime; method: Method }

const explain = (step: StatutoryDate, from: string): Bilingual => {
  const { n, unit, direction } = step.span
  const back = direction === 'before'
  const plain = addDays(from, back ? -n : n)
  const moved = unit === 'day' && step.date !== plain
  const zh = `${step.row.title.zh}：自 ${from} 起${back ? '倒数' : ''} ${n} ${unit === 'day' ? '日' : '个工作日'}（当日不计）`
  const en = `${step.row.title.en}: ${n} ${unit === 'day' ? 'days' : 'working days'} ${back ? 'before' : 'after'} ${from} (that day not counted)`
  return moved
    ? { zh: `${zh}为 ${plain}，逢休假日顺延至 ${step.date}`, en: `${en} is ${plain}, a holiday, so ${step.date}` }
    : { zh: `${zh}，至 ${step.date}`, en: `${en}, so ${step.date}` }
}

const stepOf = (scope: Scope, event: TimetableEvent, from: string, context: LawContext): PlanStep | null => {
  const found = statutoryDate({ ...scope, event, date: from }, context)
  if (!found) return null
  const { date, rule, provisional, row } = found
  const regulation = regulationName(row)
  return { event, from, date, rule, regulation, article: row.article, provisional, explanation: explain(found, from) }
}

/** What follows the opening, each step on the last lawful day after the one before. */
const aftermath: Record<Regime, readonly TimetableEvent[]> = {
  GP: ['evaluation-report', 'report-received', 'award-decided', 'result-notice', 'result-notice-end'],
  TB: ['candidates-published'],
}

/** The first deadline that satisfies the law without the warning of DAY-7 (a 20-day period met to the day). */
const proposedDeadline = (scope: Scope, noticeDate: string, context: LawContext): string | null => {
  const earliest = statutoryDate({ ...scope, event: 'notice', date: noticeDate }, context)
  if (!earliest) return null
  if (!earliest.warnings.includes('exactly-minimum')) return earliest.date
  return countPeriod({ start: earliest.date, n: 1, unit: 'working-day', direction: 'after' }, context.calendar).date
}

/**
 * A lawful timetable from the day of the notice; null where the method has no submission period (single source). Dates after the
 * deadline assume that every step uses its whole time, so they are the latest ones.
 */
export const proposeTimetable = (asked: Scope & { noticeDate: string }, context: LawContext): Plan | null => {
  const scope: Scope = { regime: asked.regime, method: asked.method }
  const deadlineDate = proposedDeadline(scope, asked.noticeDate, context)
  if (deadlineDate === null) return null
  const steps: PlanStep[] = []
  const take = (event: TimetableEvent, from: string): string | null => {
    const step = stepOf(scope, event, from, context)
    if (step) steps.push(step)
    return step?.date ?? null
  }
  take('notice', asked.noticeDate)
  const noticeEnds = take('notice-period', asked.noticeDate)
  const documentsTo = take('documents', asked.noticeDate)
  const lastObjection = take('last-objection', deadlineDate)
  const lastClarification = take('last-clarification', deadlineDate)
  let from = deadlineDate
  let award = deadlineDate
  for (const event of aftermath[asked.regime]) {
    from = take(event, from) ?? from
    if (event === 'award-decided' || event === 'candidates-published') award = from
  }
  take('award-notice', award)
  const end = noticeEnds ?? documentsTo ?? deadlineDate
  return {
    deadlineDate,
    noticeEnds: end,
    documentsFrom: asked.noticeDate,
    documentsTo: documentsTo ?? end,
    lastClarification: lastClarification ?? asked.noticeDate,
    ...(lastObjection ? { lastObjection } : {}),
    provisional: steps.some((step) => step.provisional),
    steps,
  }
}

export type TimetableDraft = Scope & {
  noticeDate: string
  deadlineDate: string
  noticeEnds?: string | undefined
  documentsFrom?: string | undefined
  documentsTo?: string | undefined
  /** Date of the last clarification that may affect preparation. */
  clarificationDate?: string | undefined
  /** UTC milliseconds; when both are given they must be the same instant. */
  deadlineAt?: number | undefined
  openingAt?: number | undefined
}

const tooEarly = (draft: TimetableDraft, event: TimetableEvent, from: string, context: LawContext): Finding[] => {
  const found = statutoryDate({ regime: draft.regime, method: draft.method, event, date: from }, context)
  if (!found || draft.deadlineDate >= found.date) return []
  return [
    finding(found.row, {
      code: event === 'notice' ? 'deadline-too-early' : 'clarification-too-late',
      field: 'deadlineDate',
      message: {
        zh: `${explain(found, from).zh}，截止日期 ${draft.deadlineDate} 早于该日`,
        en: `${explain(found, from).en}; the deadline ${draft.deadlineDate} is earlier`,
      },
      satisfy: { zh: `截止日期不早于 ${found.date}`, en: `a deadline on ${found.date} or later` },
      value: found.date,
    }),
  ]
}

const tooShort = (
  draft: TimetableDraft,
  asked: { event: TimetableEvent; code: string; field: string; from: string; to: string | undefined },
  context: LawContext,
): Finding[] => {
  const found = statutoryDate(
    { regime: draft.regime, method: draft.method, event: asked.event, date: asked.from },
    context,
  )
  if (!found || asked.to === undefined || asked.to >= found.date) return []
  return [
    finding(found.row, {
      code: asked.code,
      field: asked.field,
      message: {
        zh: `${explain(found, asked.from).zh}，现定于 ${asked.to} 结束`,
        en: `${explain(found, asked.from).en}; it ends on ${asked.to}`,
      },
      satisfy: { zh: `不早于 ${found.date} 结束`, en: `an end on ${found.date} or later` },
      value: found.date,
    }),
  ]
}

/** DAY-7, DAY-2 and unpublished years: lawful, but somebody should know. */
const cautions = (draft: TimetableDraft, context: LawContext): Finding[] => {
  const earliest = statutoryDate(
    { regime: draft.regime, method: draft.method, event: 'notice', date: draft.noticeDate },
    context,
  )
  if (!earliest) return []
  const exactly = earliest.span.warnAtExactly && daysBetween(draft.noticeDate, draft.deadlineDate) === earliest.span.n
  const day = dayOf(draft.deadlineDate, context.calendar)
  const next = rollForward(draft.deadlineDate, context.calendar).date
  const row = ruleFor('DAY-2', context, { date: draft.noticeDate, regime: draft.regime })
  const warning = (code: string, message: Bilingual, date: string): Finding =>
    finding(earliest.row, {
      code,
      severity: 'warn',
      field: 'deadlineDate',
      message,
      satisfy: { zh: `改为 ${date} 或更晚`, en: `${date} or later` },
      value: date,
    })
  return [
    ...(exactly
      ? [
          warning(
            'exactly-minimum',
            { zh: '期限恰好届满，个别审查要求满整日', en: 'met to the day; some reviewers ask for full days' },
            countPeriod({ start: draft.deadlineDate, n: 1, unit: 'working-day', direction: 'after' }, context.calendar)
              .date,
          ),
        ]
      : []),
    ...(day.working
      ? []
      : [warning('deadline-on-holiday', { zh: '截止日期为休假日', en: 'the deadline is on a holiday' }, next)]),
    ...((day.provisional || earliest.provisional) && row
      ? [
          finding(row, {
            code: 'calendar-unpublished',
            severity: 'info',
            field: 'deadlineDate',
            message: {
              zh: '该年度放假安排尚未公布，日期为暂定',
              en: 'the holiday plan of that year is not published: provisional',
            },
            satisfy: { zh: '公布后重新计算', en: 'recomputed once it is published' },
          }),
        ]
      : []),
  ]
}

const openingElsewhere = (draft: TimetableDraft, context: LawContext): Finding[] => {
  const row = ruleFor('OPN-1', context, { date: draft.noticeDate, regime: draft.regime })
  const { openingAt, deadlineAt } = draft
  if (!row || openingAt === undefined || deadlineAt === undefined || openingAt === deadlineAt) return []
  return [
    finding(row, {
      code: 'opening-not-at-deadline',
      field: 'openingAt',
      message: { zh: '开标时间与提交截止时间不一致', en: 'the opening is not at the deadline' },
      satisfy: { zh: '开标应在截止时间同一时间进行', en: 'open at the instant of the deadline' },
    }),
  ]
}

const laterOf = (...dates: string[]): string => dates.sort().at(-1) ?? ''

/** Everything that is wrong with a timetable, worst first. An empty list means lawful. */
export const checkTimetable = (draft: TimetableDraft, context: LawContext): Finding[] => {
  const { noticeDate, documentsFrom = noticeDate, documentsTo, noticeEnds, clarificationDate } = draft
  const order = { block: 0, warn: 1, info: 2 }
  return [
    ...tooEarly(draft, 'notice', laterOf(noticeDate, documentsFrom), context),
    ...(clarificationDate === undefined ? [] : tooEarly(draft, 'affecting-clarification', clarificationDate, context)),
    ...tooShort(
      draft,
      { event: 'notice-period', code: 'notice-too-short', field: 'noticeEnds', from: noticeDate, to: noticeEnds },
      context,
    ),
    ...tooShort(
      draft,
      { event: 'documents', code: 'documents-too-short', field: 'documentsTo', from: documentsFrom, to: documentsTo },
      context,
    ),
    ...openingElsewhere(draft, context),
    ...cautions(draft, context),
  ].sort((a, b) => order[a.severity] - order[b.severity])
}
