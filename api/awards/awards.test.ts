import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { rankingInputSchema } from '../evaluations/contract/ranking.ts'
import { LICENCE } from '../evaluations/opened-lot.testing.ts'
import { rankLot } from '../evaluations/rules/ranking.ts'
import {
  type EvaluationWorld,
  evaluate,
  makeEvaluationWorld,
  makeEvaluators,
  must,
  type OpenTender,
  openTender,
  paperSignature,
} from '../evaluations/world.testing.ts'
import type { Actor } from '../kernel/actor.ts'
import { now } from '../kernel/clock.ts'
import { verifyPdfSignatures } from '../kernel/pdf/verify.ts'
import { addDays, beijingDate } from '../law/beijing.ts'
import { toBase64url } from '../log/bytes.ts'
import { pdfFile, refused } from '../tenders/world.testing.ts'
import { resultNoticeSchema } from './contract/notice.ts'

let world: EvaluationWorld
let staff: Awaited<ReturnType<typeof makeEvaluators>>
after(() => world.close())

const BIDS = [
  { name: '甲医疗器械有限公司', price: 350_000_000n, size: 'large' as const },
  { name: '乙康健设备有限公司', price: 340_000_000n, size: 'small' as const },
  { name: '丙影像技术有限公司', price: 345_000_000n, size: 'medium' as const },
  { name: '戊未解密有限公司', price: 320_000_000n, treatedAs: 'revoked' as const },
]
const SUBJECT = [
  { name: 'CT主机', spec: 'XCT-128', quantity: '1台', unitPrice: '340000000', requirement: '整机质保三年' },
]
const shaOf = async (bytes: Uint8Array): Promise<string> =>
  toBase64url(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)))

const contractForm = (amount: string, signedOn: string, file = pdfFile('合同')): FormData => {
  const form = new FormData()
  form.set('file', file)
  form.set('amount', amount)
  form.set('signedOn', signedOn)
  return form
}

/** One lot from its evaluation to its contract; each test goes on from the one before. */
let lot: OpenTender
let first: { bidId: string }
let stranger: Actor
let pdf: Uint8Array
let letter: Uint8Array
before(async () => {
  world = await makeEvaluationWorld()
  staff = await makeEvaluators(world)
  lot = await openTender(world, BIDS)
})
const at = (path: string) => `/lots/${lot.lotId}${path}`
const refunds = () =>
  world.deps.db
    .selectFrom('deposit_refund')
    .innerJoin('deposit_account', 'deposit_account.id', 'deposit_refund.deposit_account_id')
    .select(['organisation_id', 'reason'])
    .where('lot_id', '=', lot.lotId)
    .execute()
const listedAward = async () => must(await world.call(null, 'GET', `/tenders/${lot.tenderId}/awards`)).body.awards[0]

test('no award before every member has signed; then the candidates in order', async () => {
  const { call, cast } = world
  const [a, b, c] = lot.bidders
  first = { bidId: b!.bidId }
  refused(await call(cast.clerk, 'POST', at('/award'), first), 409, 'evaluation-not-finished')
  // The small firm B wins by its deduction.
  await evaluate(world, lot, staff.members, (bidId, itemId) =>
    itemId === 's1' ? '45' : bidId === b!.bidId ? '18' : bidId === a!.bidId ? '17' : '10',
  )
  const award = must(await call(cast.clerk, 'GET', at('/award'))).body
  assert.deepEqual(
    award.candidates.map((one: { bidId: string; rank: number; needsSmeDeclaration: boolean }) => [
      one.bidId,
      one.rank,
      one.needsSmeDeclaration,
    ]),
    [
      [b!.bidId, 1, true],
      [a!.bidId, 2, false],
      [c!.bidId, 3, false],
    ],
  )
})

test('before the result nobody outside learns anything', async () => {
  const { call } = world
  const [a] = lot.bidders
  refused(await call(null, 'GET', at('/evaluation')), 404, 'not-found')
  refused(await call(null, 'GET', at('/award/notice')), 404, 'not-found')
  refused(await call(a!.actor, 'GET', at('/my-result')), 409, 'result-not-out')
  assert.deepEqual(must(await call(null, 'GET', `/tenders/${lot.tenderId}/awards`)).body, { awards: [] })
})

