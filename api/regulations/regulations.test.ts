import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { moveClockTo } from '../kernel/clock.ts'
import { addDays, beijingDate } from '../law/beijing.ts'
import { statutoryDays } from '../law/calendar.ts'
import { depositReduction } from '../law/deposits.ts'
import { checkNotice } from '../law/notice-check.ts'
import { recountTenders } from '../tenders/service/recount.ts'
import * as w from '../tenders/world.testing.ts'
import { lawAt, nextRecount } from './service.ts'

type Actor = Awaited<ReturnType<w.TenderWorld['member']>>
let world: w.TenderWorld
let cast: w.Cast
let first: Actor
let second: Actor
/** The first day of this world: in a March that no published plan covers, with room before and behind. */
let today: string

before(async () => {
  world = await w.makeTenderWorld()
  const year = Number(beijingDate((await world.now()).getTime()).slice(0, 4)) + 1
  today = `${year}-03-02`
  await moveClockTo(world.deps.db, new Date(`${today}T02:00:00Z`))
  cast = await w.makeCast(world)
  const { id } = await world.organisation('centre', '云城市公共资源交易中心')
  first = await world.member(id, 'administrator')
  second = await world.member(id, 'administrator')
})
after(() => world.close())

const db = () => world.deps.db
const call = (...asked: Parameters<w.TenderWorld['call']>) => world.call(...asked)
const ok = (answer: w.Answer, status = 200): w.Loose => {
  assert.equal(answer.status, status, JSON.stringify(answer.body))
  return answer.body
}
const amendment = (change: object = {}) => ({
  rule: 'MET-1',
  regime: 'GP',
  object: ['goods', 'services'],
  method: null,
  params: { openTender: '3000000' },
  effectiveFrom: addDays(today, 10),
  document: '云财采〔2026〕8号',
  article: '第一条',
  reason: '按省级标准调整公开招标数额',
  ...change,
})
const draft = (body: object) => call(first, 'POST', '/regulations/amendments', body)
const decide = (by: Actor, id: string, how = 'approve', body?: object) =>
  call(by, 'POST', `/regulations/amendments/${id}/${how}`, body)
const events = async (type: string) =>
  (await db().selectFrom('log_event').select(['scope', 'body']).where('type', '=', type).execute()).map((row) => ({
    scope: row.scope,
    data: JSON.parse(row.body.toString()).data as w.Loose,
  }))
const thresholdOn = async (on: string) => {
  const { items } = ok(await call(null, 'GET', `/regulations?on=${on}&q=MET-1`))
  return items.find((one: w.Loose) => one.object.includes('goods'))
}

test('two persons change a threshold; a procurement is judged by the figure of its own day', async () => {
  const at = (date: string) => lawAt(db(), new Date(`${date}T02:00:00Z`))
  // 政府采购法 27: 2.5 million by negotiation needs an approval under a threshold of two million, none under three.
  const findings = async (date: string) => {
    const notice = { regime: 'GP', method: 'negotiation', object: 'goods', evaluation: 'lowest-price' } as const
    return checkNotice({ ...notice, date, budget: 250_000_000n }, await at(date)).map(({ code }) => code)
  }
  const { id, status } = ok(await draft(amendment()), 201)
  assert.equal(status, 'draft')
  const day = addDays(today, 10)
  assert.ok((await findings(day)).includes('method-needs-approval'), 'a draft decides nothing')
  w.refused(await decide(first, id), 403, 'same-approver')
  const approved = ok(await decide(second, id))
  assert.deepEqual([approved.status, approved.decidedBy.id], ['approved', second.personId])
  ok(await decide(second, id))
  assert.equal((await events('rule-amendment.approved/1')).length, 1, 'who asks twice decides once')
  w.refused(await decide(first, id), 409, 'change-already-decided')
  w.refused(await decide(first, id, 'reject', { reason: '现已不再需要' }), 409, 'change-already-decided')

  await moveClockTo(db(), new Date(`${day}T02:00:00Z`))
  assert.ok((await findings(addDays(day, -1))).includes('method-needs-approval'))
  assert.ok(!(await findings(day)).includes('method-needs-approval'))
  const [old, now] = [await thresholdOn(addDays(day, -1)), await thresholdOn(day)]
  assert.deepEqual(
    [old, now].map((one) => [one.figures.openTender, one.effectiveTo]),
    [
      ['2000000', addDays(day, -1)],
      ['3000000', null],
    ],
  )
  assert.deepEqual([now.regulation.zh, now.article, now.history.length], ['云财采〔2026〕8号', '第一条', 2])
  assert.equal(now.approvedAt, approved.decidedAt)
  const [logged] = await events('rule-amendment.drafted/1')
  assert.equal(logged!.scope, 'public')
  assert.deepEqual(logged!.data.params, { openTender: '3000000' })
})

