import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { contextAt } from '../law/contract.ts'
import { restrictions, screenText } from '../law/fair-competition.ts'
import { resolve } from '../law/rows.ts'
import { sha256, toBase64url, utf8 } from '../log/bytes.ts'
import { trail } from '../supervision/service.ts'
import type { TenderDraft } from './contract/content.ts'
import { CLAUSES } from './rules/clauses.ts'
import { draftPassages, screenPassages, standingOf } from './rules/wording.ts'
import { laterDeadline, sampleDraft } from './sample.testing.ts'
import * as w from './world.testing.ts'

const LOCAL = '投标人须在本市设有分公司。'
const FAIR = '投标人须为依法设立的法人，不限注册地。'
const REASON = '应急抢修须两小时内到场，经会议研究确有必要'
const AT = new Date('2026-09-07T02:00:00Z')

describe('rules', () => {
  const context = contextAt(AT.getTime())
  const withText = (text: string): TenderDraft => {
    const draft = sampleDraft(AT, [crypto.randomUUID()])
    draft.lots![0]!.qualification![0]!.title = text
    return draft
  }
  const hitsOf = (draft: TenderDraft) => screenPassages(draftPassages(draft), context)

  test('every free text of a draft is screened, at its own path', () => {
    const fields = draftPassages(sampleDraft(AT, [crypto.randomUUID()])).map(({ field }) => field)
    for (const field of ['title', 'place', 'lots.0.title', 'lots.0.qualification.0.evidence'])
      assert.ok(fields.includes(field), field)
    for (const field of ['lots.0.scoring.1.title', 'lots.0.scoring.0.intervals.1.label', 'lots.0.conformity.0.title'])
      assert.ok(fields.includes(field), field)
    const half = { lots: [{ lotId: crypto.randomUUID(), scoring: [] }] }
    assert.deepEqual(draftPassages(half), [], 'a draft of which nothing is typed yet')
  })

  test('a lawful draft asks nothing; a restriction carries words, article, reason and a lawful wording', () => {
    assert.deepEqual(hitsOf(withText(FAIR)), [])
    const [hit, ...rest] = hitsOf(withText(LOCAL))
    assert.deepEqual([hit?.rule, hit?.field, rest.length], ['F1', 'lots.0.qualification.0.title', 0])
    assert.equal(LOCAL.slice(hit!.start, hit!.end), hit!.words)
    assert.match(hit!.regulation, /公平竞争审查规则/)
    assert.ok(hit!.article && hit!.why.zh && hit!.offer.zh && hit!.ruleFrom)
  })

  test('a decision stands for exactly its text, and only while it says that the words are kept', () => {
    const [hit] = hitsOf(withText(LOCAL))
    const kept = { rule: hit!.rule, words: hit!.words, text: LOCAL, decision: 'kept' }
    assert.equal(standingOf(hit!, [kept]), kept)
    assert.equal(standingOf(hit!, [kept, { ...kept, decision: 'changed' }]), null)
    const [other] = hitsOf(withText(`${LOCAL}另须提供证明。`))
    assert.equal(standingOf(other!, [kept]), null)
  })

  test('what the platform itself offers and requires restricts nothing', () => {
    for (const rule of restrictions) {
      const { offer } = resolve(rule, { date: context.today })!.params
      assert.deepEqual(screenText(offer.zh, context), [], rule)
    }
    for (const { id, text } of CLAUSES) assert.deepEqual(screenText(text, context), [], id)
  })
})