test('87号令 68: decided in order, by the purchaser alone, once', async () => {
  const { call, cast } = world
  const [a, b, , revoked] = lot.bidders
  const otherOne = await world.base.organisation('purchaser', '别的医院')
  stranger = await world.base.member(otherOne.id, 'purchaser')
  refused(await call(stranger, 'POST', at('/award'), first), 404, 'not-found')
  refused(await call(staff.chair, 'POST', at('/award'), first), 403, 'role-not-allowed')
  refused(await call(cast.clerk, 'POST', at('/award'), { bidId: a!.bidId }), 422, 'award-order-wrong')
  refused(await call(cast.clerk, 'POST', at('/award'), { bidId: revoked!.bidId }), 422, 'not-a-candidate')
  refused(await call(cast.clerk, 'POST', at('/award/publication'), { subject: SUBJECT }), 409, 'award-not-decided')
  must(await call(cast.clerk, 'POST', at('/award'), first))
  must(await call(cast.clerk, 'POST', at('/award'), first))
  const changed = { bidId: a!.bidId, passedOver: [{ bidId: b!.bidId, ground: 'gave-up', reason: '来函' }] }
  refused(await call(cast.clerk, 'POST', at('/award'), changed), 409, 'award-decided-already')
})

test('87号令 69: the notice is complete or is not published', async () => {
  const { call, cast } = world
  const incomplete = await call(cast.clerk, 'POST', at('/award/publication'), { subject: [] })
  refused(incomplete, 422, 'result-notice-incomplete')
  assert.deepEqual(
    incomplete.body.errors.map((error: { field: string }) => error.field),
    ['subject', 'smeDeclaration'],
  )
  const complete = { subject: SUBJECT, smeDeclaration: { kind: 'qualification', index: 0 } }
  refused(await call(stranger, 'POST', at('/award/publication'), complete), 404, 'not-found')
  const published = must(await call(cast.clerk, 'POST', at('/award/publication'), complete)).body
  assert.deepEqual(must(await call(cast.clerk, 'POST', at('/award/publication'), complete)).body, published)
})

test('everybody sees notice, evaluators, declaration and points by seat, and recomputes the order', async () => {
  const { call } = world
  const [, b] = lot.bidders
  const notice = resultNoticeSchema.parse(must(await call(null, 'GET', at('/award/notice'))).body)
  assert.deepEqual(
    notice.evaluators.map((one) => one.name),
    staff.members.map((one) => one.name),
  )
  assert.equal(notice.winner.amount, '340000000')
  assert.equal(notice.winner.totalScore, '93.00')
  const declaration = must(await call(null, 'GET', at('/award/sme-declaration')))
  assert.deepEqual(Buffer.from(declaration.body), Buffer.from(LICENCE))
  assert.equal(notice.smeDeclaration?.sha256, await shaOf(LICENCE))
  pdf = must(await call(null, 'GET', at('/award/notice.pdf'))).body as Uint8Array
  const [seal] = await verifyPdfSignatures(pdf)
  assert.ok(seal?.ok && seal.coversWholeDocument)
  const evaluation = must(await call(null, 'GET', at('/evaluation'))).body
  const input = rankingInputSchema.parse(evaluation.input)
  assert.deepEqual(rankLot(input, { today: input.date, sets: ['national', 'city'] }).standings, evaluation.standings)
  assert.ok(!JSON.stringify(evaluation).includes(staff.members[1]!.personId))
  const listed = await listedAward()
  assert.deepEqual([listed.price, listed.winner.name, listed.contract], ['340000000', b!.name, null])
})

test("the letter is for the winner; each bidder learns its own result and no other's", async () => {
  const { call } = world
  const [a, b, , revoked] = lot.bidders
  letter = must(await call(b!.actor, 'GET', at('/award/letter.pdf'))).body as Uint8Array
  assert.ok((await verifyPdfSignatures(letter))[0]?.ok)
  refused(await call(a!.actor, 'GET', at('/award/letter.pdf')), 404, 'not-found')
  const won = must(await call(b!.actor, 'GET', at('/my-result'))).body
  assert.deepEqual([won.outcome, won.rank, won.total], ['won', 1, '93.00'])
  const lost = must(await call(a!.actor, 'GET', at('/my-result'))).body
  assert.deepEqual([lost.outcome, lost.rank, lost.contractBy], ['lost', 2, null])
  const out = must(await call(revoked!.actor, 'GET', at('/my-result'))).body
  assert.deepEqual([out.outcome, out.total, out.reasons[0].code], ['rejected', null, 'revoked'])
  const outsider = await world.base.member(
    (await world.base.organisation('supplier', '路过有限公司')).id,
    'supplier-signer',
  )
  refused(await call(outsider, 'GET', at('/my-result')), 404, 'not-found')
})

