import type { CalculatorName } from '../law/index.ts'
import { prices } from './worked-prices.fixture.ts'

export type Worked = [example: string, name: CalculatorName, body: object, expected: object]

const dated = (example: string, rows: [regime: string, method: string, event: string, on: string, due: string][]) =>
  rows.map(
    ([regime, method, event, date, due]): Worked => [
      example,
      'timetable',
      { regime, method, event, date },
      { date: due, provisional: false },
    ],
  )

const dates: Worked[] = [
  ...dated('E7', [
    ['GP', 'open', 'notice', '2026-09-18', '2026-10-08'],
    ['GP', 'open', 'notice', '2026-09-11', '2026-10-08'],
    ['GP', 'open', 'documents', '2026-09-28', '2026-10-10'],
    ['GP', 'open', 'affecting-clarification', '2026-10-08', '2026-10-23'],
    ['GP', 'open', 'result-notice', '2026-09-29', '2026-09-30'],
    ['GP', 'open', 'result-notice-end', '2026-09-30', '2026-10-15'],
    ['GP', 'open', 'challenge-received', '2026-10-15', '2026-10-26'],
    ['GP', 'open', 'challenge-reply-due', '2026-10-26', '2026-11-16'],
    ['GP', 'open', 'award-notice', '2026-09-11', '2026-10-12'],
    ['GP', 'open', 'contract-signed', '2026-09-30', '2026-10-09'],
    ['GP', 'open', 'contract-filing', '2026-09-30', '2026-10-15'],
    ['GP', 'negotiation', 'notice', '2026-09-29', '2026-10-09'],
    ['GP', 'consultation', 'notice', '2026-09-22', '2026-10-08'],
    ['GP', 'consultation', 'documents', '2026-09-22', '2026-09-30'],
  ]),
  ...dated('E8', [
    ['GP', 'open', 'complaint-received', '2026-02-09', '2026-02-14'],
    ['GP', 'open', 'complaint-copies', '2026-02-09', '2026-02-26'],
    ['GP', 'open', 'complaint-decision', '2026-02-09', '2026-03-27'],
    ['GP', 'open', 'notice', '2026-01-27', '2026-02-24'],
    ['GP', 'open', 'documents', '2026-02-12', '2026-02-26'],
  ]),
  [
    'E7 warning',
    'timetable',
    { regime: 'GP', method: 'open', event: 'notice', date: '2026-09-18' },
    { warnings: ['exactly-minimum'] },
  ],
  [
    'E7 documents',
    'period',
    { start: '2026-09-28', n: 5, unit: 'working-day', direction: 'after' },
    { date: '2026-10-10', counted: ['2026-09-29', '2026-09-30', '2026-10-08', '2026-10-09', '2026-10-10'] },
  ],
  [
    'E8 documents',
    'period',
    { start: '2026-02-12', n: 5, unit: 'working-day', direction: 'after' },
    { counted: ['2026-02-13', '2026-02-14', '2026-02-24', '2026-02-25', '2026-02-26'] },
  ],
  [
    'E8 intention',
    'intention-due',
    { budgetApprovedOn: '2026-01-20', plannedStart: '2026-04-10' },
    { due: '2026-03-11', targets: [{ date: '2026-03-21' }, { date: '2026-03-11' }] },
  ],
]

const gp = { regime: 'GP', method: 'open' }
const refund = { regime: 'GP', trigger: 'award-notice', date: '2026-09-28' }
const money: Worked[] = [
  [
    'E9',
    'deposit-cap',
    { kind: 'bid', regime: 'GP', amount: '5000000', asked: '120000' },
    { cap: '100000', lawful: false },
  ],
  [
    'E9',
    'deposit-cap',
    { kind: 'bid', regime: 'GP', amount: '5000000', asked: '100000' },
    { cap: '100000', lawful: true },
  ],
  ['E9', 'deposit-cap', { kind: 'performance', regime: 'GP', amount: '4680000' }, { cap: '468000' }],
  ['E9', 'deposit-cap', { kind: 'supplement', regime: 'GP', amount: '4680000' }, { cap: '468000' }],
  ['E9', 'deposit-refund', refund, { due: '2026-10-10' }],
  [
    'E9 late',
    'deposit-refund',
    { ...refund, refundedOn: '2026-10-20', amount: '100000' },
    { due: '2026-10-10', daysLate: 10, interest: '143.01' },
  ],
  [
    'E9 TB',
    'deposit-refund',
    { regime: 'TB', trigger: 'contract', date: '2026-09-28' },
    { due: '2026-10-08', bankInterest: true },
  ],
  [
    'E9',
    'late-payment',
    { delivered: '2026-09-05', paidOn: '2026-11-20', amount: '1000000', buyer: 'state' },
    { due: '2026-10-08', daysLate: 43, interest: '21500.00' },
  ],
  [
    'E9',
    'sme-reservation',
    { suitableAmount: '10000000', object: 'goods', date: '2026-11-23' },
    { sme: '3000000', smallMicro: '1800000' },
  ],
  ['§CALCULATORS', 'capital-amount', { amount: '100000.05' }, { capitals: '壹拾万元零伍分' }],
  ['§CALCULATORS', 'capital-amount', { amount: '1234' }, { capitals: '壹仟贰佰叁拾肆元整' }],
  ['§CALCULATORS', 'uscc', { code: '91350100M000100Y43' }, { valid: true }],
  [
    '87号令 59',
    'arithmetic-correction',
    {
      summary: '1000',
      items: [
        { unit: '10', quantity: '50', total: '500' },
        { unit: '1', quantity: '5', total: '5' },
      ],
    },
    { corrected: '1000', steps: [{ rule: 'ARI-3', from: '1', to: '100' }, { rule: 'ARI-4' }] },
  ],
]

