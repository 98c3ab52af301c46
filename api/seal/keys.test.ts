import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { randomBytes, toBase64, toBase64url, utf8 } from '../log/bytes.ts'
import { BIDDER, makeWorld, NOW, RIVAL } from './actors.testing.ts'
import { issueCertificate } from './ca.ts'
import { signDetached, verifyDetached } from './cms.ts'
import { makeKeyAndCsr, verifyCsr } from './csr.ts'
import { makePkcs12, openPkcs12 } from './pkcs12.ts'
import { makeRecovery, openRecovery, unwrapWithKey, wrapToCertificate } from './selfslot.ts'

const PIN = '阳光-123456'
const hasOpenssl = (() => {
  try {
    return execFileSync('openssl', ['version']).length > 0
  } catch {
    return false
  }
})()
const skip = hasOpenssl ? false : 'openssl not installed'
const pem = (label: string, der: Uint8Array) =>
  `-----BEGIN ${label}-----\n${toBase64(der).replace(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`

for (const type of ['EC', 'RSA'] as const) {
  const world = await makeWorld(type)
  const { keys, csr } = await makeKeyAndCsr(BIDDER, type)
  const request = await verifyCsr(csr)
  const spki = request.ok ? request.spki : assert.fail()
  const certificateDer = await issueCertificate(spki, world.ca, { subject: BIDDER, ...world.validity })
  const file = await makePkcs12(keys.privateKey, [certificateDer, world.ca.certificateDer], PIN)

  const worksWith = async (bytes: Uint8Array, pin: string) => {
    const opened = await openPkcs12(bytes, pin)
    assert.ok(opened.ok, JSON.stringify(opened))
    assert.ok(Buffer.from(opened.certificateDer).equals(certificateDer))
    assert.equal(opened.chainDer.length, 1)
    assert.equal(opened.privateKey.extractable, false)
    const content = utf8('x')
    const verified = await verifyDetached(content, await signDetached(content, opened, NOW), world.policy)
    assert.ok(verified.ok && verified.signer.subject.commonName === BIDDER.commonName)
    const secret = randomBytes(32)
    const slot = await wrapToCertificate(secret, certificateDer, 'test')
    const back = await unwrapWithKey(slot, opened.decryptKey, 'test')
    assert.ok(back.ok && toBase64url(back.secret) === toBase64url(secret))
    assert.equal((await unwrapWithKey(slot, opened.decryptKey, 'other')).ok, false)
  }

  test(`${type}: CSR, certificate and PKCS#12 made here open here`, async () => {
    await worksWith(file, PIN)
    assert.deepEqual(await openPkcs12(file, '000000'), { ok: false, code: 'wrong-pin' })
    assert.deepEqual(await openPkcs12(file, ''), { ok: false, code: 'wrong-pin' })
    assert.deepEqual(await openPkcs12(randomBytes(300), PIN), { ok: false, code: 'not-pkcs12' })
  })

  test(`${type}: openssl reads ours, and we read openssl's, modern and legacy`, { skip }, async () => {
    const dir = mkdtempSync(join(tmpdir(), 'sunlit-p12-'))
    const path = (name: string) => join(dir, name)
    const run = (...args: string[]) => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] }).toString()
    try {
      const ascii = 'pin-4711'
      writeFileSync(
        path('ours.p12'),
        await makePkcs12(keys.privateKey, [certificateDer, world.ca.certificateDer], ascii),
      )
      const shown = run('pkcs12', '-in', path('ours.p12'), '-passin', `pass:${ascii}`, '-nodes')
      assert.equal(shown.match(/BEGIN CERTIFICATE/g)?.length, 2)
      assert.match(shown, /BEGIN PRIVATE KEY/)
      writeFileSync(path('csr'), csr)
      run('req', '-inform', 'DER', '-in', path('csr'), '-verify', '-noout')
      writeFileSync(path('cert.pem'), pem('CERTIFICATE', certificateDer))
      writeFileSync(path('ca.pem'), pem('CERTIFICATE', world.ca.certificateDer))
      writeFileSync(path('crl'), world.crl)
      run('crl', '-inform', 'DER', '-in', path('crl'), '-CAfile', path('ca.pem'), '-noout')
      run('verify', '-attime', String(NOW / 1000), '-x509_strict', '-CAfile', path('ca.pem'), path('cert.pem'))
      const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', keys.privateKey))
      writeFileSync(path('key.pem'), pem('PRIVATE KEY', pkcs8))
      const files = [
        '-inkey',
        path('key.pem'),
        '-in',
        path('cert.pem'),
        '-certfile',
        path('ca.pem'),
        '-out',
        path('out.p12'),
      ]
      const ciphers = [
        [],
        ['-certpbe', 'PBE-SHA1-3DES', '-keypbe', 'PBE-SHA1-3DES', '-macalg', 'sha1'],
        ['-legacy'],
        ['-nomac'],
      ]
      for (const cipher of ciphers) {
        run('pkcs12', '-export', ...files, '-passout', `pass:${ascii}`, ...cipher)
        const theirs = new Uint8Array(readFileSync(path('out.p12')))
        await worksWith(theirs, ascii)
        assert.deepEqual(await openPkcs12(theirs, 'wrong'), { ok: false, code: 'wrong-pin' }, cipher.join(' '))
      }
      // With so many wrong PINs some paddings fit by chance, and there is no MAC to tell.
      run('pkcs12', '-export', ...files, '-passout', `pass:${ascii}`, '-iter', '1', '-nomac')
      const quick = new Uint8Array(readFileSync(path('out.p12')))
      const wrong = Array.from({ length: 400 }, (_, at) => openPkcs12(quick, `wrong-${at}`))
      for (const told of await Promise.all(wrong)) assert.deepEqual(told, { ok: false, code: 'wrong-pin' })
    } finally {
      rmSync(dir, { recursive: true })
    }
  })

  test(`${type}: recovery files open for their owner alone`, async () => {
    const secret = randomBytes(128)
    const recovery = await makeRecovery('bid-keys', secret, { certificateDer, passphrase: '正确的 口令' })
    const opened = await openPkcs12(file, PIN)
    assert.ok(opened.ok)
    for (const owner of [{ key: opened.decryptKey }, { passphrase: '正确的 口令' }]) {
      const back = await openRecovery(recovery, 'bid-keys', owner)
      assert.ok(back.ok && toBase64url(back.secret) === toBase64url(secret))
      assert.equal((await openRecovery(recovery, 'trustee-key', owner)).ok, false)
    }
    assert.equal((await openRecovery(recovery, 'bid-keys', { passphrase: '错误' })).ok, false)
    const rival = await makeKeyAndCsr(RIVAL, type)
    const spkiOfRival = await verifyCsr(rival.csr)
    const rivalCert = await issueCertificate(spkiOfRival.ok ? spkiOfRival.spki : assert.fail(), world.ca, {
      subject: RIVAL,
      ...world.validity,
    })
    const other = await openPkcs12(await makePkcs12(rival.keys.privateKey, [rivalCert], PIN), PIN)
    assert.ok(other.ok)
    assert.equal((await openRecovery(recovery, 'bid-keys', { key: other.decryptKey })).ok, false)
    const blob = await makeRecovery('trustee-key', secret, { certificateDer })
    assert.equal((await openRecovery(blob, 'trustee-key', { passphrase: '' })).ok, false)
    await assert.rejects(makeRecovery('bid-keys', secret, {}))
  })

  test(`${type}: a request that does not hold is refused`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(csr.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        assert.equal((await verifyCsr(csr.map((byte, j) => (j === at ? byte ^ mask : byte)))).ok, false)
      }),
      { numRuns: 60 },
    )
  })
}
