import { sizes } from '../../../../api/law/consortium.ts'
import type { EnvelopeKind } from '../../../../api/seal/context.ts'
import type { NoticeLot } from '../../../../api/seal/notice.ts'
import type { Header } from '../../../../api/seal/plaintext.ts'
import { parseBeijing } from '../../i18n/date.ts'
import { beijingDate } from '../../i18n/instant.ts'
import type { FileKind } from '../../seal/sealer-protocol.ts'
import { declaredMembers } from './consortium.ts'

/*
 * A bid while it is being written. It stays on this device: a plaintext draft must never reach the server
 * (SEALING.md §1), so nothing here speaks with anybody.
 */
export type DraftFile = { key: string; name: string; mime: string; size: number; sha256: string }
/** `size` one of SIZES or ''; `share` of the contract, as typed, %. */
export type Member = { organisationId: string; name: string; uscc: string; size: string; share: string }
export type Draft = {
  /** 联合体 members besides one's own organisation, as typed; the platform is not asked about them. */
  consortium: Member[]
  /** Typed answers by the notice's field; `size` and `brand` besides. As typed. */
  summary: Record<string, string>
  /** By requirement. */
  qualification: Record<string, string>
  technical: Record<string, string>
  /** Unit prices by price line, as typed, 元. */
  prices: Record<string, string>
  files: Record<FileKind, DraftFile[]>
  /** UTC ms by this device; null before the first save. */
  savedAt: number | null
}

export const FILE_KINDS = ['qualification', 'technical', 'price-detail'] as const satisfies readonly FileKind[]
export const SIZES = sizes

export const emptyMember = (): Member => ({ organisationId: '', name: '', uscc: '', size: '', share: '' })

export const emptyDraft = (): Draft => ({
  consortium: [],
  summary: {},
  qualification: {},
  technical: {},
  prices: {},
  files: { qualification: [], technical: [], 'price-detail': [] },
  savedAt: null,
})

/** The same draft with a place for every answer that is asked for: a field is bound to it. */
export const completed = (draft: Draft, lot: NoticeLot): Draft => {
  const filled = (keys: readonly string[], held: Record<string, string>) => ({
    ...Object.fromEntries(keys.map((key) => [key, ''])),
    ...held,
  })
  const ids = (asked: readonly { id: string }[]) => asked.map(({ id }) => id)
  return {
    ...draft,
    summary: filled([...lot.summaryFields.map(({ key }) => key), 'size', 'brand'], draft.summary),
    qualification: filled(ids(lot.qualification), draft.qualification),
    technical: filled(ids([...lot.conformity, ...lot.scoring]), draft.technical),
    prices: filled(ids(lot.priceLines), draft.prices),
  }
}

const keyOf = (organisationId: string, lotId: string): string => `sunlit.draft.${organisationId}.${lotId}`

const record = (value: unknown): Record<string, string> =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === 'string'))
    : {}

const filesOf = (value: unknown): DraftFile[] =>
  Array.isArray(value)
    ? value.filter((one): one is DraftFile => typeof one?.key === 'string' && typeof one?.size === 'number')
    : []

const membersOf = (value: unknown): Member[] =>
  Array.isArray(value) ? value.map(record).map((held) => ({ ...emptyMember(), ...held })) : []

/** The draft of this organisation for this lot on this device; an empty one where there is none. */
export const loadDraft = (organisationId: string, lotId: string): Draft => {
  try {
    const kept = JSON.parse(localStorage.getItem(keyOf(organisationId, lotId)) ?? 'null') as Partial<Draft> | null
    if (!kept) return emptyDraft()
    const files = Object.fromEntries(FILE_KINDS.map((kind) => [kind, filesOf(kept.files?.[kind])]))
    return {
      consortium: membersOf(kept.consortium),
      summary: record(kept.summary),
      qualification: record(kept.qualification),
      technical: record(kept.technical),
      prices: record(kept.prices),
      files: files as Draft['files'],
      savedAt: typeof kept.savedAt === 'number' ? kept.savedAt : null,
    }
  } catch {
    return emptyDraft()
  }
}

export const saveDraft = (organisationId: string, lotId: string, draft: Draft): void =>
  localStorage.setItem(keyOf(organisationId, lotId), JSON.stringify(draft))

export const forgetDraft = (organisationId: string, lotId: string): void =>
  localStorage.removeItem(keyOf(organisationId, lotId))

/** '6,720,000.00' or '６７２００００' → 分 as a decimal string; null when it is no amount. */
export const fenOf = (text: string): string | null => {
  const match = /^(\d{1,13})(?:\.(\d{1,2}))?$/.exec(text.normalize('NFKC').replace(/[,\s元¥]/g, ''))
  return match ? BigInt(`${match[1]}${(match[2] ?? '').padEnd(2, '0')}`).toString() : null
}

/** Unit price × quantity in 分, rounded half up to a 分; null while either is no number. */
export const lineTotal = (unitPrice: string, quantity: string): bigint | null => {
  const fen = fenOf(unitPrice)
  const match = /^(\d{1,12})(?:\.(\d{1,6}))?$/.exec(quantity.trim())
  if (fen === null || !match) return null
  const scale = 10n ** BigInt(match[2]?.length ?? 0)
  const product = BigInt(fen) * BigInt(`${match[1]}${match[2] ?? ''}`)
  return (product * 2n + scale) / (scale * 2n)
}

