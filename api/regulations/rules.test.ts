import assert from 'node:assert/strict'
import { test } from 'node:test'
import { statutoryDays } from '../law/calendar.ts'
import { params } from '../law/rows/schema.ts'
import { allRows } from '../law/rows.ts'
import {
  type AmendmentDraft,
  changesCalendar,
  mayAmend,
  mayApprove,
  mayImport,
  mayReject,
  SECTION_KEYS,
  sectionOf,
} from './rules.ts'

const TODAY = '2026-11-29'
const draft = (change: Partial<AmendmentDraft> = {}): AmendmentDraft => ({
  rule: 'MET-1',
  regime: 'GP',
  object: ['goods', 'services'],
  method: null,
  params: { openTender: '3000000' },
  effectiveFrom: '2027-01-01',
  retroactive: false,
  ...change,
})

test('which change of a row may be proposed', () => {
  const grades = { A: '1', B: '0.6', C: '0', D: '0' }
  const deposit = { rule: 'DEP-14', regime: null, object: null, params: { reductions: grades } } as const
  const cases: [string, AmendmentDraft, string | null][] = [
    ['a threshold from a day to come', draft(), null],
    ['from today', draft({ effectiveFrom: TODAY }), null],
    ['from yesterday', draft({ effectiveFrom: '2026-11-28' }), 'amendment-in-past'],
    ['from yesterday, said so', draft({ effectiveFrom: '2026-11-28', retroactive: true }), null],
    [
      'before there was such a rule',
      draft({ effectiveFrom: '1999-01-01', retroactive: true }),
      'amendment-before-rule',
    ],
    ['a national rule', draft({ rule: 'INT-6', object: null, params: { days: 20 } }), 'rule-not-of-city'],
    ['a case that the city has no row for', draft({ object: ['goods'] }), 'rule-not-of-city'],
    ['words for a number', draft({ params: { openTender: '三百万' } }), 'amendment-params'],
    ['another figure beside', draft({ params: { openTender: '3000000', works: '1' } }), 'amendment-params'],
    ['no figure', draft({ params: {} }), 'amendment-params'],
    ['the same as now', draft({ params: { openTender: '2000000' } }), 'amendment-changes-nothing'],
    ['grades', draft(deposit), null],
    ['more than all', draft({ ...deposit, params: { reductions: { A: '1.5' } } }), 'amendment-params'],
    [
      'the same in another order',
      draft({ ...deposit, params: { reductions: { D: '0', C: '0', B: '0.5', A: '1' } } }),
      'amendment-changes-nothing',
    ],
  ]
  for (const [what, one, code] of cases) assert.equal(mayAmend(one, allRows, TODAY)?.code ?? null, code, what)
  const bad = mayAmend(draft({ params: { openTender: '-1' } }), allRows, TODAY)
  assert.deepEqual(
    bad?.errors?.map(({ field }) => field),
    ['params.openTender'],
  )
})

test('nobody approves what they drafted, nothing is decided twice', () => {
  assert.equal(mayApprove({ status: 'draft', drafted_by: 'a' }, 'b'), null)
  assert.equal(mayApprove({ status: 'draft', drafted_by: 'a' }, 'a')?.code, 'same-approver')
  assert.equal(mayApprove({ status: 'rejected', drafted_by: 'a' }, 'b')?.code, 'change-already-decided')
  assert.equal(mayReject({ status: 'draft' }), null)
  assert.equal(mayReject({ status: 'approved' })?.code, 'change-already-decided')
})

test('RULES §16: which holiday plan may be imported', () => {
  const plan = {
    year: 2027,
    source: '国办发明电〔2026〕0号',
    holidays: [...statutoryDays(2027)],
    workdays: ['2027-02-13'],
  }
  assert.equal(mayImport(plan), null)
  const codes = (change: object) => mayImport({ ...plan, ...change })?.errors?.map(({ code }) => code)
  assert.deepEqual(codes({ workdays: ['2027-02-15'] }), ['make-up-not-weekend'])
  assert.deepEqual(codes({ workdays: ['2026-02-14'] }), ['other-year'])
  assert.deepEqual(codes({ holidays: plan.holidays.slice(1) }), ['statutory-day-missing'])
  assert.deepEqual(codes({ holidays: [...plan.holidays, '2027-02-13'] }), ['both-rest-and-work'])
  assert.equal(changesCalendar(plan, []), null)
  assert.equal(changesCalendar(plan, [plan])?.code, 'calendar-plan-known')
  assert.equal(changesCalendar({ ...plan, workdays: [] }, [plan]), null)
})

test('every rule stands in a section, and every section is used', () => {
  const used = new Set(Object.keys(params).map(sectionOf))
  assert.deepEqual([...used].sort(), [...SECTION_KEYS].sort())
})
