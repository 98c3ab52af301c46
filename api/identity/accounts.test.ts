import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { publicId } from '../kernel/ids.ts'
import { authOf } from './service/auth.ts'
import { hashPassword, verifyPassword } from './service/password.ts'
import { actorOf, bootstrapAdministrator } from './service.ts'
import { facts, makeWorld, PASSWORD, totp, type World } from './world.testing.ts'

let world: World
before(async () => {
  world = await makeWorld()
})
after(() => world.close())

const eventsOf = async (type: string): Promise<number> => {
  const { rows } = await sql<{ n: bigint }>`select count(*) as n from log_event where type = ${type}`.execute(
    world.deps.db,
  )
  return Number(rows[0]?.n)
}

test('a supplier registers by promise and acts at once; everything is on the log', async () => {
  const { browser, answer, organisation } = await world.supplier('boss@sun.cn')
  assert.equal(answer.status, 201)
  const { body: session } = await browser.get('/api/session')
  assert.equal(session.role, 'supplier-signer')
  assert.equal(session.via, 'password')
  assert.equal(session.memberships[0].organisation.id, organisation.id)
  assert.equal(session.active, session.memberships[0].id)
  assert.equal(answer.body.promise.version, '2026-1')
  for (const type of ['person.registered/1', 'session.opened/1', 'organisation.registered/1', 'membership.added/1'])
    assert.ok((await eventsOf(type)) >= 1, type)
})

test('a wrong code, a known code, a changed promise and no account are refused', async () => {
  const { browser, organisation } = await world.supplier('second@sun.cn')
  const { body: promise } = await browser.get('/api/organisations/promise')
  const good = { ...facts('远山科技有限公司'), promiseSha256: promise.sha256 }
  const wrong = good.uscc.slice(0, 17) + (good.uscc.endsWith('0') ? '1' : '0')
  const cases: [object, number, string][] = [
    [{ ...good, uscc: wrong }, 422, 'uscc-invalid'],
    [{ ...good, uscc: '123' }, 422, 'uscc-invalid'],
    [{ ...good, uscc: organisation.uscc }, 409, 'organisation-exists'],
    [{ ...good, promiseSha256: 'A'.repeat(43) }, 409, 'promise-outdated'],
    [{ ...good, status: 'active' }, 422, 'invalid-input'],
  ]
  for (const [body, status, code] of cases) {
    const answer = await browser.post('/api/organisations', body)
    assert.deepEqual([answer.status, answer.body.code], [status, code])
  }
  const stranger = await world.browser().post('/api/organisations', good)
  assert.deepEqual([stranger.status, stranger.body.code], [401, 'sign-in-needed'])
})

test('sign in with a password, sign out; wrong and unknown answer alike', async () => {
  await world.supplier('login@sun.cn')
  const { browser, answer } = await world.signIn('login@sun.cn')
  assert.equal(answer.status, 200)
  const [cookie = ''] = answer.headers.getSetCookie()
  assert.match(cookie, /^sunlit\.session_token=.+HttpOnly.*SameSite=Lax/i)
  assert.equal((await browser.get('/api/session')).body.person.email, 'login@sun.cn')
  const wrong = await world
    .browser()
    .post('/api/auth/sign-in/email', { email: 'login@sun.cn', password: 'not-the-password' })
  const unknown = await world.browser().post('/api/auth/sign-in/email', { email: 'nobody@sun.cn', password: PASSWORD })
  assert.deepEqual([wrong.status, wrong.body], [unknown.status, unknown.body])
  assert.equal(wrong.body.code, 'sign-in-failed')
  const stolen = new Headers({ cookie: [...browser.jar].map(([name, value]) => `${name}=${value}`).join('; ') })
  assert.equal((await actorOf(world.deps)(stolen, null)).role, 'supplier-signer')
  assert.equal((await browser.post('/api/session/sign-out')).status, 200)
  assert.equal((await browser.get('/api/session')).body.person, null)
  assert.equal((await actorOf(world.deps)(stolen, null)).personId, null, 'the cookie is worthless afterwards')
  assert.ok((await eventsOf('session.closed/1')) >= 1)
})

test('a foreign origin may not sign anybody in; names and addresses do not change by themselves', async () => {
  const { browser } = await world.supplier('origin@sun.cn')
  const request = {
    method: 'POST',
    headers: { host: '127.0.0.1:3000', origin: 'https://evil.example', 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'origin@sun.cn', password: PASSWORD }),
  }
  const answer = await world.app.request('http://127.0.0.1:3000/api/auth/sign-in/email', request)
  assert.equal(answer.status, 403)
  assert.equal(answer.headers.getSetCookie().length, 0)
  assert.equal((await browser.post('/api/auth/update-user', { name: '冒名' })).status, 404)
  await browser.post('/api/auth/update-session', { via: 'certificate', membershipId: publicId() })
  assert.equal((await browser.get('/api/session')).body.via, 'password')
  const admin = await browser.post('/api/auth/sunlit/certificate-session', { personId: publicId(), membershipId: null })
  assert.equal(admin.status, 404)
})

