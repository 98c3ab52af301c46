import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LawContext } from '../law/contract.ts'
import type { Notice } from '../seal/notice.ts'
import { decideCount, lowPrices, type RankingInput, rankingMinimum, rankLot } from './rules/ranking.ts'
import { deviations, mayGive, missingScores, objectiveDifferences } from './rules/scores.ts'
import {
  failedItems,
  invalidByFact,
  type Member,
  majorityPasses,
  mayDeclare,
  mayForm,
  mayReplace,
  mayWork,
  tenderAfter,
} from './rules.ts'

const context = { today: '2026-11-23', sets: ['national', 'city'] as const }
const notice = (budget = '380000000', committee?: { size: number; experts: number; complex: boolean }) =>
  ({ regime: 'GP', method: 'open', lots: [{ budget }], committee }) as unknown as Notice
const people = (experts: number, others: number, chair = 0) =>
  Array.from({ length: experts + others }, (_, at) => ({
    personId: `p${at}`,
    organisationId: at < experts ? 'centre' : 'purchaser',
    isExpert: at < experts,
    isChair: at === chair,
  }))
const register = (seats: ReturnType<typeof people>, extra: Record<string, string[]> = {}) =>
  seats.map(({ personId, organisationId }) => ({
    personId,
    evaluatorFor: [organisationId],
    belongsTo: [organisationId, ...(extra[personId] ?? [])],
  }))
const asked = { notice: notice(), purchaserId: 'purchaser', agencyId: 'agency', bidders: ['s1', 's2'], context }

test('87号令 47: who may form a committee, and of whom', () => {
  const lawful = people(4, 1)
  assert.equal(mayForm(lawful, register(lawful), asked), null)
  const cases: [string, ReturnType<typeof people>, Record<string, string[]>, object, string, string?][] = [
    ['three experts of five', people(3, 2), {}, {}, 'committee-unlawful', 'experts-below-two-thirds'],
    ['four members', people(4, 0), {}, {}, 'committee-unlawful', 'size-too-small'],
    ['six members', people(5, 1), {}, {}, 'committee-unlawful', 'size-even'],
    ['12 million with five', lawful, {}, { notice: notice('1200000000') }, 'committee-unlawful', 'size-too-small'],
    ['chair of the purchaser', people(4, 1, 4), {}, {}, 'committee-unlawful', 'chair-purchaser'],
    ['agency staff', lawful, { p1: ['agency'] }, {}, 'committee-unlawful', 'agency-staff'],
    ['works for a bidder', lawful, { p2: ['s2'] }, {}, 'member-of-bidder'],
    ['expert of the purchaser', lawful, { p0: ['purchaser'] }, {}, 'expert-of-purchaser'],
    ['two chairs', lawful.map((one) => ({ ...one, isChair: true })), {}, {}, 'one-chair-needed'],
    ['the same person twice', [...lawful.slice(0, 4), lawful[0]!], {}, {}, 'member-twice'],
    [
      'another size than noticed',
      lawful,
      {},
      { notice: notice('380000000', { size: 7, experts: 5, complex: false }) },
      'committee-not-as-noticed',
    ],
  ]
  for (const [name, seats, extra, change, code, reason] of cases) {
    const refusal = mayForm(seats, register(seats, extra), { ...asked, ...change })
    assert.equal(refusal?.code, code, name)
    if (reason)
      assert.ok(
        refusal?.errors?.some((error) => error.code === reason),
        `${name}: ${reason}`,
      )
  }
  assert.equal(mayForm(lawful, register(lawful).slice(1), asked)?.code, 'not-an-evaluator')
  const stranger = lawful.map((one) => (one.isExpert ? one : { ...one, organisationId: 'centre' }))
  assert.equal(mayForm(stranger, register(stranger), asked)?.code, 'representative-not-of-purchaser')
})

