import type { TenderDraft } from '../../../api/tenders/contract/content.ts'
import { parseBeijing } from '../i18n/date.ts'
import { beijingClock, beijingDate } from '../i18n/instant.ts'

/**
 * A draft and its forms. Fields are named by their path in the draft (`lots.0.ceiling`), so that the same function
 * reads a form in the browser, where it is saved as one types, and on the server, where a plain form arrives.
 */
export type { TenderDraft }
export type DraftLot = NonNullable<TenderDraft['lots']>[number]

type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
type Node = { [key: string]: Json } | Json[]

/** 'YYYY' yuan as typed → 分; what is no amount is kept as typed, so that nothing is lost. */
export const fenOf = (text: string): string => {
  const plain = text.normalize('NFKC').replace(/[,\s元¥]/g, '')
  const match = /^(\d{1,13})(?:\.(\d{1,2}))?$/.exec(plain)
  return match ? `${BigInt(`${match[1]}${(match[2] ?? '').padEnd(2, '0')}`)}` : text.slice(0, 20)
}
/** 分 → yuan for a field, without separators that would have to be retyped. */
export const yuanField = (fen: string | null | undefined): string =>
  fen && /^\d+$/.test(fen) ? `${fen.padStart(3, '0').slice(0, -2)}.${fen.padStart(3, '0').slice(-2)}` : (fen ?? '')

/** '30' per cent → '0.3'. */
const rateOf = (text: string): string => {
  const match = /^(\d{1,3})(?:\.(\d{1,2}))?$/.exec(text.normalize('NFKC').replace(/[%\s]/g, ''))
  if (!match) return text.slice(0, 10)
  const basis = Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
  return `${Math.floor(basis / 10_000)}${
    basis % 10_000
      ? `.${String(basis % 10_000)
          .padStart(4, '0')
          .replace(/0+$/, '')}`
      : ''
  }`
}
/** '0.3' → '30'. */
export const percentField = (rate: string | undefined): string => {
  const match = /^([01])(?:\.(\d{1,4}))?$/.exec(rate ?? '')
  if (!match) return rate ?? ''
  const basis = Number(match[1]) * 10_000 + Number((match[2] ?? '').padEnd(4, '0'))
  return `${Math.floor(basis / 100)}${
    basis % 100
      ? `.${String(basis % 100)
          .padStart(2, '0')
          .replace(/0$/, '')}`
      : ''
  }`
}

const intOf = (text: string): number | null => {
  const plain = text.normalize('NFKC').trim()
  return /^\d{1,6}$/.test(plain) ? Number(plain) : null
}
const dateOf = (text: string): string => {
  const at = parseBeijing(text)
  return at ? beijingDate(at) : text.slice(0, 20)
}
/** ISO UTC → '2026-12-01 09:00' in a field; anything else as it was typed. */
export const instantField = (value: string | undefined): string =>
  value && /^\d{4}-.*T.*Z$/.test(value) ? `${beijingDate(value)} ${beijingClock(value, 'minute')}` : (value ?? '')

const READ: Record<string, (text: string) => Json> = {
  budget: fenOf,
  ceiling: fenOf,
  deposit: fenOf,
  floor: (text) => (text.trim() === '' ? null : fenOf(text)),
  priceWeight: rateOf,
  smeRate: rateOf,
  consortiumRate: (text) => (text.trim() === '' ? null : rateOf(text)),
  bidderWindowMinutes: intOf,
  trusteeWindowMinutes: intOf,
  validityDays: intOf,
  minimumBidders: intOf,
  size: intOf,
  experts: intOf,
  noticeEnds: dateOf,
  documentsFrom: dateOf,
  documentsTo: dateOf,
  lastClarification: dateOf,
  deadline: (text) => parseBeijing(text) ?? text.slice(0, 40),
  intentionId: (text) => text || null,
}
const KNOWN = new Set([
  ...Object.keys(READ),
  ...['title', 'object', 'evaluationMethod', 'place', 'consortium', 'intentionReason', 'lots', 'committee', 'complex'],
  ...['quantity', 'smeReserved', 'industry', 'summaryFields', 'priceLines', 'qualification', 'conformity', 'scoring'],
  ...['label', 'type', 'required', 'unit', 'evidence', 'max', 'kind', 'intervals', 'from', 'to'],
])

const put = (root: Node, path: readonly string[], value: Json): void => {
  let at: Node = root
  for (const [depth, key] of path.entries()) {
    const isIndex = /^\d{1,3}$/.test(key)
    if (isIndex !== Array.isArray(at) || (!isIndex && !KNOWN.has(key))) return
    const node = at as Record<string, Json>
    if (depth === path.length - 1) {
      node[key] = value
      return
    }
    // rows are made by acts, never by the name of a field
    if (node[key] === undefined && !isIndex) node[key] = {}
    const next = node[key]
    if (typeof next !== 'object' || next === null) return
    at = next
  }
}

const copy = (draft: TenderDraft): TenderDraft => structuredClone(draft)

