import assert from 'node:assert/strict'
import * as node from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { concat, fromHex, randomBytes, toHex } from '../log/bytes.ts'
import { native } from '../log/native.ts'
import { nativeCipher, webCipher } from './aes.ts'
import {
  CHUNK,
  createEnvelopeWriter,
  decryptEnvelope,
  envelopeSize,
  isCommittedTo,
  newDek,
  openEnvelope,
  sealEnvelope,
} from './envelope.ts'
import { hkdfExpandSha512 } from './hkdf.ts'
import { secondContext, secondExpand, secondSeal } from './second.testing.ts'
import { collect } from './source.ts'
import vectors from './vectors.gen.json' with { type: 'json' }
import { makeVectors, patternOf } from './vectors.testing.ts'

const ctx = fromHex(vectors.context.ctx)
const setHash = fromHex(vectors.keys.setHash)
const dek = fromHex(vectors.keys.dek)

test('the published vectors are what both implementations make', async () => {
  assert.deepEqual(await makeVectors(), vectors)
  const { tenderId, lotId, kind, certificateDer, bidSeq, envelopeNo } = vectors.context
  const context = secondContext(tenderId, lotId, kind, fromHex(certificateDer), bidSeq, envelopeNo)
  assert.equal(context.toString('hex'), vectors.context.ctx)
  for (const vector of vectors.envelopes) {
    const sealed = secondSeal(patternOf(vector.length), dek, ctx, setHash, fromHex(vectors.keys.salt))
    assert.equal(sealed.length, vector.size)
    assert.equal(envelopeSize(vector.length), vector.size)
    assert.equal(node.createHash('sha256').update(sealed).digest('hex'), vector.sha256)
    assert.equal(sealed.subarray(0, 96).toString('hex'), vector.head)
  }
})

test('HKDF-Expand equals a second writing, whose SHA-256 twin meets RFC 5869 A.1', async () => {
  const prk = fromHex('077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5')
  const okm = secondExpand('sha256', prk, fromHex('f0f1f2f3f4f5f6f7f8f9'), 42).toString('hex')
  assert.equal(okm, '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865')
  for (const length of [1, 64, 65, 76, 200]) {
    const info = randomBytes(30)
    const expected = secondExpand('sha512', prk, info, length).toString('hex')
    assert.equal(toHex(await hkdfExpandSha512(prk, info, length)), expected)
  }
  await assert.rejects(hkdfExpandSha512(prk, prk, 255 * 64 + 1))
})

test('whatever is pushed in whatever pieces comes back, from bytes, blobs and streams', async () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 3 * CHUNK }), { maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(sizes, async (pieces) => {
      const key = newDek()
      const out: Uint8Array[] = []
      const writer = await createEnvelopeWriter(key, ctx, setHash, (bytes) => void out.push(bytes))
      const text = patternOf(pieces.reduce((sum, piece) => sum + piece, 0))
      let at = 0
      for (const piece of pieces) {
        await writer.push(text.subarray(at, at + piece))
        at += piece
      }
      const size = await writer.finish()
      const sealed = concat(...out)
      assert.equal(size, sealed.length)
      assert.equal(size, envelopeSize(text.length))
      assert.equal(toHex(sealed.subarray(0, 56)), toHex(writer.head56))
      const again = secondSeal(text, key, ctx, setHash, writer.head56.subarray(0, 24))
      assert.ok(again.equals(sealed))
      const stream = async function* () {
        for (let from = 0; from < sealed.length; from += 1000) yield sealed.subarray(from, from + 1000)
      }
      for (const source of [sealed, new Blob([sealed]), stream()]) {
        const opened = await openEnvelope(source, key, ctx, setHash)
        assert.ok(opened.ok && Buffer.from(opened.plaintext).equals(text))
      }
    }),
    { numRuns: 25 },
  )
})

test('more than one batch in flight keeps the order', async () => {
  const text = patternOf(140 * CHUNK + 5)
  const sealed = await sealEnvelope(text, dek, ctx, setHash)
  assert.ok(secondSeal(text, dek, ctx, setHash, sealed.subarray(0, 24)).equals(sealed))
  assert.ok(Buffer.from(await collect(decryptEnvelope(sealed, dek, ctx, setHash))).equals(text))
})

test('a failing sink fails the writer, not the process', async () => {
  const writer = await createEnvelopeWriter(newDek(), ctx, setHash, (bytes) => {
    if (bytes.length > 56) throw new Error('disk full')
  })
  await assert.rejects(async () => {
    await writer.push(patternOf(200 * CHUNK))
    await writer.finish()
  }, /disk full/)
})

