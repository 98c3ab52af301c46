import type { PageName } from './names.ts'

/** A worked example of RULES §17 for each calculator. */
export const EXAMPLES: Readonly<Record<PageName, Readonly<Record<string, unknown>>>> = {
  period: { start: '2026-09-28', n: 5, unit: 'working-day', direction: 'after' },
  timetable: { regime: 'GP', method: 'open', event: 'notice', date: '2026-09-11' },
  'intention-due': { plannedStart: '2026-04-10', budgetApprovedOn: '2026-01-20' },
  'price-score': {
    method: 'lowest-price-first',
    regime: 'GP',
    object: 'goods',
    weight: '0.30',
    smeRate: '0.10',
    bids: [
      { id: 'A', price: '1000000', size: 'large' },
      { id: 'B', price: '950000', size: 'small' },
      { id: 'C', price: '920000', size: 'medium' },
    ],
  },
  benchmark: {
    formula: { kind: 'composite', trim: 'standard', k1: '0.35', ceilingDelta: '0.06' },
    ceiling: '1200',
    full: '50',
    up: '1',
    down: '0.5',
    scoring: { kind: 'linear' },
    bids: ['980', '995', '1005', '1010', '1020', '1035', '1100'].map((price, i) => ({
      id: 'ABCDEFG'.charAt(i),
      price,
    })),
  },
  ranking: {
    method: 'comprehensive',
    bids: [
      { id: 'A', total: '92', brand: 'X' },
      { id: 'B', total: '90', brand: 'X' },
      { id: 'C', total: '91', brand: 'Y' },
      { id: 'D', total: '85', brand: 'Z' },
    ],
  },
  'arithmetic-correction': {
    summary: '1000',
    items: [
      { unit: '10', quantity: '50', total: '500' },
      { unit: '1', quantity: '5', total: '5' },
    ],
  },
  'abnormally-low': {
    ceiling: '120',
    prices: [
      { id: 'A', price: '100' },
      { id: 'B', price: '95' },
      { id: 'C', price: '42' },
      { id: 'D', price: '88' },
    ],
  },
  'price-weight': { regime: 'GP', method: 'open', object: 'goods', weight: '0.25' },
  'timed-bidding': {
    startPrice: '5000',
    increment: '50',
    window: 240,
    bids: [
      { id: 'A', at: 30, price: '5000' },
      { id: 'B', at: 200, price: '5050' },
      { id: 'C', at: 430, price: '5150' },
      { id: 'D', at: 670, price: '5200' },
    ],
  },
  committee: { regime: 'GP', method: 'open', size: 5, experts: 3 },
  'minimum-bidders': {
    regime: 'GP',
    method: 'open',
    stage: 'deadline',
    count: 2,
    documentSound: true,
    aboveOpenThreshold: true,
  },
  'decryption-failure': { cause: 'bidder', fallback: 'failed' },
  'deposit-cap': { kind: 'bid', regime: 'GP', amount: '5000000', asked: '120000' },
  'deposit-refund': {
    regime: 'GP',
    trigger: 'award-notice',
    date: '2026-09-28',
    refundedOn: '2026-10-20',
    amount: '100000',
  },
  'late-payment': { buyer: 'state', delivered: '2026-09-05', paidOn: '2026-11-20', amount: '1000000' },
  'sme-reservation': { suitableAmount: '10000000' },
  'fair-competition': {
    text: '投标人须在本市注册并设立分公司。评标时对获得本省著名商标的产品加2分。不得以注册地为由限制或者排斥投标人。',
  },
  'capital-amount': { amount: '100000.05' },
  uscc: { code: '91350100M000100Y43' },
}
