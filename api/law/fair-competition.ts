import * as z from 'zod'
import { basisOf, calculator, type LawContext, ruleFor } from './contract.ts'
import { type Gate, gateOf, isOpen } from './fair-competition-gate.ts'
import { isForbidden, isPromise } from './fair-competition-polarity.ts'
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

type Phrase = { on: RegExp; besides: RegExp | null; unless: RegExp | null; severity: Severity }
type Screen = { row: Row<Restriction>; exempt: RegExp | null; phrases: Phrase[] }

const screens = new WeakMap<Row<Restriction>, Screen>()
const screenOf = (row: Row<Restriction>): Screen => {
  const known = screens.get(row)
  if (known) return known
  const phrases = row.params.phrases.map(({ on, besides, unless, severity }) => ({
    on: patternOf(on),
    besides: besides === undefined ? null : patternOf(besides),
    unless: unless === undefined ? null : patternOf(unless),
    severity: severity ?? row.severity,
  }))
  const { exempt } = row.params
  const made = { row, exempt: exempt === undefined ? null : patternOf(exempt), phrases }
  screens.set(row, made)
  return made
}

/** Where a rule says more about the same words, the more general one is silent. */
const SPECIFIC: Partial<Record<Restriction, readonly Restriction[]>> = {
  F1: ['F11'],
  F2: ['F1', 'F7'],
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

/** [start, end) of each sentence; a line break ends one too. */
const sentencesOf = (text: string): [number, number][] => {
  const found: [number, number][] = []
  let from = 0
  for (let i = 0; i < text.length; i++)
    if (ENDS.includes(text.charAt(i))) {
      if (i > from) found.push([from, i])
      from = i + 1
    }
  if (from < text.length) found.push([from, text.length])
  return found
}
const ENDS = '。；;！!？?\n'

const firstHit = ({ row, exempt, phrases }: Screen, sentence: string): Omit<Hit, 'article'> | null => {
  if (exempt && hits(exempt, sentence)) return null
  let best: Omit<Hit, 'article'> | null = null
  for (const { on, besides, unless, severity } of phrases) {
    if (besides && !hits(besides, sentence)) continue
    on.lastIndex = 0
    for (let match = on.exec(sentence); match; match = on.exec(sentence)) {
      const [start, end] = [match.index, match.index + match[0].length]
      if (match[0] === '') break
      if (best && start >= best.start) break
      if (isForbidden(sentence, start, end) || (unless && hits(unless, sentence))) continue
      const mild = row.id === 'F1' && isPromise(sentence, start)
      best = { rule: row.id, start, end, quote: match[0], severity: mild ? 'info' : severity }
      break
    }
  }
  return best
}

const hits = (pattern: RegExp, text: string): boolean => {
  pattern.lastIndex = 0
  return pattern.test(text)
}

const overlaps = (a: { start: number; end: number }, b: { start: number; end: number }): boolean =>
  a.start < b.end && b.start < a.end

/** What a sentence restricts, each rule at most once, at its first place. */
const judge = (sentence: string, active: readonly Screen[]): Omit<Hit, 'article'>[] => {
  const found = active.flatMap((screen) => firstHit(screen, sentence) ?? [])
  return found.filter(
    (hit) =>
      !found.some(
        (other) => SPECIFIC[other.rule]?.includes(hit.rule) && (WHOLE.includes(other.rule) || overlaps(hit, other)),
      ),
  )
}

type Active = { key: string; screens: Screen[]; gate: Gate }
let last: Active | null = null

/** The rules in force on the context's day, made ready; remembered while day and sets stay the same. */
const activeScreens = (context: LawContext): Active => {
  const key = `${context.today} ${context.sets?.join() ?? ''}`
  if (last?.key === key) return last
  const screens = restrictions.flatMap((id) => {
    const row = ruleFor(id, context)
    return row ? [screenOf(row)] : []
  })
  last = { key, screens, gate: gateOf(screens.map(({ row }) => row.params.needs)) }
  return last
}

/** Screens a text: the words that restrict competition, with the article; a hit is a lead that a person decides (RULES §11). */
export const screenText = (text: string, context: LawContext): Hit[] => {
  const active = activeScreens(context)
  const found: Hit[] = []
  for (const [from, to] of sentencesOf(text)) {
    const bits = active.gate(text, from, to)
    if (bits === 0) continue
    const open = active.screens.filter((_, i) => isOpen(bits, i))
    for (const { rule, start, end, quote, severity } of judge(text.slice(from, to), open))
      found.push({
        rule,
        start: start + from,
        end: end + from,
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
