import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { makeMandate } from '../identity/service/mandates.ts'
import { moveClockTo } from '../kernel/clock.ts'
import { concat, fromBase64url, sha256, toBase64url, utf8 } from '../log/bytes.ts'
import { leafCommitsTo, outerCommitsTo } from '../log/leaf.ts'
import { signDetached } from '../seal/cms.ts'
import { generateTrusteeKey } from '../seal/trustees.ts'
import { lockTender, namesOut, publishedLot, setLotStatus, setTenderStatus } from './service/shared.ts'
import {
  buildSet,
  type Cast,
  laterDeadline,
  makeCast,
  makeDraft,
  makeStatement,
  makeTenderWorld,
  nameSeats,
  pdfFile,
  publishTender,
  readyTrustees,
  runTrusteeDrill,
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

const refused = (answer: { status: number; body: any }, status: number, code: string) =>
  assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(answer.body))
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
  assert.ok(page.open.some((one: any) => one.act === 'submit-bid'))
  const raw = await world.call(null, 'GET', `/tenders/${id}/notices/0`)
  const pdf = await world.call(null, 'GET', `/tenders/${id}/notices/0/pdf`)
  const bytes = await exactBytes(id)
  assert.deepEqual(JSON.parse(new TextDecoder().decode(bytes)), raw.body)
  assert.equal(new TextDecoder().decode(pdf.body.slice(0, 5)), '%PDF-')
  const hash = await sha256(concat(utf8('sunlit/v1/notice\n'), await sha256(bytes), await sha256(pdf.body)))
  assert.equal(raw.headers.get('x-notice-hash'), toBase64url(hash))
  const { events: logged } = (await world.call(null, 'GET', `/tenders/${id}/events`)).body
  assert.deepEqual(
    logged.map((one: any) => one.type),
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
    (await find(`q=${encodeURIComponent('plc 水厂')}`)).items.map((one: any) => one.id),
    [id],
  )
  assert.equal((await find(`q=${encodeURIComponent('水厂 没有')}`)).total, 0)
  assert.equal((await find(`q=${encodeURIComponent('%')}`)).total, 0, 'a wildcard is a letter')
  const all = await find('object=goods&least=380000000&most=380000000')
  assert.ok(all.total >= 1)
  assert.equal(all.counts.object.goods, all.total)
  assert.equal((await find('most=379999999')).total, 0)
  refused(await world.call(null, 'GET', '/notices?colour=red'), 422, 'invalid-input')
  assert.ok((await world.call(cast.clerk, 'GET', '/my/tenders')).body.items.some((one: any) => one.id === id))
})

