import type { LawContext } from '../../law/contract.ts'
import { ruleFor } from '../../law/contract.ts'
import { type Restriction, screenText } from '../../law/fair-competition.ts'
import { regulationName } from '../../law/regulations.ts'
import type { Bilingual } from '../../law/rows/schema.ts'
import type { Notice } from '../../seal/notice.ts'
import type { Correction, TenderDraft } from '../contract/content.ts'
import type { Finding } from './findings.ts'

/** A text somebody wrote, by its path. */
export type Passage = { field: string; text: string }

/** Words that may restrict competition, as a person is asked about them. */
export type WordingHit = Passage & {
  rule: Restriction
  words: string
  start: number
  end: number
  severity: 'block' | 'warn'
  regulation: string
  article: string
  ruleFrom: string
  why: Bilingual
  offer: Bilingual
}
/** What was asked about, as a client names it. */
export type Asked = Passage & { rule: string; words: string }
type Decided = { rule: string; words: string; text: string; decision: string }

type Item = { title?: string | undefined; evidence?: string | undefined }
type Lot = {
  title?: string | undefined
  quantity?: string | undefined
  qualification?: readonly Item[] | undefined
  conformity?: readonly Item[] | undefined
  summaryFields?: readonly { label: string }[] | undefined
  priceLines?: readonly { title: string }[] | undefined
  scoring?: readonly { title: string; intervals: readonly { label: string }[] }[] | undefined
}

const items = (path: string, list: readonly Item[] = []): Passage[] =>
  list.flatMap(({ title = '', evidence = '' }, i) => [
    { field: `${path}.${i}.title`, text: title },
    { field: `${path}.${i}.evidence`, text: evidence },
  ])

const lotPassages = (lot: Lot, no: number): Passage[] => {
  const at = `lots.${no}`
  return [
    { field: `${at}.title`, text: lot.title ?? '' },
    { field: `${at}.quantity`, text: lot.quantity ?? '' },
    ...items(`${at}.qualification`, lot.qualification),
    ...items(`${at}.conformity`, lot.conformity),
    ...(lot.summaryFields ?? []).map(({ label }, i) => ({ field: `${at}.summaryFields.${i}.label`, text: label })),
    ...(lot.priceLines ?? []).map(({ title }, i) => ({ field: `${at}.priceLines.${i}.title`, text: title })),
    ...(lot.scoring ?? []).flatMap(({ title, intervals }, i) => [
      { field: `${at}.scoring.${i}.title`, text: title },
      ...intervals.map(({ label }, j) => ({ field: `${at}.scoring.${i}.intervals.${j}.label`, text: label })),
    ]),
  ]
}

const written = (passages: readonly Passage[]): Passage[] => passages.filter(({ text }) => text.trim() !== '')

/** Every free text of a draft that becomes part of the notice; the clauses are the platform's own words. */
export const draftPassages = (draft: Pick<TenderDraft, 'title' | 'place' | 'lots'>): Passage[] =>
  written([
    { field: 'title', text: draft.title ?? '' },
    { field: 'place', text: draft.place ?? '' },
    ...(draft.lots ?? []).flatMap(lotPassages),
  ])

/** What a correction says anew: words that stand in the notice already were decided on with it. */
export const correctionPassages = (correction: Correction, notice: Notice): Passage[] => {
  const known = new Set(draftPassages(notice).map(({ text }) => text))
  const { reason, place = '', lots = [] } = correction
  return written([
    { field: 'reason', text: reason },
    { field: 'place', text: place },
    ...lots.flatMap(lotPassages),
  ]).filter(({ text }) => !known.has(text))
}

/**
 * The words of each text that a person must decide on (2024规则 6 to 14); what the screen only remarks (`info`) is lawful as it
 * stands. The same words of one text are asked about once.
 */
export const screenPassages = (passages: readonly Passage[], context: LawContext): WordingHit[] =>
  passages.flatMap(({ field, text }) => {
    const seen = new Set<string>()
    return screenText(text, context).flatMap(({ rule, start, end, quote, severity }) => {
      const row = ruleFor(rule, context)
      const key = `${rule} ${quote}`
      if (severity === 'info' || row === null || seen.has(key)) return []
      seen.add(key)
      const { why, offer } = row.params
      const cited = { regulation: regulationName(row), article: row.article, ruleFrom: row.effectiveFrom }
      return [{ field, text, rule, words: quote, start, end, severity, ...cited, why, offer }]
    })
  })

export const isAsked = (hit: WordingHit, asked: Asked): boolean =>
  hit.rule === asked.rule && hit.words === asked.words && hit.text === asked.text

/** The decision that stands for a hit: the last word about exactly this text, and only where it says that it is kept. */
export const standingOf = <D extends Decided>(hit: WordingHit, decisions: readonly D[]): D | null => {
  const last = decisions.findLast(
    ({ rule, words, text }) => rule === hit.rule && words === hit.words && text === hit.text,
  )
  return last?.decision === 'kept' ? last : null
}

/** Every hit that nobody has decided on yet stops the publication. */
export const undecided = (hits: readonly WordingHit[], decisions: readonly Decided[]): Finding[] =>
  hits
    .filter((hit) => standingOf(hit, decisions) === null)
    .map(({ field, rule, regulation, article, words }) => ({
      code: 'wording-undecided',
      field,
      severity: 'block',
      rule,
      regulation,
      article,
      message: { zh: `「${words}」可能限制竞争`, en: `“${words}” may restrict competition` },
      satisfy: { zh: '修改，或者写明保留的理由', en: 'change it, or say why it stays' },
      value: words,
    }))

/** Of what a page had asked about, that which the person has since written otherwise. */
export const settledNow = (asked: readonly Asked[], now: readonly WordingHit[], after: readonly Passage[]) =>
  asked.flatMap((one) => {
    const text = after.find(({ field }) => field === one.field)?.text ?? ''
    const stays = now.some(({ field, rule, words }) => field === one.field && rule === one.rule && words === one.words)
    return text === one.text || stays ? [] : [{ ...one, replacement: text }]
  })
