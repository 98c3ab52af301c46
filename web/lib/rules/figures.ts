import { lang, t } from '../i18n/t.ts'
import type { MessageKey } from '../i18n/zh-CN.ts'

type Plain = string | number | boolean | null
export type Figures = Record<string, Plain | Record<string, Plain>>
/** `words`: a sentence, which may be broken over lines. */
type Said = { label: string; value: string; words?: true }

const YUAN = ['openTender', 'budget', 'amount', 'absolute']
const RATES = [
  ...['rate', 'least', 'most', 'share', 'sme', 'smallMicro', 'average', 'second', 'ceiling', 'dailyRate'],
  ...['budgetChange', 'reductions'],
]
const PERCENT = ['benchmark', 'leastAgreed']

/** '0.0005' → '0.05%' without a float: the point moves two places. */
const percent = (text: string): string => {
  const [whole = '0', part = ''] = text.split('.')
  const moved = `${whole}${part.padEnd(2, '0').slice(0, 2)}.${part.slice(2)}`
  return `${moved.replace(/^0+(?=\d)/, '').replace(/\.?0*$/, (tail) => (tail.startsWith('.') ? '' : tail))}%`
}
const grouped = (text: string): string => text.replace(/\B(?=(\d{3})+(?!\d))/g, ',')

const wordsOf = (key: string, value: Plain): string => {
  if (value === null) return '—'
  if (typeof value === 'boolean') return t(value ? 'rules.figure.yes' : 'rules.figure.no')
  const text = String(value)
  if (YUAN.includes(key)) return t('rules.figure.yuan', { n: grouped(text) })
  if (RATES.includes(key)) return percent(text)
  if (PERCENT.includes(key)) return `${text}%`
  if (text === 'invalid' || text === 'allowed') return t(`rules.figure.${text}`)
  return text
}

const isSpan = (one: Record<string, unknown>): boolean => 'unit' in one && 'n' in one
const spanWords = ({ n, unit, direction }: Record<string, Plain | Record<string, Plain>>): string => {
  const kind = unit === 'day' ? 'day' : 'working-day'
  return t(direction === 'before' ? `rules.figure.${kind}.before` : `rules.figure.${kind}`, { n: Number(n) })
}
const labelOf = (key: string): string => t(`rules.figure.${key}` as MessageKey)

/** The figures of a rule in words: periods as one sentence, money and rates in their units. */
export const saidFigures = (figures: Figures): Said[] => {
  if (isSpan(figures)) return [{ label: t('rules.figure.period'), value: spanWords(figures) }]
  return Object.entries(figures).flatMap(([key, value]): Said[] => {
    if (typeof value !== 'object' || value === null) return [{ label: labelOf(key), value: wordsOf(key, value) }]
    if (isSpan(value)) return [{ label: labelOf(key), value: spanWords(value) }]
    if ('zh' in value)
      return [{ label: labelOf(key), value: String(lang() === 'en' ? value.en : value.zh), words: true }]
    if (key === 'experts') return [{ label: labelOf(key), value: `${value.numerator}/${value.denominator}` }]
    return Object.entries(value).map(([grade, part]) => ({
      label: t(`rules.figure.${key}` as MessageKey, { grade }),
      value: wordsOf(key, part),
    }))
  })
}

/** Each figure as a field of a form, `openTender` or `reductions.A`. */
export const fieldsOf = (figures: Figures): { name: string; label: string; value: string }[] =>
  Object.entries(figures).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).map(([inner, part]) => ({
          name: `params.${key}.${inner}`,
          label: t(`rules.figure.${key}` as MessageKey, { grade: inner }),
          value: String(part),
        }))
      : [{ name: `params.${key}`, label: labelOf(key), value: String(value) }],
  )

/** The form's words as figures of the same shape: what is a number now stays one. */
export const figuresFrom = (now: Figures, typed: (name: string) => string): Figures => {
  const read = (name: string, old: Plain): Plain => {
    const text = typed(name)
    if (typeof old === 'boolean') return text === 'true'
    return typeof old === 'number' && /^\d+$/.test(text) ? Number(text) : text
  }
  return Object.fromEntries(
    Object.entries(now).map(([key, value]) => [
      key,
      typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value).map(([inner, part]) => [inner, read(`params.${key}.${inner}`, part)]),
          )
        : read(`params.${key}`, value),
    ]),
  )
}
