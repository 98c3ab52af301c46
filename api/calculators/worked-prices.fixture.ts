import type { Worked } from './worked.fixture.ts'

export const score = (weight: string, bids: object[], more: object = {}): object => ({
  regime: 'GP',
  method: 'lowest-price-first',
  object: 'goods',
  weight,
  smeRate: '0.10',
  date: '2026-11-23',
  bids,
  ...more,
})
export const e1 = [
  { id: 'A', price: '1000000', size: 'large' },
  { id: 'B', price: '950000', size: 'small' },
  { id: 'C', price: '920000', size: 'medium' },
]
const e2 = [
  { id: 'A', price: '1200000', size: 'small', domesticShare: '1' },
  { id: 'B', price: '1000000', size: 'large' },
  { id: 'C', price: '1050000', size: 'large', domesticShare: '0.80' },
]
const e4 = [
  { id: 'A', total: '92', brand: 'X' },
  { id: 'B', total: '90', brand: 'X' },
  { id: 'C', total: '91', brand: 'Y' },
  { id: 'D', total: '85', brand: 'Z' },
]
export const e5 = (third: string) => ({
  prices: ['100', '95', third, '88'].map((price, i) => ({ id: 'ABCD'.charAt(i), price })),
  ceiling: '120',
})
const e6 = (formula: object, ceiling?: string) => ({
  full: '50',
  up: '1',
  down: '0.5',
  formula,
  bids: ['980', '995', '1005', '1010', '1020', '1035', '1100'].map((price, i) => ({ id: `b${i}`, price })),
  ...(ceiling ? { ceiling } : {}),
})
const scored = (...scores: string[]) => scores.map((one, i) => ({ id: `b${i}`, score: one }))

/** E1 to E6. */
export const prices: Worked[] = [
  [
    'E1',
    'price-score',
    score('0.30', e1),
    {
      base: '855000',
      bids: [
        { id: 'A', evaluatedPrice: '1000000', score: '25.65' },
        { id: 'B', evaluatedPrice: '855000', score: '30.00', reductions: [{ kind: 'sme', rate: '0.10' }] },
        { id: 'C', evaluatedPrice: '920000', score: '27.88', reductions: [] },
      ],
    },
  ],
  [
    'E2',
    'price-score',
    score('0.40', e2),
    {
      base: '840000',
      bids: [
        { evaluatedPrice: '840000', score: '40.00' },
        { score: '33.60' },
        { evaluatedPrice: '840000', score: '40.00' },
      ],
    },
  ],
  [
    'E2 without B',
    'price-score',
    score(
      '0.40',
      e2.filter(({ id }) => id !== 'B'),
    ),
    { base: '1050000', bids: [{ evaluatedPrice: '1080000', score: '38.89' }, { score: '40.00' }] },
  ],
  [
    'E3 prices',
    'price-score',
    {
      ...score('0.30', [
        { id: 'A', price: '1083000' },
        { id: 'B', price: '1000000' },
        { id: 'C', price: '1150000' },
      ]),
    },
    { bids: [{ score: '27.70' }, { score: '30.00' }, { score: '26.09' }] },
  ],
  [
    'E3',
    'ranking',
    {
      method: 'comprehensive',
      bids: [
        { id: 'A', total: '88.00', price: '1083000' },
        { id: 'B', total: '88.00', price: '1000000' },
        { id: 'C', total: '83.59', price: '1150000' },
      ],
    },
    { order: [['B'], ['A'], ['C']], undecided: [] },
  ],
  [
    'E3 all equal',
    'ranking',
    { method: 'comprehensive', bids: ['A', 'B', 'C'].map((id) => ({ id, total: '88', price: '1' })) },
    { order: [['A', 'B', 'C']], undecided: [['A', 'B', 'C']] },
  ],
  [
    'E4',
    'ranking',
    { method: 'comprehensive', bids: e4 },
    { order: [['A'], ['C'], ['D']], notCandidate: [{ id: 'B', reason: 'same-brand' }], effective: 3 },
  ],
  [
    'E4 without D',
    'ranking',
    { method: 'comprehensive', bids: e4.slice(0, 3) },
    { order: [], effective: 2, outcome: 'failed' },
  ],
  [
    'E4 lowest price',
    'ranking',
    {
      method: 'lowest-price',
      bids: [
        { id: 'A', price: '98', brand: 'X' },
        { id: 'B', price: '97', brand: 'X' },
        { id: 'C', price: '99', brand: 'Y' },
      ],
    },
    { invalid: [{ id: 'A', reason: 'same-brand' }], effective: 2, outcome: 'failed' },
  ],
  [
    'E5',
    'abnormally-low',
    e5('42'),
    {
      thresholds: { average: '40.625', second: '44', ceiling: '54' },
      hits: [{ id: 'C', tests: ['second', 'ceiling'] }],
    },
  ],
  ['E5 boundary', 'abnormally-low', e5('54.00'), { hits: [] }],
  [
    'E6a',
    'benchmark',
    e6({ kind: 'average', trim: { high: 1, low: 1 } }),
    { base: '1013', bids: scored('48.37', '49.11', '49.61', '49.85', '49.31', '47.83', '41.41') },
  ],
  [
    'E6b',
    'benchmark',
    e6({ kind: 'average-down', trim: 'standard', delta: '0.015' }),
    { base: '997.805', bids: scored('49.11', '49.86', '49.28', '48.78', '47.78', '46.27', '39.76') },
  ],
  [
    'E6c',
    'benchmark',
    e6({ kind: 'composite', trim: 'standard', k1: '0.35', ceilingDelta: '0.06' }, '1200'),
    { base: '1053.25', bids: scored('46.52', '47.23', '47.71', '47.95', '48.42', '49.13', '45.56') },
  ],
  [
    'E6 ceiling 1090',
    'benchmark',
    e6({ kind: 'average', trim: 'standard' }, '1090'),
    { base: '1007.5', rejected: ['b6'] },
  ],
]
