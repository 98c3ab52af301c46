import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { fromBase64url, randomBytes, toBase64url, utf8 } from '../log/bytes.ts'
import { newSeed, signerOf } from '../log/ed25519.ts'
import { makeLeaf, NO_SUBJECT } from '../log/leaf.ts'
import { BIDDER, DAY, LOT, makeTrustees, makeWorld, NOW, RIVAL, TENDER } from './actors.testing.ts'
import { parseCertificate } from './certificate.ts'
import { parseJson } from './json.ts'
import { signPromise, verifyPromise } from './promise.ts'
import { signRelease, verifyRelease } from './release.ts'
import { loginSchema, openSignedJson, signJson, signLogin, verifyLogin } from './signed-json.ts'
import { areGroupsApart, isAboveFloor, verifyTrusteeSet } from './trustee-set.ts'
import {
  fingerprint,
  generateTrusteeKey,
  importTrusteeKey,
  signDrill,
  signKeyStatement,
  verifyDrill,
  verifyKeyStatement,
} from './trustees.ts'

const world = await makeWorld()
const bidder = await world.enrol(BIDDER)
const rival = await world.enrol(RIVAL)
const infoOf = async (der: Uint8Array) => {
  const read = await parseCertificate(der)
  return read.ok ? read.certificate : assert.fail()
}
const code = (verdict: { ok: boolean; code?: string }) => (verdict.ok ? 'ok' : verdict.code)

test('a login is for one origin, one nonce and five minutes', async () => {
  const login = { origin: 'https://sunlit.example', nonce: toBase64url(randomBytes(32)), at: NOW }
  const signed = await signLogin(login, bidder)
  assert.equal(code(await verifyLogin(signed, login, world.policy)), 'ok')
  assert.equal(
    code(await verifyLogin(signed, { ...login, origin: 'https://evil.example' }, world.policy)),
    'login-elsewhere',
  )
  assert.equal(
    code(await verifyLogin(signed, { ...login, nonce: toBase64url(randomBytes(32)) }, world.policy)),
    'login-elsewhere',
  )
  assert.equal(code(await verifyLogin(signed, login, { ...world.policy, at: NOW + 6 * 60_000 })), 'login-too-old')
  await assert.rejects(signLogin({ ...login, nonce: 'short' }, bidder))
})

test('a signature for one act serves no other', async () => {
  const value = { origin: 'https://sunlit.example', nonce: toBase64url(randomBytes(32)), at: NOW }
  for (const type of ['bid', 'dek', 'share', 'drill', 'report'] as const) {
    const signed = await signJson(type, value, bidder, NOW)
    assert.equal(
      code(await openSignedJson(signed.bytes, signed.cms, loginSchema, 'login', world.policy)),
      'statement-of-another-type',
    )
  }
  const untyped = await signJson('login', { ...value, extra: 1 }, bidder, NOW)
  assert.equal(
    code(await openSignedJson(untyped.bytes, untyped.cms, loginSchema, 'login', world.policy)),
    'statement-malformed',
  )
})

test('releases: right place, right signer, or nothing', async () => {
  const place = { tender: TENDER, lot: LOT, kind: 'summary' as const, manifestHash: randomBytes(32), closedIndex: 9 }
  const dek = randomBytes(32)
  const signed = await signRelease('dek', place, dek, bidder, NOW)
  const owner = await infoOf(bidder.certificateDer)
  const released = await verifyRelease(signed, 'dek', place, owner, world.policy)
  assert.ok(released.ok && toBase64url(released.value) === toBase64url(dek))
  for (const other of [
    { ...place, closedIndex: 10 },
    { ...place, manifestHash: randomBytes(32) },
    { ...place, kind: 'technical' as const },
    { ...place, lot: TENDER },
  ]) {
    assert.equal(code(await verifyRelease(signed, 'dek', other, owner, world.policy)), 'release-elsewhere')
  }
  assert.equal(code(await verifyRelease(signed, 'share', place, owner, world.policy)), 'statement-of-another-type')
  const colleague = await world.enrol(BIDDER)
  assert.equal(
    code(await verifyRelease(await signRelease('dek', place, dek, colleague, NOW), 'dek', place, owner, world.policy)),
    'ok',
  )
  assert.equal(
    code(await verifyRelease(await signRelease('dek', place, dek, rival, NOW), 'dek', place, owner, world.policy)),
    'release-foreign-signer',
  )
  assert.throws(() => signRelease('dek', place, randomBytes(33), bidder))
})

