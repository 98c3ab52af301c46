import { api, must } from '#lib/api.ts'
import { dayOf } from '#lib/public/day.server.ts'
import type { PageServerLoad } from './$types'

/** Only read: no framework is loaded, see lib/light. */
export const csr = false

export const load: PageServerLoad = async ({ fetch, parent }) => {
  const { now } = await parent()
  const [day, recent] = await Promise.all([
    dayOf(fetch, now ?? new Date().toISOString()),
    must(api(fetch).api.notices.$get({ query: { status: 'opened', page: '1' } as { page: string } })),
  ])
  const today = new Set(day.openings.map(({ id }) => id))
  return {
    date: day.date,
    today: day.openings,
    coming: day.closing.filter(({ id }) => !today.has(id)).slice(0, 20),
    recent: recent.items.filter(({ id }) => !today.has(id)),
  }
}
