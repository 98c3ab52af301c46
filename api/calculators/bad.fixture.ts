import type { CalculatorName } from '../law/index.ts'
import { e1, e5, score } from './worked-prices.fixture.ts'

export type Bad = [what: string, name: CalculatorName, body: object, field: string, code: string]

const gp = { regime: 'GP', method: 'open' }
const refund = { regime: 'GP', trigger: 'award-notice', date: '2026-09-28' }
const half = { kind: 'bid', regime: 'GP', amount: '5000000' }
/** Refused with 422: what is wrong, and the field and code that say so. */
export const bad: Bad[] = [
  ['an impossible date', 'period', { start: '2026-02-30', n: 1, unit: 'day', direction: 'after' }, 'start', 'custom'],
  ['an impossible date', 'timetable', { ...gp, event: 'notice', date: '2026-13-01' }, 'date', 'custom'],
  ['an impossible date', 'intention-due', { plannedStart: '2026-04-31' }, 'plannedStart', 'custom'],
  ['a negative price', 'price-score', score('0.30', [{ id: 'A', price: '-1' }]), 'bids.0.price', 'invalid_format'],
  ['a negative price', 'abnormally-low', { ...e5('-42') }, 'prices.2.price', 'invalid_format'],
  ['a negative amount', 'deposit-cap', { ...half, amount: '-5' }, 'amount', 'invalid_format'],
  ['money as a number', 'deposit-cap', { ...half, amount: 5000000 }, 'amount', 'invalid_type'],
  ['a tenth of a cent', 'deposit-cap', { ...half, amount: '1.005' }, 'amount', 'invalid_format'],
  ['a weight above one', 'price-score', score('1.20', e1), 'weight', 'invalid_format'],
  ['no weight', 'price-score', score('0', e1), 'weight', 'out-of-range'],
  [
    'a share above one',
    'deposit-cap',
    { ...half, asked: '1', reductionRate: '1.5' },
    'reductionRate',
    'invalid_format',
  ],
  ['a rate above the range', 'price-score', score('0.30', e1, { smeRate: '0.25' }), 'smeRate', 'rate-out-of-range'],
  ['a rate below the range', 'price-score', score('0.30', e1, { smeRate: '0.05' }), 'smeRate', 'rate-out-of-range'],
  [
    'a rate above the range',
    'price-score',
    score('0.30', e1, { domesticRate: '0.21' }),
    'domesticRate',
    'rate-out-of-range',
  ],
  [
    'a deduction before its law',
    'price-score',
    score('0.30', e1, { date: '2025-12-31', domesticRate: '0.20' }),
    'domesticRate',
    'rate-not-allowed',
  ],
  ['a rate above the cap', 'abnormally-low', { ...e5('42'), ceilingRate: '0.66' }, 'ceilingRate', 'rate-out-of-range'],
  [
    'more than sixty days',
    'late-payment',
    { delivered: '2026-09-05', buyer: 'state', agreedDays: 61 },
    'agreedDays',
    'agreed-days-too-long',
  ],
  [
    'interest below the LPR',
    'late-payment',
    { delivered: '2026-09-05', buyer: 'state', agreedRate: '2.9' },
    'agreedRate',
    'rate-out-of-range',
  ],
  [
    'a method unknown to the family',
    'timetable',
    { regime: 'TB', method: 'negotiation', event: 'notice', date: '2026-03-02' },
    'event',
    'no-statutory-period',
  ],
  [
    'a method unknown to the family',
    'committee',
    { regime: 'TB', method: 'inquiry', size: 5, experts: 4 },
    'method',
    'no-committee',
  ],
  [
    'a method unknown to the family',
    'price-weight',
    { regime: 'TB', method: 'consultation', object: 'goods', weight: '0.30' },
    'method',
    'no-statutory-range',
  ],
  [
    'a method unknown to the family',
    'minimum-bidders',
    { regime: 'TB', method: 'single-source', stage: 'deadline', count: 1 },
    'stage',
    'stage-not-in-method',
  ],
  [
    'a method unknown to all',
    'committee',
    { ...gp, method: 'lottery', size: 5, experts: 4 },
    'method',
    'invalid_value',
  ],
  ['a refund of another family', 'deposit-refund', { ...refund, regime: 'TB' }, 'trigger', 'no-statutory-period'],
  ['two bids of one id', 'price-score', score('0.30', [e1[0]!, e1[0]!]), 'bids', 'custom'],
  [
    'a price that decides is missing',
    'ranking',
    { method: 'lowest-price', bids: [{ id: 'A', total: '9' }] },
    'bids.0.price',
    'missing-field',
  ],
]
