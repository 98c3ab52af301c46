import { createHash } from 'node:crypto'
import { PDFArray, PDFDict, PDFDocument, PDFHexString, PDFName, PDFNumber, PDFRef, PDFString } from 'pdf-lib'
import { refuse } from '../problem.ts'
import { putAppearance } from './appearance.ts'
import { type ByteRange, contentsInGap, digestByteRange } from './byte-range.ts'
import { signCades, verifyCades } from './cades.ts'
import { signatureFieldsOf } from './fields.ts'

export type PdfSignatureRequest = {
  /** An empty field made by `signatureFields`, or a new name for an invisible signature. */
  fieldName: string
  /** Who signs, why and where: shown by PDF readers, claimed and not proven. */
  name: string
  reason?: string
  location?: string
  /** The claimed time, /M of the signature dictionary. */
  date: Date
  /** Printed into the field's box; the first line stands out. Ignored for invisible fields. */
  appearance?: string[]
}

/** A document with a hole for one signature. Keep it as it is: the digest is of these very octets. */
export type PreparedPdf = {
  pdf: Uint8Array
  byteRange: ByteRange
  /** SHA-256 over the byte range: what `signCades` signs. */
  digest: Uint8Array
}

/** Room for the CMS with its chain and a later timestamp. */
const reservedDigits = 32_768
/** Ten characters each: room for the largest offset a cross-reference table can hold. */
const blank = '/**********'
const key = PDFName.of

const open = async (pdf: Uint8Array): Promise<PDFDocument> => {
  const options = { forIncrementalUpdate: true, updateMetadata: false, throwOnInvalidObject: true }
  try {
    return await PDFDocument.load(pdf, options)
  } catch {
    return refuse('pdf-unreadable')
  }
}

/** Marks an object for the increment; a direct one is written with its parent. */
const touch = (document: PDFDocument, ...refs: unknown[]): void => {
  for (const ref of refs) if (ref instanceof PDFRef) document.context.snapshot!.markRefForSave(ref)
}

/** ISO 32000-1 12.7.4.5: no box, but printed and locked, on the first page. */
const addInvisibleField = (document: PDFDocument, fieldName: string): PDFRef => {
  const page = document.getPage(0)
  const { context } = document
  const field = context.obj({ Type: 'Annot', Subtype: 'Widget', FT: 'Sig', Rect: [0, 0, 0, 0], F: 132, P: page.ref })
  field.set(key('T'), PDFHexString.fromText(fieldName))
  const ref = context.register(field)
  page.node.addAnnot(ref)
  touch(document, page.ref, page.node.get(key('Annots')))
  document.catalog.getOrCreateAcroForm().addField(ref)
  return ref
}

const fieldFor = (document: PDFDocument, fieldName: string): PDFRef => {
  if (fieldName === '' || fieldName.includes('.')) refuse('pdf-field-name')
  const field = signatureFieldsOf(document).find(({ name }) => name === fieldName)
  if (field?.dict.has(key('V'))) refuse('pdf-field-signed', { params: { field: fieldName } })
  return field?.ref ?? addInvisibleField(document, fieldName)
}

const signatureDictionary = (document: PDFDocument, request: PdfSignatureRequest): PDFRef => {
  const dict = document.context.obj({
    Type: 'Sig',
    Filter: 'Adobe.PPKLite',
    SubFilter: 'ETSI.CAdES.detached',
    ByteRange: [0, ...[1, 2, 3].map(() => key(blank.slice(1)))],
  })
  dict.set(key('Contents'), PDFHexString.of('0'.repeat(reservedDigits)))
  dict.set(key('M'), PDFString.fromDate(request.date))
  const texts = { Name: request.name, Reason: request.reason, Location: request.location }
  for (const [entry, text] of Object.entries(texts)) if (text) dict.set(key(entry), PDFHexString.fromText(text))
  return document.context.register(dict)
}

/** ISO 32000-1 14.4: the first half of the identifier stays, the second names this revision. */
const renewId = (document: PDFDocument, pdf: Uint8Array): void => {
  const { context } = document
  const id = context.lookup(context.trailerInfo.ID)
  if (!(id instanceof PDFArray)) return
  const revision = createHash('sha256').update(pdf).digest('hex').slice(0, 32)
  context.trailerInfo.ID = context.obj([id.get(0), PDFHexString.of(revision)])
}

