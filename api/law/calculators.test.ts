import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ask, context, refused } from './ask.fixture.ts'
import { calculate, calculatorNames } from './index.ts'

test('E9 deposits, refunds, payments, reservations', () => {
  const bid = { kind: 'bid', regime: 'GP', amount: '5000000' }
  assert.deepEqual(ask('deposit-cap', { ...bid, asked: '120000' }), { cap: '100000', lawful: false })
  assert.deepEqual(ask('deposit-cap', { ...bid, asked: '100000', reductionRate: '0.5' }), {
    cap: '100000',
    due: '50000',
    lawful: true,
  })
  assert.equal(ask('deposit-cap', { kind: 'bid', regime: 'TB', object: 'works', amount: '100000000' }).cap, '800000')
  assert.equal(ask('deposit-cap', { kind: 'bid', regime: 'TB', object: 'services', amount: '100000000' }).cap, '100000')
  assert.equal(ask('deposit-cap', { kind: 'performance', regime: 'GP', amount: '4680000' }).cap, '468000')
  assert.equal(ask('deposit-cap', { kind: 'supplement', regime: 'GP', amount: '4680000' }).cap, '468000')
  const refund = { regime: 'GP', trigger: 'award-notice', date: '2026-09-28' }
  assert.deepEqual(ask('deposit-refund', { ...refund, refundedOn: '2026-10-20', amount: '100000' }), {
    due: '2026-10-10',
    daysLate: 10,
    interest: '143.01',
  })
  assert.deepEqual(ask('deposit-refund', { regime: 'TB', trigger: 'contract', date: '2026-09-28' }), {
    due: '2026-10-08',
    bankInterest: true,
  })
  refused('deposit-refund', { ...refund, regime: 'TB' }, 'no-statutory-period')
  const payment = { delivered: '2026-09-05', buyer: 'state' }
  assert.deepEqual(ask('late-payment', { ...payment, paidOn: '2026-11-20', amount: '1000000' }), {
    due: '2026-10-08',
    daysLate: 43,
    interest: '21500.00',
  })
  refused('late-payment', { ...payment, agreedDays: 61 }, 'agreed-days-too-long')
  assert.deepEqual(ask('sme-reservation', { suitableAmount: '10000000' }), { sme: '3000000', smallMicro: '1800000' })
  assert.deepEqual(ask('sme-reservation', { suitableAmount: '10000000', object: 'works' }), {
    sme: '4000000',
    smallMicro: '2400000',
  })
  assert.equal(
    ask('sme-reservation', { suitableAmount: '10000000', object: 'works', date: '2027-01-01' }).sme,
    '3000000',
  )
  assert.deepEqual(ask('sme-reservation', { item: { object: 'goods', amount: '2000000' } }), { whole: true })
  assert.deepEqual(ask('sme-reservation', { item: { object: 'goods', amount: '2000000.01' } }), { whole: false })
  assert.deepEqual(ask('intention-due', { budgetApprovedOn: '2026-01-20', plannedStart: '2026-04-10' }), {
    due: '2026-03-11',
    targets: [
      { rule: 'INT-7', date: '2026-03-21' },
      { rule: 'INT-6', date: '2026-03-11' },
    ],
  })
})

