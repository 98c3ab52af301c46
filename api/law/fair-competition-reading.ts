import { LEXICON } from './fair-competition-lexicon.ts'

/** Numbers mean by what they count: points, money, years, people. */
const UNITS: Readonly<Record<string, string>> = {
  POINTS: '分',
  PERCENT: '%％倍比',
  YEARS: '年度',
  DAYS: '日天',
  /* As long as an open tender must be open, and the days on which offices are. */
  LONG: '',
  WORKING: '',
  MONTHS: '月',
  PEOPLE: '人名',
  FIRMS: '家',
  MONEY: '元万亿',
  HOURS: '时',
  PIECES: '项个份',
  NUMBER: '',
}
/** Keeps words from being taken for another meaning and says nothing itself. */
const PLAIN = 'plain'

/** Every meaning by its number; the same meaning under a prohibition is a meaning of its own, NEGATED further on. */
export const MEANINGS: readonly string[] = [
  ...Object.keys(LEXICON).filter((name) => name !== PLAIN),
  ...Object.keys(UNITS),
]
export const NEGATED = 128

const numberOf = (name: string): number => MEANINGS.indexOf(name)
const LOCAL = numberOf('LOCAL')
const FORBID = numberOf('FORBID')
const COMMANDS = new Set(['MUST', 'ONLY', 'SCORE', 'BARRED'].map(numberOf))
const UNIT_OF = new Map(
  Object.entries(UNITS).flatMap(([name, symbols]) => [...symbols].map((one) => [one, numberOf(name)])),
)

/** A word with its meanings, at [start, end) of the text, in the n-th clause of its sentence. */
export type Token = { means: readonly number[]; start: number; end: number; clause: number; negated: boolean }
type Entry = { word: string; means: number[] }

const WIDTH = 65_536

const entries = (): ReadonlyMap<number, readonly Entry[]> => {
  const words = new Map<string, number[]>()
  for (const [name, list] of Object.entries(LEXICON))
    for (const word of list.split(/\s+/).filter(Boolean)) {
      const means = words.get(word) ?? []
      words.set(word, means)
      if (name !== PLAIN) means.push(numberOf(name))
    }
  const byFirst = new Map<number, Entry[]>()
  for (const [word, means] of words) {
    const begin = word.length === 1 ? word.charCodeAt(0) : word.charCodeAt(0) * WIDTH + word.charCodeAt(1)
    const list = byFirst.get(begin) ?? []
    byFirst.set(begin, list)
    list.push({ word, means })
  }
  for (const list of byFirst.values()) list.sort((a, b) => b.word.length - a.word.length)
  return byFirst
}
const WORDS = entries()

const wordAt = (text: string, at: number): Entry | undefined => {
  const code = text.charCodeAt(at)
  const longer = WORDS.get(code * WIDTH + text.charCodeAt(at + 1))
  if (longer) for (const entry of longer) if (text.startsWith(entry.word, at)) return entry
  return WORDS.get(code)?.[0]
}

const codes = (symbols: string): ReadonlySet<number> => new Set([...symbols].map((one) => one.charCodeAt(0)))
const DIGITS = codes('0123456789一二两三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟')
const COMMAS = codes('，,：:')
const NUMERAL =
  /(?:[\d,，.．]*\d|[一二两三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟]+)\s*[万亿]?(?:分之[一二三四五六七八九十百]+|[%％]|元|万元|个?(?:分(?!公司|支|之|别|析|包)|年|日|天|月|人|名|家|倍|小时|工作日|周年|会计年度|项|个|份))?/y

/** 「不少于20日」 is the law and 「不少于5日」 offends it: days are told apart by how many they are. */
const isLong = (days: string): boolean => /^(?:[2-9]\d|\d{3}|[二三四五六七八九]十)/.test(days)
const unitOf = (found: string): number => {
  if (found.includes('分之')) return numberOf('PERCENT')
  if (found.endsWith('工作日')) return numberOf('WORKING')
  if (/[日天]$/.test(found) && isLong(found)) return numberOf('LONG')
  return UNIT_OF.get(found.at(-1) ?? '') ?? numberOf('NUMBER')
}

