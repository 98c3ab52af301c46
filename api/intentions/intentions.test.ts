import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { moveClockTo } from '../kernel/clock.ts'
import { addDays, beijingDate } from '../law/beijing.ts'
import { contextAt } from '../law/contract.ts'
import { sampleDraft } from '../tenders/sample.testing.ts'
import {
  type Cast,
  type Loose,
  makeCast,
  makeTenderWorld,
  refused,
  type TenderWorld,
} from '../tenders/world.testing.ts'
import { dueOf, INTENTION_MOVES, isLate, judge, mayCheck, mayEdit, mayMove } from './rules.ts'

let world: TenderWorld
let cast: Cast
before(async () => {
  world = await makeTenderWorld()
  cast = await makeCast(world)
})
after(() => world.close())

const inMonths = async (n: number): Promise<string> =>
  addDays(beijingDate((await world.now()).getTime()), n * 31).slice(0, 7)
const content = (plannedMonth: string, projectName = '云城市第一人民医院ＣＴ采购项目') => ({
  projectName,
  outline: {
    subject: 'X射线计算机断层扫描系统',
    purpose: '放射科更新设备',
    quantity: '2台',
    requirements: '合同签订后90日内交货，质保5年',
  },
  budget: '1280000000',
  plannedMonth,
  remarks: '',
  smeReserved: false,
})
const at = (by: typeof cast.clerk, id: string, what: string, body: object) =>
  world.call(by, 'POST', `/intentions/${id}/${what}`, body)
const create = (body: object) => world.call(cast.clerk, 'POST', '/intentions', body)
const publish = async (name?: string) => {
  const { body } = await create({ content: content(await inMonths(4), name) })
  assert.equal((await at(cast.approver, body.id, 'check', { version: 1 })).status, 200)
  return (await at(cast.clerk, body.id, 'publish', { version: 1 })).body
}

test('RULES E8: approved 2026-01-20, start 2026-04 → the earlier of both clocks, without rolling', () => {
  const context = contextAt(Date.parse('2026-02-01T00:00:00Z'))
  const { due, targets } = dueOf('2026-04', '2026-01-20', context)
  assert.deepEqual(
    targets.map(({ rule, date }) => `${rule} ${date}`),
    ['INT-7 2026-03-21', 'INT-6 2026-03-02'],
  )
  assert.equal(due, '2026-03-02')
  assert.equal(dueOf('2026-12', '2026-01-20', context).due, '2026-03-21')
  assert.equal(dueOf('2026-12', null, context).due, '2026-11-01')
})

test('the law stops an incomplete intention and asks a late one for its reason', () => {
  const context = contextAt(Date.parse('2026-03-25T00:00:00Z'))
  const blank = {
    ...content('2026-09'),
    projectName: '',
    budget: '0',
    outline: { subject: 'x', purpose: '', quantity: '', requirements: '' },
  }
  assert.deepEqual(
    judge(blank, null, context).map(({ field }) => field),
    ['projectName', 'requirement', 'budget'],
  )
  assert.equal(isLate(judge(content('2026-09'), null, context)), false)
  assert.equal(isLate(judge(content('2026-09'), '2026-01-20', context)), true, '64 days after the approval')
  assert.equal(isLate(judge(content('2026-04'), null, context)), true)
})

test('the table of statuses; nobody checks their own text', () => {
  const draft = { status: 'draft', version: 2, changed_by: 'a', public_version: 0 }
  assert.equal(mayCheck(draft, 2, 'a')?.code, 'same-checker')
  assert.equal(mayCheck(draft, 2, 'b'), null)
  assert.equal(mayCheck(draft, 1, 'b')?.code, 'intention-changed')
  assert.equal(mayMove(draft, 'published')?.code, 'intention-status-conflict')
  assert.equal(mayEdit({ ...draft, status: 'published' }, 2)?.code, 'intention-not-draft')
  assert.deepEqual(INTENTION_MOVES.withdrawn, [])
})

