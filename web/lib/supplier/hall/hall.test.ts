import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HallView } from '../bids.ts'
import { dueOf, ownState, phaseOf, progressOf } from './hall.ts'

const DEADLINE = '2026-12-01T01:00:00.000Z'
const END = '2026-12-01T01:30:00.000Z'
const lot = (over: object = {}) => ({
  status: 'closed',
  count: 3,
  opened: 2,
  windowEndsAt: END,
  fallbackEndsAt: '2026-12-01T02:00:00.000Z',
  decidedAt: null,
  own: [{ bidId: 'b', manifestHash: 'h', opened: false }],
  ...over,
})
const hall = (lots: object[], over: object = {}) =>
  ({ deadline: DEADLINE, namesOutAt: null, heldSince: null, suspended: false, lots, ...over }) as unknown as HallView
const at = (text: string) => Date.parse(text)

test('an opening as its bidder sees it, from countdown to names', () => {
  const now = at('2026-12-01T01:10:00Z')
  assert.equal(phaseOf(hall([lot({ windowEndsAt: null, count: null })]), at('2026-12-01T00:00:00Z')), 'before')
  const waits = hall([lot({ windowEndsAt: null, count: null })], { heldSince: DEADLINE })
  assert.equal(phaseOf(waits, now), 'held', 'outage rule: nothing is closed yet')
  assert.equal(phaseOf(hall([lot({ windowEndsAt: null })]), now), 'storing')
  assert.equal(phaseOf(hall([lot()]), now), 'release')
  assert.equal(phaseOf(hall([lot({ own: [{ opened: false, lost: true }] })]), now), 'lost')
  assert.equal(phaseOf(hall([lot({ own: [{ opened: false, keys: 'taken' }] })]), now), 'taken')
  assert.equal(phaseOf(hall([lot({ own: [{ opened: false, keys: 'taken' }] }), lot()]), now), 'release')
  assert.equal(phaseOf(hall([lot({ own: [{ opened: false, keys: 'taken', lost: true }] })]), now), 'taken')
  assert.equal(phaseOf(hall([lot({ own: [{ opened: true }] })]), now), 'waiting')
  assert.equal(phaseOf(hall([lot({ own: [] })]), now), 'watching')
  assert.equal(phaseOf(hall([lot()]), at('2026-12-01T01:31:00Z')), 'fallback')
  assert.equal(phaseOf(hall([lot({ status: 'not-opened', windowEndsAt: null })]), now), 'notopened')
  assert.equal(phaseOf(hall([lot()], { suspended: true }), now), 'stopped')
  assert.equal(phaseOf(hall([lot()], { namesOutAt: END }), now), 'out')
})

test('of an own bid it is said what is owed, and by whom', () => {
  const said = (keys: 'none' | 'taken', opened: boolean, lost = false) =>
    ownState({ bidId: 'b', manifestHash: 'h', keys, opened, lost }).label
  assert.deepEqual(
    [said('none', false), said('taken', false), said('none', true), said('taken', true)],
    ['hall.own.closed', 'hall.own.taken', 'hall.own.open', 'hall.own.open'],
  )
  assert.deepEqual([said('none', false, true), said('taken', false, true)], ['hall.own.lost', 'hall.own.gone'])
})

test('the countdown runs to the first window that still waits for oneself', () => {
  const late = lot({ windowEndsAt: '2026-12-01T01:40:00.000Z' })
  for (const phase of ['release', 'lost'] as const) assert.equal(dueOf(hall([late, lot()]), phase)?.to, END)
  for (const phase of ['taken', 'waiting'] as const)
    assert.equal(dueOf(hall([late, lot()]), phase)?.to, '2026-12-01T01:40:00.000Z')
  assert.equal(dueOf(hall([lot()]), 'out'), null)
})

test('counts are shown only once they are frozen, and without lots that are not opened', () => {
  assert.equal(progressOf(hall([lot({ count: null })])), null)
  assert.deepEqual(progressOf(hall([lot(), lot({ status: 'not-opened', opened: 0 })])), { done: 2, total: 3 })
})
