import assert from 'node:assert/strict'
import { test } from 'node:test'
import { calculate } from './index.ts'

const context = { today: '2026-11-23' }
const ask = (regime: string, method: string, event: string, date: string) =>
  calculate('timetable', { regime, method, event, date }, context) as {
    date?: string
    warnings?: string[]
    provisional?: boolean
    rule?: string
  }

/** RULES §17, E7 and E8. */
const table: [
  regime: string,
  method: string,
  event: string,
  date: string,
  due: string,
  rule: string,
  warning?: string,
][] = [
  ['GP', 'open', 'notice', '2026-09-18', '2026-10-08', 'TIM-notice', 'exactly-minimum'],
  ['GP', 'open', 'notice', '2026-09-11', '2026-10-08', 'TIM-notice'],
  ['GP', 'open', 'documents', '2026-09-28', '2026-10-10', 'TIM-documents'],
  ['GP', 'open', 'affecting-clarification', '2026-10-08', '2026-10-23', 'TIM-affecting-clarification'],
  ['GP', 'open', 'last-clarification', '2026-10-20', '2026-10-05', 'TIM-affecting-clarification'],
  ['GP', 'open', 'notice-period', '2026-09-18', '2026-09-24', 'TIM-notice-period'],
  ['GP', 'open', 'evaluation-report', '2026-09-29', '2026-10-08', 'TIM-evaluation-report'],
  ['GP', 'open', 'report-received', '2026-09-29', '2026-10-12', 'TIM-report-received'],
  ['GP', 'open', 'award-decided', '2026-09-29', '2026-10-08', 'TIM-award-decided'],
  ['GP', 'open', 'contract-change', '2026-09-29', '2026-10-08', 'TIM-contract-change'],
  ['GP', 'open', 'result-notice', '2026-09-29', '2026-09-30', 'TIM-result-notice'],
  ['GP', 'open', 'result-notice-end', '2026-09-30', '2026-10-15', 'CH-3'],
  ['GP', 'open', 'challenge-received', '2026-10-15', '2026-10-26', 'CH-5'],
  ['GP', 'open', 'challenge-reply-due', '2026-10-26', '2026-11-16', 'CO-1'],
  ['GP', 'open', 'award-notice', '2026-09-11', '2026-10-12', 'TIM-award-notice'],
  ['GP', 'open', 'contract-signed', '2026-09-30', '2026-10-09', 'TIM-contract-signed'],
  ['GP', 'open', 'contract-filing', '2026-09-30', '2026-10-15', 'TIM-contract-filing'],
  ['GP', 'negotiation', 'notice', '2026-09-29', '2026-10-09', 'TIM-notice'],
  ['GP', 'consultation', 'notice', '2026-09-22', '2026-10-08', 'TIM-notice'],
  ['GP', 'consultation', 'documents', '2026-09-22', '2026-09-30', 'TIM-documents'],
  ['GP', 'open', 'complaint-received', '2026-02-09', '2026-02-14', 'CO-3'],
  ['GP', 'open', 'complaint-copies', '2026-02-09', '2026-02-26', 'CO-4'],
  ['GP', 'open', 'complaint-decision', '2026-02-09', '2026-03-27', 'CO-6'],
  ['GP', 'open', 'notice', '2026-01-27', '2026-02-24', 'TIM-notice'],
  ['GP', 'open', 'documents', '2026-02-12', '2026-02-26', 'TIM-documents'],
  ['TB', 'open', 'notice', '2026-09-18', '2026-10-08', 'TB-3', 'exactly-minimum'],
  ['TB', 'open', 'documents', '2026-09-28', '2026-10-08', 'TB-1'],
  ['TB', 'open', 'affecting-clarification', '2026-10-08', '2026-10-23', 'TB-4'],
  ['TB', 'open', 'award-notice', '2026-09-11', '2026-10-12', 'TB-10'],
  ['TB', 'open', 'tb-complaint-decision', '2026-02-09', '2026-03-27', 'TB-12'],
  ['TB', 'open', 'last-objection', '2026-10-20', '2026-10-10', 'TB-5'],
  ['TB', 'open', 'candidates-published', '2026-09-29', '2026-10-08', 'TB-7'],
  ['TB', 'open', 'tb-complaint-accept', '2026-09-29', '2026-10-09', 'TB-12'],
  ['GP', 'single-source', 'single-source-publicity', '2026-09-28', '2026-10-10', 'TIM-single-source-publicity'],
]

for (const [regime, method, event, date, due, rule, warning] of table)
  test(`${regime} ${method} ${event} ${date} → ${due}`, () => {
    const answer = ask(regime, method, event, date)
    assert.equal(answer.date, due)
    assert.equal(answer.rule, rule)
    assert.equal(answer.provisional, false)
    assert.deepEqual(answer.warnings, warning ? [warning] : [])
  })

test('no national period is a problem, and so is a day before the rule was in force', () => {
  for (const [regime, method, event] of [
    ['GP', 'negotiation', 'documents'],
    ['GP', 'open', 'candidates-published'],
    ['GP', 'single-source', 'notice'],
    ['TB', 'negotiation', 'notice'],
    ['TB', 'open', 'result-notice-end'],
  ] as const) {
    const answer = calculate('timetable', { regime, method, event, date: '2026-03-02' }, context)
    assert.ok('problem' in answer && answer.problem.code === 'no-statutory-period', `${regime} ${method} ${event}`)
  }
  const early = calculate(
    'timetable',
    { regime: 'GP', method: 'open', event: 'notice-period', date: '2016-03-01' },
    context,
  )
  assert.ok('problem' in early)
})

test('a period that reaches a year without a plan says so', () => {
  assert.equal(ask('GP', 'open', 'notice', '2026-12-20').provisional, true)
})