test('a budget approval starts the clock that the answer shows', async () => {
  const today = beijingDate((await world.now()).getTime())
  const approval = {
    documentNumber: '云财预〔2026〕18号',
    fiscalYear: 2026,
    amount: '5000000000',
    approvedOn: addDays(today, -10),
  }
  const record = (body: object) => world.call(cast.clerk, 'POST', '/budget-approvals', body)
  const { status, body } = await record(approval)
  assert.equal(status, 201)
  refused(await record(approval), 409, 'budget-approval-exists')
  refused(
    await record({ ...approval, documentNumber: '未来', approvedOn: addDays(today, 1) }),
    422,
    'budget-approval-in-future',
  )
  const draft = (await create({ budgetApprovalId: body.id, content: content(await inMonths(8)) })).body
  assert.equal(draft.due, addDays(today, 50))
  assert.deepEqual(
    draft.targets.map((one: Loose) => one.rule),
    ['INT-7', 'INT-6'],
  )
  const foreign = await world.organisation('purchaser', '邻市医院')
  const stranger = await world.member(foreign.id, 'purchaser')
  const theirs = { budgetApprovalId: body.id, content: content(await inMonths(8)) }
  refused(await world.call(stranger, 'POST', '/intentions', theirs), 422, 'budget-approval-unknown')
  assert.equal((await world.call(stranger, 'GET', '/budget-approvals')).body.items.length, 0)
})

test('drafted, checked by a second person, published, changed with its reason, withdrawn', async () => {
  const month = await inMonths(4)
  const { body: draft } = await create({ content: content(month) })
  const { id } = draft
  refused(await world.call(null, 'GET', `/intentions/${id}`), 404, 'not-found')
  refused(await at(cast.clerk, id, 'check', { version: 1 }), 403, 'same-checker')
  refused(await at(cast.clerk, id, 'publish', { version: 1 }), 409, 'intention-status-conflict')
  assert.equal((await at(cast.approver, id, 'check', { version: 1 })).body.status, 'checked')
  const saved = await world.call(cast.clerk, 'PUT', `/intentions/${id}`, { version: 1, content: content(month) })
  assert.deepEqual([saved.body.status, saved.body.version], ['draft', 2], 'a changed text must be checked anew')
  const stale = await world.call(cast.approver, 'PUT', `/intentions/${id}`, {
    version: 1,
    content: content(month, '别的'),
  })
  refused(stale, 409, 'intention-changed')
  assert.equal(JSON.parse(stale.body.params.saved).projectName, content(month).projectName)
  await at(cast.approver, id, 'check', { version: 2 })
  const published = (await at(cast.clerk, id, 'publish', { version: 2 })).body
  assert.match(published.number, /^YX-\d{4}-\d{6}$/)
  assert.equal((await at(cast.clerk, id, 'publish', { version: 2 })).body.publicVersion, 1, 'a retry')
  const changed = await at(cast.clerk, id, 'change', {
    reason: '预算调整，增加一台',
    content: { ...content(month), budget: '1900000000' },
  })
  assert.equal(changed.body.status, 'draft')
  assert.equal(
    (await world.call(null, 'GET', `/intentions/${id}`)).body.content.budget,
    '1280000000',
    'the public text stays',
  )
  await at(cast.approver, id, 'check', { version: 3 })
  await at(cast.clerk, id, 'publish', { version: 3 })
  const page = (await world.call(null, 'GET', `/intentions/${id}`)).body
  assert.deepEqual([page.number, page.version, page.content.budget], [published.number, 2, '1900000000'])
  assert.deepEqual(
    page.versions.map((one: Loose) => [one.version, one.reason, one.content.budget]),
    [
      [2, '预算调整，增加一台', '1900000000'],
      [1, '', '1280000000'],
    ],
  )
  assert.match(page.title, /^云城市第一人民医院\d{4}年\d{1,2}月政府采购意向$/)
  assert.match(page.disclaimer, /初步安排/)
  assert.equal((await at(cast.clerk, id, 'withdraw', { reason: '项目取消，不再采购' })).status, 200)
  const end = (await world.call(null, 'GET', `/intentions/${id}`)).body
  assert.deepEqual([end.status, end.withdrawnReason], ['withdrawn', '项目取消，不再采购'])
  refused(
    await at(cast.clerk, id, 'change', { reason: '又想采购了', content: content(month) }),
    409,
    'intention-status-conflict',
  )
  const { rows } = await sql<{
    type: string
    tender_id: string | null
  }>`select type, tender_id from log_event where type like 'intention.%'
    and convert_from(body, 'UTF8')::jsonb->'data'->>'intentionId' = ${id} order by at`.execute(world.deps.db)
  assert.deepEqual(
    rows.map((one) => one.type),
    ['drafted', 'checked', 'checked', 'published', 'change-begun', 'checked', 'published', 'withdrawn'].map(
      (what) => `intention.${what}/1`,
    ),
  )
  assert.ok(rows.every((one) => one.tender_id === null))
})

