import { PDFArray, PDFDict, type PDFDocument, PDFHexString, PDFName, PDFRef, PDFString } from 'pdf-lib'

/** A signature field; `value` is its signature dictionary once it is signed. */
export type SignatureField = { name: string; ref: PDFRef; dict: PDFDict; value: PDFDict | undefined }

const key = PDFName.of

export const textIn = (dict: PDFDict, name: string): string | undefined => {
  const value = dict.lookup(key(name))
  return value instanceof PDFString || value instanceof PDFHexString ? value.decodeText() : undefined
}

/** A field tree deeper than this is no form but an attack (a cycle, for one). */
const deepest = 16

const walk = (pdf: PDFDocument, refs: unknown, prefix: string, depth: number): SignatureField[] => {
  if (!(refs instanceof PDFArray) || depth > deepest) return []
  return refs.asArray().flatMap((ref): SignatureField[] => {
    const dict = pdf.context.lookup(ref)
    if (!(ref instanceof PDFRef) || !(dict instanceof PDFDict)) return []
    const own = textIn(dict, 'T')
    const name = own === undefined ? prefix : prefix === '' ? own : `${prefix}.${own}`
    if (dict.lookup(key('FT')) !== key('Sig')) return walk(pdf, dict.lookup(key('Kids')), name, depth + 1)
    const value = dict.lookup(key('V'))
    return [{ name, ref, dict, value: value instanceof PDFDict ? value : undefined }]
  })
}

/** All signature fields of a document, signed or not, by their full names (ISO 32000-1 12.7.3.2). */
export const signatureFieldsOf = (pdf: PDFDocument): SignatureField[] => {
  const form = pdf.catalog.lookup(key('AcroForm'))
  return form instanceof PDFDict ? walk(pdf, form.lookup(key('Fields')), '', 0) : []
}