/** Writes the byte range over its blanks, with spaces up to the same length. */
const fillByteRange = (pdf: Uint8Array, from: number): ByteRange => {
  const increment = Buffer.from(pdf.buffer, pdf.byteOffset + from, pdf.byteLength - from)
  const pattern = `/ByteRange [ 0 ${blank} ${blank} ${blank} ]`
  const at = increment.indexOf(pattern)
  const hole = `<${'0'.repeat(reservedDigits)}>`
  const contents = increment.indexOf(hole)
  if (at < 0 || contents < 0) throw new Error('the signature dictionary was not written as expected')
  const second = from + contents + hole.length
  const range: ByteRange = [0, from + contents, second, pdf.length - second]
  increment.write(`/ByteRange [ ${range.join(' ')} ]`.padEnd(pattern.length), at, 'latin1')
  return range
}

/**
 * Appends one signature field value with an empty hole, as an incremental update: earlier signatures keep their octets
 * and stay valid. The CMS may then be made anywhere (`signCades` in a browser over `digest`) and goes in by
 * `completePdfSignature`. Refuses 'pdf-unreadable' (also for encrypted files), 'pdf-field-signed', 'pdf-field-name'.
 */
export const preparePdfSignature = async (pdf: Uint8Array, request: PdfSignatureRequest): Promise<PreparedPdf> => {
  const document = await open(pdf)
  const fieldRef = fieldFor(document, request.fieldName)
  const field = document.context.lookup(fieldRef, PDFDict)
  field.set(key('V'), signatureDictionary(document, request))
  if (request.appearance) await putAppearance(document, field, request.appearance)
  const form = document.catalog.getOrCreateAcroForm()
  // SignaturesExist and AppendOnly (ISO 32000-1 table 219).
  form.dict.set(key('SigFlags'), PDFNumber.of(3))
  const { catalog } = document
  touch(document, fieldRef, catalog.get(key('AcroForm')), form.dict.get(key('Fields')))
  renewId(document, pdf)
  // The increment's cross references must be of the file's own kind (ISO 32000-1 7.5.8.4).
  const { useObjectStreams } = document.context.pdfFileDetails
  const saved = await document.save({ useObjectStreams, addDefaultPage: false, updateFieldAppearances: false })
  const byteRange = fillByteRange(saved, pdf.length)
  return { pdf: saved, byteRange, digest: await digestByteRange(saved, byteRange) }
}

/**
 * Puts the CMS into its hole. Refuses 'pdf-signature-refused' unless it is a valid CAdES over the prepared digest (by
 * the given certificate, if given): what comes from a browser is not believed.
 */
export const completePdfSignature = async (
  prepared: Pick<PreparedPdf, 'pdf' | 'byteRange'>,
  cms: Uint8Array,
  certificateDer?: Uint8Array,
): Promise<Uint8Array> => {
  const { pdf, byteRange } = prepared
  const hole = contentsInGap(pdf, byteRange)
  const verdict = await verifyCades(cms, (hash) => digestByteRange(pdf, byteRange, hash))
  if (!verdict.ok || !hole || hole.some((octet) => octet !== 0) || cms.length > hole.length) {
    return refuse('pdf-signature-refused')
  }
  if (certificateDer && Buffer.compare(certificateDer, verdict.certificateDer) !== 0) refuse('pdf-signature-refused')
  const done = new Uint8Array(pdf)
  done.set(new TextEncoder().encode(Buffer.from(cms).toString('hex')), byteRange[1] + 1)
  return done
}

export type PdfSigner = {
  certificateDer: Uint8Array
  /** Intermediate certificates, without the root. */
  chainDer?: Uint8Array[]
  privateKey: CryptoKey
  /** Adds a signature time-stamp (PAdES-B-T), or gives the CMS as it was. */
  stamp?: ((cms: Uint8Array) => Promise<Uint8Array>) | undefined
}

/** Signs with a key at hand: the platform's seal. */
export const signPdf = async (pdf: Uint8Array, request: PdfSignatureRequest & PdfSigner): Promise<Uint8Array> => {
  const { certificateDer, chainDer, privateKey, stamp, ...rest } = request
  const prepared = await preparePdfSignature(pdf, rest)
  const cms = await signCades({ digest: prepared.digest, certificateDer, chainDer: chainDer ?? [], privateKey })
  return completePdfSignature(prepared, stamp ? await stamp(cms) : cms, certificateDer)
}
