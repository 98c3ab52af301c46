import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { concat, randomBytes, toBase64, utf8 } from '../log/bytes.ts'
import { BIDDER, DAY, makeWorld, NOW, RIVAL } from './actors.testing.ts'
import { issueCertificate, makeCa, makeCrl, makeKeyPair, spkiOf } from './ca.ts'
import { certSha256 } from './certificate.ts'
import { verifyChain } from './chain.ts'
import { signDetached, verifyDetached } from './cms.ts'
import { isDer } from './der.ts'
import { isSameSignature, mutate, randomFrom } from './mutations.testing.ts'

const content = utf8('{"v":"sunlit/v1","type":"bid"}')
const worlds = { EC: await makeWorld('EC'), RSA: await makeWorld('RSA') }
const bidders = { EC: await worlds.EC.enrol(BIDDER), RSA: await worlds.RSA.enrol(BIDDER) }

const hasOpenssl = (() => {
  try {
    return execFileSync('openssl', ['version']).length > 0
  } catch {
    return false
  }
})()

for (const type of ['EC', 'RSA'] as const) {
  const { policy, ca } = worlds[type]
  const bidder = bidders[type]

  test(`${type}: signs and verifies, and names the signer`, async () => {
    const cms = await signDetached(content, bidder, NOW)
    assert.ok(isDer(cms))
    const verified = await verifyDetached(content, cms, policy)
    assert.ok(verified.ok, JSON.stringify(verified))
    assert.equal(verified.signingTime, NOW)
    assert.deepEqual(verified.signer.organisation, { name: '晨光医疗器械有限公司', code: '91310000MA1K35Q20X' })
    assert.equal(verified.signer.certSha256, await certSha256(bidder.certificateDer))
    assert.equal(verified.chainDer.length, 2)
  })

  test(`${type}: openssl agrees`, { skip: hasOpenssl ? false : 'openssl not installed' }, async () => {
    const dir = mkdtempSync(join(tmpdir(), 'sunlit-cms-'))
    const file = (name: string, bytes: Uint8Array | string) => {
      writeFileSync(join(dir, name), bytes)
      return join(dir, name)
    }
    try {
      const pem = `-----BEGIN CERTIFICATE-----\n${toBase64(ca.certificateDer).replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`
      const signature = file('p7s', await signDetached(content, bidder, NOW))
      const data = file('data', content)
      const args = ['cms', '-verify', '-cades', '-binary', '-inform', 'DER', '-in', signature, '-content', data]
      const time = ['-attime', String(NOW / 1000), '-purpose', 'any', '-CAfile', file('ca.pem', pem)]
      const out = execFileSync('openssl', [...args, ...time], { stdio: ['ignore', 'pipe', 'pipe'] })
      assert.ok(Buffer.from(content).equals(out))
      const bent = file('bent', concat(content, utf8(' ')))
      assert.throws(() => execFileSync('openssl', [...args.slice(0, -1), bent, ...time], { stdio: 'pipe' }))
      const p8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', bidder.keys.privateKey))
      const theirs = [
        'cms',
        '-sign',
        '-binary',
        '-cades',
        '-md',
        'sha256',
        '-outform',
        'DER',
        '-in',
        data,
        '-nosmimecap',
      ]
      const mine = ['-signer', file('cert.der', bidder.certificateDer), '-inkey', file('key', p8), '-keyform', 'DER']
      const signed = execFileSync('openssl', [...theirs, ...mine], { stdio: ['ignore', 'pipe', 'pipe'] })
      const verified = await verifyDetached(content, new Uint8Array(signed), policy)
      assert.ok(verified.ok, JSON.stringify(verified))
    } finally {
      rmSync(dir, { recursive: true })
    }
  })

  test(`${type}: 1000 mutations, none accepted, none throws`, async () => {
    const cms = await signDetached(content, bidder, NOW)
    const at = fc.nat(cms.length - 1)
    const mutation = fc.oneof(
      fc
        .tuple(at, fc.integer({ min: 1, max: 255 }))
        .map(([i, mask]) => cms.map((byte, j) => (j === i ? byte ^ mask : byte))),
      at.map((i) => cms.slice(0, i)),
      at.map((i) => concat(cms.slice(0, i), cms.slice(i + 1))),
      fc
        .tuple(at, fc.uint8Array({ minLength: 1, maxLength: 9 }))
        .map(([i, extra]) => concat(cms.slice(0, i), extra, cms.slice(i))),
      fc.uint8Array({ minLength: 1, maxLength: 40 }).map((extra) => concat(cms, extra)),
      fc.uint8Array({ maxLength: 300 }),
    )
    await fc.assert(
      fc.asyncProperty(mutation, async (bytes) => {
        if (Buffer.from(bytes).equals(cms)) return
        const verdict = await verifyDetached(content, bytes, policy)
        assert.equal(verdict.ok, false)
      }),
      { numRuns: 1000 },
    )
  })

  test(`${type}: 1000 mutations of whole elements, lengths that fit and lengths that lie: none accepted, none throws`, async () => {
    const cms = await signDetached(content, bidder, NOW)
    const random = randomFrom(1123)
    for (let at = 0; at < 1000; at++) {
      const { name, bytes } = mutate(cms, random)
      const { ok } = await verifyDetached(content, bytes, policy)
      assert.ok(!ok || isSameSignature(cms, bytes), `${at}: ${name}`)
    }
  })

  test(`${type}: a bit flipped anywhere is refused`, async () => {
    const cms = await signDetached(content, bidder, NOW)
    for (let at = 0; at < cms.length; at++) {
      const bent = cms.slice()
      bent[at]! ^= 1 << (at % 8)
      assert.equal((await verifyDetached(content, bent, policy)).ok, false, `byte ${at}`)
    }
  })
}

