import * as asn1js from 'asn1js'
import {
  AlgorithmIdentifier,
  Attribute,
  ContentInfo,
  EncapsulatedContentInfo,
  IssuerAndSerialNumber,
  SignedAndUnsignedAttributes,
  SignedData,
  SignerInfo,
} from 'pkijs'
import { type Bytes, plain, sha256 } from '../log/bytes.ts'
import { parseCertificate } from './certificate.ts'
import { putCertificates } from './cms-certificates.ts'
import { CMS } from './cms-verify.ts'
import { compareDer } from './der.ts'
import { signWith } from './signature.ts'

/** Somebody who can sign: certificate, its chain without the root's need, and a private CryptoKey (non-extractable). */
export type Signer = {
  certificateDer: Uint8Array
  chainDer: readonly Uint8Array[]
  /** RSASSA-PKCS1-v1_5 with SHA-256, or ECDSA P-256. */
  privateKey: CryptoKey
}

const octets = (bytes: Uint8Array) => new asn1js.OctetString({ valueHex: plain(bytes) })
const oid = (value: string) => new asn1js.ObjectIdentifier({ value })

const signedAttributes = async (content: Uint8Array, certificateDer: Uint8Array, signingTime: number | null) => {
  // SigningCertificateV2 ::= SEQUENCE { certs SEQUENCE OF ESSCertIDv2 }, whose hash defaults to SHA-256 (RFC 5035)
  const certId = new asn1js.Sequence({ value: [octets(await sha256(certificateDer))] })
  const reference = new asn1js.Sequence({ value: [new asn1js.Sequence({ value: [certId] })] })
  const attributes = [
    new Attribute({ type: CMS.contentType, values: [oid(CMS.data)] }),
    new Attribute({ type: CMS.messageDigest, values: [octets(await sha256(content))] }),
    new Attribute({ type: CMS.signingCertificateV2, values: [reference] }),
  ]
  if (signingTime !== null) {
    const whole = new Date(Math.floor(signingTime / 1000) * 1000)
    attributes.push(new Attribute({ type: CMS.signingTime, values: [new asn1js.UTCTime({ valueDate: whole })] }))
  }
  const sorted = attributes
    .map((one) => ({ one, der: new Uint8Array(one.toSchema().toBER()) }))
    .sort((a, b) => compareDer(a.der, b.der))
  return new SignedAndUnsignedAttributes({ type: 0, attributes: sorted.map(({ one }) => one) })
}

/** The DER of signed attributes as they are signed: SET OF instead of the implicit tag (RFC 5652 §5.4). */
const asSet = (attributes: SignedAndUnsignedAttributes): Bytes => {
  const der = new Uint8Array(attributes.toSchema().toBER())
  der[0] = 0x31
  return der
}

const assemble = (signerInfo: SignerInfo, certificates: readonly Uint8Array[]): Bytes => {
  const signedData = new SignedData({
    version: 1,
    digestAlgorithms: [new AlgorithmIdentifier({ algorithmId: CMS.sha256 })],
    encapContentInfo: new EncapsulatedContentInfo({ eContentType: CMS.data }),
    signerInfos: [signerInfo],
  })
  const content = new ContentInfo({ contentType: ContentInfo.SIGNED_DATA, content: signedData.toSchema(true) })
  return putCertificates(new Uint8Array(content.toSchema().toBER()), certificates)
}

/**
 * Detached CMS SignedData (RFC 5652) over the exact bytes: SHA-256; contentType, messageDigest,
 * signing-certificate-v2 and signing-time; certificate and chain included.
 * @param signingTime UTC milliseconds the signer claims; null leaves it out, as PAdES demands
 */
export const signDetached = async (
  content: Uint8Array,
  signer: Signer,
  signingTime: number | null = Date.now(),
): Promise<Bytes> => {
  const read = await parseCertificate(signer.certificateDer)
  if (!read.ok) throw new RangeError('the certificate cannot be read')
  const { issuer, serialNumber } = read.certificate.parsed
  const signedAttrs = await signedAttributes(content, signer.certificateDer, signingTime)
  const signature = await signWith(signer.privateKey, asSet(signedAttrs))
  const signerInfo = new SignerInfo({
    version: 1,
    sid: new IssuerAndSerialNumber({ issuer, serialNumber }),
    digestAlgorithm: new AlgorithmIdentifier({ algorithmId: CMS.sha256 }),
    signedAttrs,
    signatureAlgorithm: new AlgorithmIdentifier({ algorithmId: signature.oid, ...rsaNull(signature.oid) }),
    signature: octets(signature.value),
  })
  return assemble(signerInfo, [signer.certificateDer, ...signer.chainDer])
}

/** RFC 4055 wants NULL parameters beside RSA signature algorithms, RFC 5758 none beside ECDSA. */
const rsaNull = (algorithmId: string) =>
  algorithmId.startsWith('1.2.840.113549.') ? { algorithmParams: new asn1js.Null() } : {}

export { type CmsFault, type Verified, type VerifyOptions, verifyDetached } from './cms-verify.ts'
