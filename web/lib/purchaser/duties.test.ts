import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dutiesOf } from './duties.ts'

const tender = {
  id: 't',
  number: 'N',
  title: 'T',
  status: 'draft',
  returnedReason: null,
  correctionAt: null,
  datesMoved: null,
  waitsForMe: false,
  deadline: null,
}
const intention = {
  id: 'i',
  number: null,
  status: 'draft',
  content: { projectName: 'I' },
  due: '2026-11-22',
  changedBy: 'me',
}
const lot = { id: 't', title: 'T', number: 'N', lotId: 'l', lotNo: 1, kind: 'award' as const, due: '2026-11-23' }
const known = { tenders: [tender], intentions: [intention], afterOpening: [lot], role: 'purchaser', personId: 'me' }

test('late duties come first, those without a term last', () => {
  const duties = dutiesOf(known, '2026-11-23T02:00:00.000Z')
  assert.deepEqual(
    duties.map(({ kind, late }) => [kind, late]),
    [
      ['intention-draft', true],
      ['award', false],
      ['draft', false],
    ],
  )
})

test('a duty is late only when its last day has ended in Beijing', () => {
  const late = (now: string) => dutiesOf(known, now).find(({ kind }) => kind === 'award')?.late
  assert.equal(late('2026-11-23T15:59:59.999Z'), false)
  assert.equal(late('2026-11-23T16:00:00.000Z'), true)
})

test("another person's draft of an intention waits for my check", () => {
  const [first] = dutiesOf({ ...known, personId: 'somebody else' }, '2026-11-20T00:00:00.000Z')
  assert.equal(first?.kind, 'intention-check')
})
