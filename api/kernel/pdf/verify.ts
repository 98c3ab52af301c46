import { PDFArray, type PDFDict, PDFDocument, PDFHexString, PDFName, PDFNumber } from 'pdf-lib'
import { asByteRange, type ByteRange, contentsInGap, derWithin, digestByteRange } from './byte-range.ts'
import { verifyCades } from './cades.ts'
import { signatureFieldsOf, textIn } from './fields.ts'

export type PdfSignature = {
  fieldName: string
  /** The covered octets are unchanged and signed by the key of `certificateDer`. Trust in it is the caller's question. */
  ok: boolean
  /** Null unless `ok`. */
  certificateDer: Uint8Array | null
  /** Intermediate certificates that came with the signature. */
  chainDer: Uint8Array[]
  /** False for every signature but the last, and for that one too when something was appended after it. */
  coversWholeDocument: boolean
  byteRange: ByteRange | null
  /** The CMS itself, null unless `ok`: a time-stamp in it is read by `signatureStampOf` (api/seal). */
  cms: Uint8Array | null
  /** As the signer claims: not proven by the signature. `date` is a PDF date (D:20261123013000Z). */
  claimed: { name?: string; reason?: string; location?: string; date?: string }
}

const rangeOf = (value: PDFDict, size: number): ByteRange | null => {
  const range = value.lookup(PDFName.of('ByteRange'))
  if (!(range instanceof PDFArray)) return null
  const numbers = range.asArray().map((item) => (item instanceof PDFNumber ? item.asNumber() : Number.NaN))
  return asByteRange(numbers, size)
}

/** The gap must hold exactly the /Contents the dictionary speaks of: else unsigned octets could hide there. */
const cmsOf = (pdf: Uint8Array, value: PDFDict, range: ByteRange): Uint8Array | null => {
  const gap = contentsInGap(pdf, range)
  const contents = value.lookup(PDFName.of('Contents'))
  if (!gap || !(contents instanceof PDFHexString)) return null
  const stated = contents.asBytes()
  if (stated.length !== gap.length || !stated.every((octet, index) => octet === gap[index])) return null
  return derWithin(gap)
}

const claimedIn = (value: PDFDict): PdfSignature['claimed'] => {
  const claims = { name: 'Name', reason: 'Reason', location: 'Location', date: 'M' }
  return Object.fromEntries(
    Object.entries(claims).flatMap(([claim, entry]) => {
      const text = textIn(value, entry)
      return text === undefined ? [] : [[claim, text]]
    }),
  )
}

const verifyOne = async (pdf: Uint8Array, fieldName: string, value: PDFDict): Promise<PdfSignature> => {
  const byteRange = rangeOf(value, pdf.length)
  const failed: PdfSignature = {
    fieldName,
    ok: false,
    certificateDer: null,
    chainDer: [],
    coversWholeDocument: false,
    byteRange,
    cms: null,
    claimed: claimedIn(value),
  }
  const isCades = value.lookup(PDFName.of('SubFilter')) === PDFName.of('ETSI.CAdES.detached')
  const cms = byteRange && isCades ? cmsOf(pdf, value, byteRange) : null
  if (!byteRange || !cms) return failed
  const verdict = await verifyCades(cms, (hash) => digestByteRange(pdf, byteRange, hash))
  if (!verdict.ok) return failed
  return { ...failed, ...verdict, cms, coversWholeDocument: byteRange[2] + byteRange[3] === pdf.length }
}

/**
 * Every signature of a PDF in the order they were made; empty when there is none or the file cannot be read. Runs in
 * browser, Node and CLI. A document is untouched since its last signature when one of them is `ok` and
 * `coversWholeDocument`.
 */
export const verifyPdfSignatures = async (pdf: Uint8Array): Promise<PdfSignature[]> => {
  const load = PDFDocument.load(pdf, { updateMetadata: false, throwOnInvalidObject: true })
  const document = await load.catch(() => null)
  if (!document) return []
  const signed = signatureFieldsOf(document).flatMap(({ name, value }) => (value ? [{ name, value }] : []))
  const verdicts = await Promise.all(signed.map(({ name, value }) => verifyOne(pdf, name, value)))
  const end = ({ byteRange }: PdfSignature) => (byteRange ? byteRange[2] + byteRange[3] : Number.POSITIVE_INFINITY)
  return verdicts.sort((a, b) => end(a) - end(b))
}
