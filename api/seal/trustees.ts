import { z } from 'zod'
import {
  type Bytes,
  concat,
  equal,
  fromBase64url,
  plain,
  randomBytes,
  sha256,
  toBase64url,
  toHex,
  utf8,
} from '../log/bytes.ts'
import type { CmsFault, Signer, Verified, VerifyOptions } from './cms.ts'
import { MAX_TRUSTEES } from './escrow.ts'
import { hpkeOpen, hpkeSeal, importPoint } from './hpke.ts'
import { bytesField, failed, idField, instantField, type Verdict } from './json.ts'
import { openSignedJson, type SignedJson, signedSchema, signJson } from './signed-json.ts'

/*
 * Trustees' tender keys and their statements (SEALING §2). A key is new for each tender; the private half never leaves
 * the trustee except encrypted to its own certificate (`makeRecovery('trustee-key', pkcs8, …)`).
 */
export const TRUSTEE_ROLES = [
  'purchaser',
  'agency',
  'notary',
  'centre',
  'university',
  'lawyers',
  'supervisor',
  'other',
] as const
export type TrusteeRole = (typeof TRUSTEE_ROLES)[number]

export type TrusteeKey = {
  /** Uncompressed P-256 point, 65 bytes. */
  pk: Bytes
  /** The private key for `makeRecovery`; the only extractable form. */
  pkcs8: Bytes
  /** For `openWrap`; the private half is non-extractable. */
  keys: CryptoKeyPair
  /** For the proof of possession. */
  popKey: CryptoKey
}

const CURVE = { namedCurve: 'P-256' }
const ECDSA = { name: 'ECDSA', ...CURVE }
const ECDH = { name: 'ECDH', ...CURVE }

/** A trustee key from its PKCS#8 bytes. @throws (DOMException, RangeError) when they are none */
export const importTrusteeKey = async (pkcs8: Uint8Array): Promise<TrusteeKey> => {
  const open = await crypto.subtle.importKey('pkcs8', plain(pkcs8), ECDSA, true, ['sign'])
  const { x, y } = await crypto.subtle.exportKey('jwk', open)
  const pk = concat(Uint8Array.of(4), fromBase64url(x ?? ''), fromBase64url(y ?? ''))
  const privateKey = await crypto.subtle.importKey('pkcs8', plain(pkcs8), ECDH, false, ['deriveBits'])
  const popKey = await crypto.subtle.importKey('pkcs8', plain(pkcs8), ECDSA, false, ['sign'])
  return { pk, pkcs8: new Uint8Array(pkcs8), keys: { privateKey, publicKey: await importPoint(pk) }, popKey }
}

/** A fresh tender key. */
export const generateTrusteeKey = async (): Promise<TrusteeKey> => {
  const { privateKey } = await crypto.subtle.generateKey(ECDSA, true, ['sign', 'verify'])
  return importTrusteeKey(new Uint8Array(await crypto.subtle.exportKey('pkcs8', privateKey)))
}

/** `{v, type:"trustee-key", …}`; opening in UTC ms, window in ms, pk 65 bytes, proof r ‖ s. */
export const keyStatementSchema = signedSchema('trustee-key', {
  tenderId: idField,
  i: z.int().min(1).max(MAX_TRUSTEES),
  n: z.int().min(3).max(MAX_TRUSTEES),
  k: z.int().min(2).max(MAX_TRUSTEES),
  role: z.enum(TRUSTEE_ROLES),
  pk: bytesField(65),
  certSha256: bytesField(32),
  opening: instantField,
  window: z
    .int()
    .min(60_000)
    .max(7 * 86_400_000),
  client: z.enum(['page', 'offline']),
  proof: bytesField(64),
})
export type KeyStatement = z.output<typeof keyStatementSchema>

const popMessage = (tenderId: string, i: number, pk: Uint8Array, certSha256: Uint8Array): Bytes =>
  concat(utf8(`sunlit/v1/pop\n${tenderId}\0`), Uint8Array.of(i), pk, certSha256)

const ES256 = { name: 'ECDSA', hash: 'SHA-256' }

