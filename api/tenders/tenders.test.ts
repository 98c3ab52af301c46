import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { moveClockTo } from '../kernel/clock.ts'
import { concat, fromBase64url, sha256, toBase64url, utf8 } from '../log/bytes.ts'
import { leafCommitsTo, outerCommitsTo } from '../log/leaf.ts'
import { lockTender, namesOut, setLotStatus, setTenderStatus } from './service/shared.ts'
import {
  type Cast,
  type Loose,
  makeCast,
  makeDraft,
  makeTenderWorld,
  pdfFile,
  publishTender,
  readyTrustees,
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

test('from a draft to NOTICE 0: number, bytes, PDF, hash, log, public page', async () => {
  const { id, number } = await publishTender(world, cast)
  assert.match(number, /^YC-\d{4}-GP-\d{6}$/)
  const page = (await world.call(null, 'GET', `/tenders/${id}`)).body
  assert.equal(page.status, 'published')
  assert.equal(page.notice.number, number)
  assert.equal(page.lots.length, 1)
  assert.ok(page.open.some((one: Loose) => one.act === 'submit-bid'))
  const raw = await world.call(null, 'GET', `/tenders/${id}/notices/0`)
  const pdf = await world.call(null, 'GET', `/tenders/${id}/notices/0/pdf`)
  const bytes = await exactBytes(id)
  assert.deepEqual(JSON.parse(new TextDecoder().decode(bytes)), raw.body)
  assert.equal(new TextDecoder().decode(pdf.body.slice(0, 5)), '%PDF-')
  const hash = await sha256(concat(utf8('sunlit/v1/notice\n'), await sha256(bytes), await sha256(pdf.body)))
  assert.equal(raw.headers.get('x-notice-hash'), toBase64url(hash))
  const { events: logged } = (await world.call(null, 'GET', `/tenders/${id}/events`)).body
  assert.deepEqual(
    logged.map((one: Loose) => one.type),
    ['trustees.signed/1', 'notice.published/1'],
  )
  for (const one of logged) {
    assert.ok(await leafCommitsTo(fromBase64url(one.leaf), fromBase64url(one.outerSalt), fromBase64url(one.outer)))
    assert.ok(await outerCommitsTo(fromBase64url(one.outer), fromBase64url(one.bodySalt), fromBase64url(one.body)))
    assert.equal(JSON.parse(new TextDecoder().decode(fromBase64url(one.body))).from, null, 'no desk is published')
  }
  const body = JSON.parse(new TextDecoder().decode(fromBase64url(logged[1].body)))
  assert.equal(body.data.noticeHash, toBase64url(hash))
  assert.equal(body.data.deadline, page.notice.deadline)
  const set = (await world.call(null, 'GET', `/tenders/${id}/trustee-set`)).body
  assert.equal(set.hash, page.notice.trustees.setHash)
  assert.equal(set.fingerprint, page.notice.trustees.fingerprint)
  const { rows } = await sql`select 1 from tender_disclosure where tender_id = ${id} and notice_at is not null`.execute(
    world.deps.db,
  )
  assert.equal(rows.length, 1)
  refused(await world.call(cast.approver, 'POST', `/tenders/${id}/submit`, { version: 2 }), 409, 'tender-not-draft')
  assert.equal(
    (await world.call(cast.approver, 'POST', `/tenders/${id}/approve`, { version: 2 })).body.number,
    number,
    'a retry',
  )
  assert.equal(await events(id, 'notice.published/1'), 1)
})

const exactBytes = async (id: string): Promise<Uint8Array> => {
  const row = await world.deps.db
    .selectFrom('notice')
    .select('bytes')
    .where('tender_id', '=', id)
    .executeTakeFirstOrThrow()
  return new Uint8Array(row.bytes)
}

test('the notices can be searched in Chinese, filtered and counted', async () => {
  const { id } = await publishTender(world, cast, (draft) => ({ ...draft, title: '城东水厂ＰＬＣ自动化改造' }))
  const find = async (query: string) => (await world.call(null, 'GET', `/notices?${query}`)).body
  assert.deepEqual(
    (await find(`q=${encodeURIComponent('plc 水厂')}`)).items.map((one: Loose) => one.id),
    [id],
  )
  assert.equal((await find(`q=${encodeURIComponent('水厂 没有')}`)).total, 0)
  assert.equal((await find(`q=${encodeURIComponent('%')}`)).total, 0, 'a wildcard is a letter')
  const all = await find('object=goods&least=380000000&most=380000000')
  assert.ok(all.total >= 1)
  assert.equal(all.counts.object.goods, all.total)
  // A set filter narrows the others and still says what its own other values would give.
  const works = await find('object=works')
  assert.equal(works.total, 0)
  assert.equal(works.counts.object.goods, all.total)
  assert.deepEqual(works.counts.method, {})
  assert.equal((await find('most=379999999')).total, 0)
  refused(await world.call(null, 'GET', '/notices?colour=red'), 422, 'invalid-input')
  assert.ok((await world.call(cast.clerk, 'GET', '/my/tenders')).body.items.some((one: Loose) => one.id === id))
})

test('what the law forbids stops at submission, with its article and what would satisfy', async () => {
  const wrong: [string, (draft: Loose) => void, RegExp][] = [
    [
      'lots.0.floor',
      (draft) => {
        draft.lots[0].floor = '1'
      },
      /最低限价/,
    ],
    [
      'lots.0.deposit',
      (draft) => {
        draft.lots[0].deposit = '7600001'
      },
      /不超过 76000 元/,
    ],
    [
      'deadline',
      (draft) => {
        draft.deadline = new Date(Date.parse(draft.deadline) - 10 * 86_400_000).toISOString()
      },
      /截止日期不早于/,
    ],
    [
      'lots.0.scoring',
      (draft) => {
        draft.lots[0].priceWeight = '0.45'
      },
      /之和不是100分.*第55条/,
    ],
    ['clauses', (draft) => void draft.clauses.pop(), /必备条款/],
  ]
  for (const [field, change, words] of wrong) {
    const { id } = await makeDraft(world, cast, (draft) => {
      change(draft)
      return draft
    })
    const answer = await world.call(cast.clerk, 'POST', `/tenders/${id}/submit`, { version: 2 })
    refused(answer, 422, 'tender-unlawful')
    const error = answer.body.errors.find((one: Loose) => one.field === field)
    assert.match(error.message, words)
    assert.match(error.message, /第.+条/)
    const draft = (await world.call(cast.clerk, 'GET', `/tenders/${id}/draft`)).body
    assert.ok(draft.findings.some((one: Loose) => one.field === field && one.severity === 'block'))
  }
})

test('a half-typed draft is kept, but not submitted; unknown keys are refused', async () => {
  const { body } = await world.call(cast.clerk, 'POST', '/tenders', {
    title: '草稿',
    object: 'services',
    evaluationMethod: 'lowest-price',
  })
  const half = { title: '', deadline: '12月', lots: [{ lotId: crypto.randomUUID(), budget: '12a' }] }
  assert.equal(
    (await world.call(cast.clerk, 'PUT', `/tenders/${body.id}/draft`, { version: 1, draft: half })).status,
    200,
  )
  const read = (await world.call(cast.clerk, 'GET', `/tenders/${body.id}/draft`)).body
  assert.deepEqual(read.draft, half)
  const answer = await world.call(cast.clerk, 'POST', `/tenders/${body.id}/submit`, { version: 2 })
  refused(answer, 422, 'draft-incomplete')
  assert.ok(answer.body.errors.some((one: Loose) => one.field === 'lots.0.budget'))
  const strange = await world.call(cast.clerk, 'PUT', `/tenders/${body.id}/draft`, {
    version: 2,
    draft: { winner: 'me' },
  })
  refused(strange, 422, 'invalid-input')
  assert.deepEqual(strange.body.errors, [{ field: 'draft.winner', code: 'unknown-key' }])
})

test('two hands on one draft: the second is refused and both texts are there', async () => {
  const { id, draft } = await makeDraft(world, cast)
  const answer = await world.call(cast.approver, 'PUT', `/tenders/${id}/draft`, {
    version: 1,
    draft: { ...draft, place: '别处' },
  })
  refused(answer, 409, 'draft-changed')
  assert.equal(JSON.parse(answer.body.params.saved).place, draft.place)
  assert.equal(JSON.parse(answer.body.params.sent).place, '别处')
  const retry = await world.call(cast.clerk, 'PUT', `/tenders/${id}/draft`, { version: 1, draft })
  assert.deepEqual([retry.status, retry.body.version], [200, 2], 'the same save again')
})

test("somebody else's tender does not exist for them", async () => {
  const { id, draft } = await makeDraft(world, cast)
  const foreign = await world.organisation('purchaser', '邻市医院')
  const stranger = await world.member(foreign.id, 'purchaser-approver')
  for (const [method, path, body] of [
    ['GET', 'draft', undefined],
    ['PUT', 'draft', { version: 2, draft }],
    ['POST', 'submit', { version: 2 }],
    ['POST', 'approve', { version: 2 }],
    ['POST', 'cancel', { reason: '不想要了，取消' }],
    ['POST', 'files', upload(pdfFile('x'))],
    [
      'PUT',
      'trustees',
      { seats: Array(3).fill({ organisationId: foreign.id, personId: stranger.personId, role: 'notary' }) },
    ],
  ] as const)
    refused(await world.call(stranger, method, `/tenders/${id}/${path}`, body), 404, 'not-found')
  refused(await world.call(null, 'GET', `/tenders/${id}`), 404, 'not-found')
  refused(await world.call(null, 'GET', `/tenders/${id}/files`), 404, 'not-found')
  refused(await world.call(null, 'GET', `/tenders/${id}/trustees`), 404, 'not-found')
  refused(await world.call(null, 'GET', `/tenders/${crypto.randomUUID()}`), 404, 'not-found')
})

test('nobody approves what they submitted; what was returned says why', async () => {
  const { id } = await makeDraft(world, cast)
  await readyTrustees(world, cast, id)
  assert.equal((await world.call(cast.approver, 'POST', `/tenders/${id}/submit`, { version: 2 })).status, 200)
  refused(await world.call(cast.approver, 'POST', `/tenders/${id}/approve`, { version: 2 }), 403, 'same-approver')
  refused(await world.call(cast.clerk, 'POST', `/tenders/${id}/approve`, { version: 2 }), 403, 'role-not-allowed')
  assert.equal(
    (await world.call(cast.approver, 'POST', `/tenders/${id}/return`, { reason: '请补充售后要求' })).status,
    200,
  )
  assert.equal((await world.call(cast.clerk, 'GET', `/tenders/${id}/draft`)).body.returnedReason, '请补充售后要求')
})

test('files: what lies is refused, a draft file stays inside, a published one is for all', async () => {
  const { id } = await makeDraft(world, cast)
  const lying = new File(['<html><script>alert(1)</script>'], '招标文件.pdf', { type: 'application/pdf' })
  refused(await world.call(cast.clerk, 'POST', `/tenders/${id}/files`, upload(lying)), 422, 'file-type-refused')
  const named = new File([await pdfFile('a').arrayBuffer()], '招标文件.docx')
  refused(await world.call(cast.clerk, 'POST', `/tenders/${id}/files`, upload(named)), 422, 'file-name-lies')
  refused(
    await world.call(cast.clerk, 'POST', `/tenders/${id}/files`, upload(pdfFile('b'), 'virus')),
    422,
    'invalid-input',
  )
  const added = (await world.call(cast.clerk, 'POST', `/tenders/${id}/files`, upload(pdfFile('c'), 'drawing'))).body
  refused(await world.call(null, 'GET', `/tenders/${id}/files/${added.fileId}`), 404, 'not-found')
  const own = await world.call(cast.clerk, 'GET', `/tenders/${id}/files/${added.fileId}`)
  assert.equal(toBase64url(await sha256(own.body)), added.sha256)
  assert.match(own.headers.get('content-disposition')!, /^attachment; filename\*=UTF-8''%E6/)
  assert.equal((await world.call(cast.clerk, 'DELETE', `/tenders/${id}/files/${added.fileId}`)).status, 200)
  assert.equal((await world.call(cast.clerk, 'GET', `/tenders/${id}/files`)).body.files.length, 1)
  const published = await publishTender(world, cast)
  const [file] = (await world.call(null, 'GET', `/tenders/${published.id}/files`)).body.files
  assert.equal((await world.call(null, 'GET', `/tenders/${published.id}/files/${file.fileId}`)).status, 200)
  refused(
    await world.call(cast.clerk, 'DELETE', `/tenders/${published.id}/files/${file.fileId}`),
    409,
    'tender-not-draft',
  )
})

test('what other features build on: locks, moves, names out once', async () => {
  const { id } = await publishTender(world, cast)
  const { db } = world.deps
  const lot = (await world.call(null, 'GET', `/tenders/${id}`)).body.lots[0].id
  await assert.rejects(
    db.transaction().execute((trx) => lockTender(trx, crypto.randomUUID(), 'share')),
    { code: 'not-found' },
  )
  await assert.rejects(setLotStatus(db, lot, 'opened'), { code: 'lot-status-conflict' })
  await db.transaction().execute(async (trx) => {
    await lockTender(trx, id, 'update')
    await setLotStatus(trx, lot, 'closed')
    await setTenderStatus(trx, id, 'closed')
  })
  const first = await db.transaction().execute((trx) => namesOut(trx, id))
  assert.deepEqual(await db.transaction().execute((trx) => namesOut(trx, id)), first)
  await assert.rejects(setTenderStatus(db, id, 'published'), { code: 'tender-status-conflict' })
})

test('the timetable answers everybody', async () => {
  const ask = { regime: 'GP', method: 'open', noticeDate: '2026-09-18', check: { deadlineDate: '2026-10-08' } }
  const { body } = await world.call(null, 'POST', '/tenders/timetable', ask)
  assert.ok(body.proposal.steps.some((one: Loose) => one.event === 'notice' && one.date === '2026-10-08'))
  assert.ok(body.findings.some((one: Loose) => one.code === 'exactly-minimum'))
})

// Last: the clock of this world moves.
test('after the deadline nothing of this is possible any more', async () => {
  const { id } = await publishTender(world, cast)
  const page = (await world.call(null, 'GET', `/tenders/${id}`)).body
  await moveClockTo(world.deps.db, new Date(page.deadline))
  const reason = { reason: '截止之后才想起来' }
  refused(await world.call(cast.supervisor, 'POST', `/tenders/${id}/suspend`, reason), 409, 'deadline-passed')
  refused(await world.call(cast.clerk, 'POST', `/tenders/${id}/cancel`, reason), 409, 'deadline-passed')
  const correction = { reason: '更正', affecting: false, place: '别处' }
  refused(await world.call(cast.clerk, 'POST', `/tenders/${id}/correction`, correction), 409, 'deadline-passed')
  const { body } = await world.call(null, 'GET', `/tenders/${id}`)
  assert.ok(!body.open.some((one: Loose) => one.act === 'submit-bid'))
})
