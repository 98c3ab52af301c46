import { createHash } from 'node:crypto'
import { PDFDocument, PDFHexString } from 'pdf-lib'
import { putBlock } from './blocks.ts'
import { embedFonts, loadFonts, printable, refuseMissingGlyphs } from './fonts.ts'
import { balanceLines } from './lines.ts'
import type { PdfModel } from './model.ts'
import { a4, contentWidth, ink, margin, measureOf, type Paper, put, putLine, rule } from './paper.ts'

const clean = <T>(value: T): T => {
  if (typeof value === 'string') return printable(value) as T
  if (Array.isArray(value)) return value.map(clean) as T
  if (value === null || typeof value !== 'object' || value instanceof Date) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, clean(inner)])) as T
}

/** Every text of the model on lines of its own. */
const textOf = (value: unknown): string => {
  if (typeof value === 'string') return `${value}\n`
  if (value === null || typeof value !== 'object' || value instanceof Date) return ''
  return Object.values(value).map(textOf).join('')
}

const putTitle = (paper: Paper, model: PdfModel): void => {
  const title = { size: 19, leading: 30, face: 'bold' } as const
  const box = () => ({ x: margin.left, width: contentWidth, top: paper.y })
  paper.y -= 6
  for (const line of balanceLines(model.title, measureOf(paper, title), contentWidth * 0.94)) {
    putLine(paper, line, box(), title, 'center')
    paper.y -= title.leading
  }
  paper.y -= 4
  const below = { size: 10, leading: 17, color: ink.quiet }
  for (const text of model.subtitle ?? []) {
    for (const line of balanceLines(text, measureOf(paper, below), contentWidth)) {
      putLine(paper, line, box(), below, 'center')
      paper.y -= below.leading
    }
  }
  paper.y -= 8
  rule(paper, paper.y, 1.6, ink.accent)
  rule(paper, paper.y - 2.6, 0.5, ink.accent)
  paper.y -= 16
}

const small = { size: 8, leading: 12, color: ink.quiet }

/** Cuts a line that does not fit and says so; a header is furniture, its whole text stands in the body. */
const fitted = (paper: Paper, text: string, width: number): string => {
  const measure = measureOf(paper, small)
  if (measure(text) <= width) return text
  const chars = [...text]
  while (chars.length > 0 && measure(`${chars.join('')}…`) > width) chars.pop()
  return `${chars.join('')}…`
}

const putFurniture = (paper: Paper, model: PdfModel): void => {
  const pages = paper.pdf.getPages()
  const measure = measureOf(paper, small)
  const right = a4.width - margin.right
  pages.forEach((page, index) => {
    paper.page = page
    if (model.header) {
      const y = a4.height - 54
      const end = model.header.right ?? ''
      put(paper, fitted(paper, model.header.left, contentWidth - measure(end) - 16), margin.left, y, small)
      put(paper, end, right - measure(end), y, small)
      rule(paper, y - 7, 0.5, ink.hair)
    }
    const of =
      model.language === 'zh' ? `第 ${index + 1} 页　共 ${pages.length} 页` : `Page ${index + 1} of ${pages.length}`
    const y = 44
    rule(paper, y + 14, 0.5, ink.hair)
    put(paper, of, right - measure(of), y, small)
    const room = contentWidth - measure(of) - 16
    if (model.footer?.number) put(paper, fitted(paper, model.footer.number, room), margin.left, y, small)
    if (model.footer?.hash) put(paper, fitted(paper, model.footer.hash, contentWidth), margin.left, y - 12, small)
  })
}

const setMetadata = (pdf: PDFDocument, model: PdfModel): void => {
  pdf.setTitle(model.title, { showInWindowTitleBar: true })
  pdf.setLanguage(model.language === 'zh' ? 'zh-CN' : 'en')
  pdf.setProducer('Sunlit')
  pdf.setCreator('Sunlit')
  if (model.author) pdf.setAuthor(model.author)
  pdf.setCreationDate(model.createdAt)
  pdf.setModificationDate(model.createdAt)
  // ISO 32000-1 14.4: the identifier may be a digest of the content; random bytes would differ at each print.
  const id = createHash('sha256').update(JSON.stringify(model)).digest('hex').slice(0, 32)
  pdf.context.trailerInfo.ID = pdf.context.obj([PDFHexString.of(id), PDFHexString.of(id)])
}

/**
 * An A4 document in Chinese or English with embedded fonts and selectable text. Deterministic. Refuses
 * 'pdf-glyph-missing' when a character cannot be printed.
 */
export const renderPdf = async (input: PdfModel): Promise<Uint8Array> => {
  const model = clean(input)
  const fonts = await loadFonts()
  refuseMissingGlyphs(fonts, textOf(model))
  const pdf = await PDFDocument.create({ updateMetadata: false })
  setMetadata(pdf, model)
  const embedded = await embedFonts(pdf, fonts)
  const page = pdf.addPage([a4.width, a4.height])
  const y = a4.height - margin.top
  const paper: Paper = { pdf, fonts, embedded, language: model.language, page, y, signatureFields: [] }
  putTitle(paper, model)
  model.blocks.forEach((block, index) => {
    putBlock(paper, block, model.blocks[index + 1])
  })
  putFurniture(paper, model)
  // A plain cross-reference table: later signatures are appended as incremental updates of the same kind.
  return pdf.save({ useObjectStreams: false, addDefaultPage: false, updateFieldAppearances: false })
}

export type { PdfBlock, PdfModel } from './model.ts'
