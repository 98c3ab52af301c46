import { fail, redirect } from '@sveltejs/kit'
import { answer, api, must } from '#lib/api.ts'
import { readIntention } from '#lib/purchaser/intention.ts'
import { mandatedPurchasers } from '#lib/purchaser/mandates.server.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ fetch }) => {
  const client = api(fetch)
  const session = await must(client.api.session.$get())
  const { items: approvals } = await must(client.api['budget-approvals'].$get())
  return {
    approvals,
    purchasers: await mandatedPurchasers(client, session.role),
  }
}

export const actions: Actions = {
  default: async ({ request, fetch }) => {
    const form = await request.formData()
    const { content, budgetApprovalId } = readIntention(form)
    const purchaserId = String(form.get('purchaserId') ?? '')
    const made = await answer(
      api(fetch).api.intentions.$post({
        json: { content, budgetApprovalId, ...(purchaserId ? { purchaserId } : {}) },
      }),
    )
    if (!made.ok) return fail(made.problem.status || 503, { problem: made.problem, content, budgetApprovalId })
    return redirect(303, `/purchaser/intentions/${made.value.id}`)
  },
}
