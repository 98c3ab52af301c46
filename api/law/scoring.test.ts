import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ask, refused, scores } from './ask.fixture.ts'

test('E1 price score with SME deduction', () => {
  const body = {
    regime: 'GP',
    method: 'lowest-price-first',
    object: 'goods',
    weight: '0.30',
    smeRate: '0.10',
    bids: [
      { id: 'A', price: '1000000', size: 'large' },
      { id: 'B', price: '950000', size: 'small' },
      { id: 'C', price: '920000', size: 'medium' },
    ],
  }
  const answer = ask('price-score', body)
  assert.equal(answer.base, '855000')
  assert.deepEqual(answer.bids, [
    { id: 'A', evaluatedPrice: '1000000', score: '25.65', reductions: [] },
    { id: 'B', evaluatedPrice: '855000', score: '30.00', reductions: [{ kind: 'sme', rate: '0.10' }] },
    { id: 'C', evaluatedPrice: '920000', score: '27.88', reductions: [] },
  ])
  refused('price-score', { ...body, smeRate: '0.25' }, 'rate-out-of-range')
  refused('price-score', { ...body, smeRate: '0.06' }, 'rate-out-of-range')
  refused('price-score', { ...body, object: 'works', smeRate: '0.10' }, 'rate-out-of-range')
  assert.equal(ask('price-score', { ...body, smeRate: '0.06', date: '2022-06-30' }).base, '893000')
  assert.equal(ask('price-score', { ...body, reserved: true }).base, '920000')
  const controlled = body.bids.map((bid) => ({ ...bid, controlledByLarge: true }))
  assert.equal(ask('price-score', { ...body, bids: controlled }).base, '920000')
  refused('price-score', { ...body, bids: [body.bids[0], body.bids[0]] }, 'invalid-input')
})

test('E2 domestic and SME deductions stack on the original quote', () => {
  const bids = [
    { id: 'A', price: '1200000', size: 'small', domesticShare: '1' },
    { id: 'B', price: '1000000', size: 'large' },
    { id: 'C', price: '1050000', size: 'large', domesticShare: '0.80' },
  ]
  const body = { regime: 'GP', method: 'lowest-price-first', object: 'goods', weight: '0.40', smeRate: '0.10', bids }
  const answer = ask('price-score', body)
  assert.equal(answer.base, '840000')
  assert.deepEqual(scores(answer), ['40.00', '33.60', '40.00'])
  const allDomestic = ask('price-score', { ...body, bids: [bids[0], bids[2]] })
  assert.equal(allDomestic.base, '1050000')
  assert.deepEqual(scores(allDomestic), ['38.89', '40.00'])
  assert.equal(ask('price-score', { ...body, date: '2025-12-31' }).base, '1000000')
})

test('the better of SME and consortium only; prison enterprises count as small', () => {
  const body = {
    regime: 'GP',
    method: 'lowest-price-first',
    object: 'services',
    weight: '0.10',
    smeRate: '0.10',
    consortiumRate: '0.05',
    bids: [
      { id: 'A', price: '100', size: 'small', consortiumSmallShare: '0.50' },
      { id: 'B', price: '100', size: 'large', consortiumSmallShare: '0.30' },
      { id: 'C', price: '100', size: 'large', consortiumSmallShare: '0.29' },
      { id: 'D', price: '100', sameAsSmall: 'prison' },
    ],
  }
  const answer = ask('price-score', body)
  assert.deepEqual(
    (answer.bids as { evaluatedPrice: string }[]).map((bid) => bid.evaluatedPrice),
    ['90', '95', '100', '90'],
  )
})

test('E3 ties and E4 same brand', () => {
  const e3 = ask('ranking', {
    method: 'comprehensive',
    bids: [
      { id: 'A', total: '88.00', price: '1083000' },
      { id: 'B', total: '88.00', price: '1000000' },
      { id: 'C', total: '83.59', price: '1150000' },
    ],
  })
  assert.deepEqual(e3.order, [['B'], ['A'], ['C']])
  const brands = [
    { id: 'A', total: '92', brand: 'X' },
    { id: 'B', total: '90', brand: 'X' },
    { id: 'C', total: '91', brand: 'Y' },
    { id: 'D', total: '85', brand: 'Z' },
  ]
  assert.deepEqual(ask('ranking', { method: 'comprehensive', bids: brands }), {
    order: [['A'], ['C'], ['D']],
    invalid: [],
    notCandidate: [{ id: 'B', reason: 'same-brand' }],
    undecided: [],
    effective: 3,
    outcome: 'continue',
  })
  const without = ask('ranking', { method: 'comprehensive', bids: brands.slice(0, 3) })
  assert.deepEqual([without.effective, without.outcome, without.order], [2, 'failed', []])
  const lowest = ask('ranking', {
    method: 'lowest-price',
    bids: [
      { id: 'A', price: '98', brand: 'X' },
      { id: 'B', price: '97', brand: 'X' },
      { id: 'C', price: '99', brand: 'Y' },
    ],
  })
  assert.deepEqual(lowest.invalid, [{ id: 'A', reason: 'same-brand' }])
  assert.deepEqual([lowest.effective, lowest.outcome], [2, 'failed'])
})