/** Builds and signs the key statement in the trustee's own client. */
export const signKeyStatement = async (
  terms: Pick<KeyStatement, 'tenderId' | 'i' | 'n' | 'k' | 'role' | 'opening' | 'window' | 'client'>,
  key: Pick<TrusteeKey, 'pk' | 'popKey'>,
  signer: Signer,
  signingTime?: number,
): Promise<SignedJson> => {
  const certSha256 = await sha256(signer.certificateDer)
  const { tenderId, i, n, k, role, opening, window, client } = terms
  const message = popMessage(tenderId, i, key.pk, certSha256)
  const proof = new Uint8Array(await crypto.subtle.sign(ES256, key.popKey, message))
  const texts = { pk: toBase64url(key.pk), certSha256: toBase64url(certSha256) }
  const value = { tenderId, i, n, k, role, ...texts, opening, window, client, proof: toBase64url(proof) }
  return signJson('trustee-key', value, signer, signingTime)
}

export type StatementFault =
  | CmsFault
  | 'statement-malformed'
  | 'statement-of-another-type'
  | 'proof-of-possession-invalid'
export type VerifiedStatement = Verified & { statement: KeyStatement; pk: Bytes }

/** Verifies a key statement: signature, the certificate it names, and the proof of possession. Never throws. */
export const verifyKeyStatement = async (
  { bytes, cms }: { bytes: Uint8Array; cms: Uint8Array },
  options: VerifyOptions,
): Promise<Verdict<VerifiedStatement, StatementFault>> => {
  const opened = await openSignedJson(bytes, cms, keyStatementSchema, 'trustee-key', options)
  if (!opened.ok) return opened
  const { value: statement, ...verified } = opened
  if (statement.certSha256 !== verified.signer.certSha256) return failed('certificate-mismatch')
  if (statement.i > statement.n || statement.k > statement.n) return failed('statement-malformed')
  try {
    const pk = fromBase64url(statement.pk)
    const key = await crypto.subtle.importKey('raw', pk, ECDSA, false, ['verify'])
    const message = popMessage(statement.tenderId, statement.i, pk, fromBase64url(statement.certSha256))
    if (!(await crypto.subtle.verify(ES256, key, fromBase64url(statement.proof), message))) {
      return failed('proof-of-possession-invalid')
    }
    return { ...verified, statement, pk }
  } catch {
    return failed('proof-of-possession-invalid')
  }
}

/** Hash or key as people compare it: hexadecimal in groups of four. */
export const fingerprint = (bytes: Uint8Array): string => toHex(bytes).replace(/.{4}(?=.)/g, '$& ')

/** Info label of a drill; nothing labelled `escrow` is ever opened for one. */
const DRILL = utf8('sunlit/v1/drill\n')

/** `{v, type:"drill", tenderId, i, pk, nonce, at}`: the trustee's own canary opened locally; nonce = the server's 32 bytes. */
export const drillSchema = signedSchema('drill', {
  tenderId: idField,
  i: z.int().min(1).max(MAX_TRUSTEES),
  pk: bytesField(65),
  nonce: bytesField(32),
  at: instantField,
})

/** Seals and opens a canary of its own with the key as recovered from the blob. */
export const runDrill = async (key: Pick<TrusteeKey, 'pk' | 'keys'>): Promise<boolean> => {
  try {
    const canary = randomBytes(32)
    return equal(await hpkeOpen(key.keys, DRILL, await hpkeSeal(key.pk, DRILL, canary)), canary)
  } catch {
    return false
  }
}

/** Runs the drill and signs its outcome; null when the key does not open its canary. */
export const signDrill = async (
  drill: { tenderId: string; i: number; nonce: string; at: number },
  key: Pick<TrusteeKey, 'pk' | 'keys'>,
  signer: Signer,
): Promise<SignedJson | null> => {
  if (!(await runDrill(key))) return null
  const { tenderId, i, nonce, at } = drill
  return signJson('drill', { tenderId, i, pk: toBase64url(key.pk), nonce, at }, signer, at)
}

/** Verifies a drill statement for this statement's key and this nonce. Never throws. */
export const verifyDrill = async (
  { bytes, cms }: { bytes: Uint8Array; cms: Uint8Array },
  expected: { statement: KeyStatement; nonce: string },
  options: VerifyOptions,
): Promise<Verdict<Verified & { at: number }, StatementFault | 'drill-elsewhere'>> => {
  const opened = await openSignedJson(bytes, cms, drillSchema, 'drill', options)
  if (!opened.ok) return opened
  const { value, ...verified } = opened
  const { tenderId, i, pk, certSha256 } = expected.statement
  const isHere = value.tenderId === tenderId && value.i === i && value.pk === pk && value.nonce === expected.nonce
  if (!isHere) return failed('drill-elsewhere')
  return verified.signer.certSha256 === certSha256 ? { ...verified, at: value.at } : failed('certificate-mismatch')
}