/** A number with what it counts; null where a word such as 一视同仁 begins with a numeral. */
const numeralAt = (text: string, at: number): { mean: number; end: number } | null => {
  NUMERAL.lastIndex = at
  const found = NUMERAL.exec(text)?.[0]
  if (found === undefined || (found.length === 1 && text.charCodeAt(at) > 127)) return null
  const word = wordAt(text, at)
  if (word && word.word.length >= found.length) return null
  return { mean: unitOf(found), end: at + found.length }
}

const SUFFIXES = codes('省市县区州盟旗镇')
/** Two symbols and 省, 市, 县… are a name, unless one of them is a word of grammar or the three go on as 市场, 市级. */
const NO_NAME = codes(
  '的在于本我各全外非为与和及或向对由从被将把所该某其一两二三四五六七八九十内有无不须应是到至以可且又均都也再仅只限，,。；;：:、（）()“”"\'《》 经跨首同原区市县省持来指提供投企业标项目地城',
)
const NO_SUFFIX = codes('场级政长民价值容')
const isName = (code: number): boolean =>
  ((code >= 0x4e00 && code <= 0x9fff) || code === 0xd7 || code === 88) && !NO_NAME.has(code)
const isPlace = (text: string, at: number): boolean =>
  SUFFIXES.has(text.charCodeAt(at + 2)) &&
  isName(text.charCodeAt(at)) &&
  isName(text.charCodeAt(at + 1)) &&
  !NO_SUFFIX.has(text.charCodeAt(at + 3))

/** 「不得低于」 is a threshold and 「不得参加」 shuts somebody out: neither forbids the restriction. */
const SHUTS_OUT = codes('参投报低少小高大超更')

/** A prohibition reaches what follows it, up to a clause with a command of its own. */
const negate = (text: string, tokens: readonly Token[]): void => {
  let within: number | null = null
  for (const token of tokens) {
    if (within !== null && token.clause !== within && token.means.some((one) => COMMANDS.has(one))) within = null
    if (token.means.includes(FORBID) && !SHUTS_OUT.has(text.charCodeAt(token.end))) within = token.clause
    else token.negated = within !== null
  }
}

/** The words of a sentence that mean something to the screen, from left to right. */
export const tokensOf = (text: string): Token[] => {
  const tokens: Token[] = []
  let clause = 0
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at)
    if (COMMAS.has(code)) clause += 1
    const put = (means: readonly number[], end: number) => {
      tokens.push({ means, start: at, end, clause, negated: false })
      at = end
    }
    const numeral = DIGITS.has(code) ? numeralAt(text, at) : null
    const word = wordAt(text, at)
    if (numeral) put([numeral.mean], numeral.end)
    else if (word && word.word.length > 1) put(word.means, at + word.word.length)
    else if (isPlace(text, at)) put([LOCAL], at + 3)
    else if (word) put(word.means, at + 1)
    else at += 1
  }
  negate(text, tokens)
  return tokens
}

/** A Latin word or a number with what holds its parts together (「1,000.5」「A-12」), or a symbol that takes two places. */
const RUN = /[\p{Script=Latin}\p{Nd}](?:[.,&/-]?[\p{Script=Latin}\p{Nd}])*[%％]?|[\u{10000}-\u{10ffff}]/gu
const [MARK, OPENING, CLOSING] = [/[\s\p{P}]/u, /[\p{Ps}\p{Pi}]/u, /[\p{Pe}\p{Pf}]/u]

/**
 * A stretch of a text from its first whole word to its last: no word known to the screen, no Latin word and no number is
 * cut, and marks at the edges are left out, unless they open or close what stands within.
 */
export const wholeWords = (text: string, start: number, end: number): readonly [number, number] => {
  let [from, to] = [start, end]
  const isEdge = (at: number, kept: RegExp) => MARK.test(text[at] ?? '') && !kept.test(text[at] ?? '')
  while (from < to && isEdge(from, OPENING)) from += 1
  while (to > from && isEdge(to - 1, CLOSING)) to -= 1
  if (from === to) return [start, end]
  const runs = [...text.matchAll(RUN)].map(({ index, 0: run }) => ({ start: index, end: index + run.length }))
  // Outwards, so that a word which overlaps one already taken in is seen after it.
  const words = [...tokensOf(text), ...runs].sort((a, b) => a.end - b.end)
  for (const word of words) if (word.start < to && to < word.end) to = word.end
  words.sort((a, b) => b.start - a.start)
  for (const word of words) if (word.start < from && from < word.end) from = word.start
  return [from, to]
}