const member = (change: Partial<Member> = {}): Member => ({
  personId: 'p',
  organisationId: 'o',
  isExpert: true,
  isChair: false,
  signedInAt: new Date(0),
  conflict: 'none',
  finishedAt: null,
  ...change,
})

test('nobody works before all are here without conflict; who declared one is replaced and cannot take it back', () => {
  assert.equal(mayWork([member(), member()]), null)
  assert.equal(mayWork([member(), member({ signedInAt: null })])?.code, 'committee-not-ready')
  assert.equal(mayWork([member({ conflict: null }), member({ conflict: 'declared' })])?.code, 'member-must-be-replaced')
  assert.equal(mayDeclare(member({ signedInAt: null }), 'none', [], [])?.code, 'sign-in-first')
  assert.equal(mayDeclare(member(), 'none', ['a'], ['a', 'b'])?.code, 'bidder-list-changed')
  assert.equal(mayDeclare(member({ conflict: 'declared' }), 'none', ['a'], ['a'])?.code, 'conflict-stays')
  assert.equal(mayDeclare(member({ conflict: null }), 'none', ['b', 'a'], ['a', 'b']), null)
  assert.equal(mayReplace('scoring', member({ conflict: 'declared' }), 'conflict'), null)
  assert.equal(mayReplace('scoring', member(), 'conflict')?.code, 'member-not-replaceable')
  assert.equal(mayReplace('scoring', member({ finishedAt: new Date(0) }), 'absent')?.code, 'member-not-replaceable')
  assert.equal(mayReplace('signing', member({ conflict: 'declared' }), 'conflict')?.code, 'evaluation-status-conflict')
})

test('the majority decides each item, and the reasons of those against are kept', () => {
  const vote = (personId: string, passed: boolean) => ({
    bidId: 'b',
    stage: 'conformity',
    itemId: 'c1',
    personId,
    passed,
    reason: passed ? '' : '不符',
  })
  assert.equal(majorityPasses([vote('1', true), vote('2', true), vote('3', false)]), true)
  const votes = [vote('1', true), vote('2', false), vote('3', false)]
  const item = { stage: 'conformity', id: 'c1', title: '探测器' } as const
  assert.deepEqual(failedItems('b', [item], votes), [
    { code: 'conformity-failed', itemId: 'c1', detail: '探测器：不符' },
  ])
})

test('87号令 63: price and deposit make a bid invalid by themselves; floors count only where rows allow them', () => {
  const lot = { budget: '100', ceiling: '90', floor: '50' } as never
  const gp = { regime: 'GP' as const, date: '2026-11-23', context }
  const jp = { ...gp, context: { today: '2026-11-23', sets: ['replay/jp' as const] } }
  const codes = (price: bigint | null, deposit: string, where = gp) =>
    invalidByFact({ price, deposit }, lot, where as typeof gp).map((one) => one.code)
  assert.deepEqual(codes(90n, 'paid'), [])
  assert.deepEqual(codes(91n, 'paid'), ['above-ceiling'])
  assert.deepEqual(codes(40n, 'not-required'), [])
  assert.deepEqual(codes(40n, 'not-required', jp as never), ['below-floor'])
  assert.deepEqual(codes(50n, 'not-required', jp as never), [])
  assert.deepEqual(codes(null, 'short'), ['deposit-not-paid', 'price-missing'])
})

const item = {
  id: 's1',
  title: '',
  max: '50',
  kind: 'objective' as const,
  intervals: [
    { label: '', from: '50', to: '50' },
    { label: '', from: '0', to: '40' },
  ],
}

test('points lie within the item and inside one of its intervals', () => {
  assert.equal(mayGive(item, '50'), null)
  assert.equal(mayGive(item, '39.99'), null)
  assert.equal(mayGive(item, '50.01')?.code, 'score-out-of-range')
  assert.equal(mayGive(item, '45')?.code, 'score-outside-intervals')
  assert.equal(mayGive(undefined, '1')?.code, 'scoring-item-unknown')
})

