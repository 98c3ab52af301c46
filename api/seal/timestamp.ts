import { type Bytes, equal, fromUtf8, sha256, toHex, utf8 } from '../log/bytes.ts'
import { type CertificateInfo, isValidAt } from './certificate.ts'
import { verifyChain } from './chain.ts'
import { takeCertificates } from './cms-certificates.ts'
import { CMS, certificateHash, digestOf, findSigner, octetsOf } from './cms-verify.ts'
import { childrenOf, contentOf, enclose, isDer, oidOf } from './der.ts'
import { failed, type Verdict } from './json.ts'
import { DIGESTS, hasPlainParameters, readAlgorithm, verifySignature } from './signature.ts'
import { fieldsOf, must, readAttributes, SIGNED_DATA } from './signed-data.ts'

/*
 * RFC 3161 time-stamps: the word of an authority outside, whom a client pins, that a hash existed at an instant.
 *   const { query, nonce } = timestampQuery(hash)
 *   const verdict = await verifyTimestamp(answer, hash, { trusted, nonce })
 */

const [INTEGER, OCTETS, OID, TIME, SEQUENCE, SET] = [0x02, 0x04, 0x06, 0x18, 0x30, 0x31] as const
const EXPLICIT_0 = 0xa0
const UNSIGNED = 0xa1
/** 2.16.840.1.101.3.4.2.1 */
const SHA256 = Uint8Array.of(OID, 9, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01)
const TST_INFO = '1.2.840.113549.1.9.16.1.4'
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8'
const EXTENDED_KEY_USAGE = '2.5.29.37'
/** id-aa-signatureTimeStampToken 1.2.840.113549.1.9.16.2.14 */
const SIGNATURE_STAMP = Uint8Array.of(OID, 11, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 2, 14)
const VERSION_1 = Uint8Array.of(INTEGER, 1, 1)
const VERSION_3 = Uint8Array.of(INTEGER, 1, 3)
/** An answer is a few kB of certificates; more is an attack on the parser. */
export const MAX_TIMESTAMP = 64 * 1024

/** TimeStampReq over a SHA-256 with a fresh nonce, the certificate asked for. */
export const timestampQuery = (hash: Uint8Array): { query: Bytes; nonce: Bytes } => {
  const nonce = crypto.getRandomValues(new Uint8Array(8))
  // Positive and minimal, as a DER integer must be.
  nonce[0] = (nonce[0]! & 0x3f) | 0x40
  const imprint = enclose(SEQUENCE, enclose(SEQUENCE, SHA256, Uint8Array.of(0x05, 0)), enclose(OCTETS, hash))
  const query = enclose(SEQUENCE, VERSION_1, imprint, enclose(INTEGER, nonce), Uint8Array.of(0x01, 1, 0xff))
  return { query, nonce }
}

/** The token inside a TimeStampResp that grants one. Throws RangeError for any other answer. */
export const tokenOf = (answer: Uint8Array): Bytes => {
  must(answer.length <= MAX_TIMESTAMP && isDer(answer))
  const [status, token] = fieldsOf(answer, SEQUENCE, [SEQUENCE, SEQUENCE]) as [Bytes, Bytes]
  const [code] = childrenOf(status)
  // granted, granted with modifications
  must(code?.[0] === INTEGER && contentOf(code).length === 1 && contentOf(code)[0]! <= 1)
  return token
}

/** GeneralizedTime of RFC 3161 §2.4.2: UTC, a fraction without trailing zeros. UTC milliseconds, rounded down. */
const timeOf = (der: Uint8Array): number => {
  const [, date, fraction = ''] = /^(\d{14})(?:\.(\d*[1-9]))?Z$/.exec(fromUtf8(contentOf(der))) ?? []
  must(date !== undefined)
  const iso = date!.replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6')
  const time = Date.parse(`${iso}.${fraction.slice(0, 3).padEnd(3, '0')}Z`)
  must(Number.isFinite(time) && new Date(time).toISOString().slice(0, 19) === iso)
  return time
}

type Info = { imprint: Bytes; time: number; nonce: Bytes | null }

