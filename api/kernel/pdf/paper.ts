import { type PDFDocument, type PDFFont, type PDFPage, rgb, setCharacterSpacing } from 'pdf-lib'
import type { FaceName, Fonts } from './fonts.ts'
import type { Line, Measure } from './lines.ts'

/** ISO 216 A4 in points. */
export const a4 = { width: 595.28, height: 841.89 }
export const margin = { left: 71, right: 71, top: 82, bottom: 74 }
export const contentWidth = a4.width - margin.left - margin.right

const hex = (value: number) => rgb((value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255)
/** The tokens of the public pages, so that a paper and its page look like one house. */
export const ink = {
  text: hex(0x14181e),
  quiet: hex(0x5a6370),
  line: hex(0x7a8493),
  hair: hex(0xc3cad4),
  panel: hex(0xf1f3f6),
  accent: hex(0x0b4a8f),
}
type Ink = (typeof ink)[keyof typeof ink]

/** A sheet being filled from the top; `y` is the upper edge of the free room, counted from the bottom as PDF does. */
export type Paper = {
  pdf: PDFDocument
  fonts: Fonts
  embedded: Record<FaceName, PDFFont>
  language: 'zh' | 'en'
  page: PDFPage
  y: number
  signatureFields: string[]
}

export type TextStyle = { size: number; leading: number; face?: FaceName; color?: Ink }
export type Align = 'left' | 'center' | 'right' | 'justify'

export const newPage = (paper: Paper): void => {
  paper.page = paper.pdf.addPage([a4.width, a4.height])
  paper.y = a4.height - margin.top
}

export const roomLeft = (paper: Paper): number => paper.y - margin.bottom
export const roomOfPage = a4.height - margin.top - margin.bottom

/** Starts a new page unless `height` points are still free; true when it did. */
export const makeRoom = (paper: Paper, height: number): boolean => {
  if (roomLeft(paper) >= height - 0.01) return false
  newPage(paper)
  return true
}

export const measureOf =
  (paper: Paper, style: TextStyle): Measure =>
  (text) =>
    paper.fonts.widthOf(text, style.face ?? 'regular', style.size)

export const put = (paper: Paper, text: string, x: number, baseline: number, style: TextStyle, spacing = 0): void => {
  if (text === '') return
  const { page } = paper
  if (spacing !== 0) page.pushOperators(setCharacterSpacing(spacing))
  const font = paper.embedded[style.face ?? 'regular']
  page.drawText(text, { x, y: baseline, size: style.size, font, color: style.color ?? ink.text })
  if (spacing !== 0) page.pushOperators(setCharacterSpacing(0))
}

/** Noto Sans SC: ideographs reach from −0.12 to 0.88 em; centres them in their line. */
export const baselineIn = (top: number, style: TextStyle): number => top - style.leading / 2 - style.size * 0.38

/** Beyond this part of an em between characters a stretched line looks torn; it then stays ragged. */
const mostStretch = 0.12

/** Prints one line with its upper edge at `top` between `x` and `x + width`. */
export const putLine = (
  paper: Paper,
  line: Line,
  box: { x: number; width: number; top: number },
  style: TextStyle,
  align: Align,
): void => {
  const slack = box.width - line.width
  const gaps = [...line.text].length - 1
  const stretch = align === 'justify' && !line.last && gaps > 0 ? slack / gaps : 0
  const shift = align === 'right' ? slack : align === 'center' ? slack / 2 : 0
  const spacing = stretch > 0 && stretch <= style.size * mostStretch ? stretch : 0
  put(paper, line.text, box.x + shift, baselineIn(box.top, style), style, spacing)
}

export const rule = (paper: Paper, y: number, thickness: number, color: Ink, from = margin.left, to?: number): void => {
  const end = to ?? a4.width - margin.right
  paper.page.drawLine({ start: { x: from, y }, end: { x: end, y }, thickness, color })
}
