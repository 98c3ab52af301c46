import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { castOf, type Stage } from '../../e2e/matrix/cast.ts'
import { type TestPlatform, testPlatform } from '../../e2e/platform.ts'
import type { Actor } from '../kernel/actor.ts'
import { addDays, beijingDate } from '../law/beijing.ts'
import { statutoryDays } from '../law/calendar.ts'
import type { Answer, Loose } from '../tenders/world.testing.ts'

let platform: TestPlatform
let stage: Stage
let first: Actor
let second: Actor
let today: string

before(async () => {
  platform = await testPlatform()
  stage = castOf(platform)
  const { id } = await stage.world.organisation('centre', '云城市公共资源交易中心')
  first = await stage.world.member(id, 'administrator')
  second = await stage.world.member(id, 'administrator')
  today = beijingDate((await stage.world.now()).getTime())
})
after(() => platform.stop())

const ok = (answer: Answer, status = 200): Loose => {
  assert.equal(answer.status, status, JSON.stringify(answer.body))
  return answer.body
}
const ask = async (name: string, body: object) => ok(await stage.world.call(null, 'POST', `/calculators/${name}`, body))
const amend = async (change: object) => {
  const body = {
    regime: null,
    object: null,
    method: null,
    effectiveFrom: addDays(today, 10),
    document: '云财采〔2026〕8号',
    article: '第二条',
    reason: '按省级标准调整',
    ...change,
  }
  return ok(await stage.world.call(first, 'POST', '/regulations/amendments', body), 201).id as string
}
const approve = async (what: 'amendments' | 'calendars', id: string) =>
  ok(await stage.world.call(second, 'POST', `/regulations/${what}/${id}/approve`))

describe('what two administrators changed answers here, from its day on', () => {
  const dueFor = async (budgetApprovedOn: string) => {
    const { targets, basis } = await ask('intention-due', { budgetApprovedOn, plannedStart: addDays(today, 200) })
    const { date } = targets.find((one: Loose) => one.rule === 'INT-7')
    return { date, row: basis.find((one: Loose) => one.rule === 'INT-7') }
  }

  test('a date before keeps the old figure, and the answer names the row it used', async () => {
    const [day, before] = [addDays(today, 10), addDays(today, 9)]
    const id = await amend({ rule: 'INT-7', regime: 'GP', params: { days: 45 } })
    assert.equal((await dueFor(day)).date, addDays(day, 60), 'one person alone changes nothing')
    await approve('amendments', id)
    const [old, now] = [await dueFor(before), await dueFor(day)]
    assert.deepEqual([old.date, now.date], [addDays(before, 60), addDays(day, 45)])
    assert.equal(old.row.article, '28')
    assert.deepEqual(now.row, { rule: 'INT-7', regulation: '云财采〔2026〕8号', article: '第二条' })
  })

  test('the grades by which a deposit is reduced: the row that holds today is the one cited', async () => {
    const grades = { rule: 'DEP-14', params: { reductions: { A: '1', B: '0.8', C: '0', D: '0' } } }
    const asked = { kind: 'bid', regime: 'GP', amount: '1000000', asked: '20000', reductionRate: '0.5' }
    const cited = async () => (await ask('deposit-cap', asked)).basis.find((one: Loose) => one.rule === 'DEP-14')
    const before = await cited()
    await approve('amendments', await amend({ ...grades, effectiveFrom: addDays(today, 10) }))
    assert.deepEqual(await cited(), before)
    await approve('amendments', await amend({ ...grades, effectiveFrom: today, params: { reductions: { A: '0.9' } } }))
    assert.equal((await cited()).regulation, '云财采〔2026〕8号')
  })
})

test('an imported year is counted by its plan and is provisional no more', async () => {
  const year = 2031
  const asked = { start: `${year}-02-28`, n: 5, unit: 'working-day', direction: 'after' }
  const guessed = await ask('period', asked)
  assert.equal(guessed.provisional, true)
  const plan = {
    year,
    source: '国办发明电〔2030〕9号',
    holidays: [...statutoryDays(year), [`${year}-03-03`, `${year}-03-05`]],
    workdays: [`${year}-03-08`],
  }
  const { id } = ok(await stage.world.call(first, 'POST', '/regulations/calendars', plan), 201)
  assert.equal((await ask('period', asked)).provisional, true, 'one person alone changes nothing')
  await approve('calendars', id)
  const known = await ask('period', asked)
  assert.equal(known.provisional, false)
  assert.notEqual(known.date, guessed.date)
  assert.ok(known.counted.includes(`${year}-03-08`), 'a make-up day is worked')
  const next = await ask('period', { ...asked, start: `${year + 1}-02-28` })
  assert.equal(next.provisional, true, 'another year is as unknown as before')
})
