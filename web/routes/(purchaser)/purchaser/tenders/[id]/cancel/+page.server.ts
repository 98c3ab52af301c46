import { fail, redirect } from '@sveltejs/kit'
import { answer, api } from '#lib/api.ts'
import type { Actions } from './$types'

export const actions: Actions = {
  default: async ({ params, request, fetch }) => {
    const reason = String((await request.formData()).get('reason') ?? '')
    const done = await answer(
      api(fetch).api.tenders[':id'].cancel.$post({ param: { id: params.id }, json: { reason } }),
    )
    if (!done.ok) return fail(done.problem.status || 503, { problem: done.problem, reason })
    return redirect(303, `/purchaser/tenders/${params.id}`)
  },
}
