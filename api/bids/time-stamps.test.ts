import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { signCades } from '../kernel/pdf/cades.ts'
import { makeTestCa } from '../kernel/pdf/test-certificates.ts'
import {
  signatureImprint,
  signatureStampOf,
  timestampQuery,
  tokenOf,
  verifyTimestamp,
  verifyToken,
  withSignatureStamp,
} from '../seal/timestamp.ts'
import { createTimestamps, stampSignature } from './service/time-stamps.ts'
import { startTsa, type Tsa } from './tsa.testing.ts'

const hash = new Uint8Array(32).fill(7)
let tsa: Tsa
before(async () => {
  tsa = await startTsa()
})
after(() => tsa.stop())
const pinned = () => [tsa.der('ca')]
const asker = (more: { timeout?: number; rest?: number } = {}) => {
  const told: string[] = []
  const report = (_: string, detail: string) => void told.push(detail)
  return { told, ask: createTimestamps({ url: tsa.url, trusted: pinned(), report, ...more }) }
}

test('a token of the authority is verified, by its CA or by its own certificate, and openssl says the same', async () => {
  const answer = (await asker().ask(hash))!
  for (const name of ['ca', 'tsa']) {
    const verdict = await verifyTimestamp(answer, hash, { trusted: [tsa.der(name)] })
    assert.ok(verdict.ok, name)
    assert.ok(Math.abs(verdict.time - Date.now()) < 60_000)
    assert.match(verdict.authority.subject.text, /CN=tsa/)
  }
  writeFileSync(tsa.path('kept.tsr'), answer)
  const digest = Buffer.from(hash).toString('hex')
  tsa.openssl('ts', '-verify', '-digest', digest, '-in', 'kept.tsr', '-CAfile', 'ca.pem')
})

test('what is no token over this hash by this authority is refused, each for its reason', async () => {
  const { query, nonce } = timestampQuery(hash)
  const answer = new Uint8Array(tsa.reply(Buffer.from(query)))
  const says = async (bytes: Uint8Array, over = hash, trust = {}) => {
    const verdict = await verifyTimestamp(bytes, over, { trusted: pinned(), nonce, ...trust })
    return verdict.ok || verdict.code
  }
  assert.equal(await says(answer), true)
  assert.equal(await says(answer, new Uint8Array(32)), 'timestamp-of-other')
  assert.equal(await says(answer, hash, { nonce: new Uint8Array(8) }), 'timestamp-of-other')
  const other = await makeTestCa()
  assert.equal(await says(answer, hash, { trusted: [other.certificateDer] }), 'timestamp-not-trusted')
  assert.equal(await says(answer, hash, { trusted: [] }), 'timestamp-not-trusted')
  assert.equal(await says(new Uint8Array([...answer, 0])), 'timestamp-malformed')
  assert.equal(await says(new Uint8Array()), 'timestamp-malformed')
  const ca = tsa.der('ca')
  const beside = Buffer.from(answer).indexOf(Buffer.from(ca))
  // Any flipped octet: of the status, the info, the attributes, the signature, the certificates.
  for (let at = 0; at < answer.length; at += 7) {
    const flipped = answer.slice()
    flipped[at]! ^= 1
    // The authority's idle connections end in their time, not all at once after this loop.
    await turn()
    const verdict = await says(flipped)
    // A certificate beside the signer's is no part of the authority's word, nor is “granted, with modifications”.
    if (verdict === true) assert.ok(at < 12 || (at >= beside && at < beside + ca.length), `octet ${at}`)
  }
})

test('a certificate that is not for time-stamps alone stamps nothing', async () => {
  const { query } = timestampQuery(hash)
  tsa.enrol('mail', 'mailing')
  const signed = ['-inkey', 'mail.key', '-signer', 'mail.pem', '-config', 'tsa.cnf', '-queryfile', 'query.tsq']
  writeFileSync(tsa.path('query.tsq'), query)
  const run = spawnSync('openssl', ['ts', '-reply', ...signed], { cwd: tsa.path('.') })
  // openssl itself refuses to stamp with it; ours refuses to believe whoever does not.
  assert.notEqual(run.status, 0)
  const answer = new Uint8Array(tsa.reply(Buffer.from(query)))
  assert.equal((await verifyTimestamp(answer, hash, { trusted: [tsa.der('mail')] })).ok, false)
})

test('an authority that is down, slow or lies is told of once and never waited for', async () => {
  const cases: [string, (answer: Buffer) => Buffer | null, number][] = [
    ['lies', (answer) => Buffer.from(answer).fill(1, answer.length - 20), 200],
    ['is slow', () => null, 200],
    ['is down', (answer) => answer, 503],
    ['floods', () => Buffer.alloc(200_000), 200],
  ]
  for (const [what, change, status] of cases) {
    Object.assign(tsa.state, { change, status, asked: [] })
    const { ask, told } = asker({ timeout: what === 'is slow' ? 300 : 3000 })
    assert.equal(await ask(hash), null, what)
    assert.equal(await ask(hash), null, what)
    assert.deepEqual([told.length, tsa.state.asked.length], [1, 1], `${what}: ${told.join()}`)
  }
  Object.assign(tsa.state, { change: (answer: Buffer) => answer, status: 200 })
  const { ask } = asker({ rest: 0 })
  assert.ok(await ask(hash), 'it is asked again after its rest')
})

test('a signature gets its time-stamp as an unsigned attribute, or stays what it was', async () => {
  const ca = await makeTestCa()
  for (const algorithm of ['RSA', 'EC'] as const) {
    const signer = await ca.issue('张三', algorithm)
    const cms = await signCades({ digest: hash, ...signer })
    assert.equal(signatureStampOf(cms), null)
    const stamped = await stampSignature(asker().ask, cms)
    const token = signatureStampOf(stamped)!
    assert.ok((await verifyToken(token, await signatureImprint(cms), { trusted: pinned() })).ok)
    assert.deepEqual(await signatureImprint(stamped), await signatureImprint(cms))
  }
  const answer = (await asker().ask(hash))!
  const cms = await signCades({ digest: hash, ...(await ca.issue('李四', 'EC')) })
  assert.throws(() => withSignatureStamp(withSignatureStamp(cms, tokenOf(answer)), tokenOf(answer)), RangeError)
  const none = async () => null
  assert.equal(await stampSignature(none, cms), cms)
  const noCms = new Uint8Array([1, 2, 3])
  assert.equal(await stampSignature(asker().ask, noCms), noCms)
})