const codeOf = async (...args: Parameters<typeof verifyDetached>) => {
  const verdict = await verifyDetached(...args)
  return verdict.ok ? 'ok' : verdict.code
}

test('each fault has its code', async () => {
  const { policy, ca, enrol } = worlds.EC
  const cms = await signDetached(content, bidders.EC, NOW)
  assert.equal(await codeOf(utf8('other'), cms, policy), 'signature-invalid')
  assert.equal(await codeOf(content, randomBytes(200), policy), 'signature-malformed')
  assert.equal(await codeOf(content, cms, { ...policy, expectedCertSha256: 'x' }), 'certificate-mismatch')
  assert.equal(await codeOf(content, cms, { ...policy, trusted: worlds.RSA.policy.trusted }), 'certificate-not-trusted')
  assert.equal(await codeOf(content, cms, { ...policy, at: NOW + 500 * DAY }), 'certificate-expired')
  assert.equal(await codeOf(content, cms, { ...policy, at: NOW - 500 * DAY }), 'certificate-not-yet-valid')
  assert.equal(await codeOf(content, cms, { ...policy, crls: [] }), 'crl-stale')
  assert.equal(await codeOf(content, cms, { ...policy, at: NOW + 2 * DAY }), 'crl-stale')
  assert.equal(await codeOf(content, cms, { ...policy, at: NOW + 2 * DAY, crls: 'unchecked' }), 'ok')
  const foreign = await makeCrl(
    await makeCa({ subject: { commonName: '演示电子认证服务中心', country: 'CN' }, ...worlds.EC.validity }),
    { thisUpdate: NOW - DAY, nextUpdate: NOW + DAY },
  )
  assert.equal(await codeOf(content, cms, { ...policy, crls: [foreign] }), 'crl-stale')
  const { certificateDer } = bidders.EC
  const revokedAt = (at: number) =>
    makeCrl(ca, { thisUpdate: NOW - 1000, nextUpdate: NOW + DAY, revoked: [{ certificateDer, at }] })
  assert.equal(
    await codeOf(content, cms, { ...policy, crls: [worlds.EC.crl, await revokedAt(NOW - DAY)] }),
    'certificate-revoked',
  )
  assert.equal(await codeOf(content, cms, { ...policy, crls: [await revokedAt(NOW + 1000)] }), 'ok')
  const other = await enrol(RIVAL)
  assert.equal(
    await codeOf(content, await signDetached(content, other, NOW), { ...policy, crls: [await revokedAt(NOW - DAY)] }),
    'ok',
  )
  const asCa = { certificateDer: ca.certificateDer, chainDer: [], privateKey: ca.privateKey }
  assert.equal(await codeOf(content, await signDetached(content, asCa, NOW), policy), 'certificate-not-for-signing')
})