const steps = [
  { id: 'a', at: 30, price: '5000' },
  { id: 'b', at: 200, price: '5050' },
  { id: 'c', at: 430, price: '5150' },
  { id: 'd', at: 670, price: '5200' },
]
const consultation = { regime: 'GP', method: 'consultation', stage: 'final-quotes' }
const decisions: Worked[] = [
  [
    'E10(1)',
    'minimum-bidders',
    { ...gp, stage: 'deadline', count: 2, documentSound: true, aboveOpenThreshold: true },
    { decision: 'no-opening', remedy: 'may-apply-other-method' },
  ],
  ['E10(2)', 'minimum-bidders', { ...gp, stage: 'qualification', count: 2 }, { decision: 'no-evaluation' }],
  ['E10(3)', 'minimum-bidders', { ...consultation, count: 2, serviceOrPpp: true }, { decision: 'continue' }],
  ['E10(3)', 'minimum-bidders', { ...consultation, count: 1, serviceOrPpp: true }, { decision: 'terminate' }],
  ['E10(4)', 'minimum-bidders', { ...consultation, count: 2 }, { decision: 'terminate' }],
  [
    'E10(5)',
    'minimum-bidders',
    { ...gp, stage: 'qualification', count: 2, smeReserved: true },
    { decision: 'rerun-non-reserved' },
  ],
  [
    'E10(6)',
    'committee',
    { ...gp, size: 5, experts: 3 },
    { lawful: false, reasons: [{ code: 'experts-below-two-thirds', article: '87号令 47' }] },
  ],
  ['E10(6)', 'committee', { ...gp, size: 5, experts: 4 }, { lawful: true, reasons: [] }],
  [
    'E10(6)',
    'committee',
    { ...gp, size: 5, experts: 4, budget: '12000000' },
    { lawful: false, reasons: [{ code: 'size-too-small', article: '87号令 47' }] },
  ],
  ['E10(7)', 'price-weight', { ...gp, object: 'goods', weight: '0.25' }, { lawful: false, needsApproval: false }],
  ['E10(7)', 'price-weight', { ...gp, object: 'services', weight: '0.10' }, { lawful: true }],
  [
    'E10(7)',
    'price-weight',
    { regime: 'GP', method: 'consultation', object: 'services', weight: '0.35' },
    { lawful: false, needsApproval: true },
  ],
  [
    'E10(8)',
    'decryption-failure',
    { cause: 'bidder', fallback: 'failed' },
    { treatedAs: 'revoked', depositReturned: false },
  ],
  [
    'E10(8)',
    'decryption-failure',
    { cause: 'platform', fallback: 'failed' },
    { treatedAs: 'withdrawn', depositReturned: true },
  ],
  [
    'E10(9)',
    'timed-bidding',
    { startPrice: '5000', increment: '50', window: 240, bids: steps },
    { accepted: ['a', 'b', 'c'], rejected: [{ id: 'd', reason: 'after-end' }], end: 670, winner: 'c' },
  ],
  [
    'E10(10)',
    'timed-bidding',
    { startPrice: '5000', current: '5000', increment: '50', window: 240, bids: [{ id: 'x', at: 1, price: '5050' }] },
    { accepted: ['x'] },
  ],
  [
    'E10(10)',
    'timed-bidding',
    {
      startPrice: '5000',
      current: '5000',
      increment: '50',
      window: 240,
      bids: [
        { id: 'y', at: 1, price: '5070' },
        { id: 'z', at: 2, price: '5150' },
      ],
    },
    { accepted: ['z'], rejected: [{ id: 'y', reason: 'not-a-step' }] },
  ],
]

/** RULES §17 as far as the contract can say it. Of E10(9) the listing without timed bidding has no calculator. */
export const worked: Worked[] = [...prices, ...dates, ...money, ...decisions]
