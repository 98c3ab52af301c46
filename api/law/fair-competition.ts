import * as z from 'zod'
import { basisOf, calculator, type LawContext, ruleFor } from './contract.ts'
import { MODEL, type Model } from './fair-competition-model.ts'
import { governed, promiseIn, referenceIn } from './fair-competition-polarity.ts'
import { wholeWords } from './fair-competition-reading.ts'
import { citation } from './regulations.ts'
import type { Severity } from './rows/schema.ts'

/** F1 to F14 of RULES §11. */
export const restrictions = [
  'F1',
  'F2',
  'F3',
  'F4',
  'F5',
  'F6',
  'F7',
  'F8',
  'F9',
  'F10',
  'F11',
  'F12',
  'F13',
  'F14',
] as const
export type Restriction = (typeof restrictions)[number]
export type Hit = { rule: Restriction; start: number; end: number; quote: string; article: string; severity: Severity }

/** A sentence ends with its mark or with its line. */
const ENDS = new Set([...'。；;！!？?\n'].map((symbol) => symbol.charCodeAt(0)))

/** No sentence is longer; what goes on without a mark is read in pieces, so that nobody can make the screen think for long. */
const LONGEST = 300

const endOf = (text: string, from: number): number => {
  const last = Math.min(text.length, from + LONGEST)
  for (let at = from; at < last; at++) if (ENDS.has(text.charCodeAt(at))) return at
  return last
}

type Found = { rule: number; start: number; end: number; severity?: Severity }

/** What a stretch of a sentence that no prohibition governs restricts. */
const judge = (model: Model, text: string, from: number): Found[] => {
  const placed = ([start, end]: readonly [number, number]) => ({ start: from + start, end: from + end })
  const mild = (rule: number, place: readonly [number, number] | null, severity: Severity): Found[] =>
    place ? [{ rule, ...placed(wholeWords(text, ...place)), severity }] : []
  const reference = mild(4, referenceIn(text), 'warn')
  const plain = model
    .offends(text)
    .filter((rule) => rule !== 4 || reference.length === 0)
    .map((rule) => ({ rule, ...placed(model.wordsFor(text, rule)) }))
  const promise = plain.some(({ rule }) => rule === 0) ? [] : mild(0, promiseIn(text), 'info')
  return [...plain, ...reference, ...promise]
}

/** A sentence without what it forbids. */
const judgeFree = (model: Model, sentence: string): Found[] => {
  const range = governed(sentence)
  if (range === null) return judge(model, sentence, 0)
  const [from, to] = range
  return [...judge(model, sentence.slice(0, from), 0), ...judge(model, sentence.slice(to), to)]
}

/** Where each sentence of a text begins and ends. */
export const sentencesOf = (text: string): (readonly [number, number])[] => {
  const places: (readonly [number, number])[] = []
  for (let from = 0; from < text.length; ) {
    const to = endOf(text, from)
    if (to > from) places.push([from, to])
    from = to < text.length && ENDS.has(text.charCodeAt(to)) ? to + 1 : to
  }
  return places
}

export const screenWith =
  (model: Model) =>
  (text: string, context: LawContext): Hit[] => {
    const rows = restrictions.map((id) => ruleFor(id, context))
    return sentencesOf(text).flatMap(([at, to]) =>
      judgeFree(model, text.slice(at, to)).flatMap(({ rule, start, end, severity }) => {
        const row = rows[rule]
        if (!row) return []
        const place = { start: at + start, end: at + end, quote: text.slice(at + start, at + end) }
        return [{ rule: row.id, ...place, article: citation(row), severity: severity ?? row.severity }]
      }),
    )
  }

/** Screens a text: the words that restrict competition, with the article; a hit is a lead that a person decides (RULES §11). */
export const screenText = screenWith(MODEL)

const request = z.strictObject({ text: z.string().max(200_000) })

/** `POST /api/calculators/fair-competition`. */
export const fairCompetition = calculator(request, ({ text }, context) => {
  const found = screenText(text, context)
  const cited = restrictions.filter((id) => found.length === 0 || found.some((hit) => hit.rule === id))
  return { hits: found, basis: basisOf(...cited.map((id) => ruleFor(id, context))) }
})
