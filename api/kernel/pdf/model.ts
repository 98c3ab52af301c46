import type { Table } from './table.ts'

export type PdfBlock =
  | { type: 'heading'; level: 1 | 2 | 3; text: string; align?: 'left' | 'center' }
  | {
      type: 'paragraph'
      text: string
      /** Default justify: Chinese print stretches each line but the last to the full width. */
      align?: 'left' | 'center' | 'right' | 'justify'
      bold?: boolean
      /** First line set in by two characters; default for justified Chinese. */
      indent?: boolean
      /** Small grey print, for notes. */
      quiet?: boolean
    }
  | { type: 'facts'; facts: [label: string, value: string][] }
  | ({ type: 'table' } & Table)
  | { type: 'list'; ordered?: boolean; items: string[] }
  /** Height in points. */
  | { type: 'spacer'; height: number }
  | { type: 'pageBreak' }
  /** Boxes to be signed later by `preparePdfSignature` with the same name; names unique in the document. */
  | { type: 'signatureFields'; fields: { name: string; label: string }[] }

export type PdfModel = {
  title: string
  /** Centred under the title: project name, document number. */
  subtitle?: string[]
  language: 'zh' | 'en'
  /** The only date in the file: the same model and date give the same bytes. */
  createdAt: Date
  author?: string
  header?: { left: string; right?: string }
  /** Beside the page number: the document's number and a line with a hash or the address to check it at. */
  footer?: { number?: string; hash?: string }
  blocks: PdfBlock[]
}
