import { api, must } from '#lib/api.ts'
import { dayOf } from '#lib/public/day.server.ts'
import type { PageServerLoad } from './$types'

const LISTED = 6

/** Only read: no framework is loaded, see lib/light. */
export const csr = false

export const load: PageServerLoad = async ({ fetch, parent }) => {
  const { now } = await parent()
  const [day, newest] = await Promise.all([
    dayOf(fetch, now ?? new Date().toISOString()),
    must(api(fetch).api.notices.$get({ query: { page: '1' } })),
  ])
  const { openings, closing, results, ...figures } = day
  return {
    day: {
      ...figures,
      opening: openings.length,
      openings: openings.slice(0, LISTED),
      closing: closing.slice(0, LISTED),
      results: results.slice(0, LISTED),
    },
    newest: { total: newest.total, items: newest.items.slice(0, 10) },
  }
}
