import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { laterDeadline } from './sample.testing.ts'
import { publishedLot } from './service/shared.ts'
import {
  type Cast,
  giveMandate,
  type Loose,
  makeCast,
  makeTenderWorld,
  pdfFile,
  publishTender,
  refused,
  type TenderWorld,
  upload,
} from './world.testing.ts'

let world: TenderWorld
let cast: Cast
before(async () => {
  world = await makeTenderWorld()
  cast = await makeCast(world)
})
after(() => world.close())

const events = async (tenderId: string, type: string): Promise<number> => {
  const { rows } = await sql<{
    n: bigint
  }>`select count(*) as n from log_event where tender_id = ${tenderId} and type = ${type}`.execute(world.deps.db)
  return Number(rows[0]!.n)
}

test('a correction: second person, chained to the notice before, never an earlier deadline', async () => {
  const { id } = await publishTender(world, cast)
  const before = (await world.call(null, 'GET', `/tenders/${id}`)).body
  const correct = (body: object) =>
    world.call(cast.clerk, 'POST', `/tenders/${id}/correction`, { reason: '答疑', affecting: false, ...body })
  const earlier = new Date(Date.parse(before.deadline) - 60_000).toISOString()
  const answer = await correct({ deadline: earlier })
  refused(answer, 422, 'correction-unlawful')
  assert.equal(answer.body.errors[0].code, 'deadline-moved-earlier')
  refused(await correct({}), 422, 'correction-unlawful')
  const later = laterDeadline(before.deadline, 7)
  const lots = structuredClone(before.notice.lots)
  lots[0].conformity[0].title = '探测器宽度不小于100毫米'
  lots[0].ceiling = '370000000'
  assert.equal((await correct({ affecting: true, lots, deadline: later })).body.n, 1)
  refused(await correct({ place: '二楼' }), 409, 'correction-pending')
  await world.call(cast.clerk, 'POST', `/tenders/${id}/files`, upload(pdfFile('澄清')))
  refused(await world.call(cast.clerk, 'POST', `/tenders/${id}/correction/approve`), 403, 'role-not-allowed')
  assert.equal((await world.call(cast.approver, 'POST', `/tenders/${id}/correction/approve`)).body.n, 1)
  refused(await world.call(cast.approver, 'POST', `/tenders/${id}/correction/approve`), 404, 'not-found')
  const page = (await world.call(null, 'GET', `/tenders/${id}`)).body
  assert.deepEqual([page.notice.n, page.notice.previous, page.deadline], [1, before.noticeHash, later])
  assert.equal(page.notice.lots[0].ceiling, '370000000')
  assert.equal(page.notice.files.length, 2)
  assert.equal(page.notices.length, 2)
  assert.equal((await publishedLot(world.deps.db, page.lots[0].id))?.ceiling, 370_000_000n)
  const row = await world.deps.db
    .selectFrom('tender')
    .select(['deadline', 'notice_n'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  assert.deepEqual([row.deadline?.toISOString(), row.notice_n], [later, 1])
  assert.equal((await world.call(null, 'GET', `/tenders/${id}/notices/0`)).body.n, 0, 'the first notice stays')
})

test('suspended and resumed by the supervisor, each once on the log; cancelled by the purchaser', async () => {
  const { id } = await publishTender(world, cast)
  const act = (by: typeof cast.clerk, what: string) =>
    world.call(by, 'POST', `/tenders/${id}/${what}`, { reason: '收到投诉，暂停核查' })
  refused(await act(cast.clerk, 'suspend'), 403, 'role-not-allowed')
  assert.deepEqual((await act(cast.supervisor, 'suspend')).body, { suspended: true, n: 1 })
  refused(await act(cast.supervisor, 'suspend'), 423, 'tender-suspended')
  const page = (await world.call(null, 'GET', `/tenders/${id}`)).body
  assert.equal(page.suspended, true)
  assert.ok(!page.open.some((one: Loose) => one.act === 'submit-bid'))
  assert.deepEqual((await act(cast.supervisor, 'resume')).body, { suspended: false, n: 1 })
  assert.deepEqual((await act(cast.supervisor, 'suspend')).body, { suspended: true, n: 2 })
  assert.equal((await act(cast.clerk, 'cancel')).body.status, 'cancelled')
  assert.equal((await act(cast.clerk, 'cancel')).status, 200, 'a retry')
  assert.equal(await events(id, 'tender.cancelled/1'), 1)
  const after = (await world.call(null, 'GET', `/tenders/${id}`)).body
  assert.deepEqual(
    [after.status, after.lots[0].status, after.timeline.at(-1).key],
    ['cancelled', 'cancelled', 'cancelled'],
  )
  const { rows } = await sql`select 1 from tender_disclosure where tender_id = ${id} and ended_at is not null`.execute(
    world.deps.db,
  )
  assert.equal(rows.length, 1)
})

test('政府采购法 36: a procurement is cancelled with its reason alone, and everybody reads it', async () => {
  const { id } = await publishTender(world, cast)
  const cancel = (body: object) => world.call(cast.clerk, 'POST', `/tenders/${id}/cancel`, body)
  refused(await cancel({}), 422, 'invalid-input')
  refused(await cancel({ reason: '  取消  ' }), 422, 'invalid-input')
  const reason = '因重大变故，采购任务取消'
  assert.equal((await cancel({ reason })).status, 200)
  const page = (await world.call(null, 'GET', `/tenders/${id}`)).body
  assert.deepEqual([page.status, page.endReason], ['cancelled', reason])
  const told = (await world.call(null, 'GET', `/tenders/${id}/events`)).body.events
  const [event] = told.filter((one: Loose) => one.type === 'tender.cancelled/1')
  assert.equal(JSON.parse(Buffer.from(event.body, 'base64url').toString()).data.reason, reason)
})

test('an agency acts only under a mandate of the purchaser', async () => {
  const office = await world.organisation('agency', '云城招标代理有限公司')
  const agent = await world.member(office.id, 'agency')
  const start = () =>
    world.call(agent, 'POST', '/tenders', {
      purchaserId: cast.purchaser.id,
      title: '代理项目',
      object: 'goods',
      evaluationMethod: 'lowest-price',
    })
  refused(await start(), 403, 'mandate-missing')
  await giveMandate(world, cast, office.id)
  const { status, body } = await start()
  assert.equal(status, 201)
  assert.equal((await world.call(agent, 'GET', `/tenders/${body.id}/draft`)).body.agencyId, office.id)
  assert.equal(
    (await world.call(cast.clerk, 'GET', `/tenders/${body.id}/draft`)).status,
    200,
    'the purchaser sees it too',
  )
})