test('the second factor: enrol, then a password alone is half a sign-in', async () => {
  const { browser } = await world.supplier('totp@sun.cn')
  const enrol = await browser.post('/api/auth/two-factor/enable', { password: PASSWORD })
  assert.equal(enrol.status, 200)
  const uri: string = enrol.body.totpURI
  assert.equal((await browser.post('/api/auth/two-factor/verify-totp', { code: totp(uri) })).status, 200)
  assert.equal((await browser.get('/api/session')).body.secondFactor.enabled, true)
  assert.equal(await eventsOf('second-factor.enabled/1'), 1)
  const opened = await eventsOf('session.opened/1')
  const half = await world.signIn('totp@sun.cn')
  assert.equal(half.answer.body.twoFactorRedirect, true)
  assert.equal((await half.browser.get('/api/session')).body.person, null)
  assert.equal(await eventsOf('session.opened/1'), opened, 'no session is open yet')
  const current = totp(uri)
  const wrong = await half.browser.post('/api/auth/two-factor/verify-totp', {
    code: current === '000000' ? '111111' : '000000',
  })
  assert.deepEqual([wrong.status, wrong.body.code], [401, 'second-factor-wrong'])
  assert.equal((await half.browser.post('/api/auth/two-factor/verify-totp', { code: totp(uri) })).status, 200)
  assert.equal((await half.browser.get('/api/session')).body.person.email, 'totp@sun.cn')
  assert.equal(await eventsOf('session.opened/1'), opened + 1)
})

test('an invitation works once and only for its address', async () => {
  const { browser, organisation } = await world.supplier('manager@sun.cn')
  const path = `/api/organisations/${organisation.id}/invitations`
  const made = await browser.post(path, { email: 'Helper@sun.cn', role: 'supplier-preparer' })
  assert.equal(made.status, 201)
  assert.equal(
    (await browser.post(path, { email: 'x@sun.cn', role: 'supervisor' })).body.code,
    'role-not-in-organisation',
  )
  const thief = await world.signUp('thief@sun.cn')
  assert.equal((await thief.browser.post('/api/invitations/accept', { code: made.body.code })).status, 404)
  const helper = await world.signUp('helper@sun.cn')
  const joined = await helper.browser.post('/api/invitations/accept', { code: made.body.code })
  assert.equal(joined.body.role, 'supplier-preparer')
  assert.equal((await helper.browser.get('/api/session')).body.role, 'supplier-preparer')
  assert.equal((await helper.browser.post('/api/invitations/accept', { code: made.body.code })).status, 404)
  assert.equal((await helper.browser.post(path, { email: 'y@sun.cn', role: 'supplier-signer' })).status, 403)
  const { body } = await browser.get(`/api/organisations/${organisation.id}/members`)
  assert.equal(body.members.length, 2)
  const own = body.members.find((one: { manages: boolean }) => one.manages)
  assert.equal((await browser.post(`/api/memberships/${own.id}/end`)).body.code, 'last-manager')
  assert.equal((await browser.post(`/api/memberships/${joined.body.membershipId}/end`)).status, 200)
  assert.equal((await helper.browser.get('/api/session')).body.role, 'public')
})

test('someone else’s organisation is not found, whatever one asks of it', async () => {
  const mine = await world.supplier('mine@sun.cn')
  const theirs = await world.supplier('theirs@sun.cn')
  const purchaser = await world.staff('purchaser', 'purchaser')
  const centre = await world.staff('centre', 'centre')
  const { id } = theirs.organisation
  const email = { email: 'z@sun.cn', role: 'supplier-signer' }
  for (const browser of [mine.browser, purchaser.browser]) {
    assert.equal((await browser.get(`/api/organisations/${id}`)).status, 404)
    assert.equal((await browser.get(`/api/organisations/${id}/members`)).status, 404)
    assert.equal((await browser.post(`/api/organisations/${id}/invitations`, email)).status, 404)
    assert.equal((await browser.patch(`/api/organisations/${id}`, { address: '别处' })).status, 404)
  }
  const membershipId = (await theirs.browser.get('/api/session')).body.active
  assert.equal((await mine.browser.post(`/api/memberships/${membershipId}/end`)).status, 404)
  assert.equal((await mine.browser.post('/api/session/membership', { membershipId })).status, 404)
  assert.equal((await centre.browser.get(`/api/organisations/${id}`)).body.contactName, '张三')
  const publicly = await world.browser().get(`/api/organisations/${purchaser.organisation.id}`)
  assert.deepEqual(Object.keys(publicly.body).sort(), ['id', 'kinds', 'name', 'status', 'uscc'])
  const listed = (await world.browser().get('/api/organisations?limit=100')).body.organisations
  assert.ok(listed.length > 0 && listed.every((one: { kinds: string[] }) => !one.kinds.includes('supplier')))
  assert.equal((await theirs.browser.patch(`/api/organisations/${id}`, { address: '新址' })).body.address, '新址')
})

