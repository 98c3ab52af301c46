import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { SYSTEM } from '../kernel/actor.ts'
import { moveClockTo, now } from '../kernel/clock.ts'
import { Refused } from '../kernel/problem.ts'
import { sha256, toBase64url } from '../log/bytes.ts'
import { issueCertificate, makeCa, makeCrl, makeKeyPair, type Subject, spkiOf } from '../seal/ca.ts'
import { type Signer, signDetached } from '../seal/cms.ts'
import { encodeJson, V } from '../seal/json.ts'
import { certificatePem } from './service/authorities.ts'
import { mandateStatement } from './service/statements.ts'
import { activeMandate, actorOf, boundCertificate, issueDemoCertificate, verifySigned } from './service.ts'
import { type Browser, facts, makeWorld, ORIGIN, obtainCertificate, type World } from './world.testing.ts'

const DAY = 86_400_000
const file = join(tmpdir(), `sunlit-pins-${process.pid}.pem`)
let world: World
let outside: Awaited<ReturnType<typeof makeCa>>
before(async () => {
  // A recognised authority outside the demo, as SUNLIT_CA names it.
  outside = await makeCa({
    subject: { commonName: '外部认证中心', country: 'CN' },
    notBefore: Date.now() - 400 * DAY,
    notAfter: Date.now() + 4000 * DAY,
  })
  writeFileSync(file, certificatePem(outside.certificateDer))
  world = await makeWorld({ SUNLIT_CA: file })
})
after(async () => {
  await world.close()
  rmSync(file)
})

const outsideSigner = async (subject: Subject, notAfter = Date.now() + 365 * DAY): Promise<Signer> => {
  const keys = await makeKeyPair('EC')
  const certificateDer = await issueCertificate(await spkiOf(keys.publicKey), outside, {
    subject,
    notBefore: Date.now() - 30 * DAY,
    notAfter,
  })
  return { certificateDer, chainDer: [outside.certificateDer], privateKey: keys.privateKey }
}

const sign = async (signer: Signer, value: object) => {
  const bytes = encodeJson({ v: V, ...value })
  return { statement: toBase64url(bytes), cms: toBase64url(await signDetached(bytes, signer)) }
}

const login = async (browser: Browser, signer: Signer, over: object = {}) => {
  const { body } = await browser.post('/api/session/nonce')
  const value = { type: 'login', origin: body.origin, nonce: body.nonce, at: Date.now(), ...over }
  return browser.post('/api/session/certificate', await sign(signer, value))
}

test('a certificate signs its holder in, once per nonce', async () => {
  const { browser, personId, organisation } = await world.supplier('cert@sun.cn')
  const signer = await obtainCertificate(browser)
  const visitor = world.browser()
  const { body } = await visitor.post('/api/session/nonce')
  assert.deepEqual([body.nonce.length, body.origin], [43, ORIGIN])
  const signed = await sign(signer, { type: 'login', origin: body.origin, nonce: body.nonce, at: Date.now() })
  assert.equal((await visitor.post('/api/session/certificate', signed)).status, 200)
  const { body: session } = await visitor.get('/api/session')
  assert.deepEqual([session.person.id, session.via, session.role], [personId, 'certificate', 'supplier-signer'])
  assert.equal(session.memberships[0].organisation.id, organisation.id)
  const again = await world.browser().post('/api/session/certificate', signed)
  assert.deepEqual([again.status, again.body.code], [401, 'login-nonce-invalid'])
})

