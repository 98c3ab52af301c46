import type { BitString } from 'asn1js'
import { type AlgorithmIdentifier, createCMSECDSASignature, PublicKeyInfo } from 'pkijs'
import { type Bytes, plain, toHex } from '../log/bytes.ts'
import { type NodeCrypto, native } from '../log/native.ts'
import { rememberingPairs } from '../log/remember.ts'
import { childrenOf, contentOf, isDer, oidOf } from './der.ts'

export type HashName = 'SHA-256' | 'SHA-384' | 'SHA-512'

/** Digest allow-list (RFC 5754): nothing older than SHA-256. */
export const DIGESTS: Readonly<Record<string, HashName>> = {
  '2.16.840.1.101.3.4.2.1': 'SHA-256',
  '2.16.840.1.101.3.4.2.2': 'SHA-384',
  '2.16.840.1.101.3.4.2.3': 'SHA-512',
}

export const OID_RSA = '1.2.840.113549.1.1.1'
export const OID_EC = '1.2.840.10045.2.1'

/** Signature algorithms that name their digest. */
const SIGNATURES: Readonly<Record<string, { key: 'RSA' | 'EC'; hash: HashName }>> = {
  '1.2.840.113549.1.1.11': { key: 'RSA', hash: 'SHA-256' },
  '1.2.840.113549.1.1.12': { key: 'RSA', hash: 'SHA-384' },
  '1.2.840.113549.1.1.13': { key: 'RSA', hash: 'SHA-512' },
  '1.2.840.10045.4.3.2': { key: 'EC', hash: 'SHA-256' },
  '1.2.840.10045.4.3.3': { key: 'EC', hash: 'SHA-384' },
  '1.2.840.10045.4.3.4': { key: 'EC', hash: 'SHA-512' },
}
const CURVES: Readonly<Record<string, { name: string; size: number }>> = {
  '1.2.840.10045.3.1.7': { name: 'P-256', size: 32 },
  '1.3.132.0.34': { name: 'P-384', size: 48 },
}

export type PublicKeyFacts =
  | { spki: Bytes; key: 'RSA'; bits: number }
  | { spki: Bytes; key: 'EC'; curve: string; size: number }

/** Facts of a SubjectPublicKeyInfo; null for anything but RSA of at least 2048 bits, P-256 and P-384. */
export const publicKeyFacts = (info: PublicKeyInfo): PublicKeyFacts | null => {
  const spki = new Uint8Array(info.toSchema().toBER())
  if (info.algorithm.algorithmId === OID_RSA) {
    const modulus =
      info.parsedKey && 'modulus' in info.parsedKey ? info.parsedKey.modulus.valueBlock.valueHexView : null
    const hex = modulus ? toHex(modulus).replace(/^0+/, '') : ''
    const bits = hex === '' ? 0 : hex.length * 4 - (Math.clz32(Number.parseInt(hex[0]!, 16)) - 28)
    return bits >= 2048 && bits <= 8192 ? { spki, key: 'RSA', bits } : null
  }
  if (info.algorithm.algorithmId !== OID_EC) return null
  const oid: string = info.algorithm.algorithmParams?.valueBlock?.toString() ?? ''
  const curve = CURVES[oid]
  const point = info.subjectPublicKey.valueBlock.valueHexView
  if (point.length !== 2 * (curve?.size ?? 0) + 1 || point[0] !== 4) return null // uncompressed only: one spelling
  return curve ? { spki, key: 'EC', curve: curve.name, size: curve.size } : null
}

export const readPublicKey = (spki: Uint8Array): PublicKeyFacts | null => {
  try {
    return publicKeyFacts(PublicKeyInfo.fromBER(plain(spki)))
  } catch {
    return null
  }
}

/** AlgorithmIdentifier (RFC 5280 §4.1.1.2): dotted OID, and the DER of its parameters where there are any. */
export type Algorithm = { oid: string; parameters: Uint8Array | null }

/** Reads an AlgorithmIdentifier that `isDer` passed; throws RangeError when it is none. */
export const readAlgorithm = (der: Uint8Array): Algorithm => {
  const [oid, parameters = null, ...more] = der[0] === 0x30 ? childrenOf(der) : []
  if (oid?.[0] !== 0x06 || more.length > 0) throw new RangeError('not an algorithm')
  return { oid: oidOf(oid), parameters }
}

/** The same of one that the library read. */
export const algorithmOf = ({ algorithmId, algorithmParams }: AlgorithmIdentifier): Algorithm => ({
  oid: algorithmId,
  parameters: algorithmParams === undefined ? null : new Uint8Array(algorithmParams.toBER()),
})

/** RSA algorithms carry NULL or nothing, ECDSA and digests nothing or (digests, RFC 5754 §2) NULL: no third spelling. */
export const hasPlainParameters = ({ oid, parameters }: Algorithm): boolean => {
  if (parameters === null) return true
  const isNull = parameters.length === 2 && parameters[0] === 5 && parameters[1] === 0
  return isNull && !oid.startsWith('1.2.840.10045.')
}

