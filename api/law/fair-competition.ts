import * as z from 'zod'
import { basisOf, calculator, type LawContext, ruleFor } from './contract.ts'
import { type Gate, gateOf } from './fair-competition-gate.ts'
import { isForbidden, isPromise, type Negations, negationsOf } from './fair-competition-polarity.ts'
import { patternOf } from './fair-competition-words.ts'
import { citation } from './regulations.ts'
import type { Row, Severity } from './rows/schema.ts'

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

type Phrase = { screen: Screen; on: RegExp; besides: RegExp | null; unless: RegExp | null; severity: Severity }
type Screen = { row: Row<Restriction>; exempt: RegExp | null }

const phrasesOf = (row: Row<Restriction>): Phrase[] => {
  const { exempt, phrases } = row.params
  const screen = { row, exempt: exempt === undefined ? null : patternOf(exempt) }
  return phrases.map(({ on, besides, unless, severity }) => ({
    screen,
    on: patternOf(on),
    besides: besides === undefined ? null : patternOf(besides),
    unless: unless === undefined ? null : patternOf(unless),
    severity: severity ?? row.severity,
  }))
}

/** Where a rule says more about the same words, the more general one is silent. */
const SPECIFIC: Partial<Record<Restriction, readonly Restriction[]>> = {
  F2: ['F1'],
  F6: ['F2'],
  F7: ['F1', 'F2', 'F14'],
  F8: ['F1', 'F2', 'F3', 'F4', 'F6'],
  F10: ['F5', 'F1', 'F11'],
  F11: ['F5', 'F1', 'F14'],
  F13: ['F1', 'F2'],
  F14: ['F1', 'F2', 'F3', 'F5', 'F9', 'F13'],
}

/** Credit and policy measures are another matter than the conditions of one tender, wherever in the sentence they stand. */
const WHOLE: readonly Restriction[] = ['F8', 'F14']

/** A sentence ends with its mark or with its line. */
const ENDS = new Set([...'。；;！!？?\n'].map((symbol) => symbol.charCodeAt(0)))

/** No sentence is longer; what goes on without a mark is read in pieces, so that nobody can make the screen think for long. */
const LONGEST = 300

const endOf = (text: string, from: number): number => {
  const last = Math.min(text.length, from + LONGEST)
  for (let at = from; at < last; at++) if (ENDS.has(text.charCodeAt(at))) return at
  return last
}

type Found = Omit<Hit, 'article'>

/** Where a phrase first restricts something before a place. */
const hitOf = (phrase: Phrase, sentence: string, negations: Negations, before: number): Found | null => {
  const { screen, on, besides, unless, severity } = phrase
  on.lastIndex = 0
  for (let match = on.exec(sentence); match && match[0] !== ''; match = on.exec(sentence)) {
    const [start, end] = [match.index, match.index + match[0].length]
    if (start >= before) return null
    if ((besides && !hits(besides, sentence)) || (unless && hits(unless, sentence))) return null
    if (isForbidden(sentence, start, end, negations)) continue
    const mild = screen.row.id === 'F1' && isPromise(sentence, start)
    return { rule: screen.row.id, start, end, quote: match[0], severity: mild ? 'info' : severity }
  }
  return null
}

const hits = (pattern: RegExp, text: string): boolean => {
  pattern.lastIndex = 0
  return pattern.test(text)
}

const overlaps = (a: { start: number; end: number }, b: { start: number; end: number }): boolean =>
  a.start < b.end && b.start < a.end

/** What a sentence restricts, each rule at most once, at its first place. */
const judge = (sentence: string, phrases: readonly Phrase[]): Found[] => {
  const first = new Map<Screen, Found>()
  const negations = negationsOf(sentence)
  for (const phrase of phrases) {
    const known = first.get(phrase.screen)
    const hit = hitOf(phrase, sentence, negations, known?.start ?? Number.POSITIVE_INFINITY)
    if (hit) first.set(phrase.screen, hit)
  }
  const found = [...first].flatMap(([{ exempt }, hit]) => (exempt && hits(exempt, sentence) ? [] : [hit]))
  return found.filter(
    (hit) =>
      !found.some(
        (other) => SPECIFIC[other.rule]?.includes(hit.rule) && (WHOLE.includes(other.rule) || overlaps(hit, other)),
      ),
  )
}

type Active = { key: string; phrases: Phrase[]; gate: Gate }
let last: Active | null = null

/** The phrases of the rules in force on the context's day; remembered while day and sets stay the same. */
const activePhrases = (context: LawContext): Active => {
  const key = `${context.today} ${context.sets?.join() ?? ''}`
  if (last?.key === key) return last
  const phrases = restrictions.flatMap((id) => {
    const row = ruleFor(id, context)
    return row ? phrasesOf(row) : []
  })
  const sources = phrases.map(({ on, besides }) => (besides ? [on.source, besides.source] : [on.source]))
  last = { key, phrases, gate: gateOf(sources) }
  return last
}

/** Screens a text: the words that restrict competition, with the article; a hit is a lead that a person decides (RULES §11). */
export const screenText = (text: string, context: LawContext): Hit[] => {
  const { phrases, gate } = activePhrases(context)
  const found: Hit[] = []
  for (let from = 0; from < text.length; ) {
    const [at, to] = [from, endOf(text, from)]
    from = to < text.length && ENDS.has(text.charCodeAt(to)) ? to + 1 : to
    const numbers = to > at ? gate(text, at, to) : []
    if (numbers.length === 0) continue
    const possible = numbers.flatMap((i) => phrases[i] ?? [])
    for (const { rule, start, end, quote, severity } of judge(text.slice(at, to), possible))
      found.push({
        rule,
        start: start + at,
        end: end + at,
        quote,
        article: citation(ruleFor(rule, context) as Row),
        severity,
      })
  }
  return found
}

const request = z.strictObject({ text: z.string().max(200_000) })

/** `POST /api/calculators/fair-competition`. */
export const fairCompetition = calculator(request, ({ text }, context) => {
  const found = screenText(text, context)
  const cited = restrictions.filter((id) => found.length === 0 || found.some((hit) => hit.rule === id))
  return { hits: found, basis: basisOf(...cited.map((id) => ruleFor(id, context))) }
})
