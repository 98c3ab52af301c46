import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ConsortiumMember, invalidConsortium, signedByAll } from './consortium.ts'

const member = (organisationId: string, signed = true): ConsortiumMember => ({
  organisationId,
  name: `名${organisationId}`,
  uscc: `U${organisationId}`,
  signed,
})
const bid = (organisationId: string, ...consortium: ConsortiumMember[]) => ({ organisationId, consortium })

test('政府采购法 24, 条例 22: what makes a consortium invalid by fact', () => {
  const alone = bid('a')
  const pair = bid('a', member('b'))
  const table: [string, Parameters<typeof invalidConsortium>, string[]][] = [
    ['one bidder alone', [alone, false, [bid('b')]], []],
    ['accepted and signed', [pair, true, [bid('c')]], []],
    ['not accepted by the notice', [pair, false, []], ['consortium-not-accepted']],
    ['a member did not sign', [bid('a', member('b', false)), true, []], ['consortium-unsigned']],
    ['a member bids alone as well', [pair, true, [bid('b')]], ['consortium-member-twice']],
    ['and that other bid falls too', [bid('b'), true, [pair]], ['consortium-member-twice']],
    ['a member in two consortia', [pair, true, [bid('c', member('b'))]], ['consortium-member-twice']],
  ]
  for (const [what, args, codes] of table)
    assert.deepEqual(
      invalidConsortium(...args).map(({ code }) => code),
      codes,
      what,
    )
})

test('signed means: in every envelope but the summary, by a certificate of that member, under the same list', () => {
  const kinds = ['qualification', 'technical', 'price-detail']
  const all = kinds.map((kind) => ({ kind, members: ['b'], codes: ['Ua', 'Ub'] }))
  const second = (change: object) => all.map((one, at) => (at === 1 ? { ...one, ...change } : one))
  const table: [string, { uscc: string | null }, typeof all, boolean][] = [
    ['in all three', { uscc: 'Ub' }, all, true],
    ['one lacks it', { uscc: 'Ub' }, second({ codes: ['Ua'] }), false],
    ['one names other members', { uscc: 'Ub' }, second({ members: ['c'] }), false],
    ['one was not opened', { uscc: 'Ub' }, all.slice(1), false],
    ['the register knows no such member', { uscc: null }, all, false],
  ]
  for (const [what, who, envelopes, signed] of table) assert.equal(signedByAll(who, ['b'], envelopes), signed, what)
})
