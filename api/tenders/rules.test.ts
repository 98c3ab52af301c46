import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contextAt } from '../law/contract.ts'
import { encodeJson, parseJson } from '../seal/json.ts'
import { type Notice, noticeSchema } from '../seal/notice.ts'
import { contentSchema, type TenderContent } from './contract/content.ts'
import { checkCorrection, corrected } from './rules/correction.ts'
import { checkContent } from './rules/lawful.ts'
import { openActs, timelineOf } from './rules/timeline.ts'
import { laterDeadline, sampleDraft } from './sample.testing.ts'

const AT = new Date('2026-11-23T02:00:00Z')
const LOT = '01906a2e-7c1b-7d3e-9f00-0a1b2c3d4e60'
const content = (change: (one: TenderContent) => void = () => {}): TenderContent => {
  const one = contentSchema.parse(sampleDraft(AT, [LOT]))
  change(one)
  return one
}
const codes = (one: TenderContent, files = 1, production = false) =>
  checkContent(one, null, files, AT, contextAt(AT.getTime(), one.rowSets as 'national'[]), production)
    .filter(({ severity }) => severity === 'block')
    .map(({ code, field }) => `${field}:${code}`)

test('the sample is lawful, so that each refusal below has one cause', () => {
  assert.deepEqual(codes(content()), [])
})

test('every clause of the law stops what it forbids', () => {
  const cases: [string, (one: TenderContent) => void][] = [
    [
      'lots.0.ceiling:ceiling-above-budget',
      (one) => {
        one.lots[0]!.ceiling = '380000001'
      },
    ],
    [
      'lots.0.floor:floor-price-forbidden',
      (one) => {
        one.lots[0]!.floor = '100'
      },
    ],
    [
      'lots.0.deposit:deposit-above-cap',
      (one) => {
        one.lots[0]!.deposit = '7600001'
      },
    ],
    [
      'lots.0.minimumBidders:minimum-bidders-too-few',
      (one) => {
        one.lots[0]!.minimumBidders = 2
      },
    ],
    [
      'lots.0.summaryFields:summary-without-price',
      (one) => {
        one.lots[0]!.summaryFields[0]!.required = false
      },
    ],
    [
      'lots.0.scoring:scoring-sum-wrong',
      (one) => {
        one.lots[0]!.priceWeight = '0.31'
      },
    ],
    [
      'lots.0.smeRate:sme-rate-out-of-range',
      (one) => {
        one.lots[0]!.smeRate = '0.21'
      },
    ],
    [
      'lots.0.smeRate:sme-rate-when-reserved',
      (one) => {
        one.lots[0]!.smeReserved = true
      },
    ],
    [
      'lots.0.industry:sme-industry-missing',
      (one) => {
        one.lots[0]!.industry = ''
      },
    ],
    [
      'lots.0.scoring.0:qualification-scored',
      (one) => {
        one.lots[0]!.scoring[0]!.title = one.lots[0]!.qualification[0]!.title
      },
    ],
    [
      'lots.0.scoring.1:interval-wrong',
      (one) => {
        one.lots[0]!.scoring[1]!.intervals[0]!.to = '21'
      },
    ],
    [
      'lots.0.qualification:qualification-missing',
      (one) => {
        one.lots[0]!.qualification = []
      },
    ],
    [
      'lots.0.scoring:id-twice',
      (one) => {
        one.lots[0]!.scoring[1]!.id = 's1'
      },
    ],
    [
      'committee.size:size-even',
      (one) => {
        one.committee = { size: 6, experts: 4, complex: false }
      },
    ],
    [
      'committee.size:size-too-small',
      (one) => {
        one.committee.complex = true
      },
    ],
    [
      'committee.experts:experts-below-two-thirds',
      (one) => {
        one.committee.experts = 3
      },
    ],
    [
      'intentionReason:intention-missing',
      (one) => {
        one.intentionReason = ''
      },
    ],
    [
      'noticeEnds:notice-too-short',
      (one) => {
        one.noticeEnds = '2026-11-25'
      },
    ],
    [
      'documentsTo:documents-too-short',
      (one) => {
        one.documentsTo = '2026-11-24'
      },
    ],
    [
      'documentsFrom:documents-before-notice',
      (one) => {
        one.documentsFrom = '2026-11-20'
      },
    ],
    [
      'documentsTo:documents-after-deadline',
      (one) => {
        one.documentsTo = '2027-01-20'
      },
    ],
    [
      'deadline:deadline-too-early',
      (one) => {
        one.deadline = '2026-12-11T01:00:00.000Z'
      },
    ],
    [
      'clauses:clause-missing',
      (one) => {
        one.clauses.shift()
      },
    ],
    [
      'rowSets:row-set-unknown',
      (one) => {
        one.rowSets = ['national', 'replay/none']
      },
    ],
  ]
  for (const [expected, change] of cases)
    assert.ok(codes(content(change)).includes(expected), `${expected} in ${codes(content(change))}`)
  assert.deepEqual(codes(content(), 0), ['files:document-missing'])
})

test('price weight of goods: 30 % is lawful, a hair less is not', () => {
  const low = content((one) => {
    one.lots[0]!.priceWeight = '0.2999'
    one.lots[0]!.scoring[0]!.max = '50.01'
    one.lots[0]!.scoring[0]!.intervals[0]!.to = '50.01'
  })
  assert.deepEqual(codes(low), ['lots.0.priceWeight:weight-too-low'])
})

