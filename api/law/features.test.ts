import assert from 'node:assert/strict'
import { test } from 'node:test'
import { beijingInstant } from './beijing.ts'
import { priceRejection } from './bid-price.ts'
import { contextAt } from './contract.ts'
import { minimumCount } from './counting.ts'
import { depositReduction } from './deposits.ts'
import {
  calculate,
  checkIntention,
  checkNotice,
  checkNoticeIntention,
  checkTimetable,
  type NoticeDraft,
  proposeTimetable,
} from './index.ts'
import { regulations } from './regulations.ts'
import { allRows, resolve } from './rows.ts'

const context = contextAt(Date.UTC(2026, 10, 23))
const replay = contextAt(Date.UTC(2026, 10, 23), ['national', 'city', 'replay/jp'])
const codes = (findings: { code: string; severity: string }[]) =>
  findings.map((item) => `${item.severity} ${item.code}`)

test('rows: dates in order, one row per case and day, no regulation without a title', () => {
  for (const row of allRows) {
    assert.ok(row.effectiveTo === null || row.effectiveFrom <= row.effectiveTo, row.id)
    assert.ok(regulations[row.regulation].zh && row.title.zh && row.title.en, row.id)
    const twins = allRows.filter(
      (other) =>
        other !== row &&
        [other.id, other.set, other.regime, String(other.object), String(other.method), other.effectiveFrom].join() ===
          [row.id, row.set, row.regime, String(row.object), String(row.method), row.effectiveFrom].join(),
    )
    assert.deepEqual(twins, [], `${row.id} stands twice`)
  }
})

test('resolve goes by the date of the event and the most specific set', () => {
  const goods = { regime: 'GP', object: 'goods', method: 'open' } as const
  assert.equal(resolve('SME-7', { ...goods, date: '2022-06-30' })?.params.most, '0.10')
  assert.equal(resolve('SME-7', { ...goods, date: '2022-07-01' })?.params.most, '0.20')
  assert.equal(resolve('SME-7', { ...goods, date: '2020-12-31' }), null)
  assert.equal(resolve('PRC-5', { ...goods, date: '2026-01-31' }), null)
  assert.equal(resolve('CNT-1', { ...goods, date: '2026-03-01' })?.params.minimum, 3)
  const named = resolve('CNT-1', { ...goods, date: '2026-03-01', sets: ['national', 'city', 'replay/jp'] })
  assert.deepEqual([named?.params.minimum, named?.set], [1, 'replay/jp'])
  assert.equal(resolve('MET-1', { ...goods, date: '2026-03-01', sets: ['national'] }), null)
})

test('the replay set is rows only: one bidder, a floor, the ceiling', () => {
  const stage = { regime: 'GP', method: 'open', stage: 'deadline' } as const
  assert.equal(minimumCount(stage, context), 3)
  assert.equal(minimumCount(stage, replay), 1)
  const lone = calculate('minimum-bidders', { ...stage, count: 1 }, replay)
  assert.ok('decision' in lone && lone.decision === 'continue')
  const bid = { regime: 'GP', date: '2026-11-23', ceiling: 1000n, floor: 700n } as const
  assert.equal(priceRejection({ ...bid, price: 1000n }, replay), null)
  assert.equal(priceRejection({ ...bid, price: 700n }, replay), null)
  assert.equal(priceRejection({ ...bid, price: 1001n }, replay)?.reason, 'above-ceiling')
  assert.equal(priceRejection({ ...bid, price: 699n }, replay)?.reason, 'below-floor')
  assert.equal(priceRejection({ ...bid, price: 699n }, context), null)
  assert.equal(priceRejection({ ...bid, price: 1001n }, context)?.reason, 'above-ceiling')
})

test('a proposed timetable is lawful for every method and day, and its deadline is worked', () => {
  for (const method of ['open', 'invited', 'negotiation', 'consultation', 'inquiry'] as const)
    for (let day = 1; day <= 28; day++) {
      const noticeDate = `2026-09-${String(day).padStart(2, '0')}`
      const plan = proposeTimetable({ regime: 'GP', method, noticeDate }, context)
      assert.ok(plan, `${method} ${noticeDate}`)
      const findings = checkTimetable({ regime: 'GP', method, noticeDate, ...plan }, context)
      assert.deepEqual(findings, [], `${method} ${noticeDate}`)
      assert.ok(plan.lastClarification <= plan.deadlineDate && plan.steps.every((step) => step.article !== undefined))
    }
  assert.equal(proposeTimetable({ regime: 'GP', method: 'single-source', noticeDate: '2026-09-01' }, context), null)
})