test('a late one is published only with its reason, which is public too', async () => {
  const { body } = await create({ content: content(await inMonths(0)) })
  assert.ok(body.findings.some((one: Loose) => one.severity === 'warn' && one.rule === 'INT-6'))
  await at(cast.approver, body.id, 'check', { version: 1 })
  const answer = await at(cast.clerk, body.id, 'publish', { version: 1 })
  refused(answer, 422, 'intention-late-unexplained')
  assert.equal(
    (await at(cast.clerk, body.id, 'publish', { version: 1, lateReason: '上级年中下达专项任务' })).status,
    200,
  )
  assert.equal(
    (await world.call(null, 'GET', `/intentions/${body.id}`)).body.versions[0].reason,
    '上级年中下达专项任务',
  )
})

test('an incomplete one is not checked; unknown keys and strangers are refused', async () => {
  const { body } = await create({ content: { ...content(await inMonths(4)), projectName: '' } })
  refused(await at(cast.approver, body.id, 'check', { version: 1 }), 422, 'intention-incomplete')
  refused(await create({ content: content(await inMonths(4)), secret: 1 }), 422, 'invalid-input')
  const foreign = await world.organisation('purchaser', '远市学校')
  const stranger = await world.member(foreign.id, 'purchaser')
  refused(await at(stranger, body.id, 'check', { version: 1 }), 404, 'not-found')
  refused(await world.call(stranger, 'GET', `/intentions/${body.id}/draft`), 404, 'not-found')
  refused(await world.call(null, 'POST', '/intentions', {}), 401, 'sign-in-needed')
})

test('searched by part of a Chinese word, by month and amount', async () => {
  const one = await publish('城西小学智慧教室ＰＣ采购')
  const find = async (query: string) => (await world.call(null, 'GET', `/intentions?${query}`)).body
  const words = await find(`q=${encodeURIComponent('慧教 pc')}`)
  assert.deepEqual([words.total, words.items[0].id], [1, one.id])
  assert.equal((await find(`q=${encodeURIComponent('慧教 投影')}`)).total, 0)
  assert.ok((await find(`month=${one.content.plannedMonth}&least=1280000000`)).total >= 1)
  assert.equal((await find('most=1')).total, 0)
})

// Last: the clock of this world moves.
test('a tender rests on an intention of thirty days; a younger one asks for a reason', async () => {
  const one = await publish('三十日意向')
  const start = () =>
    world.call(cast.clerk, 'POST', '/tenders', {
      title: '三十日意向',
      object: 'goods',
      evaluationMethod: 'comprehensive',
      intentionId: one.id,
    })
  const { body, status } = await start()
  assert.equal(status, 201)
  assert.equal(body.draft.intentionId, one.id)
  const foreign = await world.organisation('purchaser', '别家')
  const stranger = await world.member(foreign.id, 'purchaser')
  const theirs = { title: 'x', object: 'goods', evaluationMethod: 'comprehensive', intentionId: one.id }
  refused(await world.call(stranger, 'POST', '/tenders', theirs), 422, 'intention-not-linkable')
  const judged = async () => {
    const draft = { ...sampleDraft(await world.now(), [crypto.randomUUID()]), intentionId: one.id, intentionReason: '' }
    const now = (await world.call(cast.clerk, 'GET', `/tenders/${body.id}/draft`)).body.version
    await world.call(cast.clerk, 'PUT', `/tenders/${body.id}/draft`, { version: now, draft })
    return (await world.call(cast.clerk, 'GET', `/tenders/${body.id}/draft`)).body.findings
      .filter((f: Loose) => f.severity === 'block')
      .map((f: Loose) => f.code)
  }
  assert.ok((await judged()).includes('intention-too-recent'))
  await moveClockTo(world.deps.db, new Date((await world.now()).getTime() + 31 * 86_400_000))
  assert.deepEqual(await judged(), ['document-missing'])
})
