import { fail, redirect } from '@sveltejs/kit'
import { answer, api, must } from '#lib/api.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ fetch, parent }) => {
  const { room } = await parent()
  const needs = room.status !== 'done' && room.status !== 'failed' && room.status !== 'signing'
  return {
    evaluators: needs ? (await must(api(fetch).api.evaluators.$get({ query: {} }))).evaluators : [],
  }
}

const seatOf = (value: string, chair: string) => {
  const [personId = '', organisationId = '', kind = ''] = value.split('|')
  return { personId, organisationId, isExpert: kind === 'expert', isChair: personId === chair }
}

export const actions: Actions = {
  form: async ({ params, request, fetch }) => {
    const form = await request.formData()
    const chair = String(form.get('chair') ?? '')
    const chosen = form
      .getAll('member')
      .map(String)
      .filter((value) => value !== '')
    const members = chosen.map((value) => seatOf(value, chair))
    const done = await answer(
      api(fetch).api.lots[':id'].evaluation.committee.$post({ param: { id: params.lot }, json: { members } }),
    )
    if (!done.ok) return fail(done.problem.status || 503, { problem: done.problem, chosen, chair })
    return redirect(303, `/purchaser/tenders/${params.id}/lots/${params.lot}/committee`)
  },
  replace: async ({ params, request, fetch }) => {
    const form = await request.formData()
    const out = String(form.get('out') ?? '')
    const reason = form.get('why') === 'conflict' ? ('conflict' as const) : ('absent' as const)
    const wasChair = form.get('wasChair') === 'yes'
    const seat = seatOf(String(form.get('in') ?? ''), '')
    const done = await answer(
      api(fetch).api.lots[':id'].evaluation.replacements.$post({
        param: { id: params.lot },
        json: { out, reason, in: { ...seat, isChair: wasChair } },
      }),
    )
    return done.ok
      ? { problem: null, chosen: null, chair: '' }
      : fail(done.problem.status || 503, { problem: done.problem, chosen: null, chair: '' })
  },
}
