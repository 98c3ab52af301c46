import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { NoticeLot } from '../../../../api/seal/notice.ts'
import { emptyDraft, fenOf, formsOf, linesTotal, lineTotal, summaryFaults } from './draft.ts'

const lot = {
  summaryFields: [
    { key: 'price', label: '投标总价', type: 'money', required: true },
    { key: 'days', label: '交货期', type: 'integer', required: true },
    { key: 'from', label: '起始日', type: 'date', required: false },
  ],
  priceLines: [
    { id: 'a', title: '主机', unit: '台', quantity: '2' },
    { id: 'b', title: '培训', unit: '天', quantity: '1.5' },
  ],
  qualification: [{ id: 'q1', title: '执照', evidence: '' }],
  conformity: [],
  scoring: [],
} as unknown as NoticeLot

test('amounts are read as people type them, to the 分 and never as floats', () => {
  assert.equal(fenOf('6,720,000.00'), '672000000')
  assert.equal(fenOf('６７２００００元'), '672000000')
  assert.equal(fenOf('0.1'), '10')
  for (const bad of ['', '1.005', '-1', '1e3', '一百']) assert.equal(fenOf(bad), null, bad)
})

test('a line is unit price times quantity, rounded half up to a 分', () => {
  assert.equal(lineTotal('0.01', '1.5'), 2n)
  assert.equal(lineTotal('100', '2'), 20_000n)
  assert.equal(lineTotal('', '2'), null)
})

test('what is announced must be complete and readable', () => {
  const draft = emptyDraft()
  assert.deepEqual(
    summaryFaults(draft, lot).map(({ id, fault }) => [id, fault]),
    [
      ['summary-price', 'missing'],
      ['summary-days', 'missing'],
      ['summary-size', 'missing'],
    ],
  )
  draft.summary = { price: '1,00x', days: '三十', from: '2026-13-01', size: 'small' }
  assert.deepEqual(
    summaryFaults(draft, lot).map(({ fault }) => fault),
    ['money', 'integer', 'date'],
  )
})

test('answers are sealed as the opening reads them', () => {
  const draft = emptyDraft()
  draft.summary = { price: '6,720,000', days: '３０', from: '2026-12-01', size: 'small', brand: '云影' }
  draft.prices = { a: '3,000,000', b: '480,000.00' }
  draft.qualification = { q1: ' 见第3页 ', gone: 'x' }
  const forms = formsOf(draft, lot)
  assert.deepEqual(forms.summary, { price: '672000000', days: '30', from: '2026-12-01', size: 'small', brand: '云影' })
  assert.deepEqual(forms.qualification, { answers: { q1: '见第3页' } })
  assert.equal(linesTotal(draft, lot), 672_000_000n)
  assert.equal((forms['price-detail'] as { total: string }).total, '672000000')
})
