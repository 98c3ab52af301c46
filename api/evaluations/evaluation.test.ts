import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Actor } from '../kernel/actor.ts'
import { verifyPdfSignatures } from '../kernel/pdf/verify.ts'
import { toBase64url } from '../log/bytes.ts'
import { refused } from '../tenders/world.testing.ts'
import { type EvaluationReport, evaluationReportSchema } from './contract/report.ts'
import { LICENCE } from './opened-lot.testing.ts'
import { rankLot } from './rules/ranking.ts'
import {
  type EvaluationWorld,
  type Evaluator,
  makeEvaluationWorld,
  makeEvaluators,
  must,
  type OpenTender,
  openTender,
  qualify,
  score,
  seatOf,
  signReport,
  voteConformity,
} from './world.testing.ts'

let world: EvaluationWorld
let staff: Awaited<ReturnType<typeof makeEvaluators>>
after(() => world.close())

const BIDS = [
  { name: '甲医疗器械有限公司', price: 350_000_000n, size: 'large' as const },
  { name: '乙康健设备有限公司', price: 340_000_000n, size: 'small' as const },
  { name: '丙影像技术有限公司', price: 345_000_000n, size: 'medium' as const },
  { name: '丁科学仪器有限公司', price: 330_000_000n, size: 'large' as const },
  { name: '戊迟到有限公司', price: 320_000_000n, treatedAs: 'revoked' as const },
  { name: '己未缴有限公司', price: 342_000_000n, deposit: 'none' as const },
]

/** The bodies of this lot's events, oldest first. */
const eventsOf = async (lotId: string) => {
  const events = world.deps.db.selectFrom('log_event').select(['type', 'body']).orderBy('at')
  const rows = await events.where('lot_id', '=', lotId).execute()
  return rows.map((row) => {
    const text = Buffer.from(row.body).toString()
    return { type: row.type, text, body: JSON.parse(text) }
  })
}

/** One lot through its whole evaluation; each test goes on from the one before. */
let lot: OpenTender
let bidders: string[]
let stranger: Actor
let leaving: Evaluator
let sitting: Evaluator[]
let report: EvaluationReport
let pdf: Uint8Array
before(async () => {
  world = await makeEvaluationWorld()
  staff = await makeEvaluators(world)
  lot = await openTender(world, BIDS)
  bidders = lot.bidders.map((bidder) => bidder.organisationId)
})

test("87号令 47: formed by the purchaser's side, as noticed, once", async () => {
  const { call, cast } = world
  const { members, chair } = staff
  const [a] = lot.bidders
  const seats = members.map((one, at) => seatOf(one, cast.purchaser.id, at === 0))
  const hospital = await world.base.organisation('purchaser', '别的医院')
  stranger = await world.base.member(hospital.id, 'purchaser')
  refused(await call(stranger, 'POST', lot.at('/committee'), { members: seats }), 404, 'not-found')
  refused(await call(a!.actor, 'POST', lot.at('/committee'), { members: seats }), 403, 'role-not-allowed')
  refused(await call(null, 'GET', lot.at('/room')), 401, 'sign-in-needed')
  refused(await call(chair, 'POST', lot.at('/sign-in')), 409, 'committee-not-formed')
  const few = await call(cast.clerk, 'POST', lot.at('/committee'), { members: seats.slice(0, 4) })
  refused(few, 422, 'committee-not-as-noticed')
  const pool = must(await call(cast.clerk, 'GET', '/evaluators?text=专家')).body.evaluators
  assert.equal(pool.length, 5)
  must(await call(cast.clerk, 'POST', lot.at('/committee'), { members: seats }))
  const again = await call(cast.clerk, 'POST', lot.at('/committee'), { members: seats })
  refused(again, 409, 'committee-formed-already')
})

