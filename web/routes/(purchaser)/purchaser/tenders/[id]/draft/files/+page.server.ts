import { fail } from '@sveltejs/kit'
import { answer, api, must, readProblem } from '#lib/api.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ params: { id }, fetch }) => ({
  files: (await must(api(fetch).api.tenders[':id'].files.$get({ param: { id } }))).files,
})

export const actions: Actions = {
  /** Without script; with it the browser sends the file itself and shows its hash before and after. */
  add: async ({ params, request, fetch }) => {
    const form = await request.formData()
    const sent = await fetch(`/api/tenders/${params.id}/files`, { method: 'POST', body: form })
    if (!sent.ok) {
      const problem = await readProblem(sent)
      return fail(problem.status || 503, { problem })
    }
    return { problem: null }
  },
  remove: async ({ params, request, fetch }) => {
    const fileId = String((await request.formData()).get('fileId') ?? '')
    const done = await answer(
      api(fetch).api.tenders[':id'].files[':fileId'].$delete({ param: { id: params.id, fileId } }),
    )
    return done.ok ? { problem: null } : fail(done.problem.status || 503, { problem: done.problem })
  },
}