describe('service', () => {
  let world: w.TenderWorld
  let cast: w.Cast
  before(async () => {
    world = await w.makeTenderWorld()
    cast = await w.makeCast(world)
  })
  after(() => world.close())

  const FIELD = 'lots.0.qualification.0.title'
  const withText =
    (text: string) =>
    (draft: TenderDraft): TenderDraft => ({
      ...draft,
      lots: draft.lots!.map((lot) => ({ ...lot, qualification: [{ id: 'q1', title: text, evidence: '营业执照' }] })),
    })
  const ok = (answer: w.Answer, status = 200): w.Loose => {
    assert.equal(answer.status, status, JSON.stringify(answer.body))
    return answer.body
  }
  const read = async (id: string) => ok(await world.call(cast.clerk, 'GET', `/tenders/${id}/draft`))
  const askedOf = ({ field, text, rule, words }: w.Loose) => ({ field, text, rule, words })
  const keep = (id: string, body: object, by = cast.clerk) =>
    world.call(by, 'POST', `/tenders/${id}/wording`, { place: 'draft', reason: REASON, ...body })
  const submit = (id: string, version: number) => world.call(cast.clerk, 'POST', `/tenders/${id}/submit`, { version })
  const decidedEvents = async (tenderId: string) => {
    const query = world.deps.db.selectFrom('log_event').select('body').where('tender_id', '=', tenderId)
    const rows = await query.where('type', '=', 'wording.decided/1').orderBy('at').execute()
    return rows.map((row) => JSON.parse(row.body.toString()).data as w.Loose)
  }

  test('words nobody decided on stop the submission; kept with a reason they go on, for that text alone', async () => {
    const { id, draft } = await w.makeDraft(world, cast, withText(LOCAL))
    const refusal = await submit(id, 2)
    w.refused(refusal, 422, 'wording-undecided')
    assert.deepEqual(
      refusal.body.errors.map((one: w.Loose) => [one.field, one.code]),
      [[FIELD, 'wording-undecided']],
    )
    const { wording, findings } = await read(id)
    const [hit] = wording.hits
    assert.deepEqual([hit.field, hit.rule, hit.kept, wording.decisions], [FIELD, 'F1', null, []])
    assert.ok(findings.some((one: w.Loose) => one.code === 'wording-undecided' && one.field === FIELD))

    w.refused(await keep(id, { ...askedOf(hit), reason: '需要' }), 422, 'invalid-input')
    w.refused(await keep(id, { ...askedOf(hit), words: '本市' }), 422, 'wording-not-found')
    w.refused(await keep(id, { ...askedOf(hit), text: `${LOCAL}。` }), 409, 'wording-text-differs')
    assert.equal((await decidedEvents(id)).length, 0)
    const kept = ok(await keep(id, askedOf(hit)))
    ok(await keep(id, askedOf(hit)))
    assert.deepEqual([kept.decision, kept.reason, kept.by], ['kept', REASON, '李雷'])
    const [event, ...more] = await decidedEvents(id)
    assert.equal(more.length, 0, 'who says the same twice decides once')
    const textHash = toBase64url(await sha256(utf8(LOCAL)))
    assert.deepEqual(
      [event.rule, event.words, event.textHash, event.decision, event.reason],
      ['F1', hit.words, textHash, 'kept', REASON],
    )
    assert.ok((await read(id)).findings.every((one: w.Loose) => one.severity !== 'block'))

    const changed = withText(`${LOCAL}分公司须有固定场所。`)(draft)
    ok(await world.call(cast.clerk, 'PUT', `/tenders/${id}/draft`, { version: 2, draft: changed }))
    w.refused(await submit(id, 3), 422, 'wording-undecided')
    ok(await world.call(cast.clerk, 'PUT', `/tenders/${id}/draft`, { version: 3, draft }))
    assert.equal(ok(await submit(id, 4)).status, 'in-review')
    w.refused(await keep(id, askedOf(hit)), 409, 'tender-not-draft')
    const seen = ok(await world.call(cast.approver, 'GET', `/tenders/${id}/draft`)).wording
    assert.deepEqual([seen.hits[0].kept.reason, seen.decisions.length], [REASON, 1])
  })

  test('what was asked about and is written otherwise is kept as changed, with the save that changes it', async () => {
    const { id, draft } = await w.makeDraft(world, cast, withText(LOCAL))
    const [hit] = (await read(id)).wording.hits
    const settled = [askedOf(hit)]
    const same = { ...draft, place: '云城市公共资源交易中心' }
    ok(await world.call(cast.clerk, 'PUT', `/tenders/${id}/draft`, { version: 2, draft: same, settled }))
    assert.deepEqual(await decidedEvents(id), [], 'the words still stand there')
    const body = { version: 3, draft: withText(FAIR)(draft) }
    const invented = { ...settled[0], text: FAIR }
    ok(await world.call(cast.clerk, 'PUT', `/tenders/${id}/draft`, { ...body, settled: [...settled, invented] }))
    const [decision, ...rest] = (await read(id)).wording.decisions
    assert.equal(rest.length, 0, 'words that no text ever had decide nothing')
    assert.deepEqual(
      [decision.decision, decision.words, decision.text, decision.replacement],
      ['changed', hit.words, LOCAL, FAIR],
    )
    assert.equal((await decidedEvents(id)).length, 1)
    // The old text comes back: what was changed once is not decided.
    ok(await world.call(cast.clerk, 'PUT', `/tenders/${id}/draft`, { version: 4, draft }))
    w.refused(await submit(id, 5), 422, 'wording-undecided')
  })

  test('nobody but the purchaser’s own side decides', async () => {
    const { id } = await w.makeDraft(world, cast, withText(LOCAL))
    const [hit] = (await read(id)).wording.hits
    const other = await world.organisation('purchaser', '云城市第二人民医院')
    const stranger = await world.member(other.id, 'purchaser')
    w.refused(await keep(id, askedOf(hit), stranger), 404, 'not-found')
    w.refused(await keep(id, askedOf(hit), cast.supervisor), 403, 'role-not-allowed')
  })

  test('the second person’s approval is stopped too, and the supervisor reads each decision', async () => {
    const { id } = await w.makeDraft(world, cast, withText(LOCAL))
    await w.readyTrustees(world, cast, id)
    const [hit] = (await read(id)).wording.hits
    ok(await keep(id, askedOf(hit)))
    ok(await submit(id, 2))
    // As if the law had come to see more in the text after it was sent in.
    const decided = world.deps.db.updateTable('wording_decision').where('tender_id', '=', id)
    await decided.set({ rule: 'F9' }).execute()
    const approve = () => world.call(cast.approver, 'POST', `/tenders/${id}/approve`, { version: 2 })
    w.refused(await approve(), 422, 'wording-undecided')
    await decided.set({ rule: 'F1' }).execute()
    ok(await approve())
    const { events } = await trail(world.deps as never)(id)
    const own = events.filter(({ type }) => type === 'wording.decided/1')
    assert.deepEqual(
      own.map(({ actor }) => actor.personId),
      [cast.clerk.personId],
    )
    const { events: open } = ok(await world.call(null, 'GET', `/tenders/${id}/events`))
    assert.ok(!open.some((one: w.Loose) => one.type === 'wording.decided/1'))
  })

  test('a correction is screened in what it says anew, and goes on once decided', async () => {
    const { id } = await w.publishTender(world, cast)
    const { notice } = ok(await world.call(null, 'GET', `/tenders/${id}`))
    const deadline = laterDeadline(notice.deadline, 20)
    const change = { reason: '采购需求补充说明，投标人须在本市注册', affecting: true, deadline }
    const post = (body: object) => world.call(cast.clerk, 'POST', `/tenders/${id}/correction`, body)
    const refusal = await post(change)
    w.refused(refusal, 422, 'wording-undecided')
    const [hit] = JSON.parse(refusal.body.params.hits)
    assert.deepEqual([hit.field, hit.text, hit.rule], ['reason', change.reason, 'F1'])
    ok(await keep(id, { ...askedOf(hit), place: 'correction' }))
    ok(await post(change), 201)
    const approved = await world.call(cast.approver, 'POST', `/tenders/${id}/correction/approve`)
    assert.equal(ok(approved).n, 1)

    const lots = notice.lots.map((lot: w.Loose) => ({
      ...lot,
      conformity: [{ ...lot.conformity[0], title: LOCAL }],
    }))
    const second = { reason: '调整响应要求', affecting: true, deadline: laterDeadline(deadline, 20), lots }
    const [asked] = JSON.parse((await post(second)).body.params.hits)
    assert.equal(asked.field, 'lots.0.conformity.0.title')
    const fair = lots.map((lot: w.Loose) => ({ ...lot, conformity: [{ ...lot.conformity[0], title: FAIR }] }))
    ok(await post({ ...second, lots: fair, settled: [askedOf(asked)] }), 201)
    const { decisions } = (await read(id)).wording
    assert.deepEqual(
      decisions.map((one: w.Loose) => [one.place, one.decision, one.replacement]),
      [
        ['correction', 'kept', null],
        ['correction', 'changed', FAIR],
      ],
    )
  })
})
