import * as asn1js from 'asn1js'
import {
  AttributeTypeAndValue,
  BasicConstraints,
  Certificate,
  CertificateRevocationList,
  Extension,
  PublicKeyInfo,
  RelativeDistinguishedNames,
  RevokedCertificate,
  Time,
} from 'pkijs'
import { type Bytes, plain, randomBytes } from '../log/bytes.ts'

/*
 * A small certificate authority for the demo, for rehearsals and for tests. Production refuses a CA key on the server
 * (SEALING §5): real certificates come from a licensed 电子认证服务机构.
 */

/** What a certificate says about its holder; Chinese is welcome (UTF8String). */
export type Subject = {
  commonName: string
  organisation?: string
  unit?: string
  /** 统一社会信用代码, written as organizationIdentifier. */
  organisationCode?: string
  serialNumber?: string
  country?: string
}
export type CaKey = { certificateDer: Uint8Array; privateKey: CryptoKey }
export type KeyType = 'EC' | 'RSA'

const OIDS = {
  country: '2.5.4.6',
  organisation: '2.5.4.10',
  organisationCode: '2.5.4.97',
  unit: '2.5.4.11',
  commonName: '2.5.4.3',
  serialNumber: '2.5.4.5',
} as const

/** Name of a subject in DER order: one attribute in each RDN, country as PrintableString (RFC 5280). */
export const nameOf = (subject: Subject): RelativeDistinguishedNames => {
  const rdns = Object.entries(OIDS).flatMap(([field, type]) => {
    const value = subject[field as keyof typeof OIDS]
    if (value === undefined) return []
    const text = field === 'country' ? new asn1js.PrintableString({ value }) : new asn1js.Utf8String({ value })
    return [new asn1js.Set({ value: [new AttributeTypeAndValue({ type, value: text }).toSchema()] })]
  })
  const der = new asn1js.Sequence({ value: rdns }).toBER()
  return new RelativeDistinguishedNames({ schema: asn1js.fromBER(der).result })
}

/** A fresh signing key pair; extractable, so that it can be packed into a PKCS#12 file. */
export const makeKeyPair = (type: KeyType): Promise<CryptoKeyPair> =>
  type === 'EC'
    ? crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
    : crypto.subtle.generateKey(
        { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1), hash: 'SHA-256' },
        true,
        ['sign', 'verify'],
      )

export const spkiOf = async (publicKey: CryptoKey): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.exportKey('spki', publicKey))

const timeOf = (ms: number): Time => {
  const whole = new Date(Math.floor(ms / 1000) * 1000)
  return new Time({ type: whole.getUTCFullYear() < 2050 ? 0 : 1, value: whole })
}

const extension = (extnID: string, critical: boolean, value: { toBER(): ArrayBuffer }) =>
  new Extension({ extnID, critical, extnValue: value.toBER() })

/** keyUsage octet as a BIT STRING with its unused bits counted (DER). */
const keyUsage = (octet: number) => {
  let unusedBits = 0
  while (unusedBits < 7 && ((octet >> unusedBits) & 1) === 0) unusedBits++
  return extension('2.5.29.15', true, new asn1js.BitString({ valueHex: Uint8Array.of(octet).buffer, unusedBits }))
}

const keyIdentifier = async (info: PublicKeyInfo): Promise<Bytes> => {
  const bits = info.subjectPublicKey.valueBlock.valueHexView
  return new Uint8Array(await crypto.subtle.digest('SHA-256', plain(bits))).slice(0, 20)
}

/** Positive random serial number of 16 bytes (RFC 5280 §4.1.2.2). */
const newSerial = (): asn1js.Integer => {
  const bytes = randomBytes(16)
  bytes[0] = (bytes[0]! & 0x7f) | 0x40
  return new asn1js.Integer({ valueHex: bytes })
}

type Unsigned = {
  subject: RelativeDistinguishedNames
  issuer: RelativeDistinguishedNames
  spki: Uint8Array
  issuerSpki: PublicKeyInfo
  notBefore: number
  notAfter: number
  ca: boolean
  pathLength?: number
  usage: number
}

