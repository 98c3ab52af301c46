import { putText, type TenderDraft, textAt } from './draft.ts'

/** Words that may restrict competition, as the API sends them; `kept` is the decision that stands. */
export type WordingHit = {
  field: string
  rule: string
  words: string
  start: number
  end: number
  text: string
  severity: 'block' | 'warn'
  regulation: string
  article: string
  why: { zh: string; en: string }
  offer: { zh: string; en: string }
  kept: { reason: string; by: string | null; at: string } | null
}
export type Asked = Pick<WordingHit, 'field' | 'text' | 'rule' | 'words'>
export const askedOf = ({ field, text, rule, words }: WordingHit): Asked => ({ field, text, rule, words })

/** A button of the form that decides: which hit, and how. Words come last, since they may hold any symbol. */
export type WordingAct = { act: 'keep' | 'take'; field: string; rule: string; words: string }
const said = ({ field, rule, words }: Omit<WordingAct, 'act'>): string => `${field}|${rule}|${words}`
export const actName = (act: WordingAct['act'], hit: Omit<WordingAct, 'act'>): string => `${act}|${said(hit)}`
/** The field of the reason; a name that begins so is no field of the draft (`applyForm`). */
export const reasonName = (hit: Omit<WordingAct, 'act'>): string => `_why|${said(hit)}`

export const readAct = (op: string): WordingAct | null => {
  const match = /^(keep|take)\|([^|]+)\|([^|]+)\|(.+)$/s.exec(op)
  const [, act, field = '', rule = '', words = ''] = match ?? []
  return act === 'keep' || act === 'take' ? { act, field, rule, words } : null
}

const isMark = (symbol: string): boolean => '。；;！!？?\n'.includes(symbol)

/** The sentence in which the words stand, written lawfully: what comes before and after it stays. */
export const rewritten = (text: string, { start, end }: { start: number; end: number }, offer: string): string => {
  let from = start
  while (from > 0 && !isMark(text[from - 1] ?? '')) from--
  let to = end
  while (to < text.length && !isMark(text[to] ?? '')) to++
  const marked = to < text.length
  const sentence = marked || /[。；;！!？?]$/.test(text) ? offer : offer.replace(/[。；]$/, '')
  return `${text.slice(0, from)}${sentence}${text.slice(marked ? to + 1 : to)}`
}

/** The draft with the offered wording taken over where the words still stand as they were asked about. */
export const takeOffer = (draft: TenderDraft, hit: WordingHit): TenderDraft =>
  textAt(draft, hit.field) === hit.text ? putText(draft, hit.field, rewritten(hit.text, hit, hit.offer.zh)) : draft

/** Hits whose text is another one now: the API keeps as changed those whose words are gone. */
export const settledIn = (hits: readonly WordingHit[], draft: TenderDraft): Asked[] =>
  hits.filter((hit) => textAt(draft, hit.field) !== hit.text).map(askedOf)
