/** One printed line; `last` closes a paragraph (or a forced break) and is therefore never stretched. */
export type Line = { text: string; width: number; last: boolean }

export type Measure = (text: string) => number

/** 避头: must not open a line (GB/T 15834—2011 标点符号用法 5.1). */
const neverFirst = /^[，。、；：？！…—～·・）】》〉」』”’〕］｝〗％‰℃°,.;:?!)\]}%’”]/u
/** 避尾: must not close a line. */
const neverLast = /[（【《〈「『“‘〔［｛〖￥＄№([{¥$£€#]$/u
/** Signs made of two characters stay whole. */
const pair = /^(——|……|⋯⋯|～～)$/u

/** Latin words, numbers and codes stay whole; a hyphen, slash or comma inside belongs to them. */
const pieces = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Nd}_'@&+\-./:,%=?#~]+|\s|./gu

const mayBreakBetween = (left: string, right: string): boolean => {
  if (/\s$/u.test(left)) return true
  if (/^\s/u.test(right)) return false
  if (neverFirst.test(right) || neverLast.test(left)) return false
  return !pair.test([...left].at(-1)! + [...right][0]!)
}

/** The smallest parts between which a line may end. */
export const unbreakables = (text: string): string[] => {
  const parts: string[] = []
  for (const [piece] of text.matchAll(pieces)) {
    const left = parts.at(-1)
    if (left !== undefined && !mayBreakBetween(left, piece)) parts[parts.length - 1] = left + piece
    else parts.push(piece)
  }
  return parts
}

/** A part wider than a whole line (an address, a hash) is cut where it must be, after a sign that separates if any. */
const cut = (part: string, measure: Measure, width: number): string[] => {
  const rows: string[] = []
  let row = ''
  for (const char of part) {
    if (row !== '' && measure(row + char) > width) {
      const sign = Math.max(...['/', '-', '_', '?', '&', '=', ',', '.'].map((s) => row.lastIndexOf(s))) + 1
      const at = sign > row.length / 2 ? sign : row.length
      rows.push(row.slice(0, at))
      row = row.slice(at)
    }
    row += char
  }
  rows.push(row)
  return rows
}

const breakParagraph = (parts: string[], measure: Measure, width: number, indent: number): Line[] => {
  const lines: Line[] = []
  let row = ''
  const room = () => (lines.length === 0 ? width - indent : width)
  const close = (last: boolean) => {
    const shown = row.trimEnd()
    lines.push({ text: shown, width: measure(shown), last })
    row = ''
  }
  for (const part of parts) {
    if (row === '' && part.trim() === '' && lines.length > 0) continue
    if (measure((row + part).trimEnd()) <= room()) {
      row += part
      continue
    }
    if (row !== '') close(false)
    if (part.trim() === '') continue
    const rows = measure(part) > room() ? cut(part, measure, room()) : [part]
    for (const piece of rows.slice(0, -1)) {
      row = piece
      close(false)
    }
    row = rows.at(-1)!
  }
  close(true)
  return lines
}

/**
 * Breaks text into lines of at most `width`, the first shortened by `indent`; `\n` forces a new line. Chinese may break
 * between any two characters except where 避头尾 forbids it, Latin words and numbers only at spaces.
 */
export const breakLines = (text: string, measure: Measure, width: number, indent = 0): Line[] =>
  text.split('\n').flatMap((paragraph) => breakParagraph(unbreakables(paragraph), measure, width, indent))

/** Words of a title stay whole: 平台 cut in two at the end of a line reads badly in large print. */
const words = (text: string): string[] => {
  const parts: string[] = []
  const ends = new Set([...new Intl.Segmenter('zh', { granularity: 'word' }).segment(text)].map((word) => word.index))
  let at = 0
  for (const part of unbreakables(text)) {
    if (at > 0 && !ends.has(at)) parts[parts.length - 1] += part
    else parts.push(part)
    at += part.length
  }
  return parts
}

/** A title in as few lines as possible, as even as possible, broken between words. */
export const balanceLines = (text: string, measure: Measure, width: number): Line[] => {
  const parts = words(text)
  const widest = breakParagraph(parts, measure, width, 0)
  let low = Math.max(...widest.map((line) => line.width)) / 2
  let high = width
  for (let step = 0; step < 12; step++) {
    const middle = (low + high) / 2
    if (breakParagraph(parts, measure, middle, 0).length > widest.length) low = middle
    else high = middle
  }
  return breakParagraph(parts, measure, high, 0)
}