test('E10 counts, committees, weights, decryption', () => {
  const count = (body: object) => {
    const { decision, remedy } = ask('minimum-bidders', body)
    return remedy ? `${decision} ${remedy}` : decision
  }
  const gp = { regime: 'GP', method: 'open' }
  assert.equal(
    count({ ...gp, stage: 'deadline', count: 2, documentSound: true, aboveOpenThreshold: true }),
    'no-opening may-apply-other-method',
  )
  assert.equal(
    count({ ...gp, stage: 'deadline', count: 2, documentSound: false, aboveOpenThreshold: true }),
    'no-opening correct-and-rerun',
  )
  assert.equal(count({ ...gp, stage: 'deadline', count: 3 }), 'continue')
  assert.equal(count({ ...gp, stage: 'decryption', count: 2 }), 'failed rerun')
  assert.equal(count({ ...gp, stage: 'qualification', count: 2 }), 'no-evaluation rerun')
  assert.equal(count({ ...gp, stage: 'qualification', count: 2, smeReserved: true }), 'rerun-non-reserved')
  assert.equal(count({ ...gp, stage: 'deadline', count: 2, smeReserved: true }), 'no-opening rerun')
  assert.equal(count({ regime: 'TB', method: 'open', stage: 'decryption', count: 2 }), 'no-evaluation rerun')
  assert.equal(count({ regime: 'TB', method: 'open', stage: 'conformity', count: 2 }), 'committee-decides')
  const consultation = { regime: 'GP', method: 'consultation', stage: 'final-quotes' }
  assert.equal(count({ ...consultation, count: 2, serviceOrPpp: true }), 'continue')
  assert.equal(count({ ...consultation, count: 1, serviceOrPpp: true }), 'terminate rerun')
  assert.equal(count({ ...consultation, count: 2 }), 'terminate rerun')
  assert.equal(
    count({ regime: 'GP', method: 'negotiation', stage: 'final-quotes', count: 2, approvedFromFailedTender: true }),
    'continue',
  )

  const committee = (body: object) =>
    (ask('committee', { ...gp, ...body }).reasons as { code: string }[]).map((reason) => reason.code)
  assert.deepEqual(committee({ size: 5, experts: 3 }), ['experts-below-two-thirds'])
  assert.deepEqual(committee({ size: 5, experts: 4 }), [])
  assert.deepEqual(committee({ size: 5, experts: 4, budget: '12000000' }), ['size-too-small'])
  assert.deepEqual(committee({ size: 4, experts: 3, chairIs: 'purchaser', agencyStaff: 1 }), [
    'size-too-small',
    'size-even',
    'chair-purchaser',
    'agency-staff',
  ])

  const weight = (method: string, object: string, w: string) => {
    const { lawful, needsApproval } = ask('price-weight', { regime: 'GP', method, object, weight: w })
    return [lawful, needsApproval]
  }
  assert.deepEqual(weight('open', 'goods', '0.25'), [false, false])
  assert.deepEqual(weight('open', 'services', '0.10'), [true, false])
  assert.deepEqual(weight('consultation', 'services', '0.35'), [false, true])

  const failure = (cause: string, fallback: string) =>
    Object.values(ask('decryption-failure', { cause, fallback })).join(' ')
  assert.equal(failure('bidder', 'failed'), 'revoked false')
  assert.equal(failure('platform', 'failed'), 'withdrawn true')
  assert.equal(failure('bidder', 'opened'), 'valid false')
  assert.equal(failure('escrow', 'opened'), 'revoked false')
})

test('each method ends where its own minimum is not reached', () => {
  const decide = (method: string, count: number, regime = 'GP') =>
    ask('minimum-bidders', { regime, method, stage: 'deadline', count }).decision
  assert.deepEqual([decide('negotiation', 2), decide('negotiation', 3)], ['terminate', 'continue'])
  assert.deepEqual([decide('inquiry', 2), decide('inquiry', 3)], ['terminate', 'continue'])
  assert.deepEqual([decide('single-source', 0), decide('single-source', 1)], ['terminate', 'continue'])
  assert.deepEqual([decide('open', 2, 'TB'), decide('open', 3, 'TB')], ['no-opening', 'continue'])
  const seats = (method: string, size: number, experts: number, more: object = {}) =>
    ask('committee', { regime: 'GP', method, size, experts, ...more }).lawful
  assert.deepEqual(
    [seats('negotiation', 3, 2), seats('inquiry', 3, 1), seats('consultation', 3, 2)],
    [true, false, true],
  )
  assert.equal(seats('negotiation', 3, 2, { aboveOpenThreshold: true }), false)
  assert.equal(seats('negotiation', 5, 4, { aboveOpenThreshold: true }), true)
  assert.deepEqual([seats('open', 5, 4, { regime: 'TB' }), seats('open', 5, 3, { regime: 'TB' })], [true, false])
  const due = (regime: string) => ask('deposit-refund', { regime, trigger: 'withdrawn', date: '2026-09-28' }).due
  assert.deepEqual([due('GP'), due('TB')], ['2026-10-10', '2026-10-08'])
})

