import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { refused } from '../tenders/world.testing.ts'
import { evaluationReportSchema } from './contract/report.ts'
import {
  convene,
  type EvaluationWorld,
  makeEvaluationWorld,
  makeEvaluators,
  must,
  openTender,
  qualify,
  voteConformity,
} from './world.testing.ts'

let world: EvaluationWorld
let staff: Awaited<ReturnType<typeof makeEvaluators>>
before(async () => {
  world = await makeEvaluationWorld()
  staff = await makeEvaluators(world)
})
after(() => world.close())

const BIDS = [
  { name: '甲医疗器械有限公司', price: 350_000_000n, size: 'large' as const },
  { name: '乙康健设备有限公司', price: 340_000_000n, size: 'small' as const },
  { name: '丙影像技术有限公司', price: 345_000_000n, size: 'medium' as const },
]

/** Convened, and every bid qualified and found to conform. */
const allConform = async (lot: Awaited<ReturnType<typeof openTender>>): Promise<void> => {
  const bids = lot.bidders.map(({ bidId }) => bidId)
  await convene(world, lot, staff.members)
  await qualify(world, lot)
  await voteConformity(world, lot, staff.members, bids)
  must(await world.call(staff.chair, 'POST', lot.at('/conformity/close'), {}))
}

test('87号令 44: fewer than three qualified bids end the lot, with the reason for every bidder', async () => {
  const lot = await openTender(world, BIDS)
  await convene(world, lot, staff.members)
  const closed = await qualify(world, lot, [lot.bidders[0]!])
  assert.deepEqual(closed, { decision: 'no-evaluation', qualified: 2 })
  const room = must(await world.call(staff.chair, 'GET', lot.at('/room'))).body
  assert.deepEqual(
    [room.status, room.lotStatus, room.failed.stage, room.failed.count],
    ['failed', 'failed', 'qualification', 2],
  )
  const vote = { stage: 'conformity', bidId: lot.bidders[1]!.bidId, itemId: 'c1', passed: true }
  refused(await world.call(staff.chair, 'PUT', lot.at('/reviews'), vote), 409, 'evaluation-status-conflict')
  const result = must(await world.call(lot.bidders[0]!.actor, 'GET', `/lots/${lot.lotId}/my-result`)).body
  assert.equal(result.outcome, 'rejected')
  assert.match(result.reasons[0].text, /营业执照已过有效期/)
  const query = world.deps.db.selectFrom('log_event').select('type').where('lot_id', '=', lot.lotId)
  assert.ok((await query.execute()).some((event) => event.type === 'evaluation.failed/1'))
  // 87号令 29: 废标 ends the procurement, so the deposits go back.
  const refunds = world.deps.db
    .selectFrom('deposit_refund')
    .innerJoin('deposit_account', 'deposit_account.id', 'deposit_refund.deposit_account_id')
    .select(['organisation_id', 'reason', 'amount'])
  const given = await refunds.where('lot_id', '=', lot.lotId).execute()
  assert.deepEqual(
    new Set(given.map((one) => one.organisation_id)),
    new Set(lot.bidders.map((one) => one.organisationId)),
  )
  assert.ok(given.length === 3 && given.every((one) => one.reason === 'terminated' && one.amount > 0n))
})

test('财库〔2026〕2号: a conspicuously low price is explained and voted on before conformity closes', async () => {
  const cheap = { name: '庚低价有限公司', price: 100_000_000n }
  const lot = await openTender(world, [...BIDS, cheap])
  await convene(world, lot, staff.members)
  await qualify(world, lot)
  const ids = lot.bidders.map((bidder) => bidder.bidId)
  await voteConformity(world, lot, staff.members, ids)
  const open = await world.call(staff.chair, 'POST', lot.at('/conformity/close'), {})
  refused(open, 409, 'abnormally-low-open')
  const bidId = ids[3]!
  assert.deepEqual(open.body.errors, [{ field: bidId, code: 'average,second,ceiling' }])
  for (const [at, one] of staff.members.entries()) {
    const vote = {
      stage: 'conformity',
      bidId,
      itemId: 'abnormally-low',
      passed: at < 2,
      reason: '成本明细缺少主机采购价',
    }
    must(await world.call(one, 'PUT', lot.at('/reviews'), vote))
  }
  const closed = must(await world.call(staff.chair, 'POST', lot.at('/conformity/close'), {})).body
  assert.deepEqual(closed, { decision: 'continue', passed: 3 })
})

