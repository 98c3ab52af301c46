import { addDays, weekday } from '../../../../api/law/beijing.ts'
import { type Calendar, dayOf } from '../../../../api/law/calendar.ts'
import { date, type Say, say } from '../say.ts'
import type { Step } from '../working.ts'

type Counted = {
  readonly start: string
  readonly n: number
  readonly unit: 'day' | 'working-day'
  readonly direction: 'after' | 'before'
  readonly roll?: boolean | undefined
  readonly end: string
}

/** Why a day is none to end on: a Saturday, a Sunday, or a day of the holiday plan. */
const restName = (day: string): Say => say(weekday(day) % 6 === 0 ? 'calc.day.weekend' : 'calc.day.holiday')

const rolled = (counted: Counted, plain: string): Step => {
  if (counted.direction === 'before') return { text: say('calc.step.days.back', { date: date(plain) }), rule: 'DAY-5' }
  if (counted.roll === false) return { text: say('calc.step.days.unrolled', { date: date(plain) }) }
  if (plain === counted.end) return { text: say('calc.step.days.worked', { date: date(plain) }), rule: 'DAY-2' }
  return {
    text: say('calc.step.days.rolled', { plain: date(plain), why: restName(plain), date: date(counted.end) }),
    rule: 'DAY-2',
  }
}

/** 民法典 201, 203 as the calculators count: not the first day, and off a holiday. */
export const daySteps = (counted: Counted, calendar?: Calendar): Step[] => {
  const { start, n, unit, direction, end } = counted
  const first: Step = { text: say('calc.step.days.start', { start: date(start) }), rule: 'DAY-1' }
  if (unit === 'working-day') {
    const made = madeUp(start, end, calendar)
    return [
      first,
      {
        text: say(direction === 'after' ? 'calc.step.working.after' : 'calc.step.working.before', {
          n,
          end: date(end),
        }),
        rule: 'DAY-3',
      },
      ...(made.length > 0 ? [{ text: say('calc.step.working.make-up', { days: { list: made } }) }] : []),
    ]
  }
  const plain = addDays(start, direction === 'after' ? n : -n)
  return [
    first,
    {
      text: say(direction === 'after' ? 'calc.step.days.after' : 'calc.step.days.before', { n, date: date(plain) }),
    },
    rolled(counted, plain),
  ]
}

/** Saturdays and Sundays on which China works to make up for a holiday, within the period. */
const madeUp = (start: string, end: string, calendar: Calendar | undefined): string[] => {
  const [from, to] = start < end ? [start, end] : [end, start]
  const found: string[] = []
  for (let day = addDays(from, 1); day <= to && found.length < 12; day = addDays(day, 1))
    if (dayOf(day, calendar).makeUp) found.push(day)
  return found
}

/** The note of RULES §16: a year whose holiday plan is not out yet had a say. */
export const provisionalNote = (provisional: boolean): Say[] => (provisional ? [say('calc.note.provisional')] : [])
