import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drillIsDue, releaseOf } from './seat.ts'

const at = (text: string) => Date.parse(text)
const lot = (over: object = {}) => ({
  windowEndsAt: '2026-12-01T01:30:00.000Z',
  fallbackEndsAt: '2026-12-01T02:00:00.000Z',
  decidedAt: null,
  opened: 2,
  count: 3,
  ...over,
})

test('shares are offered only between the two windows, and only where something is closed', () => {
  assert.equal(releaseOf(lot({ windowEndsAt: null }), false, at('2026-12-01T01:40:00Z')), 'none')
  assert.equal(releaseOf(lot(), false, at('2026-12-01T01:29:59Z')), 'early')
  assert.equal(releaseOf(lot(), false, at('2026-12-01T01:30:00Z')), 'open')
  assert.equal(releaseOf(lot(), true, at('2026-12-01T01:30:00Z')), 'stopped')
  assert.equal(releaseOf(lot({ opened: 3 }), false, at('2026-12-01T01:30:00Z')), 'unneeded')
  assert.equal(releaseOf(lot(), false, at('2026-12-01T02:00:00Z')), 'over')
  assert.equal(releaseOf(lot({ decidedAt: '2026-12-01T02:00:00.000Z' }), false, at('2026-12-01T02:00:01Z')), 'over')
})

test('the second drill falls due in the last day and is done by a drill of that day', () => {
  const deadline = '2026-12-02T01:00:00.000Z'
  const now = at('2026-12-01T12:00:00Z')
  assert.equal(drillIsDue({ deadline, drilledAt: '2026-11-20T00:00:00Z' }, now), true)
  assert.equal(drillIsDue({ deadline, drilledAt: '2026-12-01T11:00:00Z' }, now), false)
  assert.equal(drillIsDue({ deadline, drilledAt: null }, at('2026-11-25T00:00:00Z')), false)
  assert.equal(drillIsDue({ deadline, drilledAt: null }, at('2026-12-02T01:00:00Z')), false)
})