test('87号令 49: a member with a conflict steps out, is replaced, and until then nobody works', async () => {
  const { call, cast } = world
  const { members, spare, chair, representative } = staff
  const [a] = lot.bidders
  refused(await call(spare, 'POST', lot.at('/sign-in')), 404, 'not-found')
  const early = await call(chair, 'POST', lot.at('/declaration'), { conflict: 'none', bidders })
  refused(early, 409, 'sign-in-first')
  for (const one of members) must(await call(one, 'POST', lot.at('/sign-in')))
  refused(await call(chair, 'GET', lot.at('/bids')), 409, 'declare-first')
  const partial = await call(chair, 'POST', lot.at('/declaration'), { conflict: 'none', bidders: bidders.slice(1) })
  refused(partial, 409, 'bidder-list-changed')
  leaving = members[2]!
  for (const one of members.filter((other) => other !== leaving)) {
    must(await call(one, 'POST', lot.at('/declaration'), { conflict: 'none', bidders }))
  }
  const conflict = { conflict: 'declared', reason: '配偶在丙公司任职', bidders }
  must(await call(leaving, 'POST', lot.at('/declaration'), conflict))
  refused(await call(leaving, 'POST', lot.at('/declaration'), { conflict: 'none', bidders }), 409, 'conflict-stays')
  await qualify(world, lot)
  const blocked = { stage: 'conformity', bidId: a!.bidId, itemId: 'c1', passed: true }
  refused(await call(chair, 'PUT', lot.at('/reviews'), blocked), 409, 'member-must-be-replaced')
  const replacement = { out: leaving.personId, reason: 'conflict', in: seatOf(spare, cast.purchaser.id) }
  refused(await call(chair, 'POST', lot.at('/replacements'), replacement), 403, 'role-not-allowed')
  must(await call(cast.clerk, 'POST', lot.at('/replacements'), replacement))
  refused(await call(leaving, 'GET', lot.at('/room')), 404, 'not-found')
  refused(await call(chair, 'PUT', lot.at('/reviews'), blocked), 409, 'committee-not-ready')
  must(await call(spare, 'POST', lot.at('/sign-in')))
  must(await call(spare, 'POST', lot.at('/declaration'), { conflict: 'none', bidders }))
  sitting = [members[0]!, members[1]!, spare, members[3]!, representative]
})

test('each reads what is theirs: no technical envelope for the purchaser, no names for the supervisor', async () => {
  const { call, cast } = world
  const { chair } = staff
  const [, b] = lot.bidders
  const seen = must(await call(chair, 'GET', lot.at('/bids'))).body.bids
  assert.deepEqual(seen.map((bid: { letter: string }) => bid.letter).sort(), ['A', 'B', 'C', 'D', 'E', 'F'])
  const ofB = seen.find((bid: { bidId: string }) => bid.bidId === b!.bidId)
  assert.equal(ofB.price, '340000000')
  assert.deepEqual(ofB.envelopes.map((one: { kind: string }) => one.kind).sort(), [
    'price-detail',
    'qualification',
    'summary',
    'technical',
  ])
  const file = must(await call(chair, 'GET', lot.at(`/bids/${b!.bidId}/files/qualification/0`)))
  assert.deepEqual(Buffer.from(file.body), Buffer.from(LICENCE))
  assert.match(file.headers.get('content-disposition') ?? '', /^attachment/)
  must(await call(cast.clerk, 'GET', lot.at(`/bids/${b!.bidId}/files/qualification/0`)))
  refused(await call(cast.clerk, 'GET', lot.at(`/bids/${b!.bidId}/files/technical/0`)), 404, 'not-found')
  refused(await call(stranger, 'GET', lot.at('/bids')), 404, 'not-found')
  const watched = must(await call(cast.supervisor, 'GET', lot.at('/room'))).body
  assert.ok(
    watched.members.every((one: { name: unknown; personId: unknown }) => one.name === null && one.personId === null),
  )
})

