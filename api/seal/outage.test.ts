import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  isRedWithin,
  judgeInstant,
  LEAST_MOVE,
  lastMinuteOf,
  MOST_MISSING,
  MOST_RED,
  MOST_SILENCE,
  movedDeadline,
  type Quorum,
  runsOf,
  type Said,
  stateOfMinute,
} from './outage.ts'
import { MINUTE } from './probe.ts'

const TWO_OF_THREE: Quorum = { probes: 3, quorum: 2 }
const D = 1_000 * MINUTE
const at = (no: number): number => D + no * MINUTE
/** Each probe's minutes from the deadline's first one on backwards and forwards: `d` down, `u` up, `.` not heard. */
const said = (first: number, ...probes: string[]): Said[] =>
  probes.flatMap((row, probe) =>
    [...row].flatMap((word, no) =>
      word === '.' ? [] : [{ probe: `p${probe}`, minute: at(first + no), down: word === 'd' }],
    ),
  )

test('a minute is red by a quorum’s word, green when no quorum can be red any more', () => {
  const table: [string, Said[], string][] = [
    ['nobody', [], 'unknown'],
    ['one of three is down: no quorum', said(0, 'd', 'u', 'u'), 'green'],
    ['one down, one silent', said(0, 'd', 'u', '.'), 'unknown'],
    ['two down', said(0, 'd', 'd', 'u'), 'red'],
    ['one probe said it twice', [...said(0, 'd'), ...said(0, 'd')], 'unknown'],
    ['two up, one silent', said(0, 'u', 'u', '.'), 'green'],
    ['one up', said(0, 'u', '.', '.'), 'unknown'],
  ]
  for (const [what, words, state] of table) assert.equal(stateOfMinute(words, D, TWO_OF_THREE), state, what)
})

test('runs go through silence and end with a green minute', () => {
  assert.deepEqual(runsOf(said(0, 'udd..duud', 'udd..duud', '.........'), TWO_OF_THREE), [
    { from: at(1), to: at(6), isOver: true },
    { from: at(8), to: at(9), isOver: false },
  ])
  assert.equal(isRedWithin(said(0, 'd', 'd'), TWO_OF_THREE, D + 59_999, D + MINUTE), true)
  assert.equal(isRedWithin(said(0, 'd', 'd'), TWO_OF_THREE, D + MINUTE, D + 2 * MINUTE), false)
})

test('the last minute is the last whole one', () => {
  assert.equal(lastMinuteOf(D), at(-1))
  assert.equal(lastMinuteOf(D + 59_999), at(-1))
})

test('SEALING.md §4: the closer waits for a green last minute, and never for ever', () => {
  const table: [string, Said[], number, string][] = [
    ['green', said(-2, 'uu', 'uu', 'uu'), 0, 'go'],
    ['not heard of yet', said(-2, 'u.', 'u.', 'u.'), 0, `silent ${MOST_SILENCE}`],
    ['nobody heard, to the end', [], MOST_SILENCE, 'go'],
    ['nobody heard, until then', [], MOST_SILENCE - 1, `silent ${MOST_SILENCE}`],
    ['one says down, the others are silent', said(-1, 'd'), 0, `silent ${MOST_MISSING}`],
    ['one says down, the others are silent for long', said(-1, 'd'), MOST_MISSING, 'go'],
    ['one says down, the others up', said(-1, 'd', 'u', 'u'), 0, 'go'],
    ['red', said(-1, 'd', 'd'), 0, `red ${MOST_RED}`],
    ['red, and red still', said(-1, 'ddd', 'ddd'), MOST_SILENCE, `red ${MOST_RED}`],
    ['red for a day', said(-1, 'ddd', 'ddd'), MOST_RED, 'go'],
    ['red before, green in time', said(-2, 'du', 'du'), 0, 'go'],
    ['red and over', said(-3, 'ddduu', 'ddduu'), 3 * MINUTE, `outage ${at(-3)} ${at(0)}`],
    ['red and over, told late', said(-1, 'd....u', 'd....u'), MOST_SILENCE, `outage ${at(-1)} ${at(0)}`],
  ]
  for (const [what, words, waited, wanted] of table) {
    const judged = judgeInstant(D, words, TWO_OF_THREE, { since: D, now: D + waited })
    const shown =
      judged.act === 'wait'
        ? `${judged.why} ${judged.until - D}`
        : judged.act === 'outage'
          ? `outage ${judged.outage.from} ${judged.outage.to}`
          : 'go'
    assert.equal(shown, wanted, what)
  }
})

test('a deadline moves later by what was lost, half an hour at least, a day at most', () => {
  assert.equal(movedDeadline(D, { from: at(-1), to: at(4) }, at(5)), at(6) + LEAST_MOVE)
  assert.equal(movedDeadline(D, { from: at(-90), to: at(4) }, at(5) + 1), at(6 + 90))
  assert.equal(movedDeadline(D, { from: at(-5000), to: at(4) }, at(5)), at(6) + MOST_RED)
  fc.assert(
    fc.property(fc.nat(10_000), fc.nat(10_000), fc.nat(100_000_000), (before, after, later) => {
      const act = at(after) + later
      const moved = movedDeadline(D, { from: at(-before), to: at(after) }, act)
      assert.ok(moved >= act + LEAST_MOVE && moved <= act + MINUTE + MOST_RED && moved % MINUTE === 0)
      assert.ok(moved - act >= Math.min(before * MINUTE, MOST_RED))
    }),
  )
})
