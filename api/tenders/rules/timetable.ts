import { beijingDate, beijingInstant } from '../../law/beijing.ts'
import { isWorkingDay } from '../../law/calendar.ts'
import type { LawContext } from '../../law/contract.ts'
import { citation } from '../../law/regulations.ts'
import type { Method, Regime } from '../../law/rows/schema.ts'
import { type StatutoryDate, statutoryDate, type TimetableEvent } from '../../law/timetable.ts'

/** One thing the law says about what was written; `block` stops the act, `warn` is shown and recorded. */
export type Finding = {
  code: string
  field: string
  severity: 'block' | 'warn'
  article: string
  /** The bound that would satisfy: a date, an amount, a share, a count. */
  bound: string | null
  /** A year without a published holiday plan was touched. */
  provisional: boolean
}

export type TimetableCase = { regime: Regime; method: Method; publishOn: string }
export type TimetableDates = {
  noticeEnds: string
  documentsFrom: string
  documentsTo: string
  lastClarification: string
  /** ISO instant. */
  deadline: string
}
export type TimetableStep = { field: string; date: string; article: string; rule: string; provisional: boolean }

const step = (asked: TimetableCase, event: TimetableEvent, date: string, context: LawContext): StatutoryDate | null =>
  statutoryDate({ regime: asked.regime, method: asked.method, event, date }, context)

/** 24:00 of the statutory day is the end of a period; offices open at nine. */
const DEADLINE_TIME = '09:00'

/**
 * The shortest lawful timetable from a day of publication (Beijing dates), with the article of each step. The deadline is put on
 * a working day; where twenty days are met to the day one more is given (DAY-7), so that nobody can count otherwise.
 */
export const proposeTimetable = (
  asked: TimetableCase,
  context: LawContext,
): { dates: TimetableDates; steps: TimetableStep[] } => {
  const noticeEnds = step(asked, 'notice-period', asked.publishOn, context)
  const documentsTo = step(asked, 'documents', asked.publishOn, context)
  const earliest = step(asked, 'notice', asked.publishOn, context)
  const floor = earliest?.date ?? documentsTo?.date ?? asked.publishOn
  const day = nextWorkingDay(earliest?.warnings.includes('exactly-minimum') ? dayAfter(floor) : floor, context)
  const last = step(asked, 'last-clarification', day, context)
  const dates = {
    noticeEnds: noticeEnds?.date ?? asked.publishOn,
    documentsFrom: asked.publishOn,
    documentsTo: documentsTo?.date ?? asked.publishOn,
    lastClarification: last?.date ?? day,
    deadline: new Date(beijingInstant(day, DEADLINE_TIME)).toISOString(),
  }
  const cited: [string, StatutoryDate | null][] = [
    ['noticeEnds', noticeEnds],
    ['documentsTo', documentsTo],
    ['deadline', earliest],
    ['lastClarification', last],
  ]
  const steps = cited.flatMap(([field, found]) =>
    found
      ? [{ field, date: found.date, article: citation(found.row), rule: found.rule, provisional: found.provisional }]
      : [],
  )
  return { dates, steps }
}

const dayAfter = (date: string): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)

const nextWorkingDay = (date: string, context: LawContext): string => {
  let day = date
  while (!isWorkingDay(day, context.calendar)) day = dayAfter(day)
  return day
}

/** What the law says to these dates when published on `publishOn`: 政府采购法 第三十五条, 87号令 第十六、十八、二十七条. */
export const checkTimetable = (asked: TimetableCase, dates: TimetableDates, context: LawContext): Finding[] => {
  const findings: Finding[] = []
  const deadlineDay = beijingDate(Date.parse(dates.deadline))
  const add = (code: string, field: string, found: StatutoryDate | null, severity: Finding['severity'] = 'block') =>
    findings.push({
      code,
      field,
      severity,
      article: found ? citation(found.row) : '',
      bound: found?.date ?? null,
      provisional: found?.provisional ?? false,
    })
  const noticeEnds = step(asked, 'notice-period', asked.publishOn, context)
  if (noticeEnds && dates.noticeEnds < noticeEnds.date) add('notice-period-too-short', 'noticeEnds', noticeEnds)
  if (dates.documentsFrom < asked.publishOn)
    findings.push({
      code: 'documents-before-notice',
      field: 'documentsFrom',
      severity: 'block',
      article: '87号令 18',
      bound: asked.publishOn,
      provisional: false,
    })
  const documentsTo = step(asked, 'documents', dates.documentsFrom, context)
  if (documentsTo && dates.documentsTo < documentsTo.date) add('documents-period-too-short', 'documentsTo', documentsTo)
  if (dates.documentsTo > deadlineDay)
    findings.push({
      code: 'documents-after-deadline',
      field: 'documentsTo',
      severity: 'block',
      article: '87号令 18',
      bound: deadlineDay,
      provisional: false,
    })
  // 政府采购法 35: the period runs from the day the documents are first issued, not from the notice.
  const earliest = step(asked, 'notice', dates.documentsFrom, context)
  if (earliest && deadlineDay < earliest.date) add('deadline-too-early', 'deadline', earliest)
  else if (earliest?.warnings.includes('exactly-minimum') && deadlineDay === earliest.date)
    add('deadline-exactly-minimum', 'deadline', earliest, 'warn')
  const last = step(asked, 'last-clarification', deadlineDay, context)
  if (last && dates.lastClarification > last.date) add('last-clarification-too-late', 'lastClarification', last)
  if (!isWorkingDay(deadlineDay, context.calendar))
    findings.push({
      code: 'deadline-on-holiday',
      field: 'deadline',
      severity: 'warn',
      article: '',
      bound: nextWorkingDay(deadlineDay, context),
      provisional: false,
    })
  return findings
}

/** 87号令 第二十七条: the earliest day of a deadline after a clarification issued today that may affect the bids. */
export const earliestAfterClarification = (
  asked: { regime: Regime; method: Method; issuedOn: string },
  context: LawContext,
): StatutoryDate | null =>
  statutoryDate(
    { regime: asked.regime, method: asked.method, event: 'affecting-clarification', date: asked.issuedOn },
    context,
  )
