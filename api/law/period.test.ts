import assert from 'node:assert/strict'
import { test } from 'node:test'
import chineseDays from 'chinese-days'
import fc from 'fast-check'
import { addDays, beijingDate, beijingInstant, beijingTime, daysBetween, isDate, weekday } from './beijing.ts'
import { dayOf, isWorkingDay, publishedCalendar, statutoryDays, withYearPlan, yearPlanImport } from './calendar.ts'
import { calculate } from './index.ts'
import { countPeriod } from './period.ts'

const context = { today: '2026-11-23' }
const dates = fc.integer({ min: 0, max: 3286 }).map((n) => addDays('2018-01-01', n))

test('the tables agree with an independent one on every day of 2018–2026', () => {
  for (let date = '2018-01-01'; date <= '2026-12-31'; date = addDays(date, 1))
    assert.equal(isWorkingDay(date), chineseDays.isWorkday(date), date)
  for (const year of [2025, 2026]) {
    const days = Array.from({ length: 365 }, (_, i) => addDays(`${year}-01-01`, i))
    assert.equal(days.filter((date) => isWorkingDay(date)).length, 248)
  }
})

test('the 13 statutory days are free in every published plan since the 2024 revision', () => {
  for (const year of [2025, 2026]) {
    assert.equal(statutoryDays(year).size, 13)
    for (const date of statutoryDays(year)) assert.equal(isWorkingDay(date), false, date)
  }
})

test('a year without a plan is provisional: weekends and statutory days, 2027 初一 on 02-06', () => {
  assert.deepEqual(dayOf('2027-01-01'), { working: false, provisional: true, makeUp: false })
  assert.equal(dayOf('2027-02-05').working, false)
  assert.equal(dayOf('2027-02-06').working, false)
  assert.equal(dayOf('2027-02-09').working, true)
  const answer = countPeriod({ start: '2026-12-30', n: 3, unit: 'working-day', direction: 'after' })
  assert.deepEqual(answer, {
    date: '2027-01-05',
    provisional: true,
    counted: ['2026-12-31', '2027-01-04', '2027-01-05'],
  })
})

test('an imported plan replaces the provisional year and a wrong one is refused', () => {
  const good = yearPlanImport.parse({
    year: 2027,
    source: 'test plan',
    holidays: [...statutoryDays(2027), ['2027-02-05', '2027-02-11']],
    workdays: ['2027-02-13'],
  })
  const done = withYearPlan(publishedCalendar, good)
  assert.ok('calendar' in done)
  assert.deepEqual(dayOf('2027-02-13', done.calendar), { working: true, provisional: false, makeUp: true })
  assert.equal(dayOf('2027-02-10', done.calendar).working, false)
  const bad = withYearPlan(publishedCalendar, { ...good, holidays: ['2027-02-06'], workdays: ['2027-02-10'] })
  assert.ok('errors' in bad)
  assert.ok(bad.errors.some((error) => error.code === 'make-up-not-weekend'))
  assert.ok(bad.errors.some((error) => error.code === 'statutory-day-missing' && error.date === '2027-01-01'))
})

test('Beijing dates do not depend on the zone of the process', () => {
  assert.equal(beijingDate(Date.UTC(2026, 8, 30, 16)), '2026-10-01')
  assert.equal(beijingDate(Date.UTC(2026, 8, 30, 15, 59, 59, 999)), '2026-09-30')
  assert.equal(beijingInstant('2026-10-08', '09:30'), Date.UTC(2026, 9, 8, 1, 30))
  assert.equal(beijingTime(beijingInstant('2026-10-08', '09:30:05')), '09:30:05')
  assert.throws(() => beijingInstant('2026-02-30', '09:30'), RangeError)
  assert.equal(isDate('2026-02-29'), false)
  assert.equal(isDate('2024-02-29'), true)
  assert.equal(weekday('2026-10-10'), 6)
})

test('the calculator: National Day week and its make-up Saturday', () => {
  const ask = { start: '2026-09-28', n: 5, unit: 'working-day', direction: 'after' }
  const answer = calculate('period', ask, context)
  assert.ok(!('problem' in answer))
  const { basis, ...rest } = answer as typeof answer & { date: string }
  assert.deepEqual(rest, {
    date: '2026-10-10',
    provisional: false,
    counted: ['2026-09-29', '2026-09-30', '2026-10-08', '2026-10-09', '2026-10-10'],
  })
  assert.ok(basis.some((item) => item.rule === 'DAY-1'))
  assert.ok('problem' in calculate('period', { ...ask, n: 0 }, context))
  assert.ok('problem' in calculate('period', { ...ask, start: '2026-02-30' }, context))
  const strange = calculate('period', { ...ask, zone: 'UTC' }, context)
  assert.ok('problem' in strange && strange.problem.errors[0]?.field === 'zone')
})

test('property: a period is never short and never ends on a holiday', () => {
  fc.assert(
    fc.property(dates, fc.integer({ min: 1, max: 90 }), (start, n) => {
      const days = countPeriod({ start, n, unit: 'day', direction: 'after' })
      assert.ok(daysBetween(start, days.date) >= n)
      assert.equal(isWorkingDay(days.date), true)
      assert.ok(n > 1 || daysBetween(start, days.date) <= 12)
      const worked = countPeriod({ start, n, unit: 'working-day', direction: 'after' })
      assert.equal(worked.counted?.length, n)
      assert.ok(worked.counted?.every((date) => isWorkingDay(date) && date > start))
      assert.equal(worked.counted?.at(-1), worked.date)
    }),
  )
})

test('property: working days back and forth meet again', () => {
  fc.assert(
    fc.property(dates, fc.integer({ min: 1, max: 60 }), (start, n) => {
      const from = isWorkingDay(start)
        ? start
        : countPeriod({ start, n: 1, unit: 'working-day', direction: 'after' }).date
      const there = countPeriod({ start: from, n, unit: 'working-day', direction: 'after' }).date
      assert.equal(countPeriod({ start: there, n, unit: 'working-day', direction: 'before' }).date, from)
    }),
  )
})