test('wrong site, wrong type, altered bytes, no binding, unknown authority: each refused by its name', async () => {
  const { browser, organisation } = await world.supplier('wrong@sun.cn')
  const signer = await obtainCertificate(browser)
  const visitor = world.browser()
  assert.equal((await login(visitor, signer, { origin: 'https://evil.example' })).body.code, 'login-origin-wrong')
  assert.equal((await login(visitor, signer, { nonce: 'A'.repeat(43) })).body.code, 'login-nonce-invalid')
  assert.equal((await login(visitor, signer, { type: 'bid' })).body.code, 'signed-type-wrong')
  assert.equal((await login(visitor, signer, { extra: 1 })).body.code, 'invalid-input')
  const { body } = await visitor.post('/api/session/nonce')
  const value = { type: 'login', origin: body.origin, nonce: body.nonce, at: Date.now() }
  const mixed = { statement: (await sign(signer, { ...value, at: 1 })).statement, cms: (await sign(signer, value)).cms }
  assert.equal((await visitor.post('/api/session/certificate', mixed)).body.code, 'signature-invalid')
  const subject = { commonName: organisation.name, organisationCode: organisation.uscc }
  const crl = await makeCrl(outside, { thisUpdate: Date.now() - DAY, nextUpdate: Date.now() + 4000 * DAY })
  assert.equal((await login(visitor, await outsideSigner(subject))).body.code, 'certificate-status-unknown')
  const centre = await world.staff('centre', 'centre')
  assert.equal((await browser.post('/api/certificates/crl', { crl: toBase64url(crl) })).status, 403)
  assert.equal((await centre.browser.post('/api/certificates/crl', { crl: toBase64url(crl) })).status, 200)
  assert.equal((await login(visitor, await outsideSigner(subject))).body.code, 'certificate-not-registered')
  const rogue = await makeCa({
    subject: { commonName: '外部认证中心', country: 'CN' },
    notBefore: Date.now() - DAY,
    notAfter: Date.now() + DAY,
  })
  const keys = await makeKeyPair('EC')
  const der = await issueCertificate(await spkiOf(keys.publicKey), rogue, {
    subject,
    notBefore: Date.now() - DAY,
    notAfter: Date.now() + DAY,
  })
  const forged = { certificateDer: der, chainDer: [rogue.certificateDer], privateKey: keys.privateKey }
  assert.equal((await login(visitor, forged)).body.code, 'certificate-not-trusted')
  const forgedCrl = await makeCrl(rogue, { thisUpdate: Date.now(), nextUpdate: Date.now() + DAY })
  assert.equal(
    (await centre.browser.post('/api/certificates/crl', { crl: toBase64url(forgedCrl) })).body.code,
    'crl-invalid',
  )
  assert.equal((await visitor.get('/api/session')).body.person, null)
})

test('a revoked certificate ends; what it signed before stays good, and everyone sees the list', async () => {
  const { browser } = await world.supplier('revoked@sun.cn')
  const rival = await world.supplier('rival@sun.cn')
  const signer = await obtainCertificate(browser)
  const beforeRevocation = new Date((await now(world.deps.db)).getTime() - 2000)
  const path = `/api/demo/certificates/${signer.id}/revoke`
  assert.equal((await rival.browser.post(path)).status, 404)
  assert.equal((await browser.post(path)).status, 200)
  assert.equal((await login(world.browser(), signer)).body.code, 'certificate-revoked')
  const { db } = world.deps
  const asked = { sha256: await sha256(signer.certificateDer), others: signer.chainDer }
  const goodAt = (at: Date) => boundCertificate(world.deps)(db, { ...asked, at })
  assert.ok((await goodAt(beforeRevocation)).evidence.crl)
  await assert.rejects(goodAt(await now(db)), { code: 'certificate-revoked' })
  const { body } = await world.browser().get('/api/certificates/ca')
  assert.equal(body.authorities.length, 2)
  for (const one of body.authorities) {
    assert.match(one.pem, /^-----BEGIN CERTIFICATE-----/)
    assert.match(one.crl.pem, /^-----BEGIN X509 CRL-----/)
  }
  assert.equal((await browser.post(path)).status, 404, 'revoked once')
})

