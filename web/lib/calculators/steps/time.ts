import { intentionTargets } from '../../../../api/law/intention.ts'
import { citation } from '../../../../api/law/regulations.ts'
import type { Method, Regime, RuleId } from '../../../../api/law/rows/schema.ts'
import { statutoryDate, type TimetableEvent } from '../../../../api/law/timetable.ts'
import { date, type Say, say } from '../say.ts'
import type { Presenter, Step } from '../working.ts'
import { daySteps, provisionalNote } from './counting-days.ts'

type Period = {
  start: string
  n: number
  unit: 'day' | 'working-day'
  direction: 'after' | 'before'
  roll?: boolean | undefined
}

export const period: Presenter<Period, { date: string; provisional: boolean }> = ({ body, answer, context }) => ({
  head: say('calc.period.head', { date: date(answer.date) }),
  steps: daySteps({ ...body, end: answer.date }, context.calendar),
  notes: provisionalNote(answer.provisional),
  days: { ...body, end: answer.date },
})

type Question = { regime: Regime; method: Method; event: TimetableEvent; date: string }
type Statutory = { date: string; provisional: boolean; rule: string; warnings: string[] }

export const timetable: Presenter<Question, Statutory> = ({ body, answer, context }) => {
  const found = statutoryDate(body, context)
  const head = say(`calc.timetable.head.${body.event}`, { date: date(answer.date) })
  const notes: Say[] = [
    ...(answer.warnings.includes('exactly-minimum') ? [say('calc.note.exactly')] : []),
    ...provisionalNote(answer.provisional),
  ]
  if (!found) return { head, steps: [], notes }
  const { span, row } = found
  const law: Step = {
    text: say(span.direction === 'before' ? 'calc.step.span.before' : 'calc.step.span.after', {
      title: { both: row.title },
      n: span.n,
      unit: say(`calc.unit.${span.unit}`),
    }),
    rule: row.id,
  }
  return {
    head,
    ...(answer.warnings.length > 0 ? { tone: 'warn' as const } : {}),
    steps: [law, ...daySteps({ ...span, start: body.date, end: answer.date }, context.calendar)],
    notes,
    days: { start: body.date, n: span.n, unit: span.unit, direction: span.direction, end: answer.date },
  }
}

type Intention = { budgetApprovedOn?: string | undefined; plannedStart: string }
type Due = { due: string; targets: { rule: string; date: string }[] }

export const intentionDue: Presenter<Intention, Due> = ({ body, answer, context }) => {
  const targets = intentionTargets(body, context)
  const line = (rule: RuleId, from: string): Step[] =>
    targets
      .filter((target) => target.rule === rule)
      .map(({ date: day, row }) => ({
        text: say(rule === 'INT-7' ? 'calc.intention.after' : 'calc.intention.before', {
          from: date(from),
          n: 'days' in row.params ? row.params.days : 0,
          date: date(day),
        }),
        cite: citation(row),
      }))
  return {
    head: say('calc.intention.head', { date: date(answer.due) }),
    steps: [
      ...line('INT-7', body.budgetApprovedOn ?? body.plannedStart),
      ...line('INT-6', body.plannedStart),
      {
        text: say(answer.targets.length > 1 ? 'calc.intention.earlier' : 'calc.intention.only', {
          date: date(answer.due),
        }),
      },
    ],
  }
}
