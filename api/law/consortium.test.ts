import assert from 'node:assert/strict'
import { test } from 'node:test'
import { leaderShare, membersIn, preferenceOf } from './consortium.ts'
import type { LawContext } from './contract.ts'
import { priceScore } from './price-score.ts'

const of = (size: string, members: object[], count = members.length) =>
  preferenceOf({ price: '1', size, consortiumMembers: members }, count, true)

test('46号 4: a consortium counts as what all of its members are', () => {
  const table: [string, string[], string][] = [
    ['small', ['micro'], 'small'],
    ['micro', ['micro'], 'micro'],
    ['small', ['medium'], 'medium'],
    ['small', ['micro', 'large'], 'large'],
    ['large', ['small'], 'large'],
  ]
  for (const [leader, members, size] of table)
    assert.equal(
      of(
        leader,
        members.map((one) => ({ size: one })),
      ).size,
      size,
      `${leader} with ${members}`,
    )
})

test('46号 9: the share of small and micro members, exact; the leader carries the rest', () => {
  assert.equal(of('large', [{ size: 'small', share: '0.30' }]).smallShare, '0.3')
  assert.equal(
    of('large', [
      { size: 'small', share: '0.1' },
      { size: 'micro', share: '0.2' },
    ]).smallShare,
    '0.3',
  )
  assert.equal(of('small', [{ size: 'large', share: '0.7001' }]).smallShare, '0.2999')
  assert.equal(of('large', [{ size: 'medium', share: '0.5' }]).smallShare, '0')
  // Nothing is left for the leader, or a share is missing: what the agreement says is not known.
  for (const members of [
    [
      { size: 'small', share: '0.5' },
      { size: 'small', share: '0.5' },
    ],
    [{ size: 'small', share: '0.5' }, { size: 'small' }],
    [{ size: 'small', share: '0.0' }],
  ])
    assert.deepEqual(of('large', members), { size: 'large', smallShare: null })
  assert.equal(leaderShare([{ size: 'small', share: '0.25' }]), '0.75')
})

test('a consortium that does not say what its members are gets nothing; who bids alone is what it says', () => {
  const nothing = { size: null, smallShare: null }
  assert.deepEqual(preferenceOf({ size: 'small' }, 0, true), { size: 'small', smallShare: null })
  assert.deepEqual(preferenceOf({ size: 'tiny' }, 0, true), nothing)
  assert.deepEqual(preferenceOf(null, 0, true), nothing)
  assert.deepEqual(preferenceOf({ size: 'small' }, 1, true), nothing)
  // Under a notice from before the question its bids are judged as they were told they would be.
  assert.deepEqual(preferenceOf({ size: 'small' }, 1, false), { size: 'small', smallShare: null })
  assert.deepEqual(of('small', [{ size: 'small' }], 2), nothing)
  assert.deepEqual(of('small', [{ size: 'tiny' }]), nothing)
  for (const told of ['small', [null], [{ size: 'small', share: 0.3 }], [{ size: 'small', share: '1.5' }]])
    assert.deepEqual(membersIn({ consortiumMembers: told }), [], JSON.stringify(told))
})

test('SME-8: the notice’s rate is deducted from thirty per cent on, and never beside that of a small firm', () => {
  const law: LawContext = { today: '2026-11-23', sets: ['national'] }
  const scored = (smallShare: string | null, size: 'large' | 'small') =>
    priceScore.calculate(
      {
        ...{ regime: 'GP', method: 'lowest-price-first', object: 'goods', weight: '0.30' },
        ...{ smeRate: '0.10', consortiumRate: '0.05' },
        bids: [{ id: 'A', price: '1000000', size, ...(smallShare ? { consortiumSmallShare: smallShare } : {}) }],
      },
      law,
    )
  const reduced = (share: string | null, size: 'large' | 'small') => {
    const outcome = scored(share, size)
    assert.ok(!('problem' in outcome))
    return outcome.bids[0]?.reductions
  }
  assert.deepEqual(reduced('0.3', 'large'), [{ kind: 'consortium', rate: '0.05' }])
  assert.deepEqual(reduced('0.2999', 'large'), [])
  assert.deepEqual(reduced(null, 'large'), [])
  assert.deepEqual(reduced('1', 'small'), [{ kind: 'sme', rate: '0.10' }])
})