test('what the city changed decides in the features: an intention is due by the days of its approval', async () => {
  const now = beijingDate((await world.now()).getTime())
  const change = amendment({ rule: 'INT-7', object: null, params: { days: 45 }, effectiveFrom: addDays(now, 1) })
  ok(await decide(second, ok(await draft(change), 201).id))
  await moveClockTo(db(), new Date(`${addDays(now, 3)}T02:00:00Z`))
  const dueFor = async (approvedOn: string) => {
    const approval = { documentNumber: `云财预${approvedOn}`, fiscalYear: 2027, amount: '100', approvedOn }
    const { id: budgetApprovalId } = ok(await call(cast.clerk, 'POST', '/budget-approvals', approval), 201)
    const content = {
      projectName: 'CT采购',
      outline: { subject: 'CT', purpose: '更新', quantity: '1台', requirements: '质保五年' },
      budget: '100',
      plannedMonth: `${Number(now.slice(0, 4)) + 1}-06`,
      remarks: '',
      smeReserved: false,
    }
    const { targets } = ok(await call(cast.clerk, 'POST', '/intentions', { budgetApprovalId, content }), 201)
    const { date, regulation } = targets.find((one: w.Loose) => one.rule === 'INT-7')
    return { date, regulation }
  }
  assert.equal((await dueFor(now)).date, addDays(now, 60))
  const after = await dueFor(addDays(now, 1))
  assert.deepEqual(after, { date: addDays(now, 46), regulation: '云财采〔2026〕8号' })
})

test('reaching back is said, has its reason, and leaves what was judged before as it was', async () => {
  const now = await world.now()
  const date = beijingDate(now.getTime())
  const grades = {
    rule: 'DEP-14',
    regime: null,
    object: null,
    params: { reductions: { A: '1', B: '0.8', C: '0', D: '0' } },
  }
  const back = amendment({ ...grades, effectiveFrom: addDays(date, -5) })
  w.refused(await draft(back), 422, 'amendment-in-past')
  ok(await decide(second, ok(await draft({ ...back, retroactive: true }), 201).id))
  assert.equal(depositReduction('B', await lawAt(db(), now)), '0.5', 'judged before')
  const later = new Date(now.getTime() + 3_600_000)
  assert.equal(depositReduction('B', await lawAt(db(), later)), '0.8')
})

test('a draft that has become one of the past is not approved; a wrong one is turned down or taken back', async () => {
  const date = beijingDate((await world.now()).getTime())
  const one = ok(await draft(amendment({ params: { openTender: '3500000' }, effectiveFrom: date })), 201)
  await moveClockTo(db(), new Date(`${addDays(date, 1)}T02:00:00Z`))
  w.refused(await decide(second, one.id), 422, 'amendment-in-past')
  ok(await decide(first, one.id, 'reject', { reason: '日期已过，重新起草' }))
  const { items } = ok(await call(second, 'GET', '/regulations/amendments'))
  assert.deepEqual([items[0].status, items[0].rejectedReason], ['rejected', '日期已过，重新起草'])
  w.refused(await draft(amendment({ params: { openTender: 'x' } })), 422, 'amendment-params')
  w.refused(await draft(amendment({ rule: 'TIM-notice', object: null })), 422, 'rule-not-of-city')
  w.refused(await decide(second, crypto.randomUUID()), 404, 'not-found')
})

test('two approvals at once: one law after the other, both kept', async () => {
  const date = addDays(beijingDate((await world.now()).getTime()), 30)
  const works = amendment({ object: ['works'], params: { openTender: '5000000' }, effectiveFrom: date })
  const goods = amendment({ params: { openTender: '3600000' }, effectiveFrom: date })
  const ids = [ok(await draft(works), 201).id, ok(await draft(goods), 201).id]
  const answers = await Promise.all(ids.map((id) => decide(second, id)))
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200],
  )
  const { items } = ok(await call(null, 'GET', `/regulations?on=${date}&q=MET-1`))
  assert.deepEqual(items.map((one: w.Loose) => one.figures.openTender).sort(), ['3600000', '5000000'])
})

