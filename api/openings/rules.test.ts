import assert from 'node:assert/strict'
import { test } from 'node:test'
import { treatmentOf } from '../law/counting.ts'
import {
  type BidOutcome,
  type ClosingState,
  causeOf,
  isOver,
  mayReleaseDek,
  mayReleaseShare,
  mayResupply,
} from './rules.ts'

const at = (minute: number, ms = 0): Date => new Date(Date.UTC(2027, 0, 5, 1, minute, 0, ms))
const closed: ClosingState = { storedAt: null, windowEndsAt: null, fallbackEndsAt: null, decidedAt: null }
const stored: ClosingState = { ...closed, storedAt: at(1), windowEndsAt: at(31), fallbackEndsAt: at(59) }
const decided = { ...stored, decidedAt: at(20) }

test('SEALING.md §4: a bidder opens its bid from STORED to the end of its window, to the millisecond', () => {
  const table: [string, ClosingState, boolean, Date, string | null][] = [
    ['before STORED', closed, false, at(1), 'lot-not-in-window'],
    ['at STORED', stored, false, at(1), null],
    ['last millisecond', stored, false, at(30, 59_999), null],
    ['end of the window', stored, false, at(31), 'lot-not-in-window'],
    ['stopped', stored, true, at(2), 'tender-suspended'],
    ['all open before', decided, false, at(21), 'lot-not-in-window'],
  ]
  for (const [what, state, suspended, now, code] of table)
    assert.equal(mayReleaseDek(state, suspended, now)?.code ?? null, code, what)
})

test('SEALING.md §4: trustees wait for the end of the bidders’ window, and have one of their own', () => {
  const table: [string, ClosingState, boolean, Date, string | null][] = [
    ['before STORED', closed, false, at(40), 'lot-not-in-window'],
    ['in the bidders’ window', stored, false, at(30, 59_999), 'share-too-early'],
    ['at its end', stored, false, at(31), null],
    ['last millisecond', stored, false, at(58, 59_999), null],
    ['end of their own', stored, false, at(59), 'lot-not-in-window'],
    ['stopped', stored, true, at(40), 'tender-suspended'],
    ['decided', { ...stored, decidedAt: at(40) }, false, at(41), 'lot-not-in-window'],
  ]
  for (const [what, state, suspended, now, code] of table)
    assert.equal(mayReleaseShare(state, suspended, now)?.code ?? null, code, what)
})

test('SEALING.md §4 Close: a lost part is taken in the bidders’ window, until the first key', () => {
  const table: [string, ClosingState, boolean, boolean, Date, string | null][] = [
    ['before STORED', closed, false, false, at(1), 'lot-not-in-window'],
    ['at STORED', stored, false, false, at(1), null],
    ['last millisecond', stored, false, false, at(30, 59_999), null],
    ['end of the window', stored, false, false, at(31), 'resupply-window-over'],
    ['a key is out', stored, false, true, at(2), 'resupply-after-first-key'],
    ['stopped', stored, true, false, at(2), 'tender-suspended'],
    ['decided', decided, false, false, at(21), 'resupply-window-over'],
  ]
  for (const [what, state, suspended, key, now, code] of table)
    assert.equal(mayResupply(state, suspended, key, now)?.code ?? null, code, what)
})

test('a lot is over when all is open, or the trustees had their time; never before STORED', () => {
  const table: [string, ClosingState, boolean, Date, boolean][] = [
    ['before STORED', closed, true, at(70), false],
    ['all open', stored, true, at(2), true],
    ['last millisecond', stored, false, at(58, 59_999), false],
    ['end', stored, false, at(59), true],
  ]
  for (const [what, state, open, now, over] of table) assert.equal(isOver(state, open, now), over, what)
})

test('SEALING.md §4 "Whose fault": 撤销 is the bidder’s, 撤回 others’', () => {
  const whole = ['valid', 'valid', 'valid', 'valid'] as const
  const shut = ['unopenable', 'unopenable', 'unopenable', 'unopenable'] as const
  const table: [string, BidOutcome, string][] = [
    ['opened by itself', { verdicts: whole, bidderReleased: true, lost: false }, 'valid'],
    ['opened by trustees', { verdicts: whole, bidderReleased: false, lost: false }, 'valid'],
    ['nobody gave a key', { verdicts: shut, bidderReleased: false, lost: false }, 'revoked'],
    [
      'one key missing',
      { verdicts: ['valid', 'valid', 'valid', 'unopenable'], bidderReleased: false, lost: false },
      'revoked',
    ],
    ['key given, not opened', { verdicts: shut, bidderReleased: true, lost: false }, 'withdrawn'],
    ['lost, no key given', { verdicts: shut, bidderReleased: false, lost: true }, 'withdrawn'],
    ['lost, key given', { verdicts: shut, bidderReleased: true, lost: true }, 'withdrawn'],
    [
      'escrow malformed',
      { verdicts: ['valid', 'escrow-malformed', 'valid', 'valid'], bidderReleased: true, lost: false },
      'revoked',
    ],
    [
      'inner signature',
      { verdicts: ['signature-invalid', ...whole.slice(1)], bidderReleased: true, lost: false },
      'revoked',
    ],
  ]
  for (const [what, outcome, treated] of table) {
    const { cause, fallback } = causeOf(outcome)
    assert.equal(treatmentOf(cause, fallback), treated, what)
  }
})
