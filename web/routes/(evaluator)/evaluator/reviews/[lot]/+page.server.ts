import { fail } from '@sveltejs/kit'
import { type Answer, answer, api } from '#lib/api.ts'
import { saveReview } from '#lib/evaluation/review.server.ts'
import { problemText } from '#lib/problems.ts'
import type { Actions } from './$types'

const NOTHING = { fault: null, problem: null }
const settle = <T>(got: Answer<T>) =>
  got.ok ? NOTHING : fail(got.problem.status || 503, { fault: null, problem: got.problem })

export const actions: Actions = {
  signIn: async ({ params, fetch }) =>
    settle(await answer(api(fetch).api.lots[':id'].evaluation['sign-in'].$post({ param: { id: params.lot } }))),
  declare: async ({ params, request, fetch }) => {
    const form = await request.formData()
    const conflict = form.get('conflict') === 'none' ? ('none' as const) : ('declared' as const)
    const json = { conflict, reason: String(form.get('reason') ?? ''), bidders: form.getAll('bidder').map(String) }
    return settle(
      await answer(api(fetch).api.lots[':id'].evaluation.declaration.$post({ param: { id: params.lot }, json })),
    )
  },
  review: async ({ params, request, fetch, locals }) =>
    saveReview(fetch, params.lot, await request.formData(), locals.lang),
  closeConformity: async ({ params, request, fetch }) => {
    const form = await request.formData()
    const reason = String(form.get('competition') ?? '').trim()
    const json = reason ? { competition: { remains: form.get('remains') !== 'no', reason } } : {}
    return settle(
      await answer(api(fetch).api.lots[':id'].evaluation.conformity.close.$post({ param: { id: params.lot }, json })),
    )
  },
  score: async ({ params, request, fetch, locals }) => {
    const form = await request.formData()
    const text = (name: string) => String(form.get(name) ?? '').trim()
    const [bidId, itemId, typed] = [text('bidId'), text('itemId'), text('points')]
    const points = typed.normalize('NFKC').replace(/^0+(?=\d)/, '')
    const saved = await answer(
      api(fetch).api.lots[':id'].evaluation.scores.$put({
        param: { id: params.lot },
        json: { bidId, itemId, points, opinion: text('opinion') },
      }),
    )
    if (saved.ok) return NOTHING
    const message = await problemText(saved.problem, locals.lang)
    return fail(saved.problem.status || 503, { fault: { bidId, itemId, message, typed }, problem: null })
  },
  close: async ({ params, fetch }) =>
    settle(await answer(api(fetch).api.lots[':id'].evaluation.close.$post({ param: { id: params.lot } }))),
}
