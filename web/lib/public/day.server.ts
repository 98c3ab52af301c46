import type { InferResponseType } from 'hono/client'
import { api, type Client, must } from '../api.ts'
import { beijingDate } from '../i18n/instant.ts'

type Answer = InferResponseType<Client['api']['notices']['$get'], 200>
export type NoticeRow = Answer['items'][number]
type Status = NonNullable<Parameters<Client['api']['notices']['$get']>[0]['query']['status']>

/** What is bought and decided today: the same for every reader. */
export type Day = {
  date: string
  /** Notices first published today, tenders open for bids, and results in publicity: whole numbers, not what is listed. */
  published: number
  open: number
  awarded: number
  openings: NoticeRow[]
  closing: NoticeRow[]
  results: NoticeRow[]
  /** The next deadline of any tender, ISO UTC. */
  next: string | null
}

const MOST_PAGES = 10
const KEPT_MS = 10_000
let kept: { at: number; day: Promise<Day> } | null = null

/** Figures of the platform's day. Kept for ten seconds of the platform's clock, since every visitor asks the same. */
export const dayOf = (fetcher: typeof fetch, now: string): Promise<Day> => {
  const at = Date.parse(now)
  if (kept && Math.abs(at - kept.at) < KEPT_MS) return kept.day
  const day = readDay(fetcher, at)
  kept = { at, day }
  day.catch(() => {
    kept = null
  })
  return day
}

const pageOf = (fetcher: typeof fetch, query: Record<string, string>): Promise<Answer> =>
  must(api(fetcher).api.notices.$get({ query: query as { page: string } }))

const all = async (fetcher: typeof fetch, status: Status): Promise<{ total: number; items: NoticeRow[] }> => {
  const first = await pageOf(fetcher, { status, page: '1' })
  const pages = Math.min(MOST_PAGES, Math.ceil(first.total / first.pageSize))
  const rest = await Promise.all(
    Array.from({ length: Math.max(0, pages - 1) }, (_, i) => pageOf(fetcher, { status, page: String(i + 2) })),
  )
  return { total: first.total, items: [first, ...rest].flatMap(({ items }) => items) }
}

const readDay = async (fetcher: typeof fetch, at: number): Promise<Day> => {
  const date = beijingDate(at)
  const [open, closed, opened, awarded, today] = await Promise.all([
    all(fetcher, 'published'),
    all(fetcher, 'closed'),
    pageOf(fetcher, { status: 'opened', page: '1' }),
    pageOf(fetcher, { status: 'awarded', page: '1' }),
    pageOf(fetcher, { from: date, to: date, page: '1' }),
  ])
  const byDeadline = (a: NoticeRow, b: NoticeRow) => a.deadline.localeCompare(b.deadline)
  const isToday = ({ deadline }: NoticeRow) => beijingDate(deadline) === date
  const closing = open.items.filter(({ deadline }) => Date.parse(deadline) > at).sort(byDeadline)
  return {
    date,
    published: today.total,
    open: open.total,
    awarded: awarded.total,
    openings: [...open.items, ...closed.items, ...opened.items].filter(isToday).sort(byDeadline),
    closing,
    results: awarded.items,
    next: closing[0]?.deadline ?? null,
  }
}