test('87号令 64: missing cells, objective items scored in two ways, scores far from the mean', () => {
  const score = (personId: string, points: string) => ({ bidId: 'b', itemId: 's1', personId, points, opinion: '' })
  const scores = [score('1', '30'), score('2', '30.00'), score('3', '30')]
  assert.deepEqual(missingScores(['b', 'c'], [item], '1', scores), [{ bidId: 'c', itemId: 's1' }])
  assert.deepEqual(objectiveDifferences(['b'], [item], scores), [])
  assert.deepEqual(objectiveDifferences(['b'], [item], [...scores, score('4', '31')]), [{ bidId: 'b', itemId: 's1' }])
  assert.deepEqual(objectiveDifferences(['b'], [{ ...item, kind: 'subjective' }], [...scores, score('4', '1')]), [])
  // Mean 22.75; 30 % of 50 = 15; |1 − 22.75| is above it, |30 − 22.75| is not.
  assert.deepEqual(deviations(['b'], [item], [...scores, score('4', '1')]), [
    { bidId: 'b', itemId: 's1', personId: '4' },
  ])
})

const base: RankingInput = {
  regime: 'GP',
  method: 'open',
  object: 'goods',
  evaluationMethod: 'comprehensive',
  rowSets: ['national', 'city'],
  date: '2026-11-23',
  priceWeight: '0.30',
  smeRate: '0.10',
  smeReserved: false,
  minimum: 3,
  items: [{ id: 's1', max: '70', kind: 'subjective' }],
  bids: [],
  scores: [],
}
type Spec = [letter: string, yuan: number, points: string, size?: 'small' | 'medium' | undefined, brand?: string]
const inputOf = (specs: Spec[], change: Partial<RankingInput> = {}): RankingInput => ({
  ...base,
  ...change,
  bids: specs.map(([letter, yuan, , size, brand]) => ({
    letter,
    price: (BigInt(yuan) * 100n).toString(),
    size: size ?? 'large',
    brand: brand ?? null,
  })),
  scores: specs.map(([letter, , points]) => ({ letter, itemId: 's1', seat: 1, points })),
})
const lawOf = (input: Pick<RankingInput, 'date' | 'rowSets'>) =>
  ({ today: input.date, sets: input.rowSets }) as LawContext
const rank = (input: RankingInput) => rankLot(input, lawOf(input))
const ranks = (input: RankingInput) => Object.fromEntries(rank(input).standings.map((s) => [s.letter, s.rank]))

test('RULES E1: deduction for the small firm only, price scores by the lowest evaluated price', () => {
  const { standings } = rank(
    inputOf([
      ['A', 1_000_000, '0'],
      ['B', 950_000, '0', 'small'],
      ['C', 920_000, '0', 'medium'],
    ]),
  )
  assert.deepEqual(
    standings.map((one) => [one.evaluatedPrice, one.priceScore]),
    [
      ['1000000', '25.65'],
      ['855000', '30.00'],
      ['920000', '27.88'],
    ],
  )
})

test('RULES E3: equal totals, lower price first; equal in both → the same rank', () => {
  const specs: Spec[] = [
    ['A', 1_083_000, '60.30'],
    ['B', 1_000_000, '58.00'],
    ['C', 1_150_000, '57.50'],
  ]
  const { standings } = rank(inputOf(specs))
  assert.deepEqual(
    standings.map((one) => [one.total, one.rank]),
    [
      ['88.00', 2],
      ['88.00', 1],
      ['83.59', 3],
    ],
  )
  const equal = [specs[1]!, ['D', 1_000_000, '58.00'] as Spec, specs[2]!]
  assert.deepEqual(ranks(inputOf(equal)), { B: 1, D: 1, C: 3 })
})