/**
 * The signature of a certificate, a list or a request: whole octets. A number of unused bits says nothing about it, and a
 * signature has one spelling. Throws RangeError.
 */
export const signatureOf = ({ valueBlock }: BitString): Uint8Array => {
  if (valueBlock.unusedBits !== 0) throw new RangeError('unused bits')
  return valueBlock.valueHexView
}

/** ECDSA-Sig-Value (RFC 3279 §2.2.3) as WebCrypto wants it: r ‖ s, each of the curve's size; null when it is none. */
const rawEcdsa = (der: Uint8Array, size: number): Bytes | null => {
  if (!isDer(der) || der[0] !== 0x30) return null
  const numbers = childrenOf(der)
  if (numbers.length !== 2) return null
  const raw = new Uint8Array(2 * size)
  for (const [at, number] of numbers.entries()) {
    const value = contentOf(number)
    const bare = value[0] === 0 ? value.subarray(1) : value
    // A negative number or one beyond the curve's size is no signature.
    if (number[0] !== 0x02 || value[0]! >= 0x80 || bare.length > size) return null
    raw.set(bare, (at + 1) * size - bare.length)
  }
  return raw
}

const RSA = 'RSASSA-PKCS1-v1_5'
const SCHEMES = {
  'SHA-256': { hash: 'SHA-256' },
  'SHA-384': { hash: 'SHA-384' },
  'SHA-512': { hash: 'SHA-512' },
} as const

/** Whether `raw` (RSASSA-PKCS1-v1_5, or ECDSA as r ‖ s) is the key's over `data`. */
type Check = (data: Uint8Array, raw: Uint8Array) => Promise<boolean>

/** WebCrypto's key of a certificate; an RSA key is bound to its digest. */
const imported = rememberingPairs((facts: PublicKeyFacts, { hash }: { hash: HashName }) =>
  crypto.subtle.importKey(
    'spki',
    facts.spki,
    facts.key === 'RSA' ? { name: RSA, hash } : { name: 'ECDSA', namedCurve: facts.curve },
    false,
    ['verify'],
  ),
)

export const webCheck = async (facts: PublicKeyFacts, hash: HashName): Promise<Check> => {
  const key = await imported(facts, SCHEMES[hash])
  const scheme = facts.key === 'RSA' ? RSA : { name: 'ECDSA', hash }
  return (data, raw) => crypto.subtle.verify(scheme, key, plain(raw), plain(data))
}

/** The same in Node, where it stands: 30 to 100 µs, less than another thread takes to wake. */
export const nativeCheck = rememberingPairs((node: NodeCrypto, facts: PublicKeyFacts) => {
  const key = node.createPublicKey({ key: facts.spki, format: 'der', type: 'spki' })
  const given = facts.key === 'RSA' ? key : { key, dsaEncoding: 'ieee-p1363' as const }
  return (hash: HashName): Check =>
    async (data, raw) =>
      node.verify(hash.replace('-', ''), data, given, raw)
})

const checkOf = async (facts: PublicKeyFacts, hash: HashName): Promise<Check> =>
  native ? nativeCheck(native, facts)(hash) : webCheck(facts, hash)

/**
 * Verifies one signature with an allow-listed algorithm.
 * @param digest needed where the algorithm names none (CMS with plain rsaEncryption) and compared where it does
 */
export const verifySignature = async (
  facts: PublicKeyFacts,
  algorithm: Algorithm,
  data: Uint8Array,
  signature: Uint8Array,
  digest?: HashName,
): Promise<boolean> => {
  const named = SIGNATURES[algorithm.oid]
  const hash = named?.hash ?? (algorithm.oid === OID_RSA ? digest : undefined)
  if (!hash || (digest && digest !== hash) || !hasPlainParameters(algorithm)) return false
  if (facts.key !== (named?.key ?? 'RSA')) return false
  const raw = facts.key === 'RSA' ? signature : rawEcdsa(signature, facts.size)
  return raw !== null && (await checkOf(facts, hash))(data, raw)
}

/** Signs with SHA-256; ECDSA comes back in the DER form that X.509 and CMS carry. */
export const signWith = async (privateKey: CryptoKey, data: Uint8Array): Promise<{ oid: string; value: Bytes }> => {
  const { name } = privateKey.algorithm
  const raw = await crypto.subtle.sign({ name, hash: 'SHA-256' }, privateKey, plain(data))
  if (name === 'ECDSA') return { oid: '1.2.840.10045.4.3.2', value: new Uint8Array(createCMSECDSASignature(raw)) }
  if (name === 'RSASSA-PKCS1-v1_5') return { oid: '1.2.840.113549.1.1.11', value: new Uint8Array(raw) }
  throw new RangeError('not a signing key of ours')
}