test('a certificate of somebody else, or of another organisation, does not verify for me', async () => {
  const mine = await world.supplier('own@sun.cn')
  const rival = await world.supplier('foreign@sun.cn')
  const [signer, foreign] = [await obtainCertificate(mine.browser), await obtainCertificate(rival.browser)]
  const personal = await obtainCertificate(mine.browser, 'personal')
  const bytes = encodeJson({ v: V, type: 'report' })
  const check = async (by: Signer, who: { organisationId?: string; personId?: string }, type = 'report') =>
    verifySigned(world.deps)(world.deps.db, { bytes, cms: await signDetached(bytes, by), type, ...who })
  const code = async (promise: Promise<unknown>) =>
    promise.then(
      () => null,
      (error) => (error instanceof Refused ? error.code : error),
    )
  const organisationId = mine.organisation.id
  const good = await check(signer, { organisationId })
  assert.equal(good.certSha256.length, 32)
  assert.equal(good.evidence.chain.length, 2)
  assert.ok(good.evidence.crl)
  assert.equal(await code(check(foreign, { organisationId })), 'certificate-foreign')
  assert.equal(await code(check(personal, { organisationId })), 'certificate-foreign')
  assert.equal(await code(check(personal, { organisationId, personId: mine.personId })), null)
  assert.equal(await code(check(personal, { personId: rival.personId })), 'certificate-foreign')
  assert.equal(await code(check(signer, { organisationId }, 'dek')), 'signed-type-wrong')
  assert.equal((await mine.browser.post(`/api/certificates/${foreign.id}/unbind`)).status, 404)
  assert.equal((await mine.browser.post(`/api/certificates/${signer.id}/unbind`)).status, 200)
  assert.equal(await code(check(signer, { organisationId })), 'certificate-not-registered')
})

test('bind a certificate of a recognised authority by proof of its key; it must name the organisation', async () => {
  const { browser, personId, organisation } = await world.supplier('bind@sun.cn')
  const bind = async (signer: Signer, who = browser, over: object = {}) => {
    const { body } = await who.post('/api/session/nonce', { purpose: 'bind' })
    const value = {
      type: 'bind',
      origin: body.origin,
      nonce: body.nonce,
      purpose: 'organisation',
      personId,
      organisationId: organisation.id,
      at: Date.now(),
      ...over,
    }
    return who.post('/api/certificates', await sign(signer, value))
  }
  const subject = {
    commonName: organisation.name,
    organisation: organisation.name,
    organisationCode: organisation.uscc,
  }
  const signer = await outsideSigner(subject)
  const stranger = await outsideSigner({ ...subject, organisationCode: facts('x').uscc })
  assert.equal((await bind(stranger)).body.code, 'certificate-not-of-organisation')
  const rival = await world.supplier('bind-rival@sun.cn')
  assert.equal((await bind(signer, rival.browser)).body.code, 'login-nonce-invalid')
  assert.equal(
    (await bind(signer, browser, { organisationId: rival.organisation.id })).body.code,
    'certificate-foreign',
  )
  const bound = await bind(signer)
  assert.deepEqual([bound.status, bound.body.boundBy], [201, 'proof'])
  assert.equal((await bind(signer)).body.code, 'certificate-bound-already')
  assert.equal((await login(world.browser(), signer)).status, 200)
  const { body } = await browser.get('/api/certificates')
  assert.deepEqual(
    body.certificates.map((one: { id: string }) => one.id),
    [bound.body.id],
  )
  await browser.post(`/api/certificates/${bound.body.id}/unbind`, {})
  assert.equal((await bind(signer)).body.code, 'certificate-unbound-for-good')
})

test('who only prepares bids gets no seal certificate; a broken request gets none either', async () => {
  const { browser, organisation } = await world.supplier('seal@sun.cn')
  const made = await browser.post(`/api/organisations/${organisation.id}/invitations`, {
    email: 'prep@sun.cn',
    role: 'supplier-preparer',
  })
  const helper = await world.signUp('prep@sun.cn')
  await helper.browser.post('/api/invitations/accept', { code: made.body.code })
  await assert.rejects(obtainCertificate(helper.browser), /role-may-not-seal/)
  await obtainCertificate(helper.browser, 'personal')
  const answer = await browser.post('/api/demo/certificates', {
    purpose: 'organisation',
    csr: toBase64url(Uint8Array.of(0x30, 0)),
  })
  assert.equal(answer.body.code, 'certificate-request-invalid')
})

