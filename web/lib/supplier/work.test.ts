import assert from 'node:assert/strict'
import { test } from 'node:test'
import { byDue, dutiesOf, type TenderWork } from './work.ts'

const DEADLINE = '2026-12-01T01:00:00.000Z'
const at = (text: string) => Date.parse(text)
const LOTS = [
  { id: 'l1', no: 1, title: 'a', status: 'published' },
  { id: 'l2', no: 2, title: 'b', status: 'published' },
]
const work = (
  over: { status?: string; suspended?: boolean; bids?: object[]; hall?: object[]; notices?: object[] } = {},
): TenderWork =>
  ({
    tender: {
      id: 't',
      number: 'N',
      title: 'T',
      status: over.status ?? 'published',
      suspended: over.suspended ?? false,
      deadline: DEADLINE,
      namesOutAt: null,
      lots: LOTS,
      notices: over.notices ?? [{ n: 0, affecting: false }],
    },
    bids: over.bids ?? [],
    hall: over.hall ? { lots: over.hall } : null,
  }) as unknown as TenderWork
const bid = (lotId: string, state = 'received', kind = 'bid') => ({
  ...{ id: `bid-${lotId}`, lotId, state, kind, bidSeq: 1 },
  ...{ noticeN: 0, confirmedN: null },
})
const before = at('2026-11-25T00:00:00Z')

test('before the deadline: what is not submitted is due at the deadline', () => {
  const [duty, ...rest] = dutiesOf(work(), before)
  assert.deepEqual(rest, [])
  assert.deepEqual([duty?.kind, duty?.due, duty?.lots, duty?.done], ['submit', DEADLINE, [1, 2], 0])
})

test('one lot left leads straight to it, and the opening is already announced', () => {
  const duties = dutiesOf(work({ bids: [bid('l1')] }), before)
  assert.deepEqual(
    duties.map(({ kind, href }) => [kind, href]),
    [
      ['submit', '/supplier/tenders/t/lots/l2/bid'],
      ['open', '/supplier/tenders/t/opening'],
    ],
  )
})

test('an upload that never finished is not submitted', () => {
  assert.equal(dutiesOf(work({ bids: [bid('l1', 'uploading')] }), before)[0]?.done, 0)
})

test('in the window the release is due at its end, and no duty remains once released', () => {
  const lot = (opened: boolean, keys = 'none') => ({
    windowEndsAt: '2026-12-01T01:30:00.000Z',
    decidedAt: null,
    own: [{ opened, keys }],
  })
  const bids = [bid('l1'), bid('l2')]
  const now = at('2026-12-01T01:05:00Z')
  const [duty] = dutiesOf(work({ status: 'closed', bids, hall: [lot(false), lot(true)] }), now)
  assert.deepEqual([duty?.kind, duty?.due, duty?.isNow], ['open', '2026-12-01T01:30:00.000Z', true])
  assert.deepEqual(dutiesOf(work({ status: 'closed', bids, hall: [lot(true), lot(true)] }), now), [])
  const owed = [lot(false, 'taken'), lot(true)]
  assert.deepEqual(dutiesOf(work({ status: 'closed', bids, hall: owed }), now), [], 'opened by the platform itself')
})

test('a correction that may affect a received bid asks for it; the others ask for nothing', () => {
  const notices = [
    { n: 0, affecting: false },
    { n: 1, affecting: true },
  ]
  const kept = { ...bid('l2'), confirmedN: 1 }
  const duties = dutiesOf(work({ bids: [bid('l1'), kept], notices }), before)
  assert.deepEqual(
    duties.map(({ kind, lots, href }) => [kind, lots, href]),
    [
      ['confirm', [1], '/supplier/bids/bid-l1'],
      ['open', [1, 2], '/supplier/tenders/t/opening'],
    ],
  )
})

test('a suspended tender asks for nothing; duties are ordered by their instant', () => {
  assert.deepEqual(dutiesOf(work({ suspended: true }), before), [])
  const due = (text: string) => ({ due: text }) as ReturnType<typeof byDue>[number]
  assert.deepEqual(
    byDue([due('2026-12-02'), due('2026-12-01')]).map((one) => one.due),
    ['2026-12-01', '2026-12-02'],
  )
})