const readInfo = (der: Uint8Array): Info => {
  must(isDer(der) && der[0] === SEQUENCE)
  const [version, policy, imprint, serial, time, ...optional] = childrenOf(der)
  must(version !== undefined && equal(version, VERSION_1) && policy?.[0] === OID && serial?.[0] === INTEGER)
  must(time?.[0] === TIME)
  const [algorithm, hash] = fieldsOf(imprint, SEQUENCE, [SEQUENCE, OCTETS]) as [Bytes, Bytes]
  const read = readAlgorithm(algorithm)
  must(DIGESTS[read.oid] === 'SHA-256' && hasPlainParameters(read))
  // accuracy, ordering, nonce, tsa, extensions: each at most once and in this order.
  const tags = optional.map((one) => [SEQUENCE, 0x01, INTEGER, EXPLICIT_0, 0xa1].indexOf(one[0]!))
  must(tags.every((tag, at) => tag >= 0 && (at === 0 || tag > tags[at - 1]!)))
  const nonce = optional.find((one) => one[0] === INTEGER)
  return { imprint: contentOf(hash), time: timeOf(time!), nonce: nonce ? contentOf(nonce) : null }
}

/** A token is SignedData of version 3 around its TSTInfo, with one signer; nothing unread may travel along. */
const readToken = (token: Uint8Array) => {
  must(isDer(token))
  const { type: outer, fields, certificates } = takeCertificates(token)
  const [version, digests, content, signers, ...more] = fields
  must(
    equal(outer, SIGNED_DATA) &&
      more.length === 0 &&
      version !== undefined &&
      equal(version, VERSION_3) &&
      digests?.[0] === SET,
  )
  const [type, wrapped] = fieldsOf(content, SEQUENCE, [OID, EXPLICIT_0]) as [Bytes, Bytes]
  const [inside] = fieldsOf(wrapped, EXPLICIT_0, [OCTETS]) as [Bytes]
  must(oidOf(type) === TST_INFO)
  const [signer] = fieldsOf(signers, SET, [SEQUENCE])
  const tags = [INTEGER, SEQUENCE, SEQUENCE, EXPLICIT_0, SEQUENCE, OCTETS]
  const [v, sid, digest, attributes, algorithm, signature] = fieldsOf(signer, SEQUENCE, tags) as Bytes[]
  const [issuer, serial] = fieldsOf(sid, SEQUENCE, [SEQUENCE, INTEGER]) as [Bytes, Bytes]
  const digestAlgorithm = readAlgorithm(digest!)
  const [announced] = fieldsOf(digests, SET, [SEQUENCE]) as [Bytes]
  must(equal(announced, digest!))
  must(equal(v!, VERSION_1) && hasPlainParameters(digestAlgorithm))
  const attributesDer = attributes!.slice()
  attributesDer[0] = SET
  return {
    certificates,
    issuerDer: issuer,
    serialHex: toHex(contentOf(serial)),
    digest: digestAlgorithm,
    algorithm: readAlgorithm(algorithm!),
    signature: contentOf(signature!),
    attributesDer,
    ...readAttributes(attributes!),
    info: contentOf(inside),
  }
}

/** RFC 3161 §2.3: a certificate for time-stamps and for nothing else, and that critical. */
const isForStamping = ({ parsed }: CertificateInfo): boolean => {
  const usage = (parsed.extensions ?? []).find((one) => one.extnID === EXTENDED_KEY_USAGE)
  if (!usage?.critical) return false
  const der = usage.extnValue.valueBlock.valueHexView
  const purposes = isDer(der) && der[0] === SEQUENCE ? childrenOf(der) : []
  return purposes.length === 1 && purposes[0]![0] === OID && oidOf(purposes[0]!) === TIME_STAMPING
}

/** Pinned itself, or issued under a pinned authority; judged as of the instant that it states. */
const isPinned = async (
  signer: CertificateInfo,
  certificates: readonly Bytes[],
  trusted: readonly Uint8Array[],
  at: number,
): Promise<boolean> => {
  if (trusted.some((der) => equal(der, signer.der))) return isValidAt(signer, at)
  return (await verifyChain(signer.der, certificates, { at, trusted, crls: 'unchecked' })).ok
}

export type TimestampTrust = {
  /** DER of pinned time-stamp authorities: their own certificate or that of their CA. */
  trusted: readonly Uint8Array[]
  /** Of the query, where it is one's own. */
  nonce?: Uint8Array
}
export type TimestampFault =
  | 'timestamp-malformed'
  | 'timestamp-of-other'
  | 'timestamp-invalid'
  | 'timestamp-not-trusted'

/**
 * Strict verification of a token over a SHA-256: imprint, nonce, one signer with signing-certificate-v2, its signature,
 * the critical purpose of time-stamping, the chain to a pin. Revocation is not looked at. Never throws.
 * @returns `time`: the authority's instant, UTC milliseconds
 */