test('a mandate signed by the purchaser holds for its term, is seen by its sides, and ends when revoked', async () => {
  const purchaser = await world.staff('purchaser-approver', 'purchaser')
  const agency = await world.staff('agency', 'agency')
  const { browser } = purchaser
  const signer = await obtainCertificate(browser)
  const at = Date.now()
  const value = {
    type: 'mandate',
    purchaserId: purchaser.organisation.id,
    agencyId: agency.organisation.id,
    scope: '2026年度医疗设备采购',
    from: at - DAY,
    until: at + 300 * DAY,
    at,
  }
  assert.ok(mandateStatement.safeParse({ v: V, ...value }).success)
  const stranger = await obtainCertificate(agency.browser)
  assert.equal((await browser.post('/api/mandates', await sign(stranger, value))).body.code, 'certificate-foreign')
  const supplier = await world.supplier('mandate@sun.cn')
  const toSupplier = await sign(signer, { ...value, agencyId: supplier.organisation.id })
  assert.equal((await browser.post('/api/mandates', toSupplier)).body.code, 'mandate-agency-unknown')
  assert.equal((await supplier.browser.post('/api/mandates', await sign(signer, value))).status, 403)
  const signed = await sign(signer, value)
  const made = await browser.post('/api/mandates', signed)
  assert.deepEqual([made.status, made.body.holds], [201, true])
  assert.equal((await browser.post('/api/mandates', signed)).body.code, 'mandate-exists')
  const sides = { agencyId: agency.organisation.id, purchaserId: purchaser.organisation.id }
  const holds = async (when: Date) => (await activeMandate(world.deps.db, { ...sides, at: when }))?.id ?? null
  assert.equal(await holds(new Date(at)), made.body.id)
  assert.equal(await holds(new Date(value.from - 1)), null)
  assert.equal(await holds(new Date(value.until)), null)
  const path = `/api/mandates/${made.body.id}`
  assert.equal((await agency.browser.get(path)).body.statement, signed.statement)
  assert.equal((await agency.browser.get('/api/mandates')).body.mandates.length, 1)
  assert.equal((await supplier.browser.get(path)).status, 404)
  assert.equal((await browser.post(`${path}/revoke`, { reason: '项目取消' })).status, 200)
  assert.equal((await agency.browser.get(path)).body.holds, false)
  assert.equal(await holds(new Date(Date.now() + 1000)), null)
})

test('an expired certificate is refused at the time of the platform, not of the machine', async () => {
  const { browser, personId, organisation } = await world.supplier('late@sun.cn')
  const signer = await outsideSigner(
    { commonName: organisation.name, organisationCode: organisation.uscc },
    Date.now() + 60 * DAY,
  )
  const { body } = await browser.post('/api/session/nonce', { purpose: 'bind' })
  const value = {
    type: 'bind',
    origin: body.origin,
    nonce: body.nonce,
    purpose: 'organisation',
    personId,
    organisationId: organisation.id,
    at: Date.now(),
  }
  assert.equal((await browser.post('/api/certificates', await sign(signer, value))).status, 201)
  assert.equal((await login(world.browser(), signer)).status, 200)
  await moveClockTo(world.deps.db, new Date(Date.now() + 61 * DAY))
  assert.equal((await login(world.browser(), signer)).body.code, 'certificate-expired')
  assert.ok((await browser.get('/api/session')).body.clockOffset >= 61 * DAY - 1000)
})

test('production has no demo authority, and staff act only after a second factor', async () => {
  const { settings } = world.deps
  const base = { ...settings, SUNLIT_MODE: 'production' as const }
  const strict = { ...world.deps, settings: base }
  const person = await world.staff('purchaser', 'purchaser')
  await assert.rejects(
    issueDemoCertificate(strict)(SYSTEM, { personId: person.person.id, organisationId: null, spki: new Uint8Array(1) }),
    (error) => error instanceof Refused && error.code === 'not-in-this-mode',
  )
  const cookie = [...person.browser.jar].map(([name, value]) => `${name}=${value}`).join('; ')
  const actor = await actorOf(strict)(new Headers({ cookie }), null)
  assert.deepEqual([actor.personId, actor.role, actor.organisationId], [person.person.id, 'public', null])
  assert.equal((await actorOf(world.deps)(new Headers({ cookie }), null)).role, 'purchaser')
})