test('the majority decides conformity, facts decide without it', async () => {
  const { call, cast } = world
  const { spare, chair } = staff
  const [a, , c, d, revoked, unpaid] = lot.bidders
  const reviewed = lot.bidders.filter((bidder) => bidder !== revoked).map((bidder) => bidder.bidId)
  const wrongHand = { stage: 'qualification', bidId: a!.bidId, itemId: 'q1', passed: true }
  refused(await call(chair, 'PUT', lot.at('/reviews'), wrongHand), 403, 'review-of-purchaser')
  refused(await call(cast.clerk, 'PUT', lot.at('/reviews'), wrongHand), 409, 'review-closed')
  const mute = { stage: 'conformity', bidId: d!.bidId, itemId: 'c1', passed: false }
  refused(await call(chair, 'PUT', lot.at('/reviews'), mute), 422, 'reason-needed')
  refused(await call(chair, 'POST', lot.at('/conformity/close'), {}), 409, 'review-incomplete')
  await voteConformity(world, lot, sitting, reviewed, (bidId, seat) =>
    bidId === d!.bidId ? seat <= 3 : bidId === c!.bidId && seat === 1,
  )
  refused(await call(spare, 'POST', lot.at('/conformity/close'), {}), 403, 'chair-only')
  const conformity = must(await call(chair, 'POST', lot.at('/conformity/close'), {})).body
  assert.deepEqual(conformity, { decision: 'continue', passed: 3 })
  const room = must(await call(chair, 'GET', lot.at('/room'))).body
  const codes = Object.fromEntries(
    room.rejected.map((one: { bidId: string; reasons: { code: string }[] }) => [
      one.bidId,
      one.reasons.map((r) => r.code),
    ]),
  )
  assert.deepEqual(codes, { [d!.bidId]: ['conformity-failed'], [unpaid!.bidId]: ['deposit-not-paid'] })
})

test('scores are given alone, within their intervals, and final', async () => {
  const { call } = world
  const { members, chair } = staff
  const [a, b, c, d] = lot.bidders
  const bad = (points: string, itemId = 's1', bidId = a!.bidId) =>
    call(chair, 'PUT', lot.at('/scores'), { bidId, itemId, points })
  refused(await bad('50.01'), 422, 'score-out-of-range')
  refused(await bad('49.5'), 422, 'score-outside-intervals')
  refused(await bad('1', 'sx'), 422, 'scoring-item-unknown')
  refused(await bad('1', 's1', d!.bidId), 404, 'not-found')
  refused(await bad('-1'), 422, 'invalid-input')
  refused(await call(chair, 'POST', lot.at('/scores/finish')), 409, 'scores-incomplete')
  refused(await call(chair, 'POST', lot.at('/close')), 409, 'members-not-finished')
  const valid = [a!.bidId, b!.bidId, c!.bidId]
  const given: Record<string, [string, string[]]> = {
    [a!.bidId]: ['50', ['18', '17.5', '19', '18', '16']],
    [b!.bidId]: ['45', ['15', '15', '14.25', '16', '15']],
    [c!.bidId]: ['45', ['10', '11', '10', '9', '20']],
  }
  const points = (bidId: string, itemId: string, seat: number) => {
    const [objective, subjective] = given[bidId]!
    if (itemId === 's2') return subjective[seat - 1]!
    return bidId === c!.bidId && seat === 5 ? '44' : objective
  }
  await score(world, lot, sitting, points, valid)
  const other = must(await call(members[1]!, 'GET', lot.at('/room'))).body
  assert.deepEqual(
    new Set(other.scores.filter((s: { itemId: string }) => s.itemId === 's2').map((s: { points: string }) => s.points)),
    new Set(['17.5', '15', '11']),
  )
  refused(await call(chair, 'POST', lot.at('/scores/finish')), 409, 'scores-finished')
  refused(await bad('18', 's2'), 409, 'scores-finished')
})

test('87号令 64: only the objective cell on which members differ is corrected before the sums', async () => {
  const { call } = world
  const { spare, chair, representative } = staff
  const [, , c] = lot.bidders
  const differs = await call(chair, 'POST', lot.at('/close'))
  refused(differs, 409, 'objective-scores-differ')
  assert.deepEqual(
    differs.body.errors.map((error: { field: string }) => error.field),
    [`${c!.bidId}.s1`],
  )
  assert.deepEqual(must(await call(representative, 'GET', lot.at('/room'))).body.differing, [
    { bidId: c!.bidId, itemId: 's1' },
  ])
  const correction = { bidId: c!.bidId, itemId: 's1', points: '45', opinion: '核对检测报告后更正' }
  must(await call(representative, 'PUT', lot.at('/scores'), correction))
  refused(await call(representative, 'PUT', lot.at('/scores'), correction), 409, 'scores-finished')
  refused(await call(spare, 'POST', lot.at('/close')), 403, 'chair-only')
  assert.deepEqual(must(await call(chair, 'POST', lot.at('/close'))).body, { outcome: 'continue' })
})

