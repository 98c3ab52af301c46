import { fail } from '@sveltejs/kit'
import { answer, api, must } from '#lib/api.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ params: { id }, fetch }) => {
  const client = api(fetch)
  const [tender, trail] = await Promise.all([
    must(client.api.tenders[':id'].$get({ param: { id } })),
    must(client.api.tenders[':id'].trail.$get({ param: { id } })),
  ])
  return { tender, trail }
}

const act =
  (which: 'suspend' | 'resume') =>
  async ({ params, request, fetch }: Parameters<Actions[string]>[0]) => {
    const reason = String((await request.formData()).get('reason') ?? '')
    const done = await answer(
      api(fetch).api.tenders[':id'][which].$post({ param: { id: params['id'] ?? '' }, json: { reason } }),
    )
    return done.ok ? { problem: null, reason: '' } : fail(done.problem.status || 503, { problem: done.problem, reason })
  }

export const actions: Actions = { suspend: act('suspend'), resume: act('resume') }
