import { fail, redirect } from '@sveltejs/kit'
import { answer, api, must } from '#lib/api.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ params: { id }, fetch }) => ({
  files: (await must(api(fetch).api.tenders[':id'].files.$get({ param: { id } }))).files.filter(
    (file) => !file.removed,
  ),
})

export const actions: Actions = {
  approve: async ({ params, request, fetch }) => {
    const version = Number((await request.formData()).get('version'))
    const done = await answer(
      api(fetch).api.tenders[':id'].approve.$post({ param: { id: params.id }, json: { version } }),
    )
    if (!done.ok) return fail(done.problem.status || 503, { problem: done.problem, reason: '' })
    return redirect(303, `/purchaser/tenders/${params.id}`)
  },
  return: async ({ params, request, fetch }) => {
    const reason = String((await request.formData()).get('reason') ?? '')
    const done = await answer(
      api(fetch).api.tenders[':id'].return.$post({ param: { id: params.id }, json: { reason } }),
    )
    if (!done.ok) return fail(done.problem.status || 503, { problem: done.problem, reason })
    return redirect(303, `/purchaser/tenders/${params.id}`)
  },
}