test('RULES E4: bids of one brand count once; too few then fail the lot', () => {
  const specs: Spec[] = [
    ['A', 100, '70', undefined, 'X'],
    ['B', 100, '68', undefined, 'X'],
    ['C', 100, '69', undefined, 'Y'],
    ['D', 100, '63', undefined, 'Z'],
  ]
  const four = rank(inputOf(specs))
  assert.deepEqual(
    four.standings.map((one) => [one.letter, one.verdict, one.rank]),
    [
      ['A', 'ranked', 1],
      ['B', 'not-candidate', null],
      ['C', 'ranked', 2],
      ['D', 'ranked', 3],
    ],
  )
  const three = rank(inputOf(specs.slice(0, 3)))
  assert.equal(three.outcome, 'failed')
  assert.ok(three.standings.every((one) => one.rank === null))
})

test('lowest price: order by evaluated price, no points; one bidder is enough where the rows say so', () => {
  const lowest = { evaluationMethod: 'lowest-price' as const, items: [], scores: [] }
  const specs: Spec[] = [
    ['A', 1000, '0'],
    ['B', 1050, '0', 'small'],
    ['C', 990, '0'],
  ]
  const { standings } = rank({ ...inputOf(specs), ...lowest })
  assert.deepEqual(
    standings.map((one) => [one.evaluatedPrice, one.rank, one.total]),
    [
      ['1000', 3, null],
      ['945', 1, null],
      ['990', 2, null],
    ],
  )
  const jp = { ...lowest, rowSets: ['replay/jp', 'national'], smeRate: '0' }
  const count = { regime: 'GP', method: 'open', object: 'goods', date: base.date, smeReserved: false } as const
  assert.equal(rankingMinimum({ ...count, rowSets: jp.rowSets }, false, lawOf({ ...count, rowSets: jp.rowSets })), 1)
  assert.deepEqual(ranks({ ...inputOf([['A', 1000, '0']]), ...jp, minimum: 1 }), { A: 1 })
})

test('what too few bids lead to, by stage and regime; and which prices must be explained', () => {
  const count = { method: 'open', object: 'goods', date: base.date, rowSets: base.rowSets, smeReserved: false } as const
  assert.equal(decideCount({ ...count, regime: 'GP' }, 'qualification', 2, lawOf(count)).decision, 'no-evaluation')
  assert.equal(decideCount({ ...count, regime: 'GP' }, 'conformity', 2, lawOf(count)).decision, 'failed')
  assert.equal(decideCount({ ...count, regime: 'GP' }, 'conformity', 3, lawOf(count)).decision, 'continue')
  assert.equal(decideCount({ ...count, regime: 'TB' }, 'conformity', 2, lawOf(count)).decision, 'committee-decides')
  const reserved = decideCount({ ...count, regime: 'GP', smeReserved: true }, 'qualification', 2, lawOf(count))
  assert.equal(reserved.decision, 'rerun-non-reserved')
  // RULES E5, in 分.
  const prices = ['100', '95', '42', '88'].map((wan, at) => ({ id: 'ABCD'[at]!, price: BigInt(wan) * 1_000_000n }))
  assert.deepEqual(lowPrices({ ...count, regime: 'GP' }, 120_000_000n, prices, lawOf(count)), [
    { id: 'C', tests: ['second', 'ceiling'] },
  ])
  assert.deepEqual(lowPrices({ ...count, regime: 'TB' }, 120_000_000n, prices, lawOf(count)), [])
})

test('a tender moves on with the last of its lots', () => {
  const cases: [string[], string | null][] = [
    [['opened', 'evaluated'], null],
    [['evaluated', 'failed'], 'evaluated'],
    [['awarded', 'evaluated'], 'evaluated'],
    [['awarded', 'failed', 'not-opened'], 'awarded'],
    [['failed', 'cancelled'], 'failed'],
  ]
  for (const [lots, next] of cases) assert.equal(tenderAfter(lots), next, lots.join())
})
