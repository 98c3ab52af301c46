import type { Month } from './days.ts'
import type { Kind } from './forms.ts'

/** What a page shows, already in its language: the browser gets sentences, never the table of them. */
export type Option = { readonly value: string; readonly label: string }
export type FieldView = {
  readonly name: string
  readonly kind: Kind
  readonly label: string
  readonly hint?: string | undefined
  readonly value: string
  readonly options?: readonly Option[] | undefined
  readonly error?: string | undefined
}
export type RowView = { readonly cells: readonly FieldView[]; readonly spare: boolean }
export type ListView = {
  readonly name: string
  readonly label: string
  readonly hint: string
  readonly columns: readonly { readonly label: string; readonly kind: Kind }[]
  readonly rows: readonly RowView[]
  /** Rows were asked for: all are shown, on a phone too. */
  readonly grown: boolean
  readonly more: { readonly value: string; readonly label: string }
}
export type FormView = { readonly fields: readonly FieldView[]; readonly lists: readonly ListView[] }

export type StepView = {
  readonly text: string
  readonly article: string
  readonly state?: 'done' | 'stop' | 'warn' | undefined
}
export type GridView = {
  readonly caption: string
  readonly columns: readonly { readonly label: string; readonly money: boolean }[]
  readonly rows: readonly { readonly cells: readonly string[]; readonly strong: boolean }[]
}
export type MarkView = {
  readonly quote: string
  readonly rule: string
  readonly article: string
  readonly severity: 'block' | 'warn' | 'info'
  readonly why: string
  readonly wording: string
}
export type TextPart = { readonly text: string; readonly marked: boolean }
export type AnswerView = {
  readonly tone: 'warn' | 'stop' | 'open' | null
  readonly steps: readonly StepView[]
  readonly notes: readonly string[]
  readonly days: { readonly months: readonly Month[]; readonly left: number } | null
  readonly grid: GridView | null
  readonly marks: { readonly parts: readonly TextPart[]; readonly hits: readonly MarkView[] } | null
  readonly basis: readonly { readonly rule: string; readonly text: string; readonly inForce: string }[]
}
export type Fault = { readonly id: string; readonly message: string }
