import { BasicConstraints, Certificate, type RelativeDistinguishedNames } from 'pkijs'
import { type Bytes, equal, sha256, toBase64url, toHex } from '../log/bytes.ts'
import { remembering } from '../log/remember.ts'
import { childrenOf, isDer } from './der.ts'
import { failed, type Verdict } from './json.ts'
import { type PublicKeyFacts, publicKeyFacts } from './signature.ts'

/** A distinguished name, as far as it says who somebody is. */
export type Name = {
  commonName: string | null
  organisation: string | null
  unit: string | null
  serialNumber: string | null
  organizationIdentifier: string | null
  country: string | null
  /** One line for people: `CN=…, O=…`. */
  text: string
}

export type CertificateInfo = {
  der: Bytes
  /** base64url of SHA-256(der), as manifests carry it. */
  certSha256: string
  subject: Name
  issuer: Name
  /** Raw DER of the names: names are compared as bytes, never as text. */
  subjectDer: Bytes
  issuerDer: Bytes
  serialHex: string
  /** Name and 统一社会信用代码 (GB 32100, 18 characters) of the organisation, where the subject shows them. */
  organisation: { name: string | null; code: string | null }
  /** UTC milliseconds. */
  notBefore: number
  notAfter: number
  publicKey: PublicKeyFacts
  isCa: boolean
  pathLength: number | null
  /** First octet of keyUsage (0x80 digitalSignature, 0x40 nonRepudiation, 0x04 keyCertSign, 0x02 cRLSign), null if absent. */
  keyUsage: number | null
  /** The library's view, for the signature check. */
  parsed: Certificate
}

export const KEY_USAGE = { digitalSignature: 0x80, nonRepudiation: 0x40, keyCertSign: 0x04, crlSign: 0x02 } as const

const ATTRIBUTES: Readonly<Record<string, readonly [keyof Name, string]>> = {
  '2.5.4.3': ['commonName', 'CN'],
  '2.5.4.10': ['organisation', 'O'],
  '2.5.4.11': ['unit', 'OU'],
  '2.5.4.5': ['serialNumber', 'serialNumber'],
  '2.5.4.97': ['organizationIdentifier', 'organizationIdentifier'],
  '2.5.4.6': ['country', 'C'],
}

/** Extensions understood below or harmless to a signature; a critical one outside this list refuses the certificate. */
const KNOWN_CRITICAL = new Set(['2.5.29.15', '2.5.29.19', '2.5.29.37', '2.5.29.32', '2.5.29.17'])
const CREDIT_CODE = /(?:^|[^0-9A-Z])([0-9A-HJ-NPQRTUWXY]{18})$/

const readName = (rdn: RelativeDistinguishedNames): Name => {
  const name: Name = {
    commonName: null,
    organisation: null,
    unit: null,
    serialNumber: null,
    organizationIdentifier: null,
    country: null,
    text: '',
  }
  const shown: string[] = []
  for (const { type, value } of rdn.typesAndValues) {
    const text = String(value.valueBlock.value)
    const known = ATTRIBUTES[type]
    if (known) name[known[0]] = text
    shown.push(`${known?.[1] ?? type}=${text}`)
  }
  return { ...name, text: shown.join(', ') }
}

/** 统一社会信用代码 from organizationIdentifier or serialNumber, whatever prefix a CA writes before it. */
const creditCode = (subject: Name): string | null => {
  for (const text of [subject.organizationIdentifier, subject.serialNumber]) {
    const found = text && CREDIT_CODE.exec(text.trim().toUpperCase())
    if (found) return found[1]!
  }
  return null
}

const extensionsOf = (parsed: Certificate) => {
  const all = parsed.extensions ?? []
  if (new Set(all.map((one) => one.extnID)).size !== all.length) throw new RangeError('an extension twice')
  if (all.some((one) => one.critical && !KNOWN_CRITICAL.has(one.extnID))) throw new RangeError('unknown critical')
  const basic = all.find((one) => one.extnID === '2.5.29.19')?.parsedValue
  const usage = all.find((one) => one.extnID === '2.5.29.15')?.parsedValue
  if (all.some((one) => one.parsedValue?.parsingError)) throw new RangeError('unreadable extension')
  const length = basic instanceof BasicConstraints ? basic.pathLenConstraint : undefined
  return {
    isCa: basic instanceof BasicConstraints && basic.cA === true,
    pathLength: typeof length === 'number' ? length : null,
    keyUsage: usage ? (usage.valueBlock.valueHexView[0] as number) : null,
  }
}

type Read = Verdict<{ certificate: CertificateInfo }, 'certificate-unreadable'>

const remembered = remembering<Read>(1024)

/** Reads a certificate that nobody vouched for yet; the same bytes give the same object. Never throws. */
export const parseCertificate = async (der: Uint8Array): Promise<Read> => {
  if (der.length > 32768) return failed('certificate-unreadable')
  const hash = await certSha256(der)
  return remembered(hash, () => read(der, hash))
}

/**
 * RFC 5280 §4.1: three fields and no more, and the algorithm outside the signed part is the one inside. The library passes
 * over anything behind the signature; a certificate that still verifies would then have many spellings.
 */
const isWhole = (der: Uint8Array): boolean => {
  const [signed, algorithm, signature, ...more] = childrenOf(der)
  if (signed?.[0] !== 0x30 || algorithm?.[0] !== 0x30 || signature?.[0] !== 0x03 || more.length > 0) return false
  const fields = childrenOf(signed)
  const inner = fields[fields[0]?.[0] === 0xa0 ? 2 : 1]
  return inner !== undefined && equal(inner, algorithm)
}

const read = (der: Uint8Array, hash: string): Read => {
  try {
    if (!isDer(der) || !isWhole(der)) return failed('certificate-unreadable')
    const own = new Uint8Array(der)
    const parsed = Certificate.fromBER(own)
    const publicKey = publicKeyFacts(parsed.subjectPublicKeyInfo)
    const subject = readName(parsed.subject)
    if (!publicKey || parsed.signature.algorithmId !== parsed.signatureAlgorithm.algorithmId) {
      return failed('certificate-unreadable')
    }
    const certificate = {
      der: own,
      certSha256: hash,
      subject,
      issuer: readName(parsed.issuer),
      subjectDer: new Uint8Array(parsed.subject.valueBeforeDecode),
      issuerDer: new Uint8Array(parsed.issuer.valueBeforeDecode),
      serialHex: toHex(parsed.serialNumber.valueBlock.valueHexView),
      organisation: { name: subject.organisation ?? subject.commonName, code: creditCode(subject) },
      notBefore: parsed.notBefore.value.getTime(),
      notAfter: parsed.notAfter.value.getTime(),
      publicKey,
      ...extensionsOf(parsed),
      parsed,
    }
    return { ok: true, certificate }
  } catch {
    return failed('certificate-unreadable')
  }
}

/** SHA-256 of a certificate's DER, base64url. */
export const certSha256 = async (der: Uint8Array): Promise<string> => toBase64url(await sha256(der))

/** Whether the certificate is inside its validity at this instant. */
export const isValidAt = (certificate: CertificateInfo, at: number): boolean =>
  certificate.notBefore <= at && at <= certificate.notAfter

/** Whether two certificates are the same organisation's, by credit code; without a code nobody is the same. */
export const isSameOrganisation = (a: CertificateInfo, b: CertificateInfo): boolean =>
  a.organisation.code !== null && a.organisation.code === b.organisation.code
