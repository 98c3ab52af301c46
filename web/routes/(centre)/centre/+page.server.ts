import { api, must } from '#lib/api.ts'
import { dayOf } from '#lib/public/day.server.ts'
import type { PageServerLoad } from './$types'

/** Today's openings with how far each lot is; before names are out the hall itself tells no more than this. */
export const load: PageServerLoad = async ({ fetch, parent, depends }) => {
  depends('sunlit:board')
  const { now } = await parent()
  const day = await dayOf(fetch, now ?? new Date().toISOString())
  const client = api(fetch)
  const halls = await Promise.all(
    day.openings.map(({ id }) => must(client.api.tenders[':id'].opening.$get({ param: { id } }))),
  )
  const soon = [...day.openings, ...day.closing].filter(
    ({ id }, at, all) => all.findIndex((one) => one.id === id) === at,
  )
  const alarms = await Promise.all(
    soon.map(async ({ id, title }) => {
      const { alarm, groups } = await must(client.api.tenders[':id'].trustees.$get({ param: { id } }))
      const late = groups.filter(({ members }) => members.some((i) => alarm.includes(i)))
      return { id, title, n: alarm.length, names: late.map(({ name }) => name) }
    }),
  )
  return {
    alarms: alarms.filter(({ n }) => n > 0),
    date: day.date,
    rows: day.openings.map((notice, i) => ({ ...notice, hall: halls[i]! })),
    closing: day.closing,
  }
}
