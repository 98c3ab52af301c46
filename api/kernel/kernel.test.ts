import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { moveClockTo, now } from './clock.ts'
import { fenFromYuan, yuanFromFen } from './money.ts'
import { type TestDatabase, testDatabase } from './testing.ts'

let base: TestDatabase
before(async () => {
  base = await testDatabase()
})
after(() => base.close())

test('the clock says milliseconds and never goes back', async () => {
  const first = await now(base.db)
  const later = new Date(first.getTime() + 86_400_000)
  await moveClockTo(base.db, later)
  const second = await now(base.db)
  assert.ok(second.getTime() >= later.getTime() && second.getTime() < later.getTime() + 5000)
  await moveClockTo(base.db, first)
  assert.ok((await now(base.db)).getTime() >= second.getTime())
})

test('money is exact both ways', () => {
  assert.equal(fenFromYuan('1234.5'), 123450n)
  assert.equal(fenFromYuan('0.01'), 1n)
  for (const bad of ['1.234', '-1', '1e3', '', '1,000', ' 1']) assert.equal(fenFromYuan(bad), null, bad)
  assert.equal(yuanFromFen(5n), '0.05')
  assert.equal(yuanFromFen(-123450n), '-1234.50')
})