test('lowest price alone: nothing is scored', () => {
  const one = content((c) => {
    c.evaluationMethod = 'lowest-price'
    c.lots[0]!.priceWeight = '1'
    c.lots[0]!.scoring = []
  })
  assert.deepEqual(codes(one), [])
  one.lots[0]!.priceWeight = '0.5'
  assert.deepEqual(codes(one), ['lots.0.scoring:scoring-not-allowed'])
})

test('a recorded foreign auction may have a floor, but not in production', () => {
  const replay = content((one) => {
    one.rowSets = ['national', 'city', 'replay/jp']
    one.lots[0]!.floor = '100'
    one.lots[0]!.minimumBidders = 1
  })
  assert.deepEqual(codes(replay), [])
  assert.deepEqual(codes(replay, 1, true), ['rowSets:row-set-unknown'])
})

const notice = (): Notice => {
  const { intentionId: _, ...rest } = content()
  const party = { organisationId: LOT, name: '医院', uscc: '91310000MA0000001X', address: '', contact: '' }
  const draft = {
    v: 'sunlit/v1',
    type: 'notice',
    n: 0,
    previous: null,
    kind: 'initial',
    affecting: false,
    reason: '',
    tenderId: LOT,
    number: 'YC-2026-GP-000001',
    regime: 'GP',
    method: 'open',
    purchaser: party,
    agency: null,
    publishedAt: AT.toISOString(),
    trustees: { setHash: 'A'.repeat(43), fingerprint: 'AAAA', n: 3, k: 2 },
    ...rest,
    lots: rest.lots.map((lot, at) => ({ ...lot, no: at + 1 })),
    files: [],
  }
  const read = parseJson(encodeJson(draft), noticeSchema)
  assert.ok(read.ok)
  return read.value
}

test('a correction never moves the deadline back and leaves fifteen days when it affects bids', () => {
  const before = notice()
  const check = (correction: Parameters<typeof checkCorrection>[1], at = AT, filesChange = false) =>
    checkCorrection(before, correction, filesChange, contextAt(at.getTime()), at).map(({ code }) => code)
  const reason = '更正'
  assert.deepEqual(check({ reason, affecting: false }), ['correction-changes-nothing'])
  const earlier = new Date(Date.parse(before.deadline) - 60_000).toISOString()
  assert.deepEqual(check({ reason, affecting: false, deadline: earlier }), ['deadline-moved-earlier'])
  const changed = structuredClone(before.lots)
  changed[0]!.conformity[0]!.title = '探测器宽度不小于100毫米'
  assert.deepEqual(check({ reason, affecting: false, lots: changed }), ['correction-is-affecting'])
  assert.deepEqual(check({ reason, affecting: true, lots: changed }), [])
  const tenBefore = new Date(Date.parse(before.deadline) - 10 * 86_400_000)
  assert.deepEqual(check({ reason, affecting: true, lots: changed }, tenBefore), ['correction-deadline-too-early'])
  assert.deepEqual(
    check({ reason, affecting: true, lots: changed, deadline: laterDeadline(before.deadline, 12) }, tenBefore),
    [],
  )
  for (const change of [
    (lot: Notice['lots'][number]) => {
      lot.quantity = '2台'
    },
    (lot: Notice['lots'][number]) => {
      lot.qualification[0]!.title = '其他'
    },
    (lot: Notice['lots'][number]) => {
      lot.budget = '1'
    },
  ]) {
    const lots = structuredClone(before.lots)
    change(lots[0]!)
    assert.deepEqual(check({ reason, affecting: true, lots }), ['correction-changes-subject'])
  }
  assert.deepEqual(check({ reason, affecting: false }, AT, true), ['correction-is-affecting'])
  const next = corrected(before, { reason, affecting: true, place: '二楼' })
  assert.deepEqual([next.n, next.kind, next.place, next.deadline], [1, 'correction', '二楼', before.deadline])
})

test('the timeline cites its articles and says what is open and for whom', () => {
  const one = notice()
  const history = [{ n: 0, publishedAt: AT, affecting: false }]
  const facts = { status: 'published', suspended: false, notice: one, now: new Date(AT.getTime() + 1000) }
  const steps = timelineOf({ ...facts, history, endedAt: null }, contextAt(AT.getTime()))
  assert.deepEqual(
    steps.map(({ key }) => key),
    [
      'notice',
      'notice-ends',
      'documents-end',
      'deadline',
      'opening',
      'evaluation-report',
      'award-decided',
      'result-notice',
      'contract',
    ],
  )
  assert.match(steps.find(({ key }) => key === 'deadline')!.article, /35/)
  assert.equal(steps.find(({ key }) => key === 'deadline')!.state, 'now')
  assert.ok(openActs(facts).some(({ act, who }) => act === 'submit-bid' && who === 'supplier'))
  assert.ok(!openActs({ ...facts, suspended: true }).some(({ act }) => act === 'submit-bid'))
  assert.ok(!openActs({ ...facts, now: new Date(one.deadline) }).some(({ act }) => act === 'submit-bid'))
})
