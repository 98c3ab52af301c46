import * as z from 'zod'
import { addDays } from './beijing.ts'
import { type Calendar, dayOf, publishedCalendar } from './calendar.ts'
import { basisOf, calculator, dateText, ruleFor } from './contract.ts'

export type Count = {
  readonly start: string
  readonly n: number
  readonly unit: 'day' | 'working-day'
  readonly direction: 'after' | 'before'
  readonly roll?: boolean | undefined
}
export type Counted = { date: string; provisional: boolean; counted?: string[] }

/** The date itself when worked, else the next working day; make-up weekends are worked (DAY-2). */
export const rollForward = (date: string, calendar: Calendar = publishedCalendar): Counted => {
  let provisional = false
  for (let current = date; ; current = addDays(current, 1)) {
    const day = dayOf(current, calendar)
    provisional ||= day.provisional
    if (day.working) return { date: current, provisional }
  }
}

const countWorkingDays = (start: string, n: number, step: 1 | -1, calendar: Calendar): Counted => {
  const counted: string[] = []
  let provisional = false
  let date = start
  while (counted.length < n) {
    date = addDays(date, step)
    const day = dayOf(date, calendar)
    provisional ||= day.provisional
    if (day.working) counted.push(date)
  }
  return { date, provisional, counted }
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