test('one person, two organisations: the session acts for one at a time, and not for a suspended one', async () => {
  const { browser, organisation } = await world.supplier('two@sun.cn')
  const { body: promise } = await browser.get('/api/organisations/promise')
  await browser.post('/api/organisations', { ...facts('第二家有限公司'), promiseSha256: promise.sha256 })
  const { body } = await browser.get('/api/session')
  assert.equal(body.memberships.length, 2)
  const other = body.memberships.find((one: { id: string }) => one.id !== body.active)
  assert.equal((await browser.post('/api/session/membership', { membershipId: other.id })).status, 200)
  assert.equal((await browser.get('/api/session')).body.active, other.id)
  const { browser: again } = await world.signIn('two@sun.cn')
  assert.equal((await again.get('/api/session')).body.active, other.id, 'the last one is taken up again')
  const admin = await world.staff('administrator', 'centre')
  const path = `/api/organisations/${other.organisation.id}/status`
  assert.equal((await browser.post(path, { status: 'suspended', reason: '核查' })).status, 403)
  assert.equal((await admin.browser.post(path, { status: 'suspended', reason: '核查' })).status, 200)
  assert.equal((await browser.get('/api/session')).body.role, 'public')
  const first = body.memberships.find(
    (one: { organisation: { id: string } }) => one.organisation.id === organisation.id,
  )
  await browser.post('/api/session/membership', { membershipId: first.id })
  assert.equal((await browser.get('/api/session')).body.role, 'supplier-signer')
})

test('passwords: argon2id, salted, Unicode spelled either way; anything else never verifies', async () => {
  const hash = await hashPassword('é云城密码')
  assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  assert.notEqual(hash, await hashPassword('é云城密码'))
  assert.ok(await verifyPassword({ hash, password: 'e\u0301云城密码' }))
  assert.ok(!(await verifyPassword({ hash, password: '云城密码' })))
  assert.ok(!(await verifyPassword({ hash: 'plain', password: 'plain' })))
})

test('a session is read as the accounts module reads it, and nothing that it would not open', async () => {
  await world.supplier('cookie@sun.cn')
  const { answer } = await world.signIn('cookie@sun.cn')
  const [pair = ''] = answer.headers.getSetCookie()[0]!.split(';')
  const [name, value] = [pair.slice(0, pair.indexOf('=')), decodeURIComponent(pair.slice(pair.indexOf('=') + 1))]
  const [token = '', signature = ''] = value.split('.')
  const ours = async (cookie: string) => (await actorOf(world.deps)(new Headers({ cookie }), null)).personId
  const theirs = async (cookie: string) =>
    (await authOf(world.deps).api.getSession({ headers: new Headers({ cookie }) }))?.user.id ?? null
  const cookieOf = (text: string) => `${name}=${encodeURIComponent(text)}`
  const person = await theirs(pair)
  assert.ok(person)
  const flipped = (text: string) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1)
  for (const [cookie, whose] of [
    [pair, person],
    [`a=1; ${pair}; b=2`, person],
    [cookieOf(`${flipped(token)}.${signature}`), null],
    [cookieOf(`${token}.${flipped(signature)}`), null],
    [cookieOf(`${token}.`), null],
    [cookieOf(token), null],
    [`${name}=%`, null],
    [`x${pair}`, null],
  ] as const) {
    assert.equal(await ours(cookie), whose, cookie)
    assert.equal(await theirs(cookie), whose, cookie)
  }
  await sql`update person_session set expires_at = now() - interval '1 second' where token = ${token}`.execute(
    world.deps.db,
  )
  assert.deepEqual([await ours(pair), await theirs(pair)], [null, null])
})

test('behind https the cookie is bound to the host', async () => {
  const strict = await makeWorld({ ORIGIN: 'https://trade.example.cn' })
  try {
    const person = { name: '管理员', email: 'admin@example.cn', password: PASSWORD }
    await bootstrapAdministrator(strict.deps)({ person, centre: facts('云城市公共资源交易中心') })
    const { browser, answer } = await strict.signIn('admin@example.cn')
    const [cookie = ''] = answer.headers.getSetCookie()
    assert.match(cookie, /^__Host-sunlit\.session_token=/)
    assert.match(cookie, /Secure/)
    assert.match(cookie, /Path=\/(;|$)/)
    assert.doesNotMatch(cookie, /Domain=/i)
    assert.equal((await browser.get('/api/session')).body.role, 'administrator')
    const supervisor = { ...facts('云城市财政局'), kinds: ['supervisor'] }
    assert.equal((await browser.post('/api/registry/organisations', supervisor)).status, 201)
  } finally {
    await strict.close()
  }
})
