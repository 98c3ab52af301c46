import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core'
import { type Bytes, concat, plain, randomBytes } from '../log/bytes.ts'
import { native } from '../log/native.ts'
import { nativeSeal } from './hpke-native.ts'

/*
 * HPKE base mode, DHKEM(P-256)/HKDF-SHA256/AES-256-GCM, empty AAD (RFC 9180): one suite, no negotiation.
 */
const suite = () => new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })

const EC = { name: 'ECDH', namedCurve: 'P-256' }
export const ENC = 65

const NO_POINT = 'not an uncompressed P-256 point'
const isPoint = (point: Uint8Array): boolean => point.length === 65 && point[0] === 4

/** An uncompressed P-256 point as a recipient key; rejects what is not on the curve. */
export const importPoint = (point: Uint8Array): Promise<CryptoKey> => {
  if (!isPoint(point)) return Promise.reject(new RangeError(NO_POINT))
  return crypto.subtle.importKey('raw', plain(point), EC, true, [])
}

/** As in a browser: by @hpke/core over WebCrypto. */
export const webSeal = async (
  point: Uint8Array,
  info: Uint8Array,
  plaintext: Uint8Array,
  ikm: Uint8Array,
): Promise<Bytes> => {
  const sender = await suite().createSenderContext({
    recipientPublicKey: await importPoint(point),
    info: plain(info),
    ekm: plain(ikm).slice().buffer,
  })
  return concat(new Uint8Array(sender.enc), new Uint8Array(await sender.seal(plain(plaintext))))
}

/**
 * enc[65] ‖ ct. The ephemeral key comes from `ikm` by HPKE DeriveKeyPair, so that whoever learns ikm repeats the wrap byte for
 * byte; it must be as secret and as fresh as an ephemeral key. Rejects a point that is not on the curve.
 */
export const hpkeSeal = async (
  point: Uint8Array,
  info: Uint8Array,
  plaintext: Uint8Array,
  ikm: Uint8Array = randomBytes(32),
): Promise<Bytes> => {
  if (!isPoint(point)) throw new RangeError(NO_POINT)
  return native ? nativeSeal(native, point, info, plaintext, ikm) : webSeal(point, info, plaintext, ikm)
}

/** Opens enc[65] ‖ ct; rejects on any fault. */
export const hpkeOpen = async (keys: CryptoKeyPair, info: Uint8Array, wrap: Uint8Array): Promise<Bytes> => {
  const recipient = await suite().createRecipientContext({
    recipientKey: keys,
    enc: wrap.slice(0, ENC),
    info: plain(info),
  })
  return new Uint8Array(await recipient.open(wrap.slice(ENC)))
}
