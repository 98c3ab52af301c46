import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core'
import { type Bytes, concat, plain } from '../log/bytes.ts'

/*
 * HPKE base mode, DHKEM(P-256)/HKDF-SHA256/AES-256-GCM, empty AAD (RFC 9180): one suite, no negotiation.
 */
const suite = () => new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })

const EC = { name: 'ECDH', namedCurve: 'P-256' }
export const ENC = 65

/** An uncompressed P-256 point as a recipient key; rejects what is not on the curve. */
export const importPoint = (point: Uint8Array): Promise<CryptoKey> => {
  if (point.length !== 65 || point[0] !== 4) return Promise.reject(new RangeError('not an uncompressed P-256 point'))
  return crypto.subtle.importKey('raw', plain(point), EC, true, [])
}

/**
 * enc[65] ‖ ct. With `ikm` (32 random bytes) the ephemeral key comes from HPKE DeriveKeyPair, so that whoever learns
 * ikm repeats the wrap byte for byte; it must be as secret and as fresh as an ephemeral key.
 */
export const hpkeSeal = async (
  point: Uint8Array,
  info: Uint8Array,
  plaintext: Uint8Array,
  ikm?: Uint8Array,
): Promise<Bytes> => {
  const sender = await suite().createSenderContext({
    recipientPublicKey: await importPoint(point),
    info: plain(info),
    ...(ikm && { ekm: plain(ikm).slice().buffer }),
  })
  return concat(new Uint8Array(sender.enc), new Uint8Array(await sender.seal(plain(plaintext))))
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
