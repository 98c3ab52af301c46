import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applyForm, applyOp, differences, fenOf, instantField, newLot, percentField, yuanField } from './draft.ts'

const form = (fields: Record<string, string>) => {
  const data = new FormData()
  for (const [name, value] of Object.entries(fields)) data.append(name, value)
  return data
}
const draft = () => ({ title: 'a', lots: [newLot()], committee: { size: null, experts: null, complex: false } })

test('amounts are typed in yuan and kept in 分; what is no amount stays as typed', () => {
  assert.equal(fenOf('12,800,000.5'), '1280000050')
  assert.equal(fenOf('１２８０'), '128000')
  assert.equal(fenOf('about 5'), 'about 5')
  assert.equal(yuanField('1280000050'), '12800000.50')
  assert.equal(yuanField('5'), '0.05')
  assert.equal(yuanField('about 5'), 'about 5')
})

test('per cent and fraction come back to each other', () => {
  for (const typed of ['30', '0', '100', '12.5', '4.25']) {
    const next = applyForm(draft(), form({ 'lots.0.priceWeight': typed }))
    assert.equal(percentField(next.lots?.[0]?.priceWeight), typed)
  }
})

test('a deadline is read as Beijing time', () => {
  const next = applyForm(draft(), form({ deadline: '2026-12-01 09:00' }))
  assert.equal(next.deadline, '2026-12-01T01:00:00.000Z')
  assert.equal(instantField(next.deadline), '2026-12-01 09:00')
})

test('a form changes what it shows and nothing else; a box that is not ticked is false', () => {
  const before = applyForm(draft(), form({ _bool: 'lots.0.smeReserved', 'lots.0.smeReserved': 'yes' }))
  assert.equal(before.lots?.[0]?.smeReserved, true)
  const after = applyForm(before, form({ _bool: 'lots.0.smeReserved', 'committee.size': '5' }))
  const rated = (typed: string) => applyForm(before, form({ 'lots.0.consortiumRate': typed })).lots?.[0]?.consortiumRate
  assert.deepEqual([rated('5'), rated(' ')], ['0.05', null])
  assert.equal(after.lots?.[0]?.smeReserved, false)
  assert.equal(after.committee?.size, 5)
  assert.equal(after.title, 'a')
})

test('names from outside make no rows and reach no prototype', () => {
  const next = applyForm(draft(), form({ '__proto__.x': '1', 'constructor.prototype.x': '1', 'lots.7.title': 'no' }))
  assert.deepEqual(next, { ...draft(), lots: next.lots })
  assert.equal(next.lots?.length, 1)
  assert.equal(({} as Record<string, unknown>)['x'], undefined)
})

test('rows are added and taken away by name', () => {
  const one = applyOp(draft(), 'add:lots.0.scoring')
  assert.equal(one.lots?.[0]?.scoring?.length, 1)
  assert.equal(applyOp(one, 'add:lots.0.scoring.0.intervals').lots?.[0]?.scoring?.[0]?.intervals.length, 2)
  assert.equal(applyOp(one, 'remove:lots.0.scoring.0').lots?.[0]?.scoring?.length, 0)
  assert.equal(applyOp(draft(), 'article22:lots.0.qualification').lots?.[0]?.qualification?.length, 5)
})

test('two texts are told apart by path', () => {
  const mine = applyForm(draft(), form({ title: 'b' }))
  assert.deepEqual(differences({ title: 'a' }, { title: mine.title ?? '' }), [{ path: 'title', saved: 'a', mine: 'b' }])
})