test('a certificate exchanged for another of the same key, a stowaway, a second key: refused', async () => {
  const { policy, ca, enrol } = worlds.EC
  const bidder = bidders.EC
  const twin = await issueCertificate(await spkiOf(bidder.keys.publicKey), ca, {
    subject: RIVAL,
    ...worlds.EC.validity,
  })
  const stowaway = await enrol(RIVAL)
  const withStowaway = await signDetached(
    content,
    { ...bidder, chainDer: [...bidder.chainDer, stowaway.certificateDer] },
    NOW,
  )
  assert.equal(await codeOf(content, withStowaway, policy), 'signature-malformed')
  const lying = await signDetached(content, { ...bidder, privateKey: stowaway.privateKey }, NOW)
  assert.equal(await codeOf(content, lying, policy), 'signature-invalid')
  const cms = await signDetached(content, { ...bidder, chainDer: [] }, NOW)
  assert.equal(await codeOf(content, cms, policy), 'ok')
  const at = Buffer.from(cms).indexOf(bidder.certificateDer)
  const swapped = concat(cms.slice(0, at), twin, cms.slice(at + bidder.certificateDer.length))
  if (twin.length === bidder.certificateDer.length)
    assert.equal(await codeOf(content, swapped, policy), 'signature-malformed')
  assert.equal(await codeOf(content, await signDetached(content, bidder, null), policy), 'signature-malformed')
})

test('chains over an intermediate CA; one that is no CA, or too long, is refused', async () => {
  const { ca, validity } = worlds.EC
  const below = async (
    issuer: { certificateDer: Uint8Array; privateKey: CryptoKey },
    ca: boolean,
    pathLength?: number,
  ) => {
    const keys = await makeKeyPair('EC')
    const options = {
      subject: { commonName: `中级 ${pathLength ?? ''}` },
      ...validity,
      ca,
      ...(pathLength !== undefined && { pathLength }),
    }
    return {
      certificateDer: await issueCertificate(await spkiOf(keys.publicKey), issuer, options),
      privateKey: keys.privateKey,
    }
  }
  const policy = { at: NOW, trusted: [ca.certificateDer], crls: 'unchecked' as const }
  const middle = await below(ca, true, 0)
  const leaf = await below(middle, false)
  assert.equal((await verifyChain(leaf.certificateDer, [middle.certificateDer], policy)).ok, true)
  assert.equal((await verifyChain(leaf.certificateDer, [], policy)).ok, false)
  const notCa = await below(ca, false)
  const bastard = await below(notCa, false)
  assert.equal((await verifyChain(bastard.certificateDer, [notCa.certificateDer], policy)).ok, false)
  const deeper = await below(middle, true)
  const tooLong = await below(deeper, false)
  assert.deepEqual(await verifyChain(tooLong.certificateDer, [deeper.certificateDer, middle.certificateDer], policy), {
    ok: false,
    code: 'certificate-not-trusted',
  })
  const pinnedMiddle = { ...policy, trusted: [middle.certificateDer] }
  assert.equal((await verifyChain(leaf.certificateDer, [], pinnedMiddle)).ok, true)
  const selfSigned = await makeCa({ subject: { commonName: '自签' }, ...validity })
  // a PKCS#12 file often carries the root above a pinned issuing CA: it may travel along, altered it may not
  const above = (root: Uint8Array) => signDetached(content, { ...leaf, chainDer: [middle.certificateDer, root] }, NOW)
  assert.equal(await codeOf(content, await above(ca.certificateDer), pinnedMiddle), 'ok')
  const altered = ca.certificateDer.map((byte, at, all) => (at === all.length - 5 ? byte ^ 1 : byte))
  assert.equal(await codeOf(content, await above(altered), pinnedMiddle), 'signature-malformed')
  assert.equal(await codeOf(content, await above(selfSigned.certificateDer), pinnedMiddle), 'signature-malformed')
  assert.equal((await verifyChain(selfSigned.certificateDer, [], policy)).ok, false)
})
