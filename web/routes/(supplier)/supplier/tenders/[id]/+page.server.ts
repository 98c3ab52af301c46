import { fail } from '@sveltejs/kit'
import { answer, api, must } from '#lib/api.ts'
import { enter } from '#lib/session/enter.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async (event) => {
  await enter(event, 'supplier')
  const { id } = event.params
  const client = api(event.fetch).api
  const tender = await must(client.tenders[':id'].$get({ param: { id } }))
  const [documents, { bids }, hall, deposits] = await Promise.all([
    must(client.tenders[':id'].documents.$get({ param: { id } })),
    must(client.bids.$get({ query: { tenderId: id } })),
    must(client.tenders[':id'].opening.$get({ param: { id } })),
    Promise.all(tender.notice.lots.map((lot) => must(client.lots[':id'].deposit.$get({ param: { id: lot.lotId } })))),
  ])
  return { tender, obtainedAt: documents.obtainedAt, bids, hall, deposits }
}

export const actions: Actions = {
  obtain: async ({ params, fetch }) => {
    const got = await answer(api(fetch).api.tenders[':id'].documents.$post({ param: { id: params.id } }))
    return got.ok ? { done: true } : fail(got.problem.status || 503, { problem: got.problem })
  },
  account: async ({ request, fetch }) => {
    const lotId = String((await request.formData()).get('lotId') ?? '')
    const got = await answer(api(fetch).api.lots[':id'].deposit.$post({ param: { id: lotId } }))
    return got.ok ? { done: true } : fail(got.problem.status || 503, { problem: got.problem })
  },
}
