import * as z from 'zod'
import { addDays, dateOf, epochDay, isDate, weekday, weekdayOf, yearOf } from './beijing.ts'
import { movingFeasts, stateCouncilPlans } from './calendar-data.ts'

/** One year's plan, expanded to dates. */
export type YearPlan = {
  readonly source: string
  readonly rest: ReadonlySet<string>
  readonly work: ReadonlySet<string>
}
/** Years with a published plan. A year that is missing answers provisionally, never silently (RULES §16). */
export type Calendar = ReadonlyMap<number, YearPlan>
export type Day = { working: boolean; provisional: boolean; makeUp: boolean }

const expand = (year: number, text: string): string[] =>
  text
    .split(' ')
    .filter((run) => run !== '')
    .flatMap((run) => {
      const [first = '', last = first] = run.split('/')
      const dates: string[] = []
      for (let date = `${year}-${first}`; date <= `${year}-${last}`; date = addDays(date, 1)) dates.push(date)
      return dates
    })

/** The plans published by the State Council that this version of the software knows. */
export const publishedCalendar: Calendar = new Map(
  Object.entries(stateCouncilPlans).map(([year, plan]) => [
    Number(year),
    {
      source: plan.source,
      rest: new Set(expand(Number(year), plan.rest)),
      work: new Set(expand(Number(year), plan.work)),
    },
  ]),
)

const isWeekend = (date: string): boolean => weekday(date) === 0 || weekday(date) === 6

/** 全国年节及纪念日放假办法 (2024 revision, from 2025): the 13 statutory days, without any swap of weekends. */
export const statutoryDays = (year: number): ReadonlySet<string> => {
  const dates = ['01-01', '05-01', '05-02', '10-01', '10-02', '10-03'].map((day) => `${year}-${day}`)
  const feasts = movingFeasts[year]
  if (feasts) {
    const at = (i: number) => `${year}-${feasts.slice(4 * i, 4 * i + 2)}-${feasts.slice(4 * i + 2, 4 * i + 4)}`
    const spring = at(0)
    dates.push(addDays(spring, -1), spring, addDays(spring, 1), addDays(spring, 2), at(1), at(2), at(3))
  }
  return new Set(dates)
}

const statutoryByYear = new Map<number, ReadonlySet<string>>()
const cachedStatutoryDays = (year: number): ReadonlySet<string> => {
  const known = statutoryByYear.get(year)
  if (known) return known
  const days = statutoryDays(year)
  statutoryByYear.set(year, days)
  return days
}

type Numbers = { rest: ReadonlySet<number>; work: ReadonlySet<number> }
const numbered = new WeakMap<YearPlan, Numbers>()

/** A plan by day numbers: counting a period asks for one day after the other. */
const numbersOf = (plan: YearPlan): Numbers => {
  const known = numbered.get(plan)
  if (known) return known
  const made = { rest: new Set([...plan.rest].map(epochDay)), work: new Set([...plan.work].map(epochDay)) }
  numbered.set(plan, made)
  return made
}

const WORKED: Day = { working: true, provisional: false, makeUp: false }
const MADE_UP: Day = { working: true, provisional: false, makeUp: true }
const FREE: Day = { working: false, provisional: false, makeUp: false }

/** `dayOf` by day number, for counting; the year is the caller's to know. */
export const dayNumbered = (days: number, year: number, calendar: Calendar): Day => {
  const plan = calendar.get(year)
  if (!plan) return dayOf(dateOf(days), calendar)
  const { rest, work } = numbersOf(plan)
  if (work.has(days)) return MADE_UP
  const weekend = weekdayOf(days)
  return weekend === 0 || weekend === 6 || rest.has(days) ? FREE : WORKED
}

/** What a date is: make-up Saturdays and Sundays are working days; a year without a plan is provisional. */
export const dayOf = (date: string, calendar: Calendar = publishedCalendar): Day => {
  const plan = calendar.get(yearOf(date))
  if (!plan)
    return {
      working: !isWeekend(date) && !cachedStatutoryDays(yearOf(date)).has(date),
      provisional: true,
      makeUp: false,
    }
  const makeUp = plan.work.has(date)
  return { working: makeUp || (!isWeekend(date) && !plan.rest.has(date)), provisional: false, makeUp }
}

export const isWorkingDay = (date: string, calendar: Calendar = publishedCalendar): boolean =>
  dayOf(date, calendar).working

const day = z.string().refine(isDate, { message: 'not a date YYYY-MM-DD' })

/** What an administrator hands in when the State Council publishes a year: a rest day, or a run [first, last]. */
export const yearPlanImport = z.strictObject({
  year: z.int().min(2000).max(2099),
  source: z.string().trim().min(1).max(200),
  holidays: z.array(z.union([day, z.tuple([day, day])])).max(60),
  workdays: z.array(day).max(30),
})
export type YearPlanImport = z.output<typeof yearPlanImport>

/**
 * Adds (or replaces) one year. Refuses a plan that cannot be one: a make-up day that is no weekend day, a statutory day that
 * is not free, a date of another year, a day that is both.
 */
export const withYearPlan = (
  calendar: Calendar,
  plan: YearPlanImport,
): { calendar: Calendar } | { errors: { code: string; date: string }[] } => {
  const rest = plan.holidays.flatMap((item) => {
    if (typeof item === 'string') return [item]
    const dates: string[] = []
    for (let date = item[0]; date <= item[1] && dates.length < 60; date = addDays(date, 1)) dates.push(date)
    return dates
  })
  const free = new Set(rest)
  const errors = [
    ...[...rest, ...plan.workdays]
      .filter((date) => yearOf(date) !== plan.year)
      .map((date) => ({ code: 'other-year', date })),
    ...plan.workdays.filter((date) => !isWeekend(date)).map((date) => ({ code: 'make-up-not-weekend', date })),
    ...plan.workdays.filter((date) => free.has(date)).map((date) => ({ code: 'both-rest-and-work', date })),
    ...[...statutoryDays(plan.year)]
      .filter((date) => !free.has(date))
      .map((date) => ({ code: 'statutory-day-missing', date })),
  ]
  if (errors.length > 0) return { errors }
  const year: YearPlan = { source: plan.source, rest: free, work: new Set(plan.workdays) }
  return { calendar: new Map([...calendar, [plan.year, year]]) }
}
