import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CLAUSES, missingClauses } from './rules/clauses.ts'
import {
  isBeforeDeadline,
  LOT_MOVES,
  mayCancel,
  mayCorrect,
  mayEdit,
  mayMoveLot,
  mayMoveTender,
  mayResume,
  mayReview,
  maySuspend,
  TENDER_MOVES,
} from './rules.ts'

test('the tables of statuses lead forward only', () => {
  const ends = new Set(['contracted', 'not-opened', 'cancelled', 'failed'])
  for (const [from, to] of Object.entries(TENDER_MOVES)) assert.equal(to.length === 0, ends.has(from), from)
  assert.equal(mayMoveTender('published', 'closed'), null)
  assert.equal(mayMoveTender('draft', 'published')?.code, 'tender-status-conflict')
  assert.equal(mayMoveTender('closed', 'published')?.code, 'tender-status-conflict')
  assert.equal(mayMoveLot('stored', 'opened'), null)
  assert.equal(mayMoveLot('published', 'opened')?.code, 'lot-status-conflict')
  for (const to of Object.values(LOT_MOVES)) assert.ok(!(to as readonly string[]).includes('published'))
})

test('who may act when: the deadline instant itself is too late', () => {
  const deadline = new Date('2026-12-15T01:00:00Z')
  const just = new Date(deadline.getTime() - 1)
  const open = { status: 'published', version: 3, suspended: false, deadline }
  const stopped = { ...open, suspended: true }
  assert.equal(isBeforeDeadline(open, just), null)
  assert.equal(isBeforeDeadline(open, deadline)?.code, 'deadline-passed')
  assert.equal(maySuspend(open, just), null)
  assert.equal(maySuspend(stopped, just)?.code, 'tender-suspended')
  assert.equal(maySuspend(open, deadline)?.code, 'deadline-passed')
  const closed = { ...open, status: 'closed' }
  assert.equal(maySuspend(closed, deadline), null, 'the windows of the opening can be stopped')
  assert.equal(maySuspend({ ...closed, suspended: true }, deadline)?.code, 'tender-suspended')
  assert.equal(mayResume({ ...closed, suspended: true }, deadline), null)
  assert.equal(maySuspend({ ...open, status: 'opened' }, deadline)?.code, 'tender-not-published')
  assert.equal(mayResume(open, just)?.code, 'tender-not-suspended')
  assert.equal(mayResume(stopped, just), null)
  assert.equal(mayResume(stopped, deadline)?.code, 'deadline-passed')
  assert.equal(mayCorrect(stopped, deadline), null, 'a suspended tender gets a later deadline by a correction')
  assert.equal(mayCorrect(open, deadline)?.code, 'deadline-passed')
  assert.equal(mayCancel({ ...open, status: 'closed' }, deadline)?.code, 'tender-not-published')
  assert.equal(mayEdit({ ...open, status: 'draft' }, 2)?.code, 'draft-changed')
  assert.equal(mayEdit(open, 3)?.code, 'tender-not-draft')
  assert.equal(mayReview({ status: 'in-review', submitted_by: 'a' }, 'a')?.code, 'same-approver')
  assert.equal(mayReview({ status: 'in-review', submitted_by: 'a' }, 'b'), null)
})

test('a reworded clause counts as missing', () => {
  assert.deepEqual(missingClauses(CLAUSES), [])
  assert.deepEqual(missingClauses(CLAUSES.map((c) => (c.id === 'escrow' ? { ...c, text: `${c.text} ` } : c))), [
    'escrow',
  ])
})
