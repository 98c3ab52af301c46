import { type Bytes, concat, plain, u16, utf8 } from '../log/bytes.ts'
import type { NodeCrypto } from '../log/native.ts'

/*
 * HPKE's sender (RFC 9180 §4 to 5, base mode, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, one message, no AAD) where this
 * runs in Node: WebCrypto needs ten jobs for other threads, which take ten times as long as what they do. In a browser, and
 * for all that opens, @hpke/core does it; the test holds the two to the same bytes.
 */
const KEM = concat(utf8('KEM'), u16(0x0010))
const SUITE = concat(utf8('HPKE'), u16(0x0010), u16(0x0001), u16(0x0002))
const NONE = new Uint8Array()

const labelled = (suite: Bytes, label: string, data: Uint8Array): Bytes =>
  concat(utf8('HPKE-v1'), suite, utf8(label), data)

const derivation = (node: NodeCrypto) => {
  const hmac = (key: Uint8Array, data: Uint8Array): Uint8Array => node.createHmac('sha256', key).update(data).digest()
  return {
    extract: (suite: Bytes, salt: Uint8Array, label: string, data: Uint8Array) =>
      hmac(salt, labelled(suite, label, data)),
    /** One block of HKDF-Expand: nothing here is longer than 32 bytes. */
    expand: (suite: Bytes, prk: Uint8Array, label: string, info: Uint8Array, length: number) =>
      hmac(prk, concat(u16(length), labelled(suite, label, info), Uint8Array.of(1))).subarray(0, length),
  }
}

/** DeriveKeyPair (§7.1.3): the first candidate below the order; the first of all but once in 2³² tries. */
const ephemeralOf = (node: NodeCrypto, ikm: Uint8Array) => {
  const { extract, expand } = derivation(node)
  const prk = extract(KEM, NONE, 'dkp_prk', ikm)
  const pair = node.createECDH('prime256v1')
  for (let counter = 0; counter < 256; counter++)
    try {
      pair.setPrivateKey(expand(KEM, prk, 'candidate', Uint8Array.of(counter), 32))
      return pair
    } catch {
      // Nought or not below the order.
    }
  throw new RangeError('no key from this ikm')
}

/**
 * enc[65] ‖ ct, the ephemeral key from `ikm` (32 bytes).
 * @throws for a point that is not on the curve
 */
export const nativeSeal = (
  node: NodeCrypto,
  point: Uint8Array,
  info: Uint8Array,
  plaintext: Uint8Array,
  ikm: Uint8Array,
): Bytes => {
  const { extract, expand } = derivation(node)
  const pair = ephemeralOf(node, ikm)
  const enc = pair.getPublicKey()
  const dh = extract(KEM, NONE, 'eae_prk', pair.computeSecret(point))
  const shared = expand(KEM, dh, 'shared_secret', concat(enc, point), 32)
  const [pskId, infoHash] = [extract(SUITE, NONE, 'psk_id_hash', NONE), extract(SUITE, NONE, 'info_hash', info)]
  const schedule = concat(Uint8Array.of(0), pskId, infoHash)
  const secret = extract(SUITE, shared, 'secret', NONE)
  const nonce = expand(SUITE, secret, 'base_nonce', schedule, 12)
  const cipher = node.createCipheriv('aes-256-gcm', expand(SUITE, secret, 'key', schedule, 32), nonce)
  const sealed = cipher.update(plaintext)
  cipher.final()
  return plain(concat(enc, sealed, cipher.getAuthTag()))
}
