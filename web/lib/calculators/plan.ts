import { addDays, daysBetween } from '../../../api/law/beijing.ts'
import { type Calendar, dayOf } from '../../../api/law/calendar.ts'
import type { Plan, PlanStep } from '../../../api/law/timetable-plan.ts'

/** A lane of the picture: where it begins and ends in per cent of the whole, and on which days. */
export type Lane = {
  readonly step: PlanStep
  readonly from: string
  readonly to: string
  readonly x: number
  readonly width: number
  /** Counted back from the deadline. */
  readonly back: boolean
}
export type Picture = {
  readonly start: string
  readonly end: string
  readonly lanes: readonly Lane[]
  /** Runs of days that are no working days. */
  readonly rests: readonly { readonly x: number; readonly width: number }[]
  readonly ticks: readonly { readonly date: string; readonly x: number }[]
  readonly deadline: number
}

const round = (value: number): number => Math.round(value * 100) / 100

const restRuns = (start: string, days: number, calendar: Calendar | undefined) => {
  const runs: { from: number; to: number }[] = []
  for (let i = 0; i <= days; i++) {
    if (dayOf(addDays(start, i), calendar).working) continue
    const last = runs.at(-1)
    if (last && last.to === i) last.to = i + 1
    else runs.push({ from: i, to: i + 1 })
  }
  return runs
}

/** A whole timetable to scale: a day is a column, so a holiday is seen where it makes a period longer. */
export const pictureOf = (plan: Plan, noticeDate: string, calendar?: Calendar): Picture => {
  const dates = plan.steps.flatMap(({ from, date }) => [from, date])
  const start = [noticeDate, ...dates].sort()[0] ?? noticeDate
  const end = [plan.deadlineDate, ...dates].sort().at(-1) ?? noticeDate
  const days = daysBetween(start, end)
  // the last day is a column too: a bar ends at its right edge
  const at = (day: number): number => round((day / (days + 1)) * 100)
  const lanes = plan.steps.map((step): Lane => {
    const back = step.date < step.from
    const [from, to] = back ? [step.date, step.from] : [step.from, step.date]
    const x = at(daysBetween(start, from))
    return { step, from, to, x, width: round(at(daysBetween(start, to) + 1) - x), back }
  })
  const every = days > 140 ? 28 : days > 70 ? 14 : 7
  const ticks = Array.from({ length: Math.floor(days / every) + 1 }, (_, i) => ({
    date: addDays(start, i * every),
    x: at(i * every),
  }))
  return {
    start,
    end,
    lanes,
    rests: restRuns(start, days, calendar).map(({ from, to }) => ({ x: at(from), width: round(at(to) - at(from)) })),
    ticks: ticks.filter(({ x }) => x < 88),
    deadline: at(daysBetween(start, plan.deadlineDate) + 1),
  }
}
