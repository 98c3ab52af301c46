import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cardEnds, isValid, keptUntil, LIMITS, mayGoOn, mayRehearse } from './rules.ts'

const AT = new Date('2027-01-05T01:00:00.000Z')
const after = (ms: number) => new Date(AT.getTime() + ms)
const HOUR = 3_600_000

test('so many and so much within a day, and one not too large', () => {
  const table: [string, { count: number; bytes: number }, number, string | null][] = [
    ['the first', { count: 0, bytes: 0 }, 1, null],
    ['the largest', { count: 0, bytes: 0 }, LIMITS.bytes, null],
    ['too large, whatever is left', { count: 0, bytes: 0 }, LIMITS.bytes + 1, 'rehearsal-too-large'],
    ['the last of the day', { count: LIMITS.aDay - 1, bytes: 0 }, 1, null],
    ['one more', { count: LIMITS.aDay, bytes: 0 }, 1, 'rehearsal-quota-used'],
    ['exactly what is left', { count: 1, bytes: LIMITS.bytesADay - 5 }, 5, null],
    ['one byte more', { count: 1, bytes: LIMITS.bytesADay - 5 }, 6, 'rehearsal-quota-used'],
  ]
  for (const [what, used, bytes, code] of table) assert.equal(mayRehearse(used, bytes)?.code ?? null, code, what)
})

test('a card holds for 24 hours, to the millisecond', () => {
  assert.equal(cardEnds(AT).getTime(), AT.getTime() + 24 * HOUR)
  assert.ok(isValid(AT, after(24 * HOUR - 1)))
  assert.ok(!isValid(AT, after(24 * HOUR)))
})

test('parts are kept while somebody is at it, never longer than six hours', () => {
  assert.equal(keptUntil(AT, AT).getTime(), AT.getTime() + 40 * 60_000)
  assert.equal(keptUntil(AT, after(6 * HOUR - 60_000)).getTime(), AT.getTime() + 6 * HOUR)
  const row = { state: 'uploading', keep_until: AT }
  assert.equal(mayGoOn(row, after(-1)), null)
  assert.equal(mayGoOn(row, AT)?.code, 'rehearsal-over')
  assert.equal(mayGoOn({ ...row, state: 'passed' }, after(-1))?.code, 'rehearsal-over')
})