/** The draft with a form's fields put in; fields that the form does not show stay. */
export const applyForm = (draft: TenderDraft, form: FormData): TenderDraft => {
  const next = copy(draft) as unknown as Node
  for (const name of form.getAll('_bool')) put(next, String(name).split('.'), form.get(String(name)) !== null)
  const bools = new Set(form.getAll('_bool').map(String))
  for (const [name, value] of form) {
    if (typeof value !== 'string' || name.startsWith('_') || name === 'version' || name === 'op' || bools.has(name))
      continue
    const path = name.split('.')
    const last = path.at(-1) ?? ''
    put(next, path, (READ[last] ?? ((text: string) => text))(value.replace(/\r\n/g, '\n')))
  }
  return next as unknown as TenderDraft
}

/** Ids people never see: short, of the alphabet a notice allows. */
const newId = (letter: string): string => `${letter}${crypto.randomUUID().slice(0, 8)}`

export const newLot = (): DraftLot => ({
  lotId: crypto.randomUUID(),
  title: '',
  quantity: '',
  budget: '',
  ceiling: '',
  floor: null,
  deposit: '0',
  minimumBidders: 3,
  priceWeight: '0.3',
  smeReserved: false,
  smeRate: '0.1',
  industry: '',
  summaryFields: [{ key: 'price', label: '投标总价', type: 'money', required: true }],
  priceLines: [],
  qualification: [],
  conformity: [],
  scoring: [],
})

const NEW_ROW: Record<string, () => Json> = {
  lots: () => newLot() as unknown as Json,
  qualification: () => ({ id: newId('q'), title: '', evidence: '' }),
  conformity: () => ({ id: newId('c'), title: '', evidence: '' }),
  scoring: () => ({
    id: newId('s'),
    title: '',
    max: '',
    kind: 'objective',
    intervals: [{ label: '', from: '0', to: '' }],
  }),
  intervals: () => ({ label: '', from: '', to: '' }),
  summaryFields: () => ({ key: newId('f'), label: '', type: 'text', required: false }),
  priceLines: () => ({ id: newId('p'), title: '', unit: '', quantity: '' }),
}

/** 政府采购法 第二十二条: the conditions every supplier must meet, ready to be taken over. */
const ARTICLE_22 = [
  ['具有独立承担民事责任的能力', '营业执照等证明文件'],
  ['具有良好的商业信誉和健全的财务会计制度', '承诺函'],
  ['具有履行合同所必需的设备和专业技术能力', '承诺函'],
  ['有依法缴纳税收和社会保障资金的良好记录', '承诺函'],
  ['参加政府采购活动前三年内，在经营活动中没有重大违法记录', '承诺函'],
] as const

const at = (root: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], root)

/** A text of the draft by its path, '' where there is none. */
export const textAt = (draft: TenderDraft, path: string): string => {
  const found = at(draft, path.split('.'))
  return typeof found === 'string' ? found : ''
}
export const putText = (draft: TenderDraft, path: string, text: string): TenderDraft => {
  const next = copy(draft)
  put(next as unknown as Node, path.split('.'), text)
  return next
}

/** `add:lots`, `remove:lots.0.scoring.2`, `article22:lots.0.qualification`: rows are added and taken away by name. */
export const applyOp = (draft: TenderDraft, op: string): TenderDraft => {
  const next = copy(draft)
  const [act, where = ''] = op.split(':')
  const path = where.split('.')
  if (path.some((key) => !/^\d{1,3}$/.test(key) && !KNOWN.has(key))) return next
  if (act === 'add') {
    if (where === 'lots') next.lots ??= []
    const list = at(next, path) as Json[] | undefined
    const row = NEW_ROW[path.at(-1) ?? '']
    if (Array.isArray(list) && row) list.push(row())
  }
  if (act === 'remove') {
    const list = at(next, path.slice(0, -1))
    if (Array.isArray(list)) list.splice(Number(path.at(-1)), 1)
  }
  if (act === 'article22') {
    const list = at(next, path)
    if (Array.isArray(list)) list.push(...ARTICLE_22.map(([title, evidence]) => ({ id: newId('q'), title, evidence })))
  }
  return next
}

/** Every leaf by its path: for showing where two texts differ. */
const leaves = (value: unknown, path = ''): Map<string, string> => {
  if (typeof value !== 'object' || value === null) return new Map([[path, value === null ? '' : String(value)]])
  return new Map(Object.entries(value).flatMap(([key, inner]) => [...leaves(inner, path ? `${path}.${key}` : key)]))
}
export const differences = (saved: TenderDraft, mine: TenderDraft) => {
  const [theirs, ours] = [leaves(saved), leaves(mine)]
  return [...new Set([...theirs.keys(), ...ours.keys()])]
    .filter((path) => theirs.get(path) !== ours.get(path))
    .map((path) => ({ path, saved: theirs.get(path) ?? '', mine: ours.get(path) ?? '' }))
}