test('政府采购法 24: a consortium is declared about, seen with its signatures, and invalid when a member did not sign', async () => {
  const signed = { name: '辛牵头有限公司', price: 342_000_000n, member: { name: '壬成员有限公司', signs: true } }
  const unsigned = { name: '癸牵头有限公司', price: 341_000_000n, member: { name: '子成员有限公司', signs: false } }
  const lot = await openTender(world, [...BIDS, signed, unsigned], (draft) => ({ ...draft, consortium: true }))
  await convene(world, lot, staff.members)
  const room = must(await world.call(staff.chair, 'GET', lot.at('/room'))).body
  const names = room.bidders.map((one: { name: string }) => one.name)
  for (const { member } of [signed, unsigned]) assert.ok(names.includes(member.name))
  await qualify(world, lot)
  const { bids } = must(await world.call(staff.chair, 'GET', lot.at('/bids'))).body
  const seen = bids.flatMap((bid: { consortium: { name: string; signed: boolean }[] }) => bid.consortium)
  assert.deepEqual(
    new Map(seen.map((one: { name: string; signed: boolean }) => [one.name, one.signed])),
    new Map([
      [signed.member.name, true],
      [unsigned.member.name, false],
    ]),
  )
  const ids = lot.bidders.map((bidder) => bidder.bidId)
  await voteConformity(world, lot, staff.members, ids.slice(0, 4))
  const closed = must(await world.call(staff.chair, 'POST', lot.at('/conformity/close'), {})).body
  assert.deepEqual(closed, { decision: 'continue', passed: 4 })
  const { rejected } = must(await world.call(staff.chair, 'GET', lot.at('/room'))).body
  assert.deepEqual(
    rejected.map((one: { bidId: string; reasons: { code: string }[] }) => [one.bidId, one.reasons[0]!.code]),
    [[ids[4], 'consortium-unsigned']],
  )
})

test('46号 9: small members of a consortium carry enough of the contract for the notice’s deduction', async () => {
  const led = (name: string, told?: { size: 'small' | 'large'; share?: string }) => ({
    ...{ name, price: 350_000_000n, size: 'small' as const },
    member: { name: `${name}成员`, signs: true, ...(told ? { told } : {}) },
  })
  const specs = [
    { ...led('丑牵头有限公司', { size: 'small', share: '0.30' }), size: 'large' as const },
    led('寅牵头有限公司', { size: 'large', share: '0.71' }),
    led('卯牵头有限公司', { size: 'small', share: '0.5' }),
    led('辰牵头有限公司'),
  ]
  const lot = await openTender(world, specs, (draft) => ({
    ...draft,
    consortium: true,
    evaluationMethod: 'lowest-price',
    lots: (draft.lots ?? []).map((one) => ({ ...one, priceWeight: '1', scoring: [], consortiumRate: '0.05' })),
  }))
  await allConform(lot)
  must(await world.call(staff.chair, 'POST', lot.at('/close')))
  const report = evaluationReportSchema.parse(must(await world.call(staff.chair, 'GET', lot.at('/report'))).body)
  const { input, standings } = report.ranking
  assert.equal(input.consortiumRate, '0.05')
  const priced = lot.bidders.map(({ bidId }) => {
    const { letter } = report.bids.find((bid) => bid.bidId === bidId)!
    const { evaluatedPrice, reductions } = standings.find((one) => one.letter === letter)!
    return [evaluatedPrice, reductions.map(({ kind }) => kind).join()]
  })
  // A small leader with a large member is no small firm; who tells nothing of its member gets nothing.
  assert.deepEqual(priced, [
    ['3325000', 'consortium'],
    ['3500000', ''],
    ['3150000', 'sme'],
    ['3500000', ''],
  ])
})

test('最低评标价法: no scores, the order follows from the prices', async () => {
  const lot = await openTender(world, BIDS, (draft) => ({
    ...draft,
    evaluationMethod: 'lowest-price',
    lots: (draft.lots ?? []).map((one) => ({ ...one, priceWeight: '1', scoring: [] })),
  }))
  await allConform(lot)
  must(await world.call(staff.chair, 'POST', lot.at('/close')))
  const report = evaluationReportSchema.parse(must(await world.call(staff.chair, 'GET', lot.at('/report'))).body)
  const order = report.ranking.standings.toSorted((a, b) => a.rank! - b.rank!)
  assert.deepEqual(
    order.map((one) => one.evaluatedPrice),
    ['3060000', '3450000', '3500000'],
  )
})
