import * as z from 'zod'
import { addDays, dateOf, epochDay, newYear, yearOf } from './beijing.ts'
import { type Calendar, dayNumbered, publishedCalendar } from './calendar.ts'
import { basisOf, calculator, dateText, ruleFor } from './contract.ts'

export type Count = {
  readonly start: string
  readonly n: number
  readonly unit: 'day' | 'working-day'
  readonly direction: 'after' | 'before'
  readonly roll?: boolean | undefined
}
export type Counted = { date: string; provisional: boolean; counted?: string[] }

/** Goes through the days one by one and keeps the year, so that a date is written only where it is told. */
const walker = (from: number, calendar: Calendar) => {
  let at = from
  let year = yearOf(dateOf(at))
  let [first, next] = [newYear(year), newYear(year + 1)]
  return {
    step: (by: 1 | -1) => {
      at += by
      if (at >= first && at < next) return
      year += by
      ;[first, next] = [newYear(year), newYear(year + 1)]
    },
    day: () => dayNumbered(at, year, calendar),
    date: () => dateOf(at),
  }
}

/** The date itself when worked, else the next working day; make-up weekends are worked (DAY-2). */
export const rollForward = (date: string, calendar: Calendar = publishedCalendar): Counted => {
  let provisional = false
  for (const walk = walker(epochDay(date), calendar); ; walk.step(1)) {
    const day = walk.day()
    provisional ||= day.provisional
    if (day.working) return { date: walk.date(), provisional }
  }
}

const countWorkingDays = (start: string, n: number, step: 1 | -1, calendar: Calendar): Counted => {
  const counted: string[] = []
  let provisional = false
  const walk = walker(epochDay(start), calendar)
  while (counted.length < n) {
    walk.step(step)
    const day = walk.day()
    provisional ||= day.provisional
    if (day.working) counted.push(walk.date())
  }
  return { date: walk.date(), provisional, counted }
}

/**
 * The last day of a period. The start day is never counted (DAY-1); calendar days after an event roll off holidays unless told
 * otherwise (DAY-2); going back never rolls (DAY-5). `provisional` = a year without a published plan had a say.
 */
export const countPeriod = (count: Count, calendar: Calendar = publishedCalendar): Counted => {
  const step = count.direction === 'after' ? 1 : -1
  if (count.unit === 'working-day') return countWorkingDays(count.start, count.n, step, calendar)
  const date = addDays(count.start, step * count.n)
  const rolls = count.direction === 'after' && count.roll !== false
  return rolls ? rollForward(date, calendar) : { date, provisional: false }
}

const request = z.strictObject({
  start: dateText,
  n: z.int().min(1).max(3660),
  unit: z.enum(['day', 'working-day']),
  direction: z.enum(['after', 'before']),
  roll: z.boolean().optional(),
})

/** `POST /api/calculators/period`. */
export const period = calculator(request, (asked, context) => {
  const counted = countPeriod(asked, context.calendar)
  const rolls = asked.unit === 'day' && asked.direction === 'after' && asked.roll !== false
  const rule = (id: 'DAY-1' | 'DAY-2' | 'DAY-3' | 'DAY-5') => ruleFor(id, context, { date: asked.start })
  return {
    ...counted,
    basis: basisOf(
      rule('DAY-1'),
      rolls ? rule('DAY-2') : null,
      rule('DAY-3'),
      asked.direction === 'before' ? rule('DAY-5') : null,
    ),
  }
})
