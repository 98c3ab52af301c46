import { api, must } from '#lib/api.ts'
import { beijingDate } from '#lib/i18n/instant.ts'
import { dutiesOf } from '#lib/purchaser/duties.ts'
import { lotDuties } from '#lib/purchaser/lot-duties.server.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ fetch, parent }) => {
  const { now } = await parent()
  const client = api(fetch)
  const [session, { items: tenders }, { items: intentions }] = await Promise.all([
    must(client.api.session.$get()),
    must(client.api.my.tenders.$get()),
    must(client.api.my.intentions.$get()),
  ])
  const at = now ?? new Date().toISOString()
  const afterOpening = await lotDuties(fetch, tenders)
  return {
    duties: dutiesOf(
      { tenders, intentions, role: session.role, personId: session.person?.id ?? null, afterOpening },
      at,
    ),
    today: beijingDate(at),
    running: tenders.filter((one) => one.status === 'published').length,
  }
}
