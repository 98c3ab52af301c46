/**
 * Which words a text must hold for a regular expression to match it. Reads the few constructs that the rows use: symbols, classes,
 * groups, alternatives, repetition, and looks around (which need nothing here).
 */
export type Need = readonly string[]

/** One alternative: the needs that must all be met. */
type Way = Need[]
type Part = { ways: Way[]; literal: string | null }

const QUANTIFIER = /^(?:\?|\*|\+|\{(\d+)(?:,\d*)?\})\??/
/** More words than this tell little and cost much. */
const MOST_WORDS = 400

const closing = (source: string, open: number): number => {
  let depth = 0
  let inClass = false
  for (let at = open; at < source.length; at++) {
    const symbol = source.charAt(at)
    if (symbol === '\\') at += 1
    else if (inClass) inClass = symbol !== ']'
    else if (symbol === '[') inClass = true
    else if (symbol === '(') depth += 1
    else if (symbol === ')' && --depth === 0) return at
  }
  throw new RangeError(`unclosed group: ${source.slice(open)}`)
}

const classEnd = (source: string, open: number): number => {
  let at = open + 1
  while (source.charAt(at) !== ']') at += source.charAt(at) === '\\' ? 2 : 1
  return at
}

/** The alternatives at the top of a source. */
const alternatives = (source: string): string[] => {
  const found: string[] = []
  let from = 0
  for (let at = 0; at < source.length; at++) {
    const symbol = source.charAt(at)
    if (symbol === '\\') at += 1
    else if (symbol === '[') at = classEnd(source, at)
    else if (symbol === '(') at = closing(source, at)
    else if (symbol === '|') {
      found.push(source.slice(from, at))
      from = at + 1
    }
  }
  return [...found, source.slice(from)]
}

/** The words of a class, where each symbol stands for itself; null for ranges, escapes and exclusions. */
const classWords = (inside: string): Need | null => (/^[^^\\-]+$/.test(inside) ? [...inside] : null)

const partAt = (source: string, at: number): { part: Part; end: number } => {
  const symbol = source.charAt(at)
  const nothing = (end: number) => ({ part: { ways: [[]], literal: null }, end })
  if (symbol === '(') {
    const end = closing(source, at) + 1
    if (!source.startsWith('(?:', at)) return nothing(end)
    return { part: { ways: alternatives(source.slice(at + 3, end - 1)).flatMap(waysOf), literal: null }, end }
  }
  if (symbol === '[') {
    const end = classEnd(source, at) + 1
    const words = classWords(source.slice(at + 1, end - 1))
    return { part: { ways: words ? [[words]] : [[]], literal: null }, end }
  }
  if (symbol === '\\') return nothing(at + (source.charAt(at + 1) === 'u' ? 6 : 2))
  if ('.$^'.includes(symbol)) return nothing(at + 1)
  return { part: { ways: [], literal: symbol }, end: at + 1 }
}

/** A group of alternatives as one need: of each alternative its best words; null when one of them needs nothing. */
const oneNeed = (ways: readonly Way[]): Need | null => {
  const words = new Set<string>()
  for (const way of ways) {
    const best = [...way].sort((a, b) => worth(b) - worth(a))[0]
    if (best === undefined) return null
    for (const word of best) words.add(word)
  }
  return words.size > MOST_WORDS ? null : [...words]
}
/** Long words tell more, and few of them more than many. */
export const worth = (need: Need): number => Math.min(...need.map((word) => word.length)) * 100 - need.length

/** What one sequence needs. */
const waysOf = (source: string): Way[] => {
  const way: Need[] = []
  let run = ''
  const flush = () => {
    if (run !== '') way.push([run])
    run = ''
  }
  for (let at = 0; at < source.length; ) {
    const { part, end } = partAt(source, at)
    const quantifier = QUANTIFIER.exec(source.slice(end))
    at = end + (quantifier?.[0].length ?? 0)
    const least = quantifier ? (quantifier[0].startsWith('+') ? 1 : Number(quantifier[1] ?? 0)) : 1
    if (part.literal !== null && !quantifier) {
      run += part.literal
      continue
    }
    flush()
    if (least === 0) continue
    if (part.literal !== null) way.push([part.literal])
    else {
      const need = oneNeed(part.ways)
      if (need && need.length > 0) way.push(need)
    }
  }
  flush()
  return [way]
}

/** Each alternative of a regular expression with the needs that its match meets, all of them. */
export const needsOf = (source: string): Need[][] => alternatives(source).flatMap(waysOf)