test('equal rank, a same-brand tie, and the border of the candidates', () => {
  const tied = ask('ranking', {
    method: 'comprehensive',
    candidates: 2,
    bids: [
      { id: 'A', total: '90', price: '10' },
      { id: 'C', total: '88', price: '10' },
      { id: 'B', total: '88', price: '10' },
      { id: 'D', total: '80', price: '10' },
    ],
  })
  assert.deepEqual([tied.order, tied.undecided], [[['A'], ['B', 'C']], [['B', 'C']]])
  const brand = ask('ranking', {
    method: 'lowest-price',
    bids: [
      { id: 'A', price: '10', brand: 'X' },
      { id: 'B', price: '10', brand: 'X' },
      { id: 'C', price: '11' },
      { id: 'D', price: '12' },
    ],
  })
  assert.deepEqual([brand.order, brand.undecided, brand.effective], [[['C'], ['D']], [['A', 'B']], 3])
  refused('ranking', { method: 'lowest-price', bids: [{ id: 'A', total: '9' }] }, 'missing-field')
})

test('E5 abnormally low prices', () => {
  const body = {
    prices: [
      { id: 'A', price: '100' },
      { id: 'B', price: '95' },
      { id: 'C', price: '42' },
      { id: 'D', price: '88' },
    ],
    ceiling: '120',
  }
  assert.deepEqual(ask('abnormally-low', body), {
    thresholds: { average: '40.625', second: '44', ceiling: '54' },
    hits: [{ id: 'C', tests: ['second', 'ceiling'] }],
  })
  const edge = ask('abnormally-low', { ...body, prices: body.prices.with(2, { id: 'C', price: '54.00' }) })
  assert.deepEqual(edge.hits, [])
  assert.equal(
    (ask('abnormally-low', { prices: [{ id: 'A', price: '100' }], ceiling: '120' }).thresholds as { second: null })
      .second,
    null,
  )
  refused('abnormally-low', { ...body, averageRate: '0.66' }, 'rate-out-of-range')
  refused('abnormally-low', { ...body, averageRate: '0.40' }, 'rate-out-of-range')
})

test('E6 works benchmark', () => {
  const bids = ['980', '995', '1005', '1010', '1020', '1035', '1100'].map((price, i) => ({ id: `b${i}`, price }))
  const body = (formula: object, ceiling?: string) => ({
    full: '50',
    up: '1',
    down: '0.5',
    formula,
    bids,
    ...(ceiling ? { ceiling } : {}),
  })
  const a = ask('benchmark', body({ kind: 'average', trim: { high: 1, low: 1 } }))
  assert.equal(a.base, '1013')
  assert.deepEqual(scores(a), ['48.37', '49.11', '49.61', '49.85', '49.31', '47.83', '41.41'])
  const b = ask('benchmark', body({ kind: 'average-down', trim: 'standard', delta: '0.015' }))
  assert.equal(b.base, '997.805')
  assert.deepEqual(scores(b), ['49.11', '49.86', '49.28', '48.78', '47.78', '46.27', '39.76'])
  const c = ask('benchmark', body({ kind: 'composite', trim: 'standard', k1: '0.35', ceilingDelta: '0.06' }, '1200'))
  assert.equal(c.base, '1053.25')
  assert.deepEqual(scores(c), ['46.52', '47.23', '47.71', '47.95', '48.42', '49.13', '45.56'])
  const d = ask('benchmark', body({ kind: 'average', trim: 'standard' }, '1090'))
  assert.deepEqual([d.base, d.rejected], ['1007.5', ['b6']])
  const piece = ask('benchmark', {
    ...body({ kind: 'lowest' }),
    scoring: {
      kind: 'piece',
      steps: [
        { upTo: '2', perPercent: '1' },
        { upTo: '5', perPercent: '2' },
      ],
    },
    bids: [
      { id: 'x', price: '100' },
      { id: 'y', price: '103' },
      { id: 'z', price: '110' },
    ],
  })
  assert.deepEqual(scores(piece), ['50.00', '46.00', '32.00'])
  refused('benchmark', body({ kind: 'composite', k1: '0.3' }), 'missing-field')
})