test("87号令 38: the losers' deposits go back, not that of who counts as having revoked", async () => {
  const [a, , c] = lot.bidders
  assert.deepEqual(
    new Map((await refunds()).map((row) => [row.organisation_id, row.reason])),
    new Map([
      [a!.organisationId, 'award-notice'],
      [c!.organisationId, 'award-notice'],
    ]),
  )
})

const issueLetter = async () => {
  const { call, cast } = world
  const signature = await paperSignature(world, cast.clerk, cast.purchaserSigner, at('/award/letter'))
  must(await call(cast.clerk, 'PUT', at('/award/letter/signature'), signature))
}

test("the contract follows the letter, says this price, in time, once; the winner's deposit goes back", async () => {
  const { call, cast, deps } = world
  const [, b] = lot.bidders
  const today = beijingDate((await now(deps.db)).getTime())
  const upload = (form: FormData, actor = cast.clerk) => call(actor, 'POST', at('/contract/files'), form)
  refused(await upload(contractForm('340000000', today)), 409, 'award-letter-unsigned')
  await issueLetter()
  refused(await upload(contractForm('340000001', today)), 422, 'contract-amount-differs')
  refused(await upload(contractForm('340000000', addDays(today, -1))), 422, 'contract-date-outside')
  refused(await upload(contractForm('340000000', addDays(today, 1))), 422, 'contract-date-in-future')
  refused(await upload(contractForm('340000000', today), stranger), 404, 'not-found')
  const text = new File(['合同'], '合同.txt', { type: 'text/plain' })
  refused(await upload(contractForm('340000000', today, text)), 422, 'file-type-refused')
  must(await upload(contractForm('340000000', today)), 201)
  refused(await upload(contractForm('340000000', today)), 409, 'contract-kept-already')
  const contracted = await listedAward()
  assert.deepEqual([contracted.contract.amount, contracted.contract.signedOn], ['340000000', today])
  must(await call(null, 'GET', at('/contract.pdf')))
  assert.equal((await refunds()).find((row) => row.organisation_id === b!.organisationId)?.reason, 'contract')
  const { status } = await deps.db
    .selectFrom('tender')
    .select('status')
    .where('id', '=', lot.tenderId)
    .executeTakeFirstOrThrow()
  assert.equal(status, 'contracted')
})

test('one event for each act, with the hashes of what was published', async () => {
  const { deps } = world
  const events = await deps.db
    .selectFrom('log_event')
    .select(['type', 'body'])
    .where('lot_id', '=', lot.lotId)
    .where('type', 'in', ['award.decided/1', 'result.published/1', 'contract.published/1'])
    .orderBy('at')
    .execute()
  assert.deepEqual(
    events.map((event) => event.type),
    ['award.decided/1', 'result.published/1', 'contract.published/1'],
  )
  const said = JSON.parse(Buffer.from(events[1]!.body).toString()).data
  assert.equal(said.noticePdfSha256, await shaOf(pdf))
  assert.equal(said.letterPdfSha256, await shaOf(letter))
  assert.equal((await listedAward()).noticeSha256, said.noticeSha256)
})

test('a better candidate is passed over on a lawful ground, which the notice then tells', async () => {
  const { call, cast } = world
  const lot = await openTender(world, BIDS.slice(0, 3))
  const [a, b] = lot.bidders
  await evaluate(world, lot, staff.members, (bidId, itemId) =>
    itemId === 's1' ? '45' : bidId === b!.bidId ? '18' : bidId === a!.bidId ? '17' : '10',
  )
  const passedOver = [{ bidId: b!.bidId, ground: 'gave-up', reason: '书面声明放弃中标' }]
  const decision = { bidId: a!.bidId, passedOver }
  const wrong = { ...decision, passedOver: [{ ...passedOver[0]!, ground: 'draw' }] }
  refused(await call(cast.clerk, 'POST', `/lots/${lot.lotId}/award`, wrong), 422, 'award-ground-wrong')
  must(await call(cast.approver, 'POST', `/lots/${lot.lotId}/award`, decision))
  must(await call(cast.clerk, 'POST', `/lots/${lot.lotId}/award/publication`, { subject: SUBJECT }))
  const notice = resultNoticeSchema.parse(must(await call(null, 'GET', `/lots/${lot.lotId}/award/notice`)).body)
  assert.deepEqual(notice.passedOver, [{ name: b!.name, ground: 'gave-up', reason: '书面声明放弃中标' }])
  assert.equal(notice.smeDeclaration, null)
  assert.deepEqual([notice.winner.rank, notice.winner.amount], [2, '350000000'])
})
