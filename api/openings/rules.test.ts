import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BidTraces, decisionOf, seatAnswerOf } from './rules/decision.ts'
import {
  type ClosingState,
  isOver,
  lookAgain,
  mayHandOver,
  mayReleaseDek,
  mayReleaseShare,
  mayResupply,
  TOLD_AFTER,
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

test('SEALING.md §3 Release: a file that was handed over may be brought until the trustees’ window ends', () => {
  const table: [string, ClosingState, boolean, Date, string | null][] = [
    ['before STORED', closed, false, at(1), 'lot-not-in-window'],
    ['at STORED', stored, false, at(1), null],
    ['last millisecond', stored, false, at(58, 59_999), null],
    ['end', stored, false, at(59), 'lot-not-in-window'],
    ['stopped', stored, true, at(40), 'tender-suspended'],
    ['decided', decided, false, at(21), 'lot-not-in-window'],
  ]
  for (const [what, state, suspended, now, code] of table)
    assert.equal(mayHandOver(state, suspended, now)?.code ?? null, code, what)
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
  const nothing: BidTraces = { verdicts: shut, byTrustees: false, keys: 0, wrongKeys: false, lost: false, down: false }
  const table: [string, Partial<BidTraces>, string][] = [
    ['opened by itself', { verdicts: whole, keys: 4 }, 'opened-by-bidder valid'],
    ['opened by itself after a wrong key', { verdicts: whole, keys: 4, wrongKeys: true }, 'opened-by-bidder valid'],
    ['opened by trustees', { verdicts: whole, byTrustees: true }, 'opened-by-trustees valid'],
    ['nobody gave a key', {}, 'nothing-released revoked'],
    ['one key missing', { verdicts: [...whole.slice(1), 'unopenable'], keys: 3 }, 'keys-incomplete revoked'],
    ['a key that does not open counts as none', { wrongKeys: true }, 'wrong-key revoked'],
    ['key given, not opened', { keys: 4 }, 'keys-released withdrawn'],
    ['platform down, no key given', { down: true }, 'platform-down withdrawn'],
    ['platform down, a part of the keys given', { down: true, keys: 2 }, 'platform-down withdrawn'],
    ['platform down, and a wrong key', { down: true, wrongKeys: true }, 'platform-down withdrawn'],
    ['platform down, and opened', { down: true, verdicts: whole, keys: 4 }, 'opened-by-bidder valid'],
    ['platform down, escrow malformed', { down: true, verdicts: ['escrow-malformed'] }, 'escrow-malformed revoked'],
    ['lost, no key given', { lost: true }, 'store-lost withdrawn'],
    ['lost, wrong key given', { lost: true, wrongKeys: true }, 'store-lost withdrawn'],
    ['lost, key given', { keys: 4, lost: true }, 'store-lost withdrawn'],
    [
      'escrow malformed',
      { verdicts: ['valid', 'escrow-malformed', 'valid', 'valid'], keys: 4 },
      'escrow-malformed revoked',
    ],
    ['escrow malformed, by trustees', { verdicts: ['escrow-malformed'], byTrustees: true }, 'escrow-malformed revoked'],
    ['inner signature', { verdicts: ['signature-invalid', ...whole.slice(1)], keys: 4 }, 'signature-invalid revoked'],
  ]
  for (const [what, traces, wanted] of table) {
    const { row, treatedAs } = decisionOf({ ...nothing, ...traces })
    assert.equal(`${row} ${treatedAs}`, wanted, what)
  }
})

test('a trustee is absent only from a fallback that was needed to its end; a false share is told whatever else it gave', () => {
  assert.equal(seatAnswerOf({ shares: 0, falseShares: 0 }, true), 'absent')
  assert.equal(seatAnswerOf({ shares: 0, falseShares: 0 }, false), 'not-needed')
  assert.equal(seatAnswerOf({ shares: 4, falseShares: 0 }, true), 'given')
  assert.equal(seatAnswerOf({ shares: 4, falseShares: 1 }, false), 'false')
})

test('SEALING.md §4: an ordinary wait is not told, a longer one once, to the millisecond', () => {
  const [heldAt, until] = [at(1).getTime(), at(2).getTime()]
  const toldAt = heldAt + TOLD_AFTER
  const table: [string, boolean, number, number, { tell: boolean; next: number }][] = [
    ['just held', false, until, heldAt, { tell: false, next: toldAt }],
    ['last millisecond', false, until, toldAt - 1, { tell: false, next: toldAt }],
    ['over sooner', false, heldAt + 1000, heldAt, { tell: false, next: heldAt + 1000 }],
    ['it lasts', false, until, toldAt, { tell: true, next: until }],
    ['told already', true, until, toldAt + 1, { tell: false, next: until }],
    ['never to be told', true, until, heldAt, { tell: false, next: until }],
  ]
  for (const [what, isTold, end, now, answer] of table)
    assert.deepEqual(lookAgain({ heldAt, isTold }, end, now), answer, what)
})
