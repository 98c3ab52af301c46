import type { FieldSpec, FormSpec, Kind, ListSpec } from './forms.ts'

/** A question as typed: the text of every field, and the texts of every row of its lists. */
export type Typed = {
  readonly texts: Readonly<Record<string, string>>
  readonly rows: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>
  /** Whether anything was asked at all, and whether it was only rows that were added or taken away. */
  readonly asked: boolean
  readonly reshaped: boolean
}
type Json = Record<string, unknown>
type Query = Pick<URLSearchParams, 'get' | 'has' | 'keys'>

/** The longest text a page takes, and the longest that may become part of an address. */
export const AREA_MAX = 20_000
export const ADDRESS_MAX = 1_200

const MOST_ROWS = 200
const SPARE = 2

/** Full-width digits, thousands separators and units are how people write numbers; the question has none of them. */
const plain = (text: string): string => text.normalize('NFKC').trim()
const digits = (text: string): string => plain(text).replace(/[,\s_]|元$|%$/g, '')
const isNumber = (text: string): boolean => /^-?\d{1,12}(\.\d{1,6})?$/.test(text)

/** '1.5' per cent → '0.015'; what is no number stays as typed, so that the law refuses it. */
export const fractionOf = (percent: string): string => {
  const match = /^(\d{1,12})(?:\.(\d+))?$/.exec(percent)
  if (!match) return percent
  const whole = (match[1] ?? '').padStart(3, '0')
  return `${whole.slice(0, -2).replace(/^0+(?=\d)/, '')}.${whole.slice(-2)}${match[2] ?? ''}`
}

/** '0.015' → '1.5': the fraction as people type it. */
export const percentOf = (fraction: string): string => {
  const [whole = '0', part = ''] = fraction.split('.')
  const shifted = `${whole}${part.padEnd(2, '0').slice(0, 2)}`.replace(/^0+(?=\d)/, '')
  const rest = part.slice(2).replace(/0+$/, '')
  return rest ? `${shifted}.${rest}` : shifted
}

/** 2026年9月1日, 2026/9/1 and 2026.9.1 are dates too. */
const dateOf = (text: string): string => {
  const match = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(plain(text))
  return match ? `${match[1]}-${match[2]?.padStart(2, '0')}-${match[3]?.padStart(2, '0')}` : plain(text)
}

const numberOr = (text: string): number | string => (isNumber(text) ? Number(text) : text)

const READ: Readonly<Record<Kind, (text: string) => unknown>> = {
  text: (text) => text.trim(),
  area: (text) => text.replace(/\r\n/g, '\n'),
  money: digits,
  decimal: digits,
  percent: (text) => fractionOf(digits(text)),
  fraction: digits,
  int: (text) => numberOr(digits(text)),
  seconds: (text) => numberOr(digits(text)),
  date: dateOf,
  instant: (text) => numberOr(plain(text)),
  select: (text) => text,
  bool: (text) => text === 'true' || (text === 'false' ? false : text),
  check: () => true,
}

const WRITTEN: Partial<Record<Kind, (value: unknown) => string>> = { percent: (value) => percentOf(String(value)) }

/** Row numbers of a list in the address, in order, without the one that was taken away. */
const rowNumbers = (query: Query, list: ListSpec): number[] => {
  const found = new Set<number>()
  for (const key of query.keys()) {
    const rest = key.startsWith(`${list.name}.`) ? key.slice(list.name.length + 1) : ''
    const match = /^(\d{1,4})\./.exec(rest)
    if (match) found.add(Number(match[1]))
  }
  return [...found].sort((a, b) => a - b).filter((n) => query.get('without') !== `${list.name}.${n}`)
}

const blank = (row: Readonly<Record<string, string>>): boolean => Object.values(row).every((text) => text.trim() === '')

