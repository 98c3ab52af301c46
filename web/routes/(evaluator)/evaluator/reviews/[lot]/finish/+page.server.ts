import { fail, redirect } from '@sveltejs/kit'
import { answer, api } from '#lib/api.ts'
import type { Actions } from './$types'

export const actions: Actions = {
  default: async ({ params, fetch }) => {
    const done = await answer(api(fetch).api.lots[':id'].evaluation.scores.finish.$post({ param: { id: params.lot } }))
    if (!done.ok) return fail(done.problem.status || 503, { problem: done.problem })
    return redirect(303, `/evaluator/reviews/${params.lot}`)
  },
}
