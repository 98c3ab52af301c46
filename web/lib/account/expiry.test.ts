import assert from 'node:assert/strict'
import { test } from 'node:test'
import { expiring, levelOf } from './expiry.ts'

const NOW = Date.parse('2026-12-01T01:00:00Z')
const DAY = 86_400_000
const at = (days: number): string => new Date(NOW + days * DAY).toISOString()
const held = (days: number, personId = 'a') => ({
  purpose: 'organisation',
  personId,
  subject: '单位',
  notAfter: at(days),
})

test('warned 30, 7 and 1 days before, and when it is over; never earlier', () => {
  const levels = [31, 30, 8, 7, 2, 1, 0.01, 0, -5].map((days) => levelOf(at(days), NOW))
  assert.deepEqual(levels, [null, '30', '30', '7', '7', '1', '1', 'over', 'over'])
})

test('a renewed certificate ends the warning of its own holder only', () => {
  assert.deepEqual(expiring([held(5), held(400)], NOW), [])
  assert.deepEqual(
    expiring([held(5), held(400, 'b')], NOW).map(({ days, level }) => [days, level]),
    [[5, '7']],
  )
})

test('on a bid page it is said when it ends before the deadline or before the opening is over', () => {
  const until = { deadline: NOW + 40 * DAY, opening: NOW + 40.1 * DAY }
  const before = [39, 40.05, 41].map((days) => expiring([held(days)], NOW, until)[0]?.before ?? null)
  assert.deepEqual(before, ['deadline', 'opening', null])
  assert.equal(expiring([held(29)], NOW, until)[0]?.level, '30')
})