test('National Day 2026: proposal, explanation, and what is wrong with a day less', () => {
  const scope = { regime: 'GP', method: 'open', noticeDate: '2026-09-18' } as const
  const plan = proposeTimetable(scope, context)
  assert.deepEqual(
    [plan?.deadlineDate, plan?.noticeEnds, plan?.documentsTo, plan?.lastClarification],
    ['2026-10-09', '2026-09-24', '2026-09-24', '2026-09-24'],
  )
  assert.ok(
    plan?.steps.every((step) => step.explanation.zh.includes(step.date) && step.explanation.en.includes(step.date)),
  )
  const short = checkTimetable({ ...scope, deadlineDate: '2026-10-07', documentsTo: '2026-09-23' }, context)
  assert.deepEqual(codes(short), ['block deadline-too-early', 'block documents-too-short', 'warn deadline-on-holiday'])
  assert.equal(short[0]?.value, '2026-10-08')
  assert.match(short[0]?.regulation ?? '', /政府采购法/)
  assert.deepEqual(codes(checkTimetable({ ...scope, deadlineDate: '2026-10-08' }, context)), ['warn exactly-minimum'])
  const deadlineAt = beijingInstant('2026-10-09', '09:30')
  const late = {
    ...scope,
    deadlineDate: '2026-10-20',
    clarificationDate: '2026-10-08',
    deadlineAt,
    openingAt: deadlineAt + 60_000,
  }
  assert.deepEqual(codes(checkTimetable(late, context)), [
    'block clarification-too-late',
    'block opening-not-at-deadline',
  ])
  const unknown = checkTimetable({ ...scope, noticeDate: '2026-12-25', deadlineDate: '2027-01-20' }, context)
  assert.deepEqual(codes(unknown), ['info calendar-unpublished'])
})

const lawful: NoticeDraft = {
  regime: 'GP',
  method: 'open',
  object: 'goods',
  date: '2026-11-23',
  budget: 500_000_000n,
  ceiling: 480_000_000n,
  evaluation: 'comprehensive',
  priceWeight: '0.30',
  deposit: 10_000_000n,
  sme: { reserved: false, industry: '工业', rate: '0.10', consortiumRate: '0.04' },
  committee: { size: 5, experts: 4 },
}

test('a lawful notice has no finding, and each unlawful one says why', () => {
  assert.deepEqual(checkNotice(lawful, context), [])
  const wrong: [Partial<NoticeDraft>, string[]][] = [
    [{ ceiling: 500_000_001n }, ['block ceiling-above-budget']],
    [{ floor: 1n }, ['block floor-price-forbidden']],
    [{ priceWeight: '0.29' }, ['block weight-too-low']],
    [{ priceWeight: undefined }, ['block weight-missing']],
    [{ deposit: 10_000_001n }, ['block deposit-above-cap']],
    [{ sme: { reserved: false, industry: '工业', rate: '0.06' } }, ['block sme-rate-out-of-range']],
    [{ sme: { reserved: false, industry: ' ' } }, ['block sme-industry-missing', 'block sme-rate-missing']],
    [{ uniformStandard: true }, ['block lowest-price-required']],
    [{ committee: { size: 5, experts: 3 } }, ['block experts-below-two-thirds']],
    [{ budget: 1_200_000_000n, committee: { size: 5, experts: 4 } }, ['block size-too-small']],
    [{ method: 'invited' }, ['block method-needs-approval']],
    [{ method: 'invited', methodApproval: '财采〔2026〕1号' }, []],
    [{ budget: 200_000_000n, ceiling: undefined, deposit: undefined }, ['warn sme-reservation-expected']],
  ]
  for (const [change, expected] of wrong)
    assert.deepEqual(codes(checkNotice({ ...lawful, ...change }, context)), expected, JSON.stringify(expected))
  const { sme: _, ...silent } = lawful
  assert.deepEqual(codes(checkNotice(silent, context)), ['block sme-statement-missing'])
  assert.deepEqual(codes(checkNotice({ ...lawful, floor: 1n }, replay)), [])
})

test('intentions: in time, complete, and consistent with the notice', () => {
  const draft = {
    publishedOn: '2026-03-01',
    plannedStart: '2026-04',
    budgetApprovedOn: '2026-01-20',
    projectName: '设备',
    requirement: '采购设备一批',
    budget: 100n,
  }
  assert.deepEqual(checkIntention(draft, context), [])
  assert.deepEqual(codes(checkIntention({ ...draft, publishedOn: '2026-03-22', requirement: '' }, context)), [
    'block intention-field-missing',
    'warn intention-after-target',
    'warn intention-too-late',
  ])
  const notice = { noticeDate: '2026-04-10', projectName: '设备', budget: 100n }
  const intention = { publishedOn: '2026-03-11', projectName: '设备', budget: 100n }
  assert.deepEqual(checkNoticeIntention({ ...notice, intention }, context), [])
  assert.deepEqual(codes(checkNoticeIntention(notice, context)), ['warn intention-missing'])
  assert.deepEqual(checkNoticeIntention({ ...notice, exemption: { reason: '急需', approver: '张' } }, context), [])
  assert.deepEqual(codes(checkNoticeIntention({ ...notice, exemption: { reason: '急需', approver: ' ' } }, context)), [
    'warn intention-missing',
  ])
  const other = { publishedOn: '2026-03-12', projectName: '设备二', budget: 90n }
  assert.deepEqual(codes(checkNoticeIntention({ ...notice, intention: other }, context)), [
    'warn intention-too-recent',
    'info budget-differs-from-intention',
    'info name-differs-from-intention',
  ])
})

test('deposit reduction by credit grade', () => {
  assert.deepEqual(
    ['A', 'B', 'C', 'Z'].map((grade) => depositReduction(grade, context)),
    ['1', '0.5', '0', '0'],
  )
})
