import assert from 'node:assert/strict'
import { test } from 'node:test'
import { since, unanswered } from './corrections.ts'

const notices = [
  { n: 0, affecting: false },
  { n: 1, affecting: true },
  { n: 2, affecting: false },
]

test('a correction is asked about once, and only when it may affect the bid', () => {
  const table: [string, { noticeN: number; confirmedN: number | null }, boolean][] = [
    ['sealed before the affecting one', { noticeN: 0, confirmedN: null }, true],
    ['sealed under it', { noticeN: 1, confirmedN: null }, false],
    ['confirmed under it', { noticeN: 0, confirmedN: 1 }, false],
    ['confirmed later', { noticeN: 0, confirmedN: 2 }, false],
  ]
  for (const [what, bid, asked] of table) assert.equal(unanswered(notices, bid), asked, what)
  assert.deepEqual(
    since(notices, 0).map(({ n }) => n),
    [1, 2],
  )
})