test('promises: the log key, the bytes and mergeBy = leaf time + 60 s', async () => {
  const signer = await signerOf(newSeed())
  const leaf = await makeLeaf(NOW, NO_SUBJECT, randomBytes(32), utf8('{}'))
  const { bytes, signature } = await signPromise(
    { tender: TENDER, lot: LOT, manifestHash: randomBytes(32), leaf },
    signer,
  )
  const verified = await verifyPromise(bytes, signature, signer.publicKey)
  assert.ok(verified.ok && verified.promise.mergeBy === NOW + 60_000 && verified.leafTime === NOW)
  const other = await signerOf(newSeed())
  assert.equal((await verifyPromise(bytes, signature, other.publicKey)).ok, false)
  const bent = utf8(new TextDecoder().decode(bytes).replace(String(NOW + 60_000), String(NOW + 60_001)))
  assert.equal((await verifyPromise(bent, signature, signer.publicKey)).ok, false)
  // without the prefix the log's signature means nothing: a checkpoint or cosignature can never be taken for a promise
  assert.equal((await verifyPromise(bytes, await signer.sign(bytes), signer.publicKey)).ok, false)
})

test('key statements: possession is proved, place and certificate are bound', async () => {
  const trustee = await world.enrol({ commonName: '公证处', organisationCode: '12310000425000016P' })
  const key = await generateTrusteeKey()
  const terms = {
    tenderId: TENDER,
    i: 2,
    n: 3,
    k: 2,
    role: 'notary',
    opening: NOW + DAY,
    window: 1_800_000,
    client: 'offline',
  } as const
  const signed = await signKeyStatement(terms, key, trustee, NOW)
  const verified = await verifyKeyStatement(signed, world.policy)
  assert.ok(verified.ok)
  assert.equal(verified.statement.pk, toBase64url(key.pk))
  // a second writing of the proof's message on node:crypto
  const { createPublicKey, verify } = await import('node:crypto')
  const message = Buffer.concat([
    Buffer.from(`sunlit/v1/pop\n${TENDER}\0\u0002`),
    key.pk,
    createHash('sha256').update(trustee.certificateDer).digest(),
  ])
  const jwk = { kty: 'EC', crv: 'P-256', x: toBase64url(key.pk.slice(1, 33)), y: toBase64url(key.pk.slice(33)) }
  const proof = fromBase64url(verified.statement.proof)
  assert.ok(
    verify('sha256', message, { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' }, proof),
  )
  const resigned = async (change: object) => {
    const { v: _v, type: _t, ...value } = { ...verified.statement, ...change }
    return code(await verifyKeyStatement(await signJson('trustee-key', value, trustee, NOW), world.policy))
  }
  const stolen = await generateTrusteeKey()
  assert.equal(await resigned({ pk: toBase64url(stolen.pk) }), 'proof-of-possession-invalid')
  assert.equal(await resigned({ i: 3 }), 'proof-of-possession-invalid')
  assert.equal(await resigned({ tenderId: LOT }), 'proof-of-possession-invalid')
  assert.equal(await resigned({ pk: toBase64url(new Uint8Array(65).fill(4)) }), 'proof-of-possession-invalid')
  assert.equal(await resigned({ certSha256: toBase64url(randomBytes(32)) }), 'certificate-mismatch')
  assert.equal(await resigned({ k: 3, i: 9, n: 4 }), 'statement-malformed')
  assert.equal(await resigned({ role: 'operator' }), 'statement-malformed')
})

test('a drill opens the trustee’s own canary with the key from the blob', async () => {
  const { people, verdict } = await makeTrustees(world)
  assert.ok(verdict.ok)
  const [one, two] = people as [(typeof people)[0], (typeof people)[0]]
  const { statement } = verdict.trustees[0]!
  const nonce = toBase64url(randomBytes(32))
  const key = await importTrusteeKey(one.key.pkcs8)
  assert.equal(toBase64url(key.pk), statement.pk)
  const drill = { tenderId: TENDER, i: 1, nonce, at: NOW }
  const signed = await signDrill(drill, key, one.signer)
  assert.ok(signed)
  assert.equal(code(await verifyDrill(signed, { statement, nonce }, world.policy)), 'ok')
  assert.equal(
    code(await verifyDrill(signed, { statement, nonce: toBase64url(randomBytes(32)) }, world.policy)),
    'drill-elsewhere',
  )
  const borrowed = await signDrill(drill, key, two.signer)
  assert.equal(code(await verifyDrill(borrowed!, { statement, nonce }, world.policy)), 'certificate-mismatch')
  assert.equal(await signDrill(drill, { pk: key.pk, keys: two.key.keys }, one.signer), null)
})

test('a trustee set verifies with every statement, and its floor holds', async () => {
  const { signed, verdict } = await makeTrustees(world)
  assert.ok(verdict.ok)
  const plain = createHash('sha256').update(signed.bytes).digest()
  assert.ok(plain.equals(verdict.setHash))
  assert.ok(createHash('sha256').update('sunlit/v1/trustees\n').update(signed.bytes).digest().equals(verdict.hash))
  assert.equal(verdict.terms.trusteeKeys.length, 3)
  const { deadline, opening } = verdict.set
  assert.equal(isAboveFloor(verdict.set, { deadline, opening }), true)
  assert.equal(isAboveFloor(verdict.set, { deadline: deadline - 1, opening }), false)
  assert.match(fingerprint(verdict.hash), /^([0-9a-f]{4} ){15}[0-9a-f]{4}$/)
  assert.equal(code(await verifyTrusteeSet(signed, { ...world.policy, production: true })), 'ok')
  const usedKeys = new Set([verdict.trustees[1]!.statement.pk])
  assert.equal(code(await verifyTrusteeSet(signed, { ...world.policy, usedKeys })), 'trustee-key-reused')
  const operatorCodes = [verdict.set.groups[1]!.code]
  assert.equal(code(await verifyTrusteeSet(signed, { ...world.policy, operatorCodes })), 'operator-is-trustee')
})

test('production wants n−k+1 keys made offline, so that no script of the platform’s could hold k of them', async () => {
  const reason = async (n: number, k: number, pages: number, production: boolean) => {
    const { signed } = await makeTrustees(world, n, k, undefined, pages)
    return code(await verifyTrusteeSet(signed, { ...world.policy, production }))
  }
  for (const [n, k] of [
    [3, 2],
    [5, 3],
  ] as const) {
    assert.equal(await reason(n, k, k - 1, true), 'ok')
    assert.equal(await reason(n, k, k, true), 'too-few-offline')
    assert.equal(await reason(n, k, k, false), 'ok')
  }
})

test('a trustee set that is not what it must be is refused', async () => {
  const reason = async (n: number, k: number, change: Parameters<typeof makeTrustees>[3], production = false) => {
    const { signed } = await makeTrustees(world, n, k, change)
    return code(await verifyTrusteeSet(signed, { ...world.policy, production }))
  }
  assert.equal(await reason(5, 3, (set) => set), 'ok')
  const merged =
    (relation: 'purchaser' | 'agency' | 'independent') =>
    (set: Parameters<NonNullable<Parameters<typeof makeTrustees>[3]>>[0]) => ({
      ...set,
      groups: set.groups.map((group, at) => (at === 1 ? { ...group, relation } : group)),
    })
  assert.equal(await reason(3, 2, merged('agency')), 'groups-too-close')
  assert.equal(await reason(3, 3, merged('agency')), 'ok')
  assert.equal(
    await reason(3, 3, (set) => ({
      ...set,
      groups: set.groups.map((g, at) => (at === 2 ? { ...g, relation: 'supervisor' } : g)),
    })),
    'groups-too-close',
  )
  assert.equal(
    await reason(3, 2, (set) => ({ ...set, statements: [set.statements[0]!, set.statements[2]!, set.statements[1]!] })),
    'statement-of-another-tender',
  )
  assert.equal(
    await reason(3, 2, (set) => ({ ...set, statements: [set.statements[0]!, set.statements[0]!, set.statements[2]!] })),
    'statement-of-another-tender',
  )
  assert.equal(await reason(3, 2, (set) => ({ ...set, groups: set.groups.slice(1) })), 'set-malformed')
  assert.equal(await reason(3, 2, (set) => ({ ...set, deadline: set.opening + 1 })), 'set-malformed')
  assert.equal(await reason(3, 2, (set) => ({ ...set, opening: set.opening + 1 })), 'statement-of-another-tender')
  const swapped = await reason(3, 2, (set) => ({
    ...set,
    groups: set.groups.map((group, at) => ({ ...group, members: [[2], [1], [3]][at]! })),
  }))
  assert.equal(swapped, 'trustee-organisation-differs')
  const groups = [{ code: 'x', relation: 'independent' as const, members: [1, 2] }]
  assert.equal(areGroupsApart({ k: 2, groups }), false)
})

test('strict JSON: whatever a reader could read in two ways is refused', () => {
  const schema = loginSchema
  const base = `"v":"sunlit/v1","type":"login","origin":"https://a.example","nonce":"${toBase64url(randomBytes(32))}","at":1`
  assert.equal(parseJson(utf8(`{${base}}`), schema).ok, true)
  for (const text of [
    `{${base},"at":2}`,
    `{${base},"a\\u0074":2}`,
    `{${base},"__proto__":{}}`,
    `{${base}}{}`,
    `[{${base}}]`,
    '',
    'null',
    '{'.repeat(100000),
  ]) {
    assert.equal(parseJson(utf8(text), schema).ok, false, text.slice(0, 200))
  }
  fc.assert(fc.property(fc.uint8Array(), (bytes) => assert.equal(parseJson(bytes, schema).ok, false)))
})
