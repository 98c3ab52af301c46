import { PDFHexString, PDFName, PDFNumber } from 'pdf-lib'
import { refuse } from '../problem.ts'
import { breakLines } from './lines.ts'
import type { PdfBlock } from './model.ts'
import {
  contentWidth,
  ink,
  makeRoom,
  margin,
  measureOf,
  newPage,
  type Paper,
  putLine,
  roomLeft,
  type TextStyle,
} from './paper.ts'
import { putFacts, putTable } from './table.ts'

type Of<T extends PdfBlock['type']> = Extract<PdfBlock, { type: T }>

const body: TextStyle = { size: 10.5, leading: 19 }
const quiet: TextStyle = { size: 9, leading: 15, color: ink.quiet }

const headings: Record<1 | 2 | 3, TextStyle & { before: number; after: number }> = {
  1: { size: 13, leading: 22, face: 'bold', before: 10, after: 4 },
  2: { size: 11.5, leading: 20, face: 'bold', before: 6, after: 2 },
  3: { size: 10.5, leading: 19, face: 'bold', before: 3, after: 1 },
}

const putHeading = (paper: Paper, block: Of<'heading'>, next: PdfBlock | undefined): void => {
  const style = headings[block.level]
  const lines = breakLines(block.text, measureOf(paper, style), contentWidth)
  // A heading never stays alone at the foot of a page.
  const follows = next === undefined ? 0 : next.type === 'heading' ? 70 : body.leading * 2.5
  if (!makeRoom(paper, style.before + lines.length * style.leading + style.after + follows)) paper.y -= style.before
  for (const line of lines) {
    const box = { x: margin.left, width: contentWidth, top: paper.y }
    putLine(paper, line, box, style, block.align ?? 'left')
    paper.y -= style.leading
  }
  paper.y -= style.after
}

const putParagraph = (paper: Paper, block: Of<'paragraph'>): void => {
  const plain = block.quiet ? quiet : body
  const style: TextStyle = { ...plain, face: block.bold ? 'bold' : 'regular' }
  const align = block.align ?? (paper.language === 'zh' ? 'justify' : 'left')
  const indent = (block.indent ?? (align === 'justify' && !block.quiet)) ? style.size * 2 : 0
  const all = block.text.split('\n').map((part) => breakLines(part, measureOf(paper, style), contentWidth, indent))
  for (const lines of all) {
    lines.forEach((line, index) => {
      // 孤行: neither the first nor the last line of a paragraph stands alone on its page.
      const alone = lines.length > 1 && (index === 0 || index === lines.length - 2)
      makeRoom(paper, style.leading * (alone ? 2 : 1))
      const shift = index === 0 ? indent : 0
      const box = { x: margin.left + shift, width: contentWidth - shift, top: paper.y }
      putLine(paper, line, box, style, align)
      paper.y -= style.leading
    })
  }
  paper.y -= 3
}

const putList = (paper: Paper, block: Of<'list'>): void => {
  const measure = measureOf(paper, body)
  const marks = block.items.map((_, index) => {
    if (!block.ordered) return '·'
    return paper.language === 'zh' ? `（${index + 1}）` : `${index + 1}.`
  })
  const start = margin.left + body.size
  const hang = Math.max(...marks.map(measure), body.size) + 3
  block.items.forEach((item, index) => {
    const width = contentWidth - body.size - hang
    breakLines(item, measure, width).forEach((line, row) => {
      makeRoom(paper, body.leading)
      const box = { x: start + hang, width, top: paper.y }
      if (row === 0) putLine(paper, { text: marks[index]!, width: 0, last: true }, { ...box, x: start }, body, 'left')
      putLine(paper, line, box, body, paper.language === 'zh' ? 'justify' : 'left')
      paper.y -= body.leading
    })
  })
  paper.y -= 3
}

const fieldHeight = 58
const fieldGap = 18

/** ISO 32000-1 12.7.4.5: an empty signature field whose widget stands where the paper shows the box. */
const addField = (paper: Paper, name: string, rect: [number, number, number, number]): void => {
  if (paper.signatureFields.includes(name)) refuse('pdf-field-twice', { params: { field: name } })
  paper.signatureFields.push(name)
  const { context } = paper.pdf
  const widget = context.register(
    context.obj({
      Type: 'Annot',
      Subtype: 'Widget',
      FT: 'Sig',
      T: PDFHexString.fromText(name),
      Rect: rect,
      F: 4,
      P: paper.page.ref,
    }),
  )
  paper.page.node.addAnnot(widget)
  const form = paper.pdf.catalog.getOrCreateAcroForm()
  form.addField(widget)
  form.dict.set(PDFName.of('SigFlags'), PDFNumber.of(1))
}

const putSignatureFields = (paper: Paper, block: Of<'signatureFields'>): void => {
  const width = (contentWidth - fieldGap) / 2
  const label: TextStyle = { size: 9.5, leading: 16, face: 'bold' }
  for (let index = 0; index < block.fields.length; index += 2) {
    if (!makeRoom(paper, label.leading + fieldHeight + 22)) paper.y -= 8
    block.fields.slice(index, index + 2).forEach((field, column) => {
      const x = margin.left + column * (width + fieldGap)
      const line = breakLines(field.label, measureOf(paper, label), width)[0]!
      putLine(paper, line, { x, width, top: paper.y }, label, 'left')
      const y = paper.y - label.leading - fieldHeight
      paper.page.drawRectangle({ x, y, width, height: fieldHeight, borderColor: ink.line, borderWidth: 0.6 })
      addField(paper, field.name, [x + 1, y + 1, x + width - 1, y + fieldHeight - 1])
    })
    paper.y -= label.leading + fieldHeight + 14
  }
}

/** Prints one block; `next` is what follows, so that headings can stay with it. */
export const putBlock = (paper: Paper, block: PdfBlock, next: PdfBlock | undefined): void => {
  if (block.type === 'heading') putHeading(paper, block, next)
  else if (block.type === 'paragraph') putParagraph(paper, block)
  else if (block.type === 'facts') putFacts(paper, block.facts)
  else if (block.type === 'table') putTable(paper, block)
  else if (block.type === 'list') putList(paper, block)
  else if (block.type === 'signatureFields') putSignatureFields(paper, block)
  else if (block.type === 'pageBreak') newPage(paper)
  else paper.y -= Math.min(block.height, roomLeft(paper))
}