const rowsOf = (query: Query, list: ListSpec): Record<string, string>[] => {
  const filled = rowNumbers(query, list)
    .slice(0, MOST_ROWS)
    .map((n) => Object.fromEntries(list.fields.map(({ name }) => [name, query.get(`${list.name}.${n}.${name}`) ?? ''])))
    .filter((row) => !blank(row))
  const more = /^([a-z.]+)\.(\d{1,3})$/i.exec(query.get('more') ?? '')
  const wanted = more?.[1] === list.name ? Number(more[2]) : 0
  const shown = Math.min(MOST_ROWS, Math.max(list.rows, filled.length + SPARE, wanted))
  const empty = Object.fromEntries(list.fields.map(({ name }) => [name, '']))
  return [...filled, ...Array.from({ length: Math.max(0, shown - filled.length) }, () => ({ ...empty }))]
}

/** What the address asks. Blank rows are spare room, not bids. */
export const readTyped = (form: FormSpec, query: Query): Typed => {
  const names = form.fields.map(({ name }) => name)
  const asked = names.some((name) => query.has(name)) || form.lists.some((list) => rowNumbers(query, list).length > 0)
  return {
    texts: Object.fromEntries(
      form.fields.map(({ name, needed, options }) => [name, query.get(name) ?? (needed ? (options?.[0] ?? '') : '')]),
    ),
    rows: Object.fromEntries(form.lists.map((list) => [list.name, rowsOf(query, list)])),
    asked,
    reshaped: query.has('more') || query.has('without'),
  }
}

const put = (body: Json, path: string, value: unknown): void => {
  const keys = path.split('.')
  const last = keys.pop() ?? ''
  let at = body
  for (const key of keys) {
    if (typeof at[key] !== 'object') at[key] = {}
    at = at[key] as Json
  }
  at[last] = value
}

const applies = (when: FieldSpec['when'], texts: Typed['texts']): boolean => !when || texts[when[0]] === when[1]

/** The question as the API takes it: what is empty is not asked. */
export const bodyOf = (form: FormSpec, typed: Typed): Json => {
  const body: Json = { ...form.fixed }
  for (const field of form.fields) {
    const text = typed.texts[field.name] ?? ''
    // an answer that only chooses which other fields count is no part of the question
    const chooses = form.fields.some(({ when }) => when?.[0] === field.name && when[1] === text)
    if (text.trim() === '' || chooses || !applies(field.when, typed.texts)) continue
    put(body, field.name, READ[field.kind](text))
  }
  for (const list of form.lists) {
    if (!applies(list.when, typed.texts)) continue
    const rows = (typed.rows[list.name] ?? []).filter((row) => !blank(row))
    const entries = rows.map((row) =>
      Object.fromEntries(
        list.fields.flatMap(({ name, kind }) => {
          const text = row[name] ?? ''
          return text.trim() === '' ? [] : [[name, READ[kind](text)]]
        }),
      ),
    )
    put(body, list.name, entries)
  }
  return body
}

const lookUp = (body: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((at, key) => (at as Json | undefined)?.[key], body)

const written = ({ kind }: FieldSpec, value: unknown): string => WRITTEN[kind]?.(value) ?? String(value)

/** The address that asks a question: what `bodyOf` reads back from it. */
export const queryOf = (form: FormSpec, body: Json): string => {
  const query = new URLSearchParams()
  for (const field of form.fields) {
    const value = lookUp(body, field.name)
    const chosen = form.fields.find(({ name, when }) => when?.[0] === field.name && lookUp(body, name) !== undefined)
    if (chosen?.when) query.set(field.name, chosen.when[1])
    else if (value !== undefined && typeof value !== 'object') query.set(field.name, written(field, value))
  }
  for (const list of form.lists)
    for (const [i, entry] of ((lookUp(body, list.name) ?? []) as Json[]).entries())
      for (const field of list.fields)
        if (entry[field.name] !== undefined)
          query.set(`${list.name}.${i}.${field.name}`, written(field, entry[field.name]))
  return query.toString()
}
