import { z } from 'zod'
import { type Bytes, fromBase64url, plain, randomBytes, toBase64url, utf8 } from '../log/bytes.ts'
import { parseCertificate } from './certificate.ts'
import { hpkeOpen, hpkeSeal } from './hpke.ts'
import { base64urlField, bytesField, encodeJson, failed, parseJson, V, type Verdict } from './json.ts'

/*
 * Recovery files: a secret (a bidder's DEKs, a trustee's tender key) under a fresh file key, which is wrapped for its
 * owner's certificate and, if wished, for a passphrase. No other recipient exists.
 */
export const PBKDF2_ROUNDS = 600_000

/** The owner's private half, as `openPkcs12` gives it. */
export type DecryptKey = { type: 'RSA'; key: CryptoKey } | { type: 'EC'; keys: CryptoKeyPair }
export type CertificateSlot = { alg: 'RSA-OAEP-256' | 'HPKE-P256'; wrap: string }
export const SECRET_KINDS = ['bid-keys', 'trustee-key', 'rehearsal-keys'] as const
export type SecretKind = (typeof SECRET_KINDS)[number]

const infoOf = (label: string): Bytes => utf8(`sunlit/v1/self\n${label}`)

/** Wraps up to 128 bytes for the holder of a certificate. @throws RangeError for a key that cannot decrypt */
export const wrapToCertificate = async (
  secret: Uint8Array,
  certificateDer: Uint8Array,
  label: string,
): Promise<CertificateSlot> => {
  const read = await parseCertificate(certificateDer)
  if (!read.ok) throw new RangeError(read.code)
  const { publicKey } = read.certificate
  if (publicKey.key === 'RSA') {
    const key = await crypto.subtle.importKey('spki', publicKey.spki, { name: 'RSA-OAEP', hash: 'SHA-256' }, false, [
      'encrypt',
    ])
    const wrap = await crypto.subtle.encrypt({ name: 'RSA-OAEP', label: infoOf(label) }, key, plain(secret))
    return { alg: 'RSA-OAEP-256', wrap: toBase64url(new Uint8Array(wrap)) }
  }
  if (publicKey.curve !== 'P-256') throw new RangeError('not a P-256 key')
  const point = publicKey.spki.slice(-65)
  return { alg: 'HPKE-P256', wrap: toBase64url(await hpkeSeal(point, infoOf(label), secret)) }
}

/** Rejects on any fault. */
const unwrap = async (slot: CertificateSlot, owner: DecryptKey, label: string): Promise<Bytes> => {
  const wrap = fromBase64url(slot.wrap)
  if (owner.type === 'EC' && slot.alg === 'HPKE-P256') return hpkeOpen(owner.keys, infoOf(label), wrap)
  if (owner.type !== 'RSA' || slot.alg !== 'RSA-OAEP-256') throw new RangeError('another kind of key')
  return new Uint8Array(await crypto.subtle.decrypt({ name: 'RSA-OAEP', label: infoOf(label) }, owner.key, wrap))
}

/** Opens what `wrapToCertificate` made. Never throws. */
export const unwrapWithKey = async (
  slot: CertificateSlot,
  owner: DecryptKey,
  label: string,
): Promise<Verdict<{ secret: Bytes }, 'recovery-unreadable'>> => {
  try {
    return { ok: true, secret: await unwrap(slot, owner, label) }
  } catch {
    return failed('recovery-unreadable')
  }
}

const box = { nonce: bytesField(12), ct: base64urlField(16, 65536) }
const recoverySchema = z.strictObject({
  v: z.literal(V),
  type: z.literal('recovery'),
  kind: z.enum(SECRET_KINDS),
  certificate: z
    .strictObject({ alg: z.enum(['RSA-OAEP-256', 'HPKE-P256']), wrap: base64urlField(32, 1024) })
    .nullable(),
  passphrase: z
    .strictObject({ alg: z.literal('PBKDF2-SHA-256'), rounds: z.literal(PBKDF2_ROUNDS), salt: bytesField(32), ...box })
    .nullable(),
  box: z.strictObject(box),
})

const passphraseKey = async (passphrase: string, salt: Bytes): Promise<CryptoKey> => {
  const base = await crypto.subtle.importKey('raw', utf8(passphrase.normalize('NFC')), 'PBKDF2', false, ['deriveKey'])
  const kdf = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: PBKDF2_ROUNDS }
  return crypto.subtle.deriveKey(kdf, base, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}

const importFileKey = (raw: Bytes): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt'])

const close = async (key: CryptoKey, secret: Uint8Array, kind: SecretKind) => {
  const nonce = randomBytes(12)
  const gcm = { name: 'AES-GCM', iv: nonce, additionalData: infoOf(kind) }
  const ct = await crypto.subtle.encrypt(gcm, key, plain(secret))
  return { nonce: toBase64url(nonce), ct: toBase64url(new Uint8Array(ct)) }
}

const open = async (key: CryptoKey, { nonce, ct }: { nonce: string; ct: string }, kind: SecretKind): Promise<Bytes> => {
  const gcm = { name: 'AES-GCM', iv: fromBase64url(nonce), additionalData: infoOf(kind) }
  return new Uint8Array(await crypto.subtle.decrypt(gcm, key, fromBase64url(ct)))
}

/**
 * A recovery file (or, with the certificate alone, the opaque blob a server may keep for a trustee).
 * @param owners at least one of certificate and passphrase
 */
export const makeRecovery = async (
  kind: SecretKind,
  secret: Uint8Array,
  owners: { certificateDer?: Uint8Array; passphrase?: string },
): Promise<Bytes> => {
  if (!owners.certificateDer && !owners.passphrase) throw new RangeError('nobody could open this file')
  const fileKey = randomBytes(32)
  const salt = randomBytes(32)
  const certificate = owners.certificateDer ? await wrapToCertificate(fileKey, owners.certificateDer, kind) : null
  const passphrase = owners.passphrase
    ? {
        alg: 'PBKDF2-SHA-256',
        rounds: PBKDF2_ROUNDS,
        salt: toBase64url(salt),
        ...(await close(await passphraseKey(owners.passphrase, salt), fileKey, kind)),
      }
    : null
  const sealed = await close(await importFileKey(fileKey), secret, kind)
  return encodeJson({ v: V, type: 'recovery', kind, certificate, passphrase, box: sealed })
}

/** Opens a recovery file with the certificate's key or the passphrase. Never throws, one reason for every failure. */
export const openRecovery = async (
  file: Uint8Array,
  kind: SecretKind,
  owner: { key: DecryptKey } | { passphrase: string },
): Promise<Verdict<{ secret: Bytes }, 'recovery-unreadable'>> => {
  try {
    const read = parseJson(file, recoverySchema)
    if (!read.ok || read.value.kind !== kind) return failed('recovery-unreadable')
    const { certificate, passphrase, box: sealed } = read.value
    if ('key' in owner) {
      if (!certificate) return failed('recovery-unreadable')
      const fileKey = await unwrap(certificate, owner.key, kind)
      return { ok: true, secret: await open(await importFileKey(fileKey), sealed, kind) }
    }
    if (!passphrase) return failed('recovery-unreadable')
    const key = await passphraseKey(owner.passphrase, fromBase64url(passphrase.salt))
    const fileKey = await open(key, passphrase, kind)
    return { ok: true, secret: await open(await importFileKey(fileKey), sealed, kind) }
  } catch {
    return failed('recovery-unreadable')
  }
}
