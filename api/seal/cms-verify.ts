import type * as asn1js from 'asn1js'
import { ContentInfo, IssuerAndSerialNumber, SignedData, type SignerInfo } from 'pkijs'
import { type Bytes, equal, plain, toHex } from '../log/bytes.ts'
import { type CertificateInfo, parseCertificate } from './certificate.ts'
import { type ChainFault, isContinuation, type TrustPolicy, verifyChain } from './chain.ts'
import { takeCertificates } from './cms-certificates.ts'
import { compareDer, isDer } from './der.ts'
import { failed, type Verdict } from './json.ts'
import { DIGESTS, type HashName, hasPlainParameters, verifySignature } from './signature.ts'

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
}
export type CmsFault = 'signature-malformed' | 'signature-invalid' | 'certificate-mismatch' | ChainFault

export type Verified = {
  signer: CertificateInfo
  /** Leaf first, pinned CA last. */
  chainDer: Bytes[]
  /** What the signer claims, UTC milliseconds; evidence is the log's time, not this. */
  signingTime: number
  /** The certificates' verdict may be kept until then. */
  holdsUntil: number
}

/** A signature with its certificates is a few kB; more is an attack on the parser. */
const MAX_CMS = 128 * 1024

type Opened = { info: SignerInfo; certificates: Bytes[]; hash: HashName }

const must = (condition: boolean): void => {
  if (!condition) throw new RangeError('malformed')
}

/** Structure only; throws for anything but one strict spelling of a detached, one-signer SignedData. */
const open = (cms: Uint8Array): Opened => {
  must(cms.length <= MAX_CMS && isDer(cms))
  const { bare, certificates } = takeCertificates(cms)
  const content = ContentInfo.fromBER(bare)
  must(content.contentType === ContentInfo.SIGNED_DATA)
  const signed = new SignedData({ schema: content.content })
  const again = new ContentInfo({ contentType: content.contentType, content: signed.toSchema(true) })
  // what the library did not understand would be missing here: nothing unread may travel along
  must(equal(new Uint8Array(again.toSchema().toBER()), bare))
  must(signed.version === 1 && signed.signerInfos.length === 1 && signed.crls === undefined && !signed.ocsps)
  must(signed.certificates === undefined)
  must(signed.encapContentInfo.eContentType === CMS.data && signed.encapContentInfo.eContent === undefined)
  const info = signed.signerInfos[0]!
  const [digest, ...more] = signed.digestAlgorithms
  must(more.length === 0 && digest?.algorithmId === info.digestAlgorithm.algorithmId)
  must(hasPlainParameters(digest!) && hasPlainParameters(info.digestAlgorithm))
  const hash = DIGESTS[info.digestAlgorithm.algorithmId]
  must(hash !== undefined && info.version === 1 && info.unsignedAttrs === undefined)
  return { info, certificates, hash: hash! }
}

type Attributes = { digest: Bytes; certHash: Bytes; certHashName: HashName; signingTime: number; der: Bytes }

const readAttributes = (info: SignerInfo): Attributes => {
  must(info.signedAttrs !== undefined)
  const { attributes, encodedValue } = info.signedAttrs!
  const ders = attributes.map((one) => new Uint8Array(one.toSchema().toBER()))
  must(ders.every((der, at) => at === 0 || compareDer(ders[at - 1]!, der) < 0))
  const only = (type: string): asn1js.AsnType => {
    const found = attributes.filter((one) => one.type === type)
    must(found.length === 1 && found[0]!.values.length === 1)
    return found[0]!.values[0]
  }
  const octetsOf = (value: asn1js.AsnType): Bytes => {
    const der = new Uint8Array(value.toBER())
    must(der[0] === 0x04)
    return new Uint8Array((value as asn1js.OctetString).valueBlock.valueHexView)
  }
  must((only(CMS.contentType) as asn1js.ObjectIdentifier).valueBlock.toString() === CMS.data)
  const time = only(CMS.signingTime) as asn1js.UTCTime
  const signingTime = time.toDate().getTime()
  must([0x17, 0x18].includes(new Uint8Array(time.toBER())[0]!) && Number.isFinite(signingTime))
  const der = new Uint8Array(encodedValue).slice()
  must(der[0] === 0x31 || der[0] === 0xa0)
  der[0] = 0x31
  return {
    digest: octetsOf(only(CMS.messageDigest)),
    ...certificateHash(only(CMS.signingCertificateV2)),
    signingTime,
    der,
  }
}

/** First ESSCertIDv2 of signing-certificate-v2 (RFC 5035): the signer's certificate. */
const certificateHash = (value: asn1js.AsnType): { certHash: Bytes; certHashName: HashName } => {
  const children = (one: asn1js.AsnType | undefined): asn1js.AsnType[] => {
    const inner = (one as asn1js.Sequence | undefined)?.valueBlock.value
    must(Array.isArray(inner))
    return inner as asn1js.AsnType[]
  }
  const fields = children(children(children(value)[0])[0])
  const isDefault = new Uint8Array(fields[0]!.toBER())[0] === 0x04
  const hashOid = isDefault ? CMS.sha256 : (children(fields[0])[0] as asn1js.ObjectIdentifier).valueBlock.toString()
  const certHashName = DIGESTS[hashOid]
  const hash = fields[isDefault ? 0 : 1] as asn1js.OctetString
  must(certHashName !== undefined && new Uint8Array(hash.toBER())[0] === 0x04)
  return { certHash: new Uint8Array(hash.valueBlock.valueHexView), certHashName: certHashName! }
}

const digestOf = async (name: HashName, bytes: Uint8Array): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.digest(name, plain(bytes)))

const findSigner = async (opened: Opened, attributes: Attributes): Promise<CertificateInfo | null> => {
  for (const der of opened.certificates) {
    if (!equal(await digestOf(attributes.certHashName, der), attributes.certHash)) continue
    const read = await parseCertificate(der)
    if (!read.ok) return null
    const { sid } = opened.info
    if (!(sid instanceof IssuerAndSerialNumber)) return null
    const isNamed =
      equal(new Uint8Array(sid.issuer.valueBeforeDecode), read.certificate.issuerDer) &&
      toHex(sid.serialNumber.valueBlock.valueHexView) === read.certificate.serialHex
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
    const opened = open(cms)
    const attributes = readAttributes(opened.info)
    const signer = await findSigner(opened, attributes)
    if (!signer) return failed('signature-malformed')
    const { signature, signatureAlgorithm } = opened.info
    const value = signature.valueBlock.valueHexView
    const isSigned =
      equal(await digestOf(opened.hash, content), attributes.digest) &&
      (await verifySignature(signer.publicKey, signatureAlgorithm, attributes.der, value, opened.hash))
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
    return { ok: true, signer, chainDer, signingTime: attributes.signingTime, holdsUntil: chain.holdsUntil }
  } catch {
    return failed('signature-malformed')
  }
}
