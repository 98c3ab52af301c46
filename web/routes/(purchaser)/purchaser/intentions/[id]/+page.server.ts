import { fail } from '@sveltejs/kit'
import { type Answer, answer, api, must } from '#lib/api.ts'
import { readIntention } from '#lib/purchaser/intention.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ params: { id }, fetch }) => {
  const client = api(fetch)
  const [intention, session, { items: approvals }] = await Promise.all([
    must(client.api.intentions[':id'].draft.$get({ param: { id } })),
    must(client.api.session.$get()),
    must(client.api['budget-approvals'].$get()),
  ])
  return { intention, approvals, personId: session.person?.id ?? null }
}

type Written = ReturnType<typeof readIntention>
type Act = 'save' | 'check' | 'publish' | 'change' | 'withdraw'
const settle = <T>(got: Answer<T>, act: Act, written: Partial<Written> = {}, reason = '') => {
  const content = written.content ?? null
  const budgetApprovalId = written.budgetApprovalId ?? null
  return got.ok
    ? { act: null, done: act, problem: null, content: null, budgetApprovalId: null, reason: '' }
    : fail(got.problem.status || 503, { act, done: null, problem: got.problem, content, budgetApprovalId, reason })
}

export const actions: Actions = {
  save: async ({ params, request, fetch }) => {
    const form = await request.formData()
    const written = readIntention(form)
    const json = { version: Number(form.get('version')), ...written }
    const got = await answer(api(fetch).api.intentions[':id'].$put({ param: { id: params.id }, json }))
    return settle(got, 'save', written)
  },
  check: async ({ params, request, fetch }) => {
    const version = Number((await request.formData()).get('version'))
    const got = await answer(
      api(fetch).api.intentions[':id'].check.$post({ param: { id: params.id }, json: { version } }),
    )
    return settle(got, 'check')
  },
  publish: async ({ params, request, fetch }) => {
    const form = await request.formData()
    const reason = String(form.get('lateReason') ?? '').trim()
    const json = { version: Number(form.get('version')), ...(reason ? { lateReason: reason } : {}) }
    const got = await answer(api(fetch).api.intentions[':id'].publish.$post({ param: { id: params.id }, json }))
    return settle(got, 'publish', {}, reason)
  },
  change: async ({ params, request, fetch }) => {
    const form = await request.formData()
    const written = readIntention(form)
    const reason = String(form.get('changeReason') ?? '')
    const json = { reason, content: written.content }
    const got = await answer(api(fetch).api.intentions[':id'].change.$post({ param: { id: params.id }, json }))
    return settle(got, 'change', written, reason)
  },
  withdraw: async ({ params, request, fetch }) => {
    const reason = String((await request.formData()).get('withdrawReason') ?? '')
    const got = await answer(
      api(fetch).api.intentions[':id'].withdraw.$post({ param: { id: params.id }, json: { reason } }),
    )
    return settle(got, 'withdraw', {}, reason)
  },
}
