import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import forge from 'node-forge'
import { type Pkcs12Hash, pkcs12Key, USES } from './pkcs12-ciphers.ts'

/** Missing from the types: password, salt, use, rounds, size, digest. */
const { generateKey } = forge.pkcs12 as unknown as { generateKey: (...args: unknown[]) => forge.util.ByteStringBuffer }
const DIGESTS: Record<Pkcs12Hash, () => forge.md.MessageDigest> = {
  'SHA-1': () => forge.md.sha1.create(),
  'SHA-256': () => forge.md.sha256.create(),
  'SHA-384': () => forge.md.sha384.create(),
  'SHA-512': () => forge.md.sha512.create(),
}

test('keys of RFC 7292 appendix B as another implementation derives them', () => {
  const given = fc.record({
    hash: fc.constantFrom<Pkcs12Hash>('SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'),
    pin: fc.string({ unit: 'grapheme', maxLength: 40 }),
    salt: fc.uint8Array({ minLength: 1, maxLength: 150 }),
    use: fc.constantFrom(...Object.values(USES)),
    rounds: fc.integer({ min: 1, max: 20 }),
    size: fc.integer({ min: 1, max: 200 }),
  })
  fc.assert(
    fc.property(given, ({ hash, pin, salt, use, rounds, size }) => {
      const binary = Buffer.from(salt).toString('binary')
      const expected = generateKey(pin, forge.util.createBuffer(binary), use, rounds, size, DIGESTS[hash]())
      const ours = pkcs12Key(hash, pin, salt, use, rounds, size)
      assert.equal(Buffer.from(ours).toString('hex'), expected.toHex())
    }),
  )
})

test('no rounds at all would be a key that does not depend on the PIN', () => {
  assert.throws(() => pkcs12Key('SHA-1', '1', new Uint8Array(8), USES.mac, 0, 20), RangeError)
})