test('E10 timed bidding', () => {
  const body = {
    startPrice: '5000',
    increment: '50',
    window: 240,
    bids: [
      { id: 'a', at: 30, price: '5000' },
      { id: 'b', at: 200, price: '5050' },
      { id: 'c', at: 430, price: '5150' },
      { id: 'd', at: 670, price: '5200' },
    ],
  }
  assert.deepEqual(ask('timed-bidding', body), {
    accepted: ['a', 'b', 'c'],
    rejected: [{ id: 'd', reason: 'after-end' }],
    end: 670,
    winner: 'c',
  })
  assert.equal(ask('timed-bidding', { ...body, reserve: '6000' }).winner, undefined)
  const steps = ask('timed-bidding', {
    ...body,
    current: '5000',
    bids: [
      { id: 'x', at: 1, price: '5070' },
      { id: 'y', at: 2, price: '5000' },
      { id: 'z', at: 3, price: '5150' },
      { id: 'w', at: 4, price: '4950' },
    ],
  })
  assert.deepEqual(steps.accepted, ['z'])
  assert.deepEqual(
    (steps.rejected as { reason: string }[]).map((item) => item.reason),
    ['not-a-step', 'not-higher', 'below-start'],
  )
  const wall = ask('timed-bidding', {
    ...body,
    startAt: '10:00:00.000',
    freeUntil: '10:05:00.000',
    bids: [{ id: 'a', at: '10:04:59.999', price: '5000' }],
  })
  assert.equal(wall.end, '10:08:59.999')
})

test('arithmetic correction follows the order of 87号令 59', () => {
  const item = (unit: string, quantity: string, total: string) => ({ unit, quantity, total })
  assert.deepEqual(
    ask('arithmetic-correction', { summary: '1000', items: [item('10', '50', '500'), item('100', '5', '500')] }),
    {
      corrected: '1000',
      items: [item('10', '50', '500'), item('100', '5', '500')],
      steps: [],
    },
  )
  const slip = ask('arithmetic-correction', { summary: '1000', items: [item('10', '50', '500'), item('1', '5', '5')] })
  assert.deepEqual(slip, {
    corrected: '1000',
    items: [item('10', '50', '500'), item('100', '5', '500')],
    steps: [
      { rule: 'ARI-3', from: '1', to: '100' },
      { rule: 'ARI-4', from: '5', to: '500' },
    ],
  })
  const recomputed = ask('arithmetic-correction', {
    summary: '1100',
    items: [item('10', '50', '500'), item('100', '5', '600')],
  })
  assert.equal(recomputed.corrected, '1000')
  const words = ask('arithmetic-correction', { summary: '100', words: '壹仟元整', items: [item('10', '100', '1000')] })
  assert.deepEqual([words.corrected, words.steps], ['1000', [{ rule: 'ARI-2', from: '100', to: '1000' }]])
  refused(
    'arithmetic-correction',
    { summary: '100', words: '很多', items: [item('10', '100', '1000')] },
    'not-an-amount',
  )
})

test('capitals and identifiers', () => {
  const amounts: [string, string][] = [
    ['100000.05', '壹拾万元零伍分'],
    ['1234', '壹仟贰佰叁拾肆元整'],
    ['0', '零元整'],
    ['0.5', '伍角整'],
    ['0.05', '伍分'],
    ['10000001', '壹仟万零壹元整'],
    ['1000000000000', '壹万亿元整'],
    ['16409.02', '壹万陆仟肆佰零玖元零贰分'],
    ['1409.5', '壹仟肆佰零玖元伍角整'],
    ['6007.14', '陆仟零柒元壹角肆分'],
    ['100500', '壹拾万零伍佰元整'],
    ['300000050', '叁亿零伍拾元整'],
    ['120030000', '壹亿贰仟零叁万元整'],
  ]
  for (const [amount, capitals] of amounts) assert.equal(ask('capital-amount', { amount }).capitals, capitals)
  assert.deepEqual(ask('uscc', { code: '91350100M000100Y43' }), { valid: true })
  assert.deepEqual(ask('uscc', { code: '91350100M000100Y44' }), { valid: false, reason: 'check-digit' })
  assert.deepEqual(ask('uscc', { code: '91350100M000100Y4' }), { valid: false, reason: 'length' })
  assert.deepEqual(ask('uscc', { code: '91350100M000100I43' }), { valid: false, reason: 'character' })
})

test('unknown keys, floats and wrong types are refused everywhere', () => {
  for (const name of calculatorNames) {
    const answer = calculate(name, { surprise: 1 }, context)
    assert.ok('problem' in answer && answer.problem.code === 'invalid-input', name)
    assert.ok(
      answer.problem.errors.some((error) => error.field === 'surprise' && error.code === 'unknown-key'),
      name,
    )
    for (const body of [null, [], 'x', 1]) assert.ok('problem' in calculate(name, body, context), name)
  }
  refused('deposit-cap', { kind: 'bid', regime: 'GP', amount: 5000000 }, 'invalid-input')
  refused('deposit-cap', { kind: 'bid', regime: 'GP', amount: '1.005' }, 'invalid-input')
})
