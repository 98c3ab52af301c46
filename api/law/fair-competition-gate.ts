import { type Need, needsOf, worth } from './fair-competition-needs.ts'

/**
 * Most sentences of a document restrict nothing. One pass over their symbols tells which phrases can stand in them at all, so that
 * only those are looked for: a phrase is possible where each of its needs has one of its words in the sentence.
 */
export type Gate = (text: string, from: number, to: number) => readonly number[]

/** A word, when it was last seen, the needs it meets, and the ways of spelling a phrase that it may begin to prove. */
type Word = { rest: string; seen: number; meets: number[]; proves: Way[] }
/** One way of spelling a phrase: the numbers of its other needs, all of which must be met. */
type Way = { phrase: number; others: number[] }
type Table = {
  /** What a symbol can be: a word by itself, the first or the second of one. */
  marks: Uint8Array
  single: Map<number, Word>
  pairs: Map<number, Word[]>
  needs: number
  always: readonly number[]
}

const SYMBOLS = 65_536
const [ALONE, FIRST, SECOND] = [1, 2, 4]

/** `sources[i]` are the regular expressions that phrase i asks for together; the gate answers the numbers of the possible phrases. */
export const gateOf = (sources: readonly (readonly string[])[]): Gate => {
  const marks = new Uint8Array(SYMBOLS)
  const single = new Map<number, Word>()
  const pairs = new Map<number, Word[]>()
  const always: number[] = []
  const wordOf = (text: string): Word => {
    const place = text.length === 1 ? ALONE : FIRST
    marks[text.charCodeAt(0)] = (marks[text.charCodeAt(0)] ?? 0) | place
    if (text.length === 1) {
      const word = single.get(text.charCodeAt(0)) ?? { rest: '', seen: -1, meets: [], proves: [] }
      single.set(text.charCodeAt(0), word)
      return word
    }
    marks[text.charCodeAt(1)] = (marks[text.charCodeAt(1)] ?? 0) | SECOND
    const key = text.charCodeAt(0) * SYMBOLS + text.charCodeAt(1)
    const list = pairs.get(key) ?? []
    pairs.set(key, list)
    const word = list.find(({ rest }) => rest === text.slice(2)) ?? {
      rest: text.slice(2),
      seen: -1,
      meets: [],
      proves: [],
    }
    if (!list.includes(word)) list.push(word)
    return word
  }
  const numbers = new Map<string, number>()
  const numberOf = (need: Need): number => {
    const key = need.join()
    const known = numbers.get(key)
    if (known !== undefined) return known
    const number = numbers.size
    numbers.set(key, number)
    for (const word of need) wordOf(word).meets.push(number)
    return number
  }
  for (const [phrase, regexes] of sources.entries())
    for (const needs of variantsOf(regexes)) {
      const [first, ...rest] = [...needs].sort((a, b) => worth(b) - worth(a))
      if (first === undefined) always.push(phrase)
      const others = [...new Set(rest.map(numberOf))]
      for (const word of first ?? []) wordOf(word).proves.push({ phrase, others })
    }
  return passOf({ marks, single, pairs, needs: numbers.size, always })
}

/** Each way a phrase may be spelt, with all that is needed for it. */
const variantsOf = (regexes: readonly string[]): Need[][] =>
  regexes
    .map(needsOf)
    .reduce<Need[][]>((ways, more) => ways.flatMap((way) => more.map((needs) => [...way, ...needs])), [[]])

const passOf = ({ marks, single, pairs, needs, always }: Table): Gate => {
  const begun: Word[] = []
  const met = new Int32Array(needs).fill(-1)
  let sentence = 0
  const see = (word: Word): void => {
    if (word.seen === sentence) return
    word.seen = sentence
    for (const need of word.meets) met[need] = sentence
    if (word.proves.length > 0) begun.push(word)
  }
  const isMet = (others: readonly number[]): boolean => {
    for (const need of others) if (met[need] !== sentence) return false
    return true
  }
  const provable = (): readonly number[] => {
    let possible: Set<number> | null = null
    for (const { proves } of begun)
      for (const { phrase, others } of proves)
        if (isMet(others)) {
          possible ??= new Set(always)
          possible.add(phrase)
        }
    return possible === null ? always : [...possible].sort((a, b) => a - b)
  }
  return (text, from, to) => {
    sentence += 1
    begun.length = 0
    let code = 0
    let mark = 0
    for (let at = to - 1; at >= from; at--) {
      const next = code
      const nextMark = mark
      code = text.charCodeAt(at)
      mark = marks[code] ?? 0
      if (mark & ALONE) {
        const lone = single.get(code)
        if (lone) see(lone)
      }
      if (!(mark & FIRST) || !(nextMark & SECOND)) continue
      const longer = pairs.get(code * SYMBOLS + next)
      if (longer) for (const word of longer) if (word.rest === '' || text.startsWith(word.rest, at + 2)) see(word)
    }
    return begun.length === 0 ? always : provable()
  }
}