test("the order follows from the report's own input", async () => {
  const { call, cast } = world
  const { chair } = staff
  const [a, b, c] = lot.bidders
  refused(await call(cast.clerk, 'GET', lot.at('/report')), 404, 'not-found')
  report = evaluationReportSchema.parse(must(await call(chair, 'GET', lot.at('/report'))).body)
  const { input, standings } = report.ranking
  assert.deepEqual(rankLot(input, { today: input.date }).standings, standings)
  const letterOf = (bidId: string) => report.bids.find((bid) => bid.bidId === bidId)!.letter
  const standing = (bidId: string) => report.ranking.standings.find((one) => one.letter === letterOf(bidId))!
  // B: 3.4 million less 10 % = 3.06 million is the base: 30.00; A: 3.06/3.5×30 = 26.23; C: 3.06/3.45×30 = 26.61.
  assert.deepEqual(
    [standing(a!.bidId), standing(b!.bidId), standing(c!.bidId)].map((s) => [
      s.priceScore,
      s.technicalScore,
      s.total,
      s.rank,
    ]),
    [
      ['26.23', '67.70', '93.93', 1],
      ['30.00', '60.05', '90.05', 2],
      ['26.61', '57.00', '83.61', 3],
    ],
  )
  assert.deepEqual(report.deviations, [{ letter: letterOf(c!.bidId), itemId: 's2', seat: 5 }])
  assert.equal(report.committee.replaced[0]?.personId, leaving.personId)
})

test('five members sign one after another; of two at once the slower one prepares anew', async () => {
  const { call, cast } = world
  const { members, chair } = staff
  const stale = await signReport(world, lot, members[1]!)
  must(await call(chair, 'PUT', lot.at('/report/signature'), await signReport(world, lot, chair)))
  const moved = await call(members[1]!, 'PUT', lot.at('/report/signature'), stale)
  refused(moved, 409, 'document-moved-on')
  assert.deepEqual(moved.body.params, { version: 1 })
  const foreign = await signReport(world, lot, members[1]!, chair.signer)
  refused(await call(members[1]!, 'PUT', lot.at('/report/signature'), foreign), 403, 'certificate-foreign')
  const garbage = { version: 1, cms: toBase64url(new Uint8Array(64)) }
  refused(await call(members[1]!, 'PUT', lot.at('/report/signature'), garbage), 422, 'pdf-signature-refused')
  refused(await call(leaving, 'POST', lot.at('/report/signature')), 404, 'not-found')
  for (const one of sitting.slice(1)) {
    refused(await call(cast.clerk, 'GET', lot.at('/report.pdf')), 404, 'not-found')
    must(await call(one, 'PUT', lot.at('/report/signature'), await signReport(world, lot, one)))
  }
  pdf = must(await call(cast.clerk, 'GET', lot.at('/report.pdf'))).body as Uint8Array
  const signatures = await verifyPdfSignatures(pdf)
  assert.equal(signatures.length, 5)
  assert.ok(signatures.every((signature) => signature.ok))
  assert.deepEqual(
    signatures.map((signature) => signature.claimed.name),
    sitting.map((one) => one.name),
  )
  assert.equal(signatures.at(-1)?.coversWholeDocument, true)
  refused(await call(cast.supervisor, 'GET', lot.at('/report.pdf')), 404, 'not-found')
})

test("the lot is evaluated, the report's hash logged, and no event tells a name or a point", async () => {
  const { call } = world
  const { chair } = staff
  const after = must(await call(chair, 'GET', lot.at('/room'))).body
  assert.deepEqual([after.status, after.lotStatus], ['done', 'evaluated'])
  const tender = await world.deps.db
    .selectFrom('tender')
    .select('status')
    .where('id', '=', lot.tenderId)
    .executeTakeFirstOrThrow()
  assert.equal(tender.status, 'evaluated')
  const events = await eventsOf(lot.lotId)
  const reported = events.find((event) => event.type === 'evaluation.reported/1')!
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', pdf as Uint8Array<ArrayBuffer>))
  assert.equal(reported.body.data.reportSha256, toBase64url(digest))
  const names = [...sitting, leaving].map((one) => one.name)
  for (const { type, text } of events) {
    assert.ok(!names.some((name) => text.includes(name)), `${type} tells who sits on the committee`)
    assert.ok(!/"points"/.test(text), `${type} tells points`)
  }
})
