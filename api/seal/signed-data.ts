import { type Bytes, equal, toHex } from '../log/bytes.ts'
import { takeCertificates } from './cms-certificates.ts'
import { childrenOf, compareDer, contentOf, isDer, oidOf } from './der.ts'
import { type Algorithm, hasPlainParameters, readAlgorithm } from './signature.ts'

/** A detached SignedData of one signer (RFC 5652 §5), every field of it. */
export type SignedData = {
  certificates: Bytes[]
  /** Raw DER of the issuer's name, and the serial number in hexadecimal. */
  issuerDer: Bytes
  serialHex: string
  digest: Algorithm
  algorithm: Algorithm
  signature: Bytes
  /** The signed attributes as they are signed: SET OF instead of the implicit tag (RFC 5652 §5.4). */
  attributesDer: Bytes
  /** The value of the attribute that must be there once, with one value. */
  attribute: (oid: string) => Bytes
  has: (oid: string) => boolean
}

const INTEGER = 0x02
const OCTETS = 0x04
const OID = 0x06
const SEQUENCE = 0x30
const SET = 0x31
const IMPLICIT_0 = 0xa0
const VERSION_1 = Uint8Array.of(INTEGER, 1, 1)
/** id-signedData 1.2.840.113549.1.7.2 */
export const SIGNED_DATA = Uint8Array.of(OID, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2)
/** EncapsulatedContentInfo of id-data 1.2.840.113549.1.7.1 without content: detached. */
const DETACHED_DATA = Uint8Array.of(SEQUENCE, 11, OID, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1)

/** A signature with its certificates is a few kB; more is an attack on the parser. */
const MAX_CMS = 128 * 1024

export const must = (condition: boolean): void => {
  if (!condition) throw new RangeError('malformed')
}

/** The fields of a constructed value of this tag, exactly as many as `tags` says and each of its tag. */
export const fieldsOf = (der: Uint8Array | undefined, tag: number, tags: readonly number[]): Bytes[] => {
  must(der?.[0] === tag)
  const fields = childrenOf(der!)
  must(fields.length === tags.length && fields.every((field, at) => field[0] === tags[at]))
  return fields
}

/** Attributes in the one order of a SET OF, none twice under one spelling. */
export const readAttributes = (der: Bytes): Pick<SignedData, 'attribute' | 'has'> => {
  const all = childrenOf(der)
  must(all.every((one, at) => at === 0 || compareDer(all[at - 1]!, one) < 0))
  const read = all.map((one) => {
    const [type, values] = fieldsOf(one, SEQUENCE, [OID, SET]) as [Bytes, Bytes]
    return { oid: oidOf(type), values: childrenOf(values) }
  })
  const attribute = (oid: string): Bytes => {
    const found = read.filter((one) => one.oid === oid)
    must(found.length === 1 && found[0]!.values.length === 1)
    return found[0]!.values[0]!
  }
  return { attribute, has: (oid) => read.some((one) => one.oid === oid) }
}

/**
 * Structure only; throws for anything but one strict spelling of a detached SignedData with one signer: DER, version 1,
 * no revocation lists, no content, no unsigned attributes, and no field that is not read here: nothing unread may travel
 * along. What travels as a certificate is judged by whoever builds the chain.
 */
export const readSignedData = (cms: Uint8Array): SignedData => {
  must(cms.length <= MAX_CMS && isDer(cms))
  const { type, fields, certificates } = takeCertificates(cms)
  must(equal(type, SIGNED_DATA) && fields.length === 4)
  const [version, digests, content, signers] = fields as [Bytes, Bytes, Bytes, Bytes]
  must(equal(version, VERSION_1) && equal(content, DETACHED_DATA))
  const [listed] = fieldsOf(digests, SET, [SEQUENCE])
  const [signer] = fieldsOf(signers, SET, [SEQUENCE])
  const tags = [INTEGER, SEQUENCE, SEQUENCE, IMPLICIT_0, SEQUENCE, OCTETS]
  const [v, sid, own, attributes, algorithm, signature] = fieldsOf(signer, SEQUENCE, tags) as Bytes[]
  const [digest, announced] = [readAlgorithm(own!), readAlgorithm(listed!)]
  must(equal(v!, VERSION_1) && digest.oid === announced.oid)
  must(hasPlainParameters(digest) && hasPlainParameters(announced))
  const [issuer, serial] = fieldsOf(sid, SEQUENCE, [SEQUENCE, INTEGER])
  const attributesDer = attributes!.slice()
  attributesDer[0] = SET
  return {
    certificates,
    issuerDer: issuer!,
    serialHex: toHex(contentOf(serial!)),
    digest,
    algorithm: readAlgorithm(algorithm!),
    signature: contentOf(signature!),
    attributesDer,
    ...readAttributes(attributes!),
  }
}
