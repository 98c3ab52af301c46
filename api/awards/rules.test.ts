import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mayAward, mayKeepContract, missingInNotice, type NoticeFacts, type PassedOver } from './rules.ts'

test('87号令 68: candidates in their order; better ones need a lawful ground, equal ones the draw', () => {
  const ranked = [
    { bidId: 'a', rank: 1 },
    { bidId: 'b', rank: 2 },
    { bidId: 'c', rank: 2 },
    { bidId: 'd', rank: 4 },
  ]
  const over = (bidId: string, ground: PassedOver['ground'], reason = '见附件'): PassedOver => ({
    bidId,
    ground,
    reason,
  })
  const cases: [string, PassedOver[], string | null][] = [
    ['a', [], null],
    ['z', [], 'not-a-candidate'],
    ['b', [], 'award-order-wrong'],
    ['b', [over('a', 'gave-up')], 'award-draw-needed'],
    ['b', [over('a', 'gave-up'), over('c', 'draw')], null],
    ['b', [over('a', 'draw'), over('c', 'draw')], 'award-ground-wrong'],
    ['b', [over('a', 'gave-up', ' '), over('c', 'draw')], 'award-ground-wrong'],
    ['a', [over('b', 'gave-up')], 'award-ground-wrong'],
    ['d', [over('a', 'gave-up'), over('b', 'illegal-act')], 'award-order-wrong'],
    [
      'd',
      [over('a', 'gave-up'), over('a', 'gave-up'), over('b', 'gave-up'), over('c', 'gave-up')],
      'award-ground-wrong',
    ],
  ]
  for (const [bidId, passedOver, code] of cases) {
    assert.equal(mayAward(ranked, bidId, passedOver)?.code ?? null, code, `${bidId} ${JSON.stringify(passedOver)}`)
  }
})

test('RULES §2.2: a result notice names all that the law asks for', () => {
  const party = { name: '甲', address: '路1号', contact: '0359-1' }
  const whole: NoticeFacts = {
    purchaser: party,
    agency: null,
    winner: party,
    comprehensive: true,
    totalScore: '90.00',
    subject: [{ name: 'CT', spec: 'X', quantity: '1台', unitPrice: '1', requirement: '质保三年' }],
    evaluators: [{ name: '蒋' }],
    smePolicyUsed: false,
    hasSmeDeclaration: false,
  }
  assert.deepEqual(missingInNotice(whole), [])
  const cases: [Partial<NoticeFacts>, string[]][] = [
    [{ purchaser: { ...party, contact: ' ' } }, ['purchaser.contact']],
    [{ agency: { ...party, address: '' } }, ['agency.address']],
    [{ totalScore: null }, ['winner.totalScore']],
    [{ subject: [] }, ['subject']],
    [{ subject: [{ ...whole.subject[0]!, spec: '' }] }, ['subject.0.spec']],
    [{ evaluators: [] }, ['evaluators']],
    [{ smePolicyUsed: true }, ['smeDeclaration']],
  ]
  for (const [change, missing] of cases) assert.deepEqual(missingInNotice({ ...whole, ...change }), missing)
  assert.deepEqual(missingInNotice({ ...whole, comprehensive: false, totalScore: null }), [])
})

test('政府采购法 46: the contract says the awarded price and is signed within the lawful days', () => {
  const award = { price: 100n, letterOn: '2026-09-11', letterSigned: true, lastDay: '2026-10-12' }
  const of = (amount: bigint, signedOn: string, today = '2026-10-20') =>
    mayKeepContract(award, { amount, signedOn }, today)?.code ?? null
  assert.equal(of(100n, '2026-09-11'), null)
  assert.equal(of(100n, '2026-10-12'), null)
  assert.equal(of(99n, '2026-09-20'), 'contract-amount-differs')
  assert.equal(of(100n, '2026-10-13'), 'contract-date-outside')
  assert.equal(of(100n, '2026-09-10'), 'contract-date-outside')
  assert.equal(of(100n, '2026-10-12', '2026-10-11'), 'contract-date-in-future')
  const contract = { amount: 100n, signedOn: '2026-09-20' }
  assert.equal(
    mayKeepContract({ ...award, letterSigned: false }, contract, '2026-12-31')?.code,
    'award-letter-unsigned',
  )
})
