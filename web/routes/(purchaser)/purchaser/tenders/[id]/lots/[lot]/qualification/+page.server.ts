import { fail, redirect } from '@sveltejs/kit'
import { answer, api } from '#lib/api.ts'
import { saveReview } from '#lib/evaluation/review.server.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ params: { lot }, fetch }) => {
  const bids = await answer(api(fetch).api.lots[':id'].evaluation.bids.$get({ param: { id: lot } }))
  return { bids: bids.ok ? bids.value.bids : [], refusal: bids.ok ? null : bids.problem }
}

export const actions: Actions = {
  review: async ({ params, request, fetch, locals }) =>
    saveReview(fetch, params.lot, await request.formData(), locals.lang),
  close: async ({ params, fetch }) => {
    const done = await answer(
      api(fetch).api.lots[':id'].evaluation.qualification.close.$post({ param: { id: params.lot } }),
    )
    if (!done.ok) return fail(done.problem.status || 503, { fault: null, problem: done.problem })
    return redirect(303, `/purchaser/tenders/${params.id}`)
  },
}
