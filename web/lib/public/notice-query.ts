import { isDate } from '../calendar.ts'
import type { MessageKey } from '../i18n/zh-CN.ts'

/** The filters of the notice list as they stand in its address. */
export const FACETS = {
  status: ['published', 'closed', 'opened', 'evaluated', 'awarded', 'contracted', 'not-opened', 'cancelled', 'failed'],
  object: ['goods', 'services', 'works'],
  method: ['open', 'invited', 'negotiation', 'consultation', 'inquiry', 'single-source'],
  regime: ['GP', 'TB'],
} as const
export type Facet = keyof typeof FACETS
export const FACET_NAMES = Object.keys(FACETS) as Facet[]
/** Asked in 万元, as people speak of budgets. */
export const TYPED = ['least', 'most', 'from', 'to'] as const

type Asked = Pick<URLSearchParams, 'get'>
export type NoticeQuery = Partial<Record<Facet | 'q' | 'least' | 'most' | 'from' | 'to', string>>

export const facetLabel = (facet: Facet, value: string): MessageKey => `notice.${facet}.${value}` as MessageKey

/** 万元 as typed ('128', '0.5') → 分; null when it is no amount. */
export const wanToFen = (text: string): string | null => {
  const plain = text.normalize('NFKC').replaceAll(',', '').trim()
  if (!/^\d{1,9}(\.\d{1,6})?$/.test(plain)) return null
  const [whole = '0', part = ''] = plain.split('.')
  return String(BigInt(whole) * 1_000_000n + BigInt(part.padEnd(6, '0')))
}

/** What the address asks for: what the API is asked, what the page shows as typed, and what could not be read. */
export const readNoticeQuery = (params: Asked): { api: NoticeQuery; typed: NoticeQuery; wrong: string[] } => {
  const api: NoticeQuery = {}
  const typed: NoticeQuery = {}
  const wrong: string[] = []
  const q = params.get('q')?.trim().slice(0, 100)
  if (q) api.q = typed.q = q
  for (const facet of FACET_NAMES) {
    const value = params.get(facet)
    if (!value) continue
    if ((FACETS[facet] as readonly string[]).includes(value)) api[facet] = typed[facet] = value
    else wrong.push(value)
  }
  for (const name of TYPED) {
    const value = params.get(name)?.trim()
    if (!value) continue
    const read = name === 'least' || name === 'most' ? wanToFen(value) : isDate(value) ? value : null
    if (read === null) wrong.push(value)
    else {
      api[name] = read
      typed[name] = value
    }
  }
  return { api, typed, wrong }
}
