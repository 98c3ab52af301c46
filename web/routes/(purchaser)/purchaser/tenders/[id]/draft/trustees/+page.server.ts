import { fail } from '@sveltejs/kit'
import { answer, api, must } from '#lib/api.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ params: { id }, fetch }) => {
  const client = api(fetch)
  const [trustees, { trustees: people }, set] = await Promise.all([
    must(client.api.tenders[':id'].trustees.$get({ param: { id } })),
    must(client.api.trustees.$get()),
    answer(client.api.tenders[':id']['trustee-set'].$get({ param: { id } })),
  ])
  return { trustees, people, set: set.ok ? set.value : null }
}

const ROLES = ['purchaser', 'agency', 'notary', 'centre', 'university', 'lawyers', 'supervisor', 'other'] as const

export const actions: Actions = {
  name: async ({ params, request, fetch }) => {
    const form = await request.formData()
    const chosen = form
      .getAll('seat')
      .map(String)
      .filter((value) => value !== '')
    const seats = chosen.map((value) => {
      const [organisationId = '', personId = '', role = 'other'] = value.split('|')
      return { organisationId, personId, role: ROLES.find((one) => one === role) ?? ('other' as const) }
    })
    const named = await answer(
      api(fetch).api.tenders[':id'].trustees.$put({ param: { id: params.id }, json: { seats } }),
    )
    return named.ok
      ? { problem: null, chosen: null }
      : fail(named.problem.status || 503, { problem: named.problem, chosen })
  },
}
