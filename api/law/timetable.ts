import * as z from 'zod'
import { addDays } from './beijing.ts'
import { basisOf, calculator, dateText, type LawContext, method, refuseUnknown, regime, ruleFor } from './contract.ts'
import { countPeriod } from './period.ts'
import type { Method, Regime, Row, RuleId, Span } from './rows/schema.ts'

export const timetableEvents = [
  'notice',
  'notice-period',
  'documents',
  'affecting-clarification',
  'last-clarification',
  'last-objection',
  'evaluation-report',
  'report-received',
  'award-decided',
  'result-notice',
  'result-notice-end',
  'challenge-received',
  'challenge-reply-due',
  'complaint-received',
  'complaint-copies',
  'complaint-decision',
  'award-notice',
  'contract-signed',
  'contract-filing',
  'contract-change',
  'candidates-published',
  'tb-complaint-accept',
  'tb-complaint-decision',
  'single-source-publicity',
] as const
export type TimetableEvent = (typeof timetableEvents)[number]

/** Rows whose numbers are one span of days. */
type SpanRule = { [Id in RuleId]: Row<Id>['params'] extends Span ? Id : never }[RuleId]

/** Which row dates which event. An event that a regime does not know has no statutory period there. */
const rules: Record<Regime, Partial<Record<TimetableEvent, SpanRule | 'TB-12'>>> = {
  GP: {
    notice: 'TIM-notice',
    'notice-period': 'TIM-notice-period',
    documents: 'TIM-documents',
    'affecting-clarification': 'TIM-affecting-clarification',
    'last-clarification': 'TIM-affecting-clarification',
    'evaluation-report': 'TIM-evaluation-report',
    'report-received': 'TIM-report-received',
    'award-decided': 'TIM-award-decided',
    'result-notice': 'TIM-result-notice',
    'result-notice-end': 'CH-3',
    'challenge-received': 'CH-5',
    'challenge-reply-due': 'CO-1',
    'complaint-received': 'CO-3',
    'complaint-copies': 'CO-4',
    'complaint-decision': 'CO-6',
    'award-notice': 'TIM-award-notice',
    'contract-signed': 'TIM-contract-signed',
    'contract-filing': 'TIM-contract-filing',
    'contract-change': 'TIM-contract-change',
    'single-source-publicity': 'TIM-single-source-publicity',
  },
  TB: {
    notice: 'TB-3',
    documents: 'TB-1',
    'affecting-clarification': 'TB-4',
    'last-clarification': 'TB-4',
    'last-objection': 'TB-5',
    'candidates-published': 'TB-7',
    'award-notice': 'TB-10',
    'tb-complaint-accept': 'TB-12',
    'tb-complaint-decision': 'TB-12',
  },
}

export type StatutoryDate = {
  date: string
  provisional: boolean
  rule: string
  warnings: string[]
  row: Row
  span: Span
}
export type StatutoryQuestion = { regime: Regime; method: Method; event: TimetableEvent; date: string }

const spanOf = (row: Row, event: TimetableEvent): Span => {
  if (row.id !== 'TB-12') return row.params as Span
  const both = row.params as Row<'TB-12'>['params']
  return event === 'tb-complaint-accept' ? both.accept : both.decide
}

/** The date that the law derives from an event, with the row that says so; null when no national period exists. */
export const statutoryDate = (asked: StatutoryQuestion, context: LawContext): StatutoryDate | null => {
  const id = rules[asked.regime][asked.event]
  const row = id ? ruleFor(id, context, { date: asked.date, regime: asked.regime, method: asked.method }) : null
  if (!row) return null
  const written = spanOf(row, asked.event)
  // A clarification is bound both ways: forward it moves the deadline, backward from the deadline it has a last day.
  const span: Span = asked.event === 'last-clarification' ? { ...written, direction: 'before', roll: false } : written
  const { date, provisional } = countPeriod({ start: asked.date, ...span }, context.calendar)
  // DAY-7: some reviewers ask for 20 full days, so a period met to the day deserves a warning.
  const exactly = span.warnAtExactly && date === addDays(asked.date, span.n)
  return { date, provisional, rule: row.id, warnings: exactly ? ['exactly-minimum'] : [], row, span }
}

const request = z.strictObject({ regime, method, event: z.enum(timetableEvents), date: dateText })

/** `POST /api/calculators/timetable`. */
export const timetable = calculator(request, (asked, context) => {
  const found = statutoryDate(asked, context)
  if (!found) return refuseUnknown('event', 'no-statutory-period', asked, context)
  const { date, provisional, rule, warnings, row } = found
  const day = (id: 'DAY-1' | 'DAY-2' | 'DAY-5') => ruleFor(id, context, { date: asked.date, regime: asked.regime })
  const rolls = found.span.unit === 'day' && found.span.roll
  return {
    date,
    provisional,
    rule,
    warnings,
    basis: basisOf(
      row,
      day('DAY-1'),
      rolls ? day('DAY-2') : null,
      found.span.direction === 'before' ? day('DAY-5') : null,
    ),
  }
})