/** A feature: its key and where in the text it was seen (the second place is the first again where there is one only). */
export type Visit = (key: number, start: number, end: number, start2: number, end2: number) => void

const MEANING = 2 ** 33
/** From here on the keys of two meanings. */
export const PAIR = MEANING + WIDTH
const [BEGIN, FINISH, PLACE, COUNT, LATIN] = ['^', '$', 'L', 'N', 'A'].map((one) => one.charCodeAt(0)) as [
  number,
  number,
  number,
  number,
  number,
]
/** A run of words in Latin letters. */
const FOREIGN = /[A-Za-z](?:[A-Za-z\d .&/-]*[A-Za-z\d])?/y
const endOfForeign = (text: string, at: number): number => {
  FOREIGN.lastIndex = at
  return FOREIGN.test(text) ? FOREIGN.lastIndex : at
}

/** The key of one or two symbols, of a meaning, of two meanings within one clause; in the spelling of the model's file. */
export const keyOf = (spelling: string): number => {
  const at = (i: number) => spelling.charCodeAt(i)
  if (spelling.length > 1 && spelling.startsWith('@'))
    return spelling.length === 2 ? MEANING + at(1) - WORDED : PAIR + (at(1) - WORDED) * 256 + at(2) - WORDED
  return spelling.length === 1 ? at(0) : at(0) * WIDTH + at(1)
}
/** Meanings are spelt by symbols from here on. */
const WORDED = 0x100
export const spellingOf = (key: number): string => {
  const spell = String.fromCharCode
  if (key >= PAIR) return `@${spell(WORDED + Math.floor((key - PAIR) / 256), WORDED + ((key - PAIR) % 256))}`
  if (key >= MEANING) return `@${spell(WORDED + key - MEANING)}`
  return key < WIDTH ? spell(key) : spell(Math.floor(key / WIDTH), key % WIDTH)
}

/**
 * Symbols one by one and two by two; names of places, numbers and words in Latin letters are one symbol each, whichever they are:
 * nothing is learnt from how a foreign word is spelt.
 */
const visitSymbols = (text: string, tokens: readonly Token[], visit: Visit): void => {
  let [before, beforeAt] = [BEGIN, 0]
  const put = (code: number, start: number, end: number) => {
    visit(code, start, end, start, end)
    visit(before * WIDTH + code, beforeAt, end, beforeAt, end)
    before = code
    beforeAt = start
  }
  let next = 0
  for (let at = 0; at < text.length; ) {
    while ((tokens[next]?.start ?? text.length) < at) next += 1
    const token = tokens[next]
    const mean = token?.start === at ? token.means[0] : undefined
    if (token && mean === LOCAL && SUFFIXES.has(text.charCodeAt(token.end - 1))) {
      put(PLACE, at, token.end)
      at = token.end
    } else if (token && mean !== undefined && mean >= FIRST_UNIT) {
      put(COUNT, at, token.end)
      const unit = text.charCodeAt(token.end - 1)
      if (!DIGITS.has(unit)) put(unit, at, token.end)
      at = token.end
    } else {
      const foreign = endOfForeign(text, at)
      const end = Math.max(foreign, at + 1)
      put(foreign > at ? LATIN : text.charCodeAt(at), at, end)
      at = end
    }
  }
  visit(before * WIDTH + FINISH, beforeAt, text.length, beforeAt, text.length)
}
const FIRST_UNIT = numberOf('POINTS')

/** Everything that the screen may weigh in a sentence; the same key may come more than once. */
export const visitFeatures = (text: string, visit: Visit): void => {
  const tokens = tokensOf(text)
  visitSymbols(text, tokens, visit)
  for (const [i, one] of tokens.entries())
    for (const mean of one.means) {
      const a = one.negated ? mean + NEGATED : mean
      visit(MEANING + a, one.start, one.end, one.start, one.end)
      for (let j = i + 1; j < tokens.length && tokens[j]?.clause === one.clause; j++) {
        const other = tokens[j] as Token
        for (const second of other.means) {
          const b = other.negated ? second + NEGATED : second
          if (a !== b) visit(PAIR + Math.min(a, b) * 256 + Math.max(a, b), one.start, one.end, other.start, other.end)
        }
      }
    }
}