test('a holiday plan moves what is derived, says what has become too short, and never the deadline', async () => {
  const start = beijingDate((await world.now()).getTime())
  const { id } = await w.publishTender(world, cast)
  const page = async () => ok(await call(null, 'GET', `/tenders/${id}`))
  const stepsOf = (one: w.Loose) => Object.fromEntries(one.timeline.map((step: w.Loose) => [step.key, step.day]))
  const old = await page()
  assert.deepEqual(old.dateChanges, [])
  const deadline = beijingDate(Date.parse(old.deadline))
  const year = Number(start.slice(0, 4))
  const plan = {
    year,
    source: `国办发明电〔${year - 1}〕1号`,
    holidays: [
      ...statutoryDays(year),
      [addDays(start, 1), addDays(start, 7)],
      [addDays(deadline, 1), addDays(deadline, 7)],
    ],
    workdays: [],
  }
  w.refused(
    await call(first, 'POST', '/regulations/calendars', { ...plan, holidays: [] }),
    422,
    'calendar-plan-invalid',
  )
  const made = ok(await call(first, 'POST', '/regulations/calendars', plan), 201)
  w.refused(await call(first, 'POST', `/regulations/calendars/${made.id}/approve`), 403, 'same-approver')
  assert.equal(await nextRecount('tenders')(db()), null)
  assert.equal(ok(await call(second, 'POST', `/regulations/calendars/${made.id}/approve`)).version, 1)
  assert.notEqual(await nextRecount('tenders')(db()), null)
  w.refused(await call(first, 'POST', '/regulations/calendars', plan), 409, 'calendar-plan-known')

  for (let times = 0; times < 2; times++) await recountTenders(world.deps)()
  assert.equal(await nextRecount('tenders')(db()), null)
  const now = await page()
  const [told, ...rest] = now.dateChanges
  assert.equal(rest.length, 0)
  assert.equal(now.deadline, old.deadline)
  assert.deepEqual(now.notice, old.notice)
  assert.ok(told.changes.length > 0)
  for (const { key, from, to } of told.changes)
    assert.deepEqual([stepsOf(old)[key], stepsOf(now)[key]], [from, to], key)
  assert.deepEqual(told.faults.map((one: w.Loose) => one.code).sort(), ['documents-too-short', 'notice-too-short'])
  const [logged, ...more] = await events('tender.dates-recounted/1')
  assert.deepEqual([logged!.scope, logged!.data.changes, more.length], ['public', told.changes, 0])
  const shown = ok(await call(null, 'GET', `/tenders/${id}/events`)).events.map((one: w.Loose) => one.type)
  assert.ok(shown.includes('tender.dates-recounted/1'))
  const mine = async () =>
    ok(await call(cast.clerk, 'GET', '/my/tenders')).items.find((one: w.Loose) => one.id === id).datesMoved
  assert.deepEqual(await mine(), { year, toldAt: told.toldAt, faults: 2 })
  const calendar = ok(await call(null, 'GET', '/regulations/calendar')).years.find((one: w.Loose) => one.year === year)
  assert.deepEqual([calendar.version, calendar.source], [1, plan.source])
})

test('an imported plan judges what is published after it; that is told nothing, and a better plan is version two', async () => {
  await assert.rejects(w.publishTender(world, cast), /notice-too-short/, 'dates as this software alone would count')
  const ends = addDays(beijingDate((await world.now()).getTime()), 14)
  const { id } = await w.publishTender(world, cast, (one) => ({ ...one, noticeEnds: ends, documentsTo: ends }))
  const year = Number(beijingDate((await world.now()).getTime()).slice(0, 4))
  const plan = { year, source: '国办发明电更正', holidays: [...statutoryDays(year)], workdays: [] }
  const made = ok(await call(second, 'POST', '/regulations/calendars', plan), 201)
  await recountTenders(world.deps)()
  assert.deepEqual(ok(await call(null, 'GET', `/tenders/${id}`)).dateChanges, [])
  assert.equal(ok(await call(first, 'POST', `/regulations/calendars/${made.id}/approve`)).version, 2)
  const { calendars } = ok(await call(null, 'GET', '/regulations/changes'))
  assert.deepEqual(
    calendars.map((one: w.Loose) => one.year),
    [year, year],
  )
})

test('the database itself refuses one person who drafts and approves', async () => {
  const { id } = ok(
    await draft(amendment({ params: { openTender: '9000000' }, effectiveFrom: addDays(today, 300) })),
    201,
  )
  const change = { status: 'approved', decided_by: first.personId, decided_at: await world.now() }
  await assert.rejects(db().updateTable('rule_amendment').set(change).where('id', '=', id).execute(), /check/)
})
