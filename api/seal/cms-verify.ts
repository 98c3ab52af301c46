import { type Bytes, equal, fromUtf8, plain, sha256, toHex } from '../log/bytes.ts'
import { type CertificateInfo, parseCertificate } from './certificate.ts'
import { type ChainFault, isContinuation, MOST_CERTIFICATES, type TrustPolicy, verifyChain } from './chain.ts'
import { childrenOf, contentOf, oidOf } from './der.ts'
import { failed, type Verdict } from './json.ts'
import { DIGESTS, type HashName, readAlgorithm, verifySignature } from './signature.ts'
import { must, readSignedData, type SignedData } from './signed-data.ts'

/** Object identifiers of RFC 5652, RFC 5035 and RFC 5754. */
export const CMS = {
  data: '1.2.840.113549.1.7.1',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  sha256: '2.16.840.1.101.3.4.2.1',
} as const

export type VerifyOptions = TrustPolicy & {
  /** base64url SHA-256 of the only certificate accepted as signer. */
  expectedCertSha256?: string
  /** A signature inside a PDF has none: the PDF claims the time itself (ETSI EN 319 142-1). */
  signingTime?: 'absent'
}
export type CmsFault = 'signature-malformed' | 'signature-invalid' | 'certificate-mismatch' | ChainFault

export type Verified = {
  signer: CertificateInfo
  /** Leaf first, pinned CA last. */
  chainDer: Bytes[]
  /** What the signer claims, UTC milliseconds; evidence is the log's time, not this. NaN inside a PDF. */
  signingTime: number
}

type Attributes = { digest: Bytes; certHash: Bytes; certHashName: HashName; signingTime: number }

export const octetsOf = (der: Uint8Array): Bytes => {
  must(der[0] === 0x04)
  return contentOf(der)
}

const readAttributes = ({ attribute, has }: SignedData, time: VerifyOptions['signingTime']): Attributes => {
  const type = attribute(CMS.contentType)
  must(type[0] === 0x06 && oidOf(type) === CMS.data)
  must(time !== 'absent' || !has(CMS.signingTime))
  return {
    digest: octetsOf(attribute(CMS.messageDigest)),
    ...certificateHash(attribute(CMS.signingCertificateV2)),
    signingTime: time === 'absent' ? Number.NaN : timeOf(attribute(CMS.signingTime)),
  }
}

/** UTCTime or GeneralizedTime as DER and RFC 5652 §11.3 spell them: whole seconds, Z. UTC milliseconds. */
const timeOf = (der: Uint8Array): number => {
  must(der[0] === 0x17 || der[0] === 0x18)
  const text = fromUtf8(contentOf(der))
  const short = /^(\d{2})(\d{10})Z$/.exec(text)
  const whole = short ? `${Number(short[1]) < 50 ? '20' : '19'}${short[1]}${short[2]}Z` : text
  must((der[0] === 0x17) === (short !== null))
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(whole) ?? []
  const [year = Number.NaN, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map(Number)
  const time = Date.UTC(year, month - 1, day, hour, minute, second)
  // The 30th of February would have slipped into March.
  must(Number.isFinite(time) && new Date(time).toISOString().replace(/[-:T]|\.000/g, '') === whole)
  return time
}

/** First ESSCertIDv2 of signing-certificate-v2 (RFC 5035): the signer's certificate. */
export const certificateHash = (value: Uint8Array): { certHash: Bytes; certHashName: HashName } => {
  const inside = (der: Uint8Array | undefined): Bytes[] => {
    must(der?.[0] === 0x30)
    return childrenOf(der!)
  }
  const [first, second] = inside(inside(inside(value)[0])[0])
  must(first !== undefined)
  const isDefault = first![0] === 0x04
  const certHashName = DIGESTS[isDefault ? CMS.sha256 : readAlgorithm(first!).oid]
  const hash = isDefault ? first : second
  must(certHashName !== undefined && hash !== undefined)
  return { certHash: octetsOf(hash!), certHashName: certHashName! }
}

export const digestOf = async (name: HashName, bytes: Uint8Array): Promise<Bytes> =>
  name === 'SHA-256' ? sha256(bytes) : new Uint8Array(await crypto.subtle.digest(name, plain(bytes)))

export const findSigner = async (
  opened: Pick<SignedData, 'certificates' | 'issuerDer' | 'serialHex'>,
  attributes: Pick<Attributes, 'certHash' | 'certHashName'>,
): Promise<CertificateInfo | null> => {
  for (const der of opened.certificates) {
    if (!equal(await digestOf(attributes.certHashName, der), attributes.certHash)) continue
    const read = await parseCertificate(der)
    if (!read.ok) return null
    const isNamed =
      equal(opened.issuerDer, read.certificate.issuerDer) && opened.serialHex === read.certificate.serialHex
    return isNamed ? read.certificate : null
  }
  return null
}

/**
 * Strict verification of a detached CMS over the exact bytes: DER only, digest allow-list, signed attributes present
 * once and sorted, exactly one signer, signing-certificate-v2 naming it, no certificate foreign to its chain, no
 * unsigned attributes. The certificates are judged as of `options.at`. Never throws, whatever the bytes are.
 */
export const verifyDetached = async (
  content: Uint8Array,
  cms: Uint8Array,
  options: VerifyOptions,
): Promise<Verdict<Verified, CmsFault>> => {
  try {
    const opened = readSignedData(cms)
    must(opened.certificates.length <= MOST_CERTIFICATES)
    const attributes = readAttributes(opened, options.signingTime)
    const hash = DIGESTS[opened.digest.oid]
    const signer = hash && (await findSigner(opened, attributes))
    if (!signer) return failed('signature-malformed')
    const { algorithm, attributesDer, signature } = opened
    const isSigned =
      equal(await digestOf(hash, content), attributes.digest) &&
      (await verifySignature(signer.publicKey, algorithm, attributesDer, signature, hash))
    if (!isSigned) return failed('signature-invalid')
    if (options.expectedCertSha256 !== undefined && options.expectedCertSha256 !== signer.certSha256) {
      return failed('certificate-mismatch')
    }
    const others = opened.certificates.filter((der) => !equal(der, signer.der))
    const chain = await verifyChain(signer.der, others, options)
    if (!chain.ok) return chain
    const chainDer = chain.path.map((one) => one.der)
    const extras = others.filter((der) => !chainDer.some((used) => equal(used, der)))
    const isDistinct = new Set(opened.certificates.map((der) => toHex(der))).size === opened.certificates.length
    if (!isDistinct || !(await isContinuation(chain.path.at(-1)!, extras))) return failed('signature-malformed')
    return { ok: true, signer, chainDer, signingTime: attributes.signingTime }
  } catch {
    return failed('signature-malformed')
  }
}
