import { PDFArray, type PDFDict, type PDFDocument, PDFName } from 'pdf-lib'
import { embedFonts, type FaceName, loadFonts, printable, refuseMissingGlyphs } from './fonts.ts'

const size = 8.5
const leading = 12.5
const left = 12

/** Six capitals that no earlier signature of this file has used: its count of objects only grows. */
const tagOf = (document: PDFDocument): string => {
  let rest = document.context.largestObjectNumber
  let tag = ''
  while (tag.length < 6) {
    tag = String.fromCharCode(65 + (rest % 26)) + tag
    rest = Math.floor(rest / 26)
  }
  return tag
}

/**
 * What readers show in a signed field's box: a bar, the first line bold, the others below, made smaller when the box is
 * narrow. An invisible field gets none.
 */
export const putAppearance = async (document: PDFDocument, field: PDFDict, texts: string[]): Promise<void> => {
  const rect = field.lookup(PDFName.of('Rect'))
  const { width, height } = rect instanceof PDFArray ? rect.asRectangle() : { width: 0, height: 0 }
  const lines = texts.map((text) => printable(text).replaceAll('\n', ' '))
  if (width <= left * 2 || height <= leading || lines.length === 0) return
  const fonts = await loadFonts()
  refuseMissingGlyphs(fonts, lines.join(''))
  const embedded = await embedFonts(document, fonts, tagOf(document))
  const face = (index: number): FaceName => (index === 0 ? 'bold' : 'regular')
  const widest = Math.max(...lines.map((line, index) => fonts.widthOf(line, face(index), size)))
  const scale = Math.min(1, (width - left - 6) / widest, (height - 4) / (lines.length * leading))
  const n = (value: number) => value.toFixed(2)
  let baseline = height / 2 + (lines.length * leading * scale) / 2 - leading * scale * 0.74
  const shown = lines.map((line, index) => {
    const name = index === 0 ? '/B' : '/R'
    const at = `${n(left)} ${n(baseline)} Td`
    baseline -= leading * scale
    return `BT ${name} ${n(size * scale)} Tf ${at} ${embedded[face(index)].encodeText(line)} Tj ET`
  })
  const bar = `0.043 0.29 0.561 rg 4 4 2.5 ${n(height - 8)} re f 0.078 0.094 0.118 rg`
  const stream = document.context.flateStream(`q ${bar}\n${shown.join('\n')}\nQ`, {
    Type: 'XObject',
    Subtype: 'Form',
    BBox: [0, 0, width, height],
    Resources: { Font: { B: embedded.bold.ref, ...(lines.length > 1 && { R: embedded.regular.ref }) } },
  })
  field.set(PDFName.of('AP'), document.context.obj({ N: document.context.register(stream) }))
}
