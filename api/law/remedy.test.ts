import assert from 'node:assert/strict'
import { test } from 'node:test'
import { context } from './ask.fixture.ts'
import { remedyEnds } from './remedy.ts'

test('each step of the remedies ends where the next begins, and the last of them ends the period', () => {
  // 94号令 10, 13, 17: 7, 7 and 15 working days; 2026-04-06 is a holiday.
  const gp = remedyEnds({ regime: 'GP', method: 'open', date: '2026-03-02' }, context)
  assert.deepEqual([gp.date, gp.provisional], ['2026-04-13', false])
  assert.deepEqual(
    gp.rows.map(({ id }) => id),
    ['CH-3', 'CH-5', 'CO-1'],
  )
  // 招投条例 60: ten days.
  const tb = remedyEnds({ regime: 'TB', method: 'open', date: '2026-03-02' }, context)
  assert.deepEqual([tb.date, tb.rows.map(({ id }) => id)], ['2026-03-12', ['TB-12-lodge']])
})
