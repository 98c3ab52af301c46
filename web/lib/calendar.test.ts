import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addDays, addMonths, isDate, monthGrid, weekday } from './calendar.ts'

test('weeks begin on Monday; months keep to their last day', () => {
  assert.equal(weekday('2026-11-23'), 0)
  assert.equal(addMonths('2026-01-31', 1), '2026-02-28')
  assert.equal(addMonths('2028-01-31', 1), '2028-02-29')
  assert.equal(addMonths('2026-01-15', -1), '2025-12-15')
  assert.equal(isDate('2026-02-30'), false)
})

test('a month’s grid is 42 days in a row, begins on a Monday and holds the whole month', () => {
  const days = fc.integer({ min: 0, max: 40_000 }).map((n) => addDays('2000-01-01', n))
  fc.assert(
    fc.property(days, (date) => {
      const flat = monthGrid(date).flat()
      assert.equal(flat.length, 42)
      assert.equal(weekday(flat[0]!), 0)
      for (const [i, day] of flat.entries()) assert.equal(day, addDays(flat[0]!, i))
      assert.ok(flat.includes(date) && flat.includes(`${date.slice(0, 7)}-01`))
      assert.ok(flat.includes(addDays(`${addMonths(`${date.slice(0, 7)}-01`, 1)}`, -1)))
    }),
  )
})
