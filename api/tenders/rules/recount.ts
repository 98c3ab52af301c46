import { beijingDate } from '../../law/beijing.ts'
import type { LawContext } from '../../law/contract.ts'
import type { Finding } from '../../law/findings.ts'
import { checkTimetable } from '../../law/timetable-plan.ts'
import type { Notice } from '../../seal/notice.ts'
import type { Step } from './timeline.ts'

/** A date shown on the project page that a holiday plan moved. */
export type DateChange = { key: string; from: string; to: string }
/** What the plan makes of the notice's own dates: too short, or on a day that is not worked. */
export type DateFault = Pick<Finding, 'code' | 'field' | 'message' | 'satisfy' | 'regulation' | 'article'>

/** What is done stays as it was done; what is announced stays until a correction; what is derived moves. */
export const movedDates = (before: readonly Step[], after: readonly Step[]): DateChange[] =>
  after.flatMap(({ key, day, isForecast, state }, at) => {
    const from = before[at]?.day
    return isForecast && state !== 'done' && day && from && day !== from ? [{ key, from, to: day }] : []
  })

const faultsOf = (notice: Notice, firstDay: string, context: LawContext): Finding[] =>
  checkTimetable(
    {
      regime: notice.regime,
      method: notice.method,
      noticeDate: firstDay,
      deadlineDate: beijingDate(Date.parse(notice.deadline)),
      noticeEnds: notice.noticeEnds,
      documentsFrom: notice.documentsFrom,
      documentsTo: notice.documentsTo,
    },
    context,
  ).filter(({ severity }) => severity !== 'info')

/**
 * 87号令 16, 18 under the new plan: what its makers could not know. No date of a notice moves by itself, least of all the
 * deadline: the purchaser corrects (87号令 27).
 */
export const newFaults = (notice: Notice, firstDay: string, before: LawContext, after: LawContext): DateFault[] => {
  const known = new Set(faultsOf(notice, firstDay, before).map(({ code }) => code))
  return faultsOf(notice, firstDay, after)
    .filter(({ code }) => !known.has(code))
    .map(({ code, field, message, satisfy, regulation, article }) => ({
      code,
      field,
      message,
      satisfy,
      regulation,
      article,
    }))
}
