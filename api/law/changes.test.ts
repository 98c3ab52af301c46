import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addDays } from './beijing.ts'
import { publishedCalendar, statutoryDays } from './calendar.ts'
import { type Amendment, calendarWith, caseOfRow, lawUnder, rowsAt } from './changes.ts'
import { ruleFor } from './contract.ts'
import { allRows } from './rows.ts'

const goods = { regime: 'GP', object: 'goods' } as const
const amend = (openTender: string, effectiveFrom: string, approvedAt: string): Amendment => ({
  id: `${openTender} ${effectiveFrom}`,
  rule: 'MET-1',
  regime: 'GP',
  object: ['goods', 'services'],
  method: null,
  params: { openTender },
  effectiveFrom,
  document: '云财采〔2026〕8号',
  article: '一',
  approvedAt,
})
const thresholdOn = (amendments: Amendment[], date: string, knownAt = '2099-01-01T00:00:00Z') => {
  const law = lawUnder({ amendments, calendars: [] }, Date.parse(knownAt))
  return ruleFor('MET-1', law, { ...goods, date })?.params.openTender
}

test('without changes the rows are those of the code, the very same', () => {
  assert.equal(rowsAt({ amendments: [], calendars: [] }, 0), allRows)
})

test('a row ends the day before the next begins, and a later word on the same day replaces the earlier', () => {
  const made = [
    amend('3000000', '2027-01-01', '2026-12-01T00:00:00Z'),
    amend('2500000', '2026-12-15', '2026-12-02T00:00:00Z'),
    amend('3500000', '2027-01-01', '2026-12-03T00:00:00Z'),
  ]
  const days = ['2026-12-14', '2026-12-15', '2026-12-31', '2027-01-01', '2030-06-01']
  assert.deepEqual(
    days.map((day) => thresholdOn(made, day)),
    ['2000000', '2500000', '2500000', '3500000', '3500000'],
  )
  assert.equal(thresholdOn(made, '2027-01-01', '2026-12-01T12:00:00Z'), '3000000', 'as it was known then')
  const works = ruleFor('MET-1', lawUnder({ amendments: made, calendars: [] }, Date.parse('2027-02-01')), {
    regime: 'GP',
    object: 'works',
  })
  assert.equal(works?.params.openTender, '4000000', 'another case of the rule stays')
})

test('what reaches back never judges what happened before it was approved', () => {
  const made = [amend('3000000', '2026-11-01', '2026-12-01T00:00:00Z')]
  assert.equal(thresholdOn(made, '2026-11-15', '2026-11-15T02:00:00Z'), '2000000')
  assert.equal(thresholdOn(made, '2026-11-15', '2026-12-02T00:00:00Z'), '3000000')
})

test('property: whatever is amended in whatever order, one row holds on each day and none overlaps', () => {
  const day = fc.integer({ min: 0, max: 900 }).map((n) => addDays('2022-01-01', n))
  const figure = fc.integer({ min: 1, max: 9_000_000 }).map(String)
  fc.assert(
    fc.property(fc.array(fc.tuple(figure, day), { maxLength: 8 }), day, (list, on) => {
      const made = list.map(([figures, from]) => amend(figures, from, '2022-01-01T00:00:00Z'))
      const rows = rowsAt({ amendments: made, calendars: [] }, Date.parse('2026-01-01'))
      const key = caseOfRow(allRows.find((row) => row.id === 'MET-1' && row.object?.includes('goods'))!)
      const held = rows.filter(
        (row) =>
          row.set === 'city' &&
          caseOfRow(row) === key &&
          row.effectiveFrom <= on &&
          (row.effectiveTo === null || on <= row.effectiveTo),
      )
      assert.equal(held.length, 1)
      const before = list.filter(([, from]) => from <= on)
      const newest = before
        .map(([, from]) => from)
        .sort()
        .at(-1)
      const expected = before.filter(([, from]) => from === newest).at(-1)?.[0] ?? '2000000'
      assert.deepEqual(held[0]!.params, { openTender: expected })
    }),
  )
})

test('the newest plan of a year is the calendar, and every other year stays', () => {
  const plan = (rest: string) => ({
    year: 2027,
    source: '国办发明电〔2026〕0号',
    holidays: [...statutoryDays(2027), rest],
    workdays: ['2027-02-13'],
  })
  const calendar = calendarWith([plan('2027-03-01'), plan('2027-03-02')])
  assert.deepEqual(
    [calendar.get(2027)?.rest.has('2027-03-01'), calendar.get(2027)?.rest.has('2027-03-02')],
    [false, true],
  )
  assert.equal(calendar.get(2026), publishedCalendar.get(2026))
})