const signCertificate = async (fields: Unsigned, privateKey: CryptoKey): Promise<Bytes> => {
  const info = PublicKeyInfo.fromBER(plain(fields.spki))
  const octets = (bytes: Bytes) => new asn1js.OctetString({ valueHex: bytes })
  const authority = new asn1js.Primitive({
    idBlock: { tagClass: 3, tagNumber: 0 },
    valueHex: await keyIdentifier(fields.issuerSpki),
  })
  const basic = fields.ca
    ? { cA: true, ...(fields.pathLength !== undefined && { pathLenConstraint: fields.pathLength }) }
    : {}
  const certificate = new Certificate({
    version: 2,
    serialNumber: newSerial(),
    issuer: fields.issuer,
    subject: fields.subject,
    notBefore: timeOf(fields.notBefore),
    notAfter: timeOf(fields.notAfter),
    subjectPublicKeyInfo: info,
    extensions: [
      extension('2.5.29.19', true, new BasicConstraints(basic).toSchema()),
      keyUsage(fields.usage),
      extension('2.5.29.14', false, octets(await keyIdentifier(info))),
      extension('2.5.29.35', false, new asn1js.Sequence({ value: [authority] })),
    ],
  })
  await certificate.sign(privateKey, 'SHA-256')
  return new Uint8Array(certificate.toSchema(true).toBER())
}

/** A self-signed CA: keyCertSign and cRLSign. Instants in UTC milliseconds. */
export const makeCa = async (options: {
  subject: Subject
  notBefore: number
  notAfter: number
  keyType?: KeyType
}): Promise<CaKey & { keys: CryptoKeyPair; certificateDer: Bytes }> => {
  const keys = await makeKeyPair(options.keyType ?? 'EC')
  const name = nameOf(options.subject)
  const spki = await spkiOf(keys.publicKey)
  const issuerSpki = PublicKeyInfo.fromBER(spki)
  const fields = { ...options, subject: name, issuer: name, spki, issuerSpki, ca: true, usage: 0x06 }
  return { certificateDer: await signCertificate(fields, keys.privateKey), privateKey: keys.privateKey, keys }
}

/**
 * Issues a certificate over a public key (of a verified CSR, or of a key pair at hand).
 * @param usages keyUsage octet, default digitalSignature + nonRepudiation + keyEncipherment + keyAgreement;
 *   a subordinate CA with `ca: true`
 */
export const issueCertificate = async (
  spki: Uint8Array,
  ca: CaKey,
  options: {
    subject: Subject
    notBefore: number
    notAfter: number
    usages?: number
    ca?: boolean
    pathLength?: number
  },
): Promise<Bytes> => {
  const issuer = Certificate.fromBER(plain(ca.certificateDer))
  const fields = {
    subject: nameOf(options.subject),
    issuer: issuer.subject,
    issuerSpki: issuer.subjectPublicKeyInfo,
    spki,
    notBefore: options.notBefore,
    notAfter: options.notAfter,
    ca: options.ca ?? false,
    ...(options.pathLength !== undefined && { pathLength: options.pathLength }),
    usage: options.usages ?? (options.ca ? 0x06 : 0xe8),
  }
  return signCertificate(fields, ca.privateKey)
}

/** A full revocation list. Instants in UTC milliseconds. */
export const makeCrl = async (
  ca: CaKey,
  options: { thisUpdate: number; nextUpdate: number; revoked?: readonly { certificateDer: Uint8Array; at: number }[] },
): Promise<Bytes> => {
  const revoked = (options.revoked ?? []).map(
    ({ certificateDer, at }) =>
      new RevokedCertificate({
        userCertificate: Certificate.fromBER(plain(certificateDer)).serialNumber,
        revocationDate: timeOf(at),
      }),
  )
  const crl = new CertificateRevocationList({
    version: 1,
    issuer: Certificate.fromBER(plain(ca.certificateDer)).subject,
    thisUpdate: timeOf(options.thisUpdate),
    nextUpdate: timeOf(options.nextUpdate),
    ...(revoked.length > 0 && { revokedCertificates: revoked }),
  })
  await crl.sign(ca.privateKey, 'SHA-256')
  return new Uint8Array(crl.toSchema(true).toBER())
}
