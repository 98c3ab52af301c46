import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { utf8 } from '../log/bytes.ts'
import { BIDDER, makeWorld, NOW, RIVAL } from './actors.testing.ts'
import { isSameOrganisation, parseCertificate } from './certificate.ts'
import { signDetached, verifyDetached } from './cms.ts'
import { makeKeyAndCsr, verifyCsr } from './csr.ts'
import { childrenOf, enclose, isDer } from './der.ts'
import { respelt } from './mutations.testing.ts'

const content = utf8('{"v":"sunlit/v1","type":"bid"}')
const { ca, enrol, policy } = await makeWorld('EC')

const codeOf = async (...args: Parameters<typeof verifyDetached>) => {
  const verdict = await verifyDetached(...args)
  return verdict.ok ? 'ok' : verdict.code
}

test('a certificate has three fields and one algorithm: what stands behind its signature is not passed over', async () => {
  const [signed, algorithm, signature] = childrenOf(ca.certificateDer)
  const readable = async (...parts: Uint8Array[]) => (await parseCertificate(enclose(0x30, ...parts))).ok
  assert.equal(await readable(signed!, algorithm!, signature!), true)
  assert.equal(await readable(signed!, algorithm!, signature!, signature!), false)
  assert.equal(await readable(signed!, algorithm!), false)
  const withNull = enclose(0x30, ...childrenOf(algorithm!), Uint8Array.of(5, 0))
  assert.equal(await readable(signed!, withNull, signature!), false)
  // As a root that travels along: its own signature still verifies, and nobody would have seen the rest.
  const padded = enclose(0x30, signed!, algorithm!, signature!, signature!)
  const carried = await signDetached(content, { ...(await enrol(BIDDER)), chainDer: [padded] }, NOW)
  assert.equal(await codeOf(content, carried, policy), 'signature-malformed')
})

test('the number of unused bits is no second spelling of a signature: not of a certificate, not of a request', async () => {
  const request = await respelt(async () => (await makeKeyAndCsr(BIDDER, 'EC')).csr)
  assert.ok(isDer(request))
  assert.equal((await verifyCsr(request)).ok, false)
  let signer = await enrol(BIDDER)
  const certificateDer = await respelt(async () => {
    signer = await enrol(BIDDER)
    return signer.certificateDer
  })
  const carried = await signDetached(content, { ...signer, certificateDer }, NOW)
  assert.equal(await codeOf(content, carried, policy), 'certificate-not-trusted')
})

test('organisations are told apart by credit code, and garbage is no certificate', async () => {
  const read = async (der: Uint8Array) => {
    const one = await parseCertificate(der)
    return one.ok ? one.certificate : assert.fail()
  }
  const [a, b, c] = [
    await read((await enrol(BIDDER)).certificateDer),
    await read((await enrol(BIDDER)).certificateDer),
    await read((await enrol(RIVAL)).certificateDer),
  ]
  assert.equal(isSameOrganisation(a, b), true)
  assert.equal(isSameOrganisation(a, c), false)
  const prefixed = await read(
    (await enrol({ commonName: 'x', serialNumber: 'NTRCN-91310000MA1K35Q20X' })).certificateDer,
  )
  assert.equal(isSameOrganisation(a, prefixed), true)
  const nameless = await read((await enrol({ commonName: 'x' })).certificateDer)
  assert.equal(isSameOrganisation(nameless, nameless), false)
  await fc.assert(
    fc.asyncProperty(fc.uint8Array(), async (bytes) => assert.equal((await parseCertificate(bytes)).ok, false)),
  )
})
