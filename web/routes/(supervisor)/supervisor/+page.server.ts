import { api, must } from '#lib/api.ts'
import { dayOf } from '#lib/public/day.server.ts'
import { readPage } from '#lib/query.ts'
import type { PageServerLoad } from './$types'

const STATUSES = [
  'published',
  'closed',
  'opened',
  'evaluated',
  'awarded',
  'contracted',
  'not-opened',
  'cancelled',
  'failed',
] as const

export const load: PageServerLoad = async ({ fetch, parent, url }) => {
  const { now } = await parent()
  const q = url.searchParams.get('q')?.trim().slice(0, 100) ?? ''
  const status = STATUSES.find((one) => one === url.searchParams.get('status'))
  const query = { page: String(readPage(url)), ...(q ? { q } : {}), ...(status ? { status } : {}) }
  const [day, notices] = await Promise.all([
    dayOf(fetch, now ?? new Date().toISOString()),
    must(api(fetch).api.notices.$get({ query: query as typeof query & { page: string } })),
  ])
  return { day: { date: day.date, open: day.open, openings: day.openings.length }, notices, q, status: status ?? null }
}
