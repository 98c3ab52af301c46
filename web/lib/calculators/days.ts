import { addDays, daysBetween, weekday } from '../../../api/law/beijing.ts'
import { type Calendar, dayOf } from '../../../api/law/calendar.ts'
import type { Days } from './working.ts'

/** What a day is to the count: where it starts, what is counted as which, what is passed over, where it ends. */
export type DayState = 'out' | 'start' | 'counted' | 'rest' | 'plain'
export type DayCell = {
  readonly date: string
  readonly day: number
  readonly state: DayState
  /** Its number in the count. */
  readonly n: number | null
  readonly rest: boolean
  readonly makeUp: boolean
  readonly end: boolean
}
export type Month = { readonly year: number; readonly month: number; readonly weeks: readonly (DayCell | null)[][] }

const MOST_MONTHS = 4

const monthsFrom = (from: string, to: string): string[] => {
  const found: string[] = []
  let [year, month] = [Number(from.slice(0, 4)), Number(from.slice(5, 7))]
  for (;;) {
    const first = `${year}-${String(month).padStart(2, '0')}-01`
    if (first > to) return found
    found.push(first)
    if (month === 12) [year, month] = [year + 1, 1]
    else month++
  }
}

/** Numbers each counted day: every day, or every working day. */
const countedDays = ({ start, n, unit, direction }: Days, calendar: Calendar | undefined): Map<string, number> => {
  const step = direction === 'after' ? 1 : -1
  const numbers = new Map<string, number>()
  for (let day = addDays(start, step); numbers.size < n; day = addDays(day, step))
    if (unit === 'day' || dayOf(day, calendar).working) numbers.set(day, numbers.size + 1)
  return numbers
}

/**
 * The months a period touches, Monday first, as an ordinary wall calendar. A long period shows the two it begins with and the
 * two it ends in; `left` months between are only said.
 */
export const calendarOf = (days: Days, calendar?: Calendar): { months: Month[]; left: number } => {
  const [from, to] = days.start < days.end ? [days.start, days.end] : [days.end, days.start]
  const numbers = countedDays(days, calendar)
  const all = monthsFrom(from, to)
  const shown = all.length <= MOST_MONTHS ? all : [...all.slice(0, 2), ...all.slice(-2)]
  const cell = (date: string): DayCell => {
    const { working, makeUp } = dayOf(date, calendar)
    const n = numbers.get(date) ?? null
    const inside = date >= from && date <= to
    const state: DayState =
      date === days.start ? 'start' : !inside ? 'out' : n !== null ? 'counted' : working ? 'plain' : 'rest'
    return { date, day: Number(date.slice(8)), state, n, rest: !working, makeUp, end: date === days.end }
  }
  return { months: shown.map((first) => monthOf(first, cell)), left: all.length - shown.length }
}

const monthOf = (first: string, cell: (date: string) => DayCell): Month => {
  const [year, month] = [Number(first.slice(0, 4)), Number(first.slice(5, 7))]
  const next = month === 12 ? `${year + 1}-01-01` : `${year}-${String(month + 1).padStart(2, '0')}-01`
  const cells: (DayCell | null)[] = [
    ...Array.from({ length: (weekday(first) + 6) % 7 }, () => null),
    ...Array.from({ length: daysBetween(first, next) }, (_, i) => cell(addDays(first, i))),
  ]
  const weeks: (DayCell | null)[][] = []
  for (let i = 0; i < cells.length; i += 7) {
    const week = cells.slice(i, i + 7)
    weeks.push([...week, ...Array.from({ length: 7 - week.length }, () => null)])
  }
  return { year, month, weeks }
}