/** Sum of the lines; null until every line has its unit price. */
export const linesTotal = (draft: Draft, lot: Pick<NoticeLot, 'priceLines'>): bigint | null => {
  let sum = 0n
  for (const line of lot.priceLines) {
    const total = lineTotal(draft.prices[line.id] ?? '', line.quantity)
    if (total === null) return null
    sum += total
  }
  return sum
}

/** The announced price: the first money field that every bid must fill. */
export const priceField = (lot: Pick<NoticeLot, 'summaryFields'>): string | null =>
  lot.summaryFields.find((field) => field.type === 'money' && field.required)?.key ?? null

export type FieldFault = {
  id: string
  label: string
  fault: 'missing' | 'money' | 'integer' | 'date' | 'uscc' | 'org-id' | 'twice' | 'share' | 'shares'
}

const faultIn = (type: string, value: string): FieldFault['fault'] | null => {
  if (type === 'money') return fenOf(value) === null ? 'money' : null
  if (type === 'integer') return /^\d{1,9}$/.test(value.normalize('NFKC').trim()) ? null : 'integer'
  if (type === 'date') return parseBeijing(value) === null ? 'date' : null
  return null
}

/** What is wrong in the summary: it is announced as typed, so it must read. */
export const summaryFaults = (draft: Draft, lot: Pick<NoticeLot, 'summaryFields'>): FieldFault[] => {
  const faults = lot.summaryFields.flatMap(({ key, label, type, required }): FieldFault[] => {
    const value = (draft.summary[key] ?? '').trim()
    if (value === '') return required ? [{ id: `summary-${key}`, label, fault: 'missing' }] : []
    const fault = faultIn(type, value)
    return fault ? [{ id: `summary-${key}`, label, fault }] : []
  })
  const asksSize = lot.summaryFields.some(({ key }) => key === 'size')
  const hasSize = SIZES.some((size) => size === draft.summary.size)
  return asksSize || hasSize ? faults : [...faults, { id: 'summary-size', label: '', fault: 'missing' }]
}

export const priceFaults = (draft: Draft, lot: Pick<NoticeLot, 'priceLines'>): FieldFault[] =>
  lot.priceLines.flatMap(({ id, title }): FieldFault[] => {
    const value = (draft.prices[id] ?? '').trim()
    if (value === '') return [{ id: `price-${id}`, label: title, fault: 'missing' }]
    return fenOf(value) === null ? [{ id: `price-${id}`, label: title, fault: 'money' }] : []
  })

/** How many of these were answered: unanswered ones are shown, not forbidden. */
export const answered = (answers: Readonly<Record<string, string>>, asked: readonly { id: string }[]): number =>
  asked.filter(({ id }) => (answers[id] ?? '').trim() !== '').length

const readable = (type: string, value: string): string => {
  const text = value.trim()
  if (type === 'money') return fenOf(text) ?? text
  if (type === 'integer') return text.normalize('NFKC')
  const day = type === 'date' ? parseBeijing(text) : null
  return day === null ? text : beijingDate(day)
}

const trimmed = (answers: Readonly<Record<string, string>>, asked: readonly { id: string }[]): Record<string, string> =>
  Object.fromEntries(
    asked.flatMap(({ id }) => ((answers[id] ?? '').trim() === '' ? [] : [[id, (answers[id] ?? '').trim()]])),
  )

/** The typed answers as they are sealed: money in 分, dates YYYY-MM-DD. */
export const formsOf = (draft: Draft, lot: NoticeLot): Record<EnvelopeKind, Header['form']> => {
  const summary: Header['form'] = {}
  for (const { key, type } of lot.summaryFields) {
    const value = (draft.summary[key] ?? '').trim()
    if (value !== '') summary[key] = readable(type, value)
  }
  for (const key of ['size', 'brand'] as const) {
    const value = (draft.summary[key] ?? '').trim()
    if (value !== '' && summary[key] === undefined) summary[key] = value
  }
  if (draft.consortium.length > 0) summary.consortiumMembers = declaredMembers(draft.consortium, lot)
  const lines = Object.fromEntries(
    lot.priceLines.map(({ id, quantity }) => [
      id,
      {
        unitPrice: fenOf(draft.prices[id] ?? '') ?? '',
        total: lineTotal(draft.prices[id] ?? '', quantity)?.toString() ?? '',
      },
    ]),
  )
  return {
    summary,
    qualification: { answers: trimmed(draft.qualification, lot.qualification) },
    technical: { answers: trimmed(draft.technical, [...lot.conformity, ...lot.scoring]) },
    'price-detail': { lines, total: linesTotal(draft, lot)?.toString() ?? '' },
  }
}

/** Bytes of all files. */
export const draftBytes = (draft: Draft): number =>
  FILE_KINDS.reduce((sum, kind) => sum + draft.files[kind].reduce((all, { size }) => all + size, 0), 0)