test('cut anywhere, the envelope does not open', async () => {
  const sealed = await sealEnvelope(patternOf(3 * CHUNK), dek, ctx, setHash)
  const border = 56 + (CHUNK + 16)
  for (const length of [
    0,
    10,
    55,
    56,
    60,
    71,
    border,
    border + 15,
    border + 16,
    56 + 3 * (CHUNK + 16),
    sealed.length - 1,
  ]) {
    assert.deepEqual(await openEnvelope(sealed.subarray(0, length), dek, ctx, setHash), {
      ok: false,
      code: 'envelope-unreadable',
    })
  }
  for (const extra of [1, 16, CHUNK + 16]) {
    assert.equal((await openEnvelope(concat(sealed, new Uint8Array(extra)), dek, ctx, setHash)).ok, false)
  }
})

test('cut at the border of a whole batch, it does not open either', async () => {
  const sealed = await sealEnvelope(patternOf(32 * CHUNK), dek, ctx, setHash)
  assert.equal((await openEnvelope(sealed.subarray(0, 56 + 32 * (CHUNK + 16)), dek, ctx, setHash)).ok, false)
  assert.equal((await openEnvelope(sealed, dek, ctx, setHash)).ok, true)
})

test('a changed bit, chunks exchanged, another place, set or key: it does not open', async () => {
  const sealed = await sealEnvelope(patternOf(2 * CHUNK + 9), dek, ctx, setHash)
  await fc.assert(
    fc.asyncProperty(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
      const bent = sealed.slice()
      bent[at]! ^= mask
      assert.equal((await openEnvelope(bent, dek, ctx, setHash)).ok, false)
    }),
    { numRuns: 60 },
  )
  const [a, b] = [56, 56 + CHUNK + 16]
  const exchanged = concat(
    sealed.slice(0, a),
    sealed.slice(b, b + CHUNK + 16),
    sealed.slice(a, b),
    sealed.slice(b + CHUNK + 16),
  )
  assert.equal((await openEnvelope(exchanged, dek, ctx, setHash)).ok, false)
  for (let at = 0; at < 72; at++) {
    const elsewhere = ctx.slice()
    elsewhere[at]! ^= 1
    assert.equal((await openEnvelope(sealed, dek, elsewhere, setHash)).ok, false)
  }
  assert.equal((await openEnvelope(sealed, dek, ctx, randomBytes(32))).ok, false)
  assert.equal((await openEnvelope(sealed, newDek(), ctx, setHash)).ok, false)
  assert.equal((await openEnvelope(sealed, dek.subarray(1), ctx, setHash)).ok, false)
})

test('key commitment: nobody finds a second key, and a head made for one key refuses the other', async () => {
  const other = newDek()
  const first = await sealEnvelope(patternOf(100), dek, ctx, setHash)
  const second = await sealEnvelope(patternOf(100), other, ctx, setHash, first.subarray(0, 24))
  assert.equal(await isCommittedTo(dek, first.subarray(0, 56), ctx, setHash), true)
  assert.equal(await isCommittedTo(other, first.subarray(0, 56), ctx, setHash), false)
  // same salt, body valid under `other`, head committing to `dek`: GCM alone would open this, the commitment does not
  const forged = concat(first.subarray(0, 56), second.subarray(56))
  assert.equal((await openEnvelope(forged, other, ctx, setHash)).ok, false)
  assert.equal((await openEnvelope(forged, dek, ctx, setHash)).ok, false)
  assert.equal((await openEnvelope(second, other, ctx, setHash)).ok, true)
})

test("Node's cipher and a browser's give the same bytes and refuse the same", async () => {
  const key = randomBytes(32)
  const ciphers = [await webCipher(key), nativeCipher(native!, key)]
  for (const length of [0, 1, 16, CHUNK - 1, CHUNK]) {
    const iv = randomBytes(12)
    const text = patternOf(length)
    const [theirs, ours] = await Promise.all(ciphers.map((cipher) => cipher.seal(iv, text)))
    assert.ok(theirs instanceof ArrayBuffer && !(ours instanceof ArrayBuffer))
    const sealed = new Uint8Array(theirs)
    assert.deepEqual(concat(...ours!), sealed)
    for (const cipher of ciphers) {
      assert.deepEqual(new Uint8Array(await cipher.open(iv, sealed)), text)
      for (const at of [0, length, sealed.length - 1]) {
        const altered = sealed.slice()
        altered[at]! ^= 1
        await assert.rejects(cipher.open(iv, altered))
      }
      for (const end of [0, 15, sealed.length - 1]) await assert.rejects(cipher.open(iv, sealed.slice(0, end)))
    }
  }
})