test('what the law forbids stops at submission, with its article and what would satisfy', async () => {
  const wrong: [string, (draft: any) => void, RegExp][] = [
    ['lots.0.floor', (draft) => void (draft.lots[0].floor = '1'), /最低限价/],
    ['lots.0.deposit', (draft) => void (draft.lots[0].deposit = '7600001'), /不超过 76000 元/],
    [
      'deadline',
      (draft) => void (draft.deadline = new Date(Date.parse(draft.deadline) - 10 * 86_400_000).toISOString()),
      /截止日期不早于/,
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
    const error = answer.body.errors.find((one: any) => one.field === field)
    assert.match(error.message, words)
    assert.match(error.message, /第.+条/)
    const draft = (await world.call(cast.clerk, 'GET', `/tenders/${id}/draft`)).body
    assert.ok(draft.findings.some((one: any) => one.field === field && one.severity === 'block'))
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
  assert.ok(answer.body.errors.some((one: any) => one.field === 'lots.0.budget'))
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

test('no publication without signed trustees, without a drill, or before their floor', async () => {
  const { id, draft } = await makeDraft(world, cast)
  const submit = (version: number) => world.call(cast.clerk, 'POST', `/tenders/${id}/submit`, { version })
  const approve = (version: number) => world.call(cast.approver, 'POST', `/tenders/${id}/approve`, { version })
  assert.equal((await submit(2)).status, 200)
  refused(await approve(2), 409, 'trustee-set-missing')
  refused(await approve(1), 409, 'draft-changed')
  assert.equal((await nameSeats(world, cast, id)).status, 200)
  const keys = []
  for (const i of [1, 2, 3]) {
    const { key, body } = await makeStatement(world, cast, id, i)
    assert.equal(
      (await world.call(cast.trustees[i - 1]!, 'POST', `/tenders/${id}/trustees/${i}/key`, body)).status,
      200,
    )
    keys.push(key)
  }
  const set = await buildSet(world, cast, id)
  const wrongHand = await buildSet(world, cast, id, cast.signers[1])
  refused(await world.call(cast.clerk, 'POST', `/tenders/${id}/trustee-set`, wrongHand), 403, 'certificate-foreign')
  assert.equal((await world.call(cast.clerk, 'POST', `/tenders/${id}/trustee-set`, set)).status, 200)
  assert.equal((await world.call(cast.clerk, 'POST', `/tenders/${id}/trustee-set`, set)).status, 200, 'a retry')
  refused(
    await world.call(cast.clerk, 'POST', `/tenders/${id}/trustee-set`, await buildSet(world, cast, id)),
    409,
    'trustees-fixed',
  )
  refused(await nameSeats(world, cast, id), 409, 'trustees-fixed')
  assert.equal(await events(id, 'trustees.signed/1'), 1)
  refused(await approve(2), 409, 'drill-missing')
  for (const i of [1, 2, 3]) assert.equal((await runTrusteeDrill(world, cast, id, i, keys[i - 1]!)).status, 200)
  await world.call(cast.approver, 'POST', `/tenders/${id}/return`, { reason: '截止时间再议' })
  const other = { ...draft, trusteeWindowMinutes: 45 }
  await world.call(cast.clerk, 'PUT', `/tenders/${id}/draft`, { version: 2, draft: other })
  assert.equal((await submit(3)).status, 200)
  refused(await approve(3), 422, 'trustee-floor')
})

test('trustees: composition, own key only, no key twice, no foreign drill', async () => {
  const { id } = await makeDraft(world, cast)
  const seat = (at: number) => ({
    organisationId: cast.trustees[at]!.organisationId,
    personId: cast.trustees[at]!.personId,
    role: cast.roles[at],
  })
  const second = await world.member(cast.purchaser.id, 'trustee')
  const close = [seat(0), { organisationId: second.organisationId, personId: second.personId, role: 'other' }, seat(1)]
  const name = (seats: unknown) => world.call(cast.clerk, 'PUT', `/tenders/${id}/trustees`, { seats })
  refused(await name(close), 422, 'trustees-wrong')
  refused(await name([seat(0), seat(1), { ...seat(2), personId: cast.clerk.personId }]), 422, 'trustee-unknown')
  refused(await name([seat(0), seat(1), seat(1)]), 422, 'trustees-wrong')
  assert.equal((await nameSeats(world, cast, id)).status, 200)
  const first = await makeStatement(world, cast, id, 1)
  const post = (i: number, body: unknown, by = i) =>
    world.call(cast.trustees[by - 1]!, 'POST', `/tenders/${id}/trustees/${i}/key`, body)
  refused(await post(1, first.body, 2), 404, 'not-found')
  refused(await post(2, first.body), 403, 'certificate-foreign')
  assert.equal((await post(1, first.body)).status, 200)
  const again = await makeStatement(world, cast, id, 2, first.key)
  refused(await post(2, again.body), 409, 'trustee-key-reused')
  const tampered = await makeStatement(world, cast, id, 2)
  const cut = { ...tampered.body, statement: first.body.statement }
  refused(await post(2, cut), 422, 'signature-invalid')
  const stolen = { ...again.body, cms: first.body.cms, statement: first.body.statement }
  refused(await post(3, stolen), 403, 'certificate-foreign')
  refused(await runTrusteeDrill(world, cast, id, 1, await generateTrusteeKey()), 422, 'drill-invalid')
  assert.equal((await runTrusteeDrill(world, cast, id, 1, first.key)).status, 200)
  refused(await world.call(cast.trustees[1]!, 'GET', `/tenders/${id}/trustees/1/key`), 404, 'not-found')
  const own = (await world.call(cast.trustees[0]!, 'GET', `/tenders/${id}/trustees/1/key`)).body
  assert.equal(own.blob, first.body.blob)
  const home = (await world.call(cast.trustees[1]!, 'GET', '/my/trustee-seats')).body
  assert.equal(home.items.find((one: any) => one.tenderId === id).next, 'make-key')
  assert.ok(
    !JSON.stringify((await world.call(cast.clerk, 'GET', `/tenders/${id}/trustees`)).body).includes(first.body.blob),
  )
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
  assert.ok(!page.open.some((one: any) => one.act === 'submit-bid'))
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
  const at = (await world.now()).getTime()
  const statement = utf8(
    JSON.stringify({
      v: 'sunlit/v1',
      type: 'mandate',
      agencyId: office.id,
      purchaserId: cast.purchaser.id,
      scope: '本年度货物采购',
      from: at - 1000,
      until: at + 86_400_000,
    }),
  )
  const cms = await signDetached(statement, cast.purchaserSigner)
  await makeMandate(world.deps)({ ...cast.approver, via: 'certificate' }, { statement, cms })
  const { status, body } = await start()
  assert.equal(status, 201)
  assert.equal((await world.call(agent, 'GET', `/tenders/${body.id}/draft`)).body.agencyId, office.id)
  assert.equal(
    (await world.call(cast.clerk, 'GET', `/tenders/${body.id}/draft`)).status,
    200,
    'the purchaser sees it too',
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
  assert.ok(body.proposal.steps.some((one: any) => one.event === 'notice' && one.date === '2026-10-08'))
  assert.ok(body.findings.some((one: any) => one.code === 'exactly-minimum'))
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
  assert.ok(!body.open.some((one: any) => one.act === 'submit-bid'))
})
