import assert from 'node:assert/strict'
import { test } from 'node:test'
import { depositState, excessOf, judgeReceipt, shownVerdict } from './rules.ts'
import { isSignedByBank, signForBank } from './service/bank-signature.ts'

const deadline = new Date('2027-01-05T01:00:00.000Z')
const account = { organisationName: '晋南医疗器械（集团）有限公司', deadline, isClosed: true }
const open = { ...account, isClosed: false }

test('实施条例 33: from the bidder’s own account, before the deadline', () => {
  const own = account.organisationName
  const table: [string, typeof account | null, string, number, string][] = [
    ['own, one millisecond before', account, own, -1, 'matched'],
    ['at the instant', account, own, 0, 'late'],
    ['after', account, own, 1, 'late'],
    ['after, and the deadline may still move', open, own, 1, 'matched'],
    ['a person, likewise', open, '张三', 1, 'foreign-payer'],
    ['brackets as banks print them', account, '晋南医疗器械(集团) 有限公司', -1, 'matched'],
    ['a subsidiary', account, '晋南医疗器械（集团）有限公司运城分公司', -1, 'foreign-payer'],
    ['a person', account, '张三', -1, 'foreign-payer'],
    ['a person, late', account, '张三', 1, 'foreign-payer'],
    ['no such account', null, own, -1, 'unknown-account'],
  ]
  for (const [what, to, payerName, ms, verdict] of table)
    assert.equal(judgeReceipt(to, { payerName, paidAt: new Date(deadline.getTime() + ms) }), verdict, what)
})

test('what its payer is told of money that came rightly', () => {
  const table: [ms: number, isClosed: boolean, shown: string][] = [
    [-1, false, 'matched'],
    [-1, true, 'matched'],
    [0, false, 'held'],
    [0, true, 'late'],
  ]
  for (const [ms, isClosed, shown] of table)
    assert.equal(shownVerdict('matched', { paidAt: new Date(deadline.getTime() + ms), deadline, isClosed }), shown)
  assert.equal(shownVerdict('foreign-payer', { paidAt: deadline, deadline, isClosed: false }), 'foreign-payer')
})

test('what has come in against what is due, to the 分', () => {
  const table: [bigint, bigint[], string][] = [
    [0n, [], 'not-required'],
    [100n, [], 'none'],
    [100n, [99n], 'short'],
    [100n, [60n, 40n], 'paid'],
    [100n, [101n], 'paid'],
  ]
  for (const [due, paid, state] of table) assert.equal(depositState(due, paid), state)
})

test('what a payment exceeds, with all that counted up to and with it', () => {
  const table: [bigint, bigint[], bigint, bigint][] = [
    [100n, [100n], 100n, 0n],
    [100n, [60n, 40n], 40n, 0n],
    [100n, [60n, 41n], 41n, 1n],
    [100n, [100n, 30n], 30n, 30n],
    [100n, [250n], 250n, 150n],
  ]
  for (const [due, counted, payment, excess] of table) assert.equal(excessOf(due, counted, payment), excess)
})

test('the bank’s word: the exact bytes, its own secret, within five minutes', () => {
  const [secret, body, at] = ['secret-of-the-test-bank', '{"amount":"1"}', 1_795_000_000]
  const header = signForBank(secret, body, at)
  const table: [string, boolean, boolean][] = [
    ['as sent', isSignedByBank(secret, body, header, at), true],
    ['five minutes later', isSignedByBank(secret, body, header, at + 300), true],
    ['a second more', isSignedByBank(secret, body, header, at + 301), false],
    ['from the future', isSignedByBank(secret, body, header, at - 301), false],
    ['one byte more', isSignedByBank(secret, `${body} `, header, at), false],
    ['another secret', isSignedByBank('another-secret-of-a-bank', body, header, at), false],
    ['another time', isSignedByBank(secret, body, header.replace(String(at), String(at + 1)), at), false],
    ['no header', isSignedByBank(secret, body, '', at), false],
    ['twice', isSignedByBank(secret, body, `${header},v1=${'0'.repeat(64)}`, at), false],
  ]
  for (const [what, is, should] of table) assert.equal(is, should, what)
})
