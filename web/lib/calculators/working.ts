import type { Basis } from '../../../api/law/contract.ts'
import { type LawContext, ruleFor } from '../../../api/law/contract.ts'
import type { Span } from '../../../api/law/rows/schema.ts'
import type { Say } from './say.ts'

/** One step of the working; `rule` finds its article in the answer's basis, `cite` is '87号令 55' where it stands elsewhere. */
export type Step = {
  readonly text: Say
  readonly rule?: string | undefined
  readonly cite?: string | undefined
  /** A condition that holds or does not. */
  readonly state?: 'done' | 'stop' | 'warn'
}
export type Cell = string | Say | null
export type Grid = {
  readonly caption: Say
  readonly columns: readonly { readonly label: Say; readonly money?: boolean }[]
  /** The first cell names its row. */
  readonly rows: readonly { readonly cells: readonly Cell[]; readonly strong?: boolean }[]
}
/** A period whose days are drawn in a calendar. */
export type Days = Pick<Span, 'n' | 'unit' | 'direction'> & { readonly start: string; readonly end: string }
/** A phrase of a text with what is wrong with it and how to write it lawfully. */
export type Mark = {
  readonly start: number
  readonly end: number
  readonly quote: string
  readonly rule: string
  readonly article: string
  readonly severity: 'block' | 'warn' | 'info'
  readonly why?: { readonly zh: string; readonly en: string } | undefined
  readonly wording?: { readonly zh: string; readonly en: string } | undefined
}

export type Working = {
  /** The answer in a sentence: the page's heading. */
  readonly head: Say
  /** What should be looked at, or what stops. */
  readonly tone?: 'warn' | 'stop' | 'open'
  readonly steps: readonly Step[]
  readonly notes?: readonly Say[]
  readonly days?: Days
  readonly grid?: Grid
  readonly marks?: { readonly text: string; readonly hits: readonly Mark[] }
}

/** A question, its answer and the law it was answered by; everything a working is made of. */
export type Case<Body, Answer> = {
  readonly body: Body
  readonly answer: Answer & { readonly basis: readonly Basis[] }
  readonly context: LawContext
}
export type Presenter<Body, Answer> = (asked: Case<Body, Answer>) => Working

export { ruleFor }
