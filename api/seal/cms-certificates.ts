import { type Bytes, equal } from '../log/bytes.ts'
import { childrenOf, compareDer, enclose } from './der.ts'

/**
 * The certificates of a CMS apart from the rest (RFC 5652 §5.1): most of its bytes, known by their hash and read once
 * elsewhere, so that a library need not take them apart and put them together again for every signature.
 */
const CERTIFICATES = 0xa0
const SEQUENCE = 0x30
/** version, digestAlgorithms, encapContentInfo stand before them. */
const BEFORE = 3

const around = (type: Uint8Array, fields: readonly Uint8Array[]): Bytes =>
  enclose(SEQUENCE, type, enclose(CERTIFICATES, enclose(SEQUENCE, ...fields)))

const apart = (cms: Uint8Array): { type: Bytes; fields: Bytes[] } => {
  const [type, content, ...more] = childrenOf(cms)
  const [signedData, ...others] = content ? childrenOf(content) : []
  if (!type || !signedData || more.length + others.length > 0) throw new RangeError('malformed')
  const fields = childrenOf(signedData)
  // The frame is compared as a whole, tags and all: what was taken apart must give the very bytes again.
  if (!equal(around(type, fields), cms)) throw new RangeError('malformed')
  return { type, fields }
}

/**
 * Content type and fields of a ContentInfo of SignedData without its certificates, and them as they stood. Only for
 * bytes that `isDer` passed; throws where the frame is another.
 */
export const takeCertificates = (cms: Uint8Array): { type: Bytes; fields: Bytes[]; certificates: Bytes[] } => {
  const { type, fields } = apart(cms)
  const held = fields[BEFORE]
  if (held?.[0] !== CERTIFICATES) return { type, fields, certificates: [] }
  return { type, fields: [...fields.slice(0, BEFORE), ...fields.slice(BEFORE + 1)], certificates: childrenOf(held) }
}

/** The same ContentInfo with certificates, each once, in the order of a SET OF. */
export const putCertificates = (bare: Uint8Array, certificates: readonly Uint8Array[]): Bytes => {
  const { type, fields } = apart(bare)
  const each = [...certificates].sort(compareDer).filter((der, at, all) => at === 0 || compareDer(der, all[at - 1]!))
  return around(type, [...fields.slice(0, BEFORE), enclose(CERTIFICATES, ...each), ...fields.slice(BEFORE)])
}
