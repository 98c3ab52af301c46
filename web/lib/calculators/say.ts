import { dateWords } from '../i18n/date.ts'
import { grouped } from '../i18n/number.ts'
import { fill, type Lang } from '../i18n/text.ts'
import type { calculators } from '../i18n/zh-CN/calculators.ts'
import { percentOf } from './read.ts'

export type SayKey = keyof typeof calculators

/** A sentence before it has a language: the presenters stay pure, and one test proves both languages complete. */
export type Say = { readonly key: SayKey; readonly params?: Readonly<Record<string, Part>> }
export type Part =
  | string
  | number
  | Say
  | { readonly date: string }
  | { readonly amount: string }
  | { readonly percent: string }
  | { readonly list: readonly (string | Say)[] }
  | { readonly both: { readonly zh: string; readonly en: string } }

export const say = (key: SayKey, params?: Readonly<Record<string, Part>>): Say => (params ? { key, params } : { key })
export const date = (value: string): Part => ({ date: value })
/** A decimal string, shown with thousands separators; never a float. */
export const amount = (value: string): Part => ({ amount: value })
/** A fraction of the question, shown in per cent. */
export const percent = (value: string): Part => ({ percent: value })
export const list = (value: readonly (string | Say)[]): Part => ({ list: value })

/** '-1234.5' → '−1,234.5' */
export const shown = (text: string): string => {
  const [whole = '', part] = text.replace(/^-/, '').split('.')
  const sign = text.startsWith('-') ? '−' : ''
  return `${sign}${/^\d+$/.test(whole) ? grouped(whole) : whole}${part === undefined ? '' : `.${part}`}`
}

/** '2026年10月8日（星期四）' within a sentence; 'Thursday 8 October 2026'. */
const dateText = (value: string, lang: Lang): string => {
  const words = dateWords(value, lang)
  return lang === 'en' ? words : words.replace(/ (.+)$/, '（$1）')
}

export type Teller = {
  (say: Say): string
  readonly lang: Lang
}

const isSay = (part: object): part is Say => 'key' in part

/** Puts a sentence into a language. */
export const teller = (words: Readonly<Record<string, string>>, lang: Lang): Teller => {
  const partText = (part: Part): string | number => {
    if (typeof part !== 'object') return part
    if (isSay(part)) return tell(part)
    if ('date' in part) return dateText(part.date, lang)
    if ('amount' in part) return shown(part.amount)
    if ('percent' in part) return `${percentOf(part.percent)}%`
    if ('both' in part) return part.both[lang === 'en' ? 'en' : 'zh']
    return part.list.map((one) => (typeof one === 'string' ? one : tell(one))).join(lang === 'en' ? ', ' : '、')
  }
  const tell = ({ key, params = {} }: Say): string =>
    fill(words[key] ?? key, Object.fromEntries(Object.entries(params).map(([name, part]) => [name, partText(part)])))
  return Object.assign(tell, { lang })
}