export const verifyToken = async (
  token: Uint8Array,
  hash: Uint8Array,
  { trusted, nonce }: TimestampTrust,
): Promise<Verdict<{ time: number; authority: CertificateInfo }, TimestampFault>> => {
  try {
    const opened = readToken(token)
    const info = readInfo(opened.info)
    if (!equal(info.imprint, hash)) return failed('timestamp-of-other')
    if (nonce && !(info.nonce && equal(info.nonce, nonce))) return failed('timestamp-of-other')
    const { attribute } = opened
    const name = DIGESTS[opened.digest.oid]
    const signer = name && (await findSigner(opened, certificateHash(attribute(CMS.signingCertificateV2))))
    if (!signer) return failed('timestamp-malformed')
    const type = attribute(CMS.contentType)
    const isSigned =
      oidOf(type) === TST_INFO &&
      equal(octetsOf(attribute(CMS.messageDigest)), await digestOf(name, opened.info)) &&
      (await verifySignature(signer.publicKey, opened.algorithm, opened.attributesDer, opened.signature, name))
    if (!isSigned) return failed('timestamp-invalid')
    const isTrusted =
      isForStamping(signer) && !signer.isCa && (await isPinned(signer, opened.certificates, trusted, info.time))
    return isTrusted ? { ok: true, time: info.time, authority: signer } : failed('timestamp-not-trusted')
  } catch {
    return failed('timestamp-malformed')
  }
}

/** The same of a whole TimeStampResp, as a receipt keeps it. Never throws. */
export const verifyTimestamp = async (answer: Uint8Array, hash: Uint8Array, trust: TimestampTrust) => {
  try {
    return await verifyToken(tokenOf(answer), hash, trust)
  } catch {
    return failed('timestamp-malformed')
  }
}

const apart = (cms: Uint8Array) => {
  must(isDer(cms))
  const [type, content] = childrenOf(cms) as [Bytes, Bytes]
  const [data] = childrenOf(content) as [Bytes]
  const fields = childrenOf(data)
  const [signer, ...others] = childrenOf(fields.at(-1)!)
  must(signer !== undefined && others.length === 0)
  return { type, fields: fields.slice(0, -1), signer: childrenOf(signer!) }
}

/** SHA-256 of the signature value of a CMS with one signer: what a signature time-stamp is over. Throws RangeError. */
export const signatureImprint = async (cms: Uint8Array): Promise<Bytes> => {
  const value = apart(cms).signer.find((field) => field[0] === OCTETS)
  must(value !== undefined)
  return sha256(contentOf(value!))
}

/** The CMS with a signature time-stamp as its one unsigned attribute (CAdES-T, RFC 3161 appendix A). Throws RangeError. */
export const withSignatureStamp = (cms: Uint8Array, token: Uint8Array): Bytes => {
  const { type, fields, signer } = apart(cms)
  must(signer.at(-1)![0] === OCTETS)
  const stamp = enclose(UNSIGNED, enclose(SEQUENCE, SIGNATURE_STAMP, enclose(SET, token)))
  const signers = enclose(SET, enclose(SEQUENCE, ...signer, stamp))
  return enclose(SEQUENCE, type, enclose(EXPLICIT_0, enclose(SEQUENCE, ...fields, signers)))
}

/** The CMS as it was before it was stamped; throws RangeError when anything but one stamp is in its unsigned attributes. */
export const withoutSignatureStamp = (cms: Uint8Array): Uint8Array => {
  const { type, fields, signer } = apart(cms)
  const unsigned = signer.at(-1)!
  if (unsigned[0] !== UNSIGNED) return cms
  const [stamp, ...more] = childrenOf(unsigned)
  const [oid] = fieldsOf(stamp, SEQUENCE, [OID, SET])
  must(more.length === 0 && oid !== undefined && equal(oid, SIGNATURE_STAMP))
  const signers = enclose(SET, enclose(SEQUENCE, ...signer.slice(0, -1)))
  return enclose(SEQUENCE, type, enclose(EXPLICIT_0, enclose(SEQUENCE, ...fields, signers)))
}

/** The signature time-stamp of a CMS; null where there is none. Throws RangeError when it is no CMS of one signer. */
export const signatureStampOf = (cms: Uint8Array): Bytes | null => {
  const unsigned = apart(cms).signer.find((field) => field[0] === UNSIGNED)
  for (const attribute of unsigned ? childrenOf(unsigned) : []) {
    const [oid, values] = childrenOf(attribute)
    if (oid && values && equal(oid, SIGNATURE_STAMP)) return childrenOf(values)[0] ?? null
  }
  return null
}

/** What a receipt's token is over: the exact text of a checkpoint's note. */
export const checkpointImprint = (note: string): Promise<Bytes> => sha256(utf8(note))
