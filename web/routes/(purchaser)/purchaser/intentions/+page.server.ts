import { fail } from '@sveltejs/kit'
import { answer, api, must } from '#lib/api.ts'
import { parseBeijing } from '#lib/i18n/date.ts'
import { beijingDate } from '#lib/i18n/instant.ts'
import { fenOf } from '#lib/purchaser/draft.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ fetch, parent }) => {
  const client = api(fetch)
  const { now } = await parent()
  const [{ items }, { items: approvals }] = await Promise.all([
    must(client.api.my.intentions.$get()),
    must(client.api['budget-approvals'].$get()),
  ])
  return { intentions: items, approvals, today: beijingDate(now ?? new Date()) }
}

export const actions: Actions = {
  approval: async ({ request, fetch }) => {
    const form = await request.formData()
    const text = (name: string) => String(form.get(name) ?? '').trim()
    const at = parseBeijing(text('approvedOn'))
    const typed = {
      documentNumber: text('documentNumber'),
      fiscalYear: text('fiscalYear'),
      amount: text('amount'),
      approvedOn: text('approvedOn'),
    }
    const made = await answer(
      api(fetch).api['budget-approvals'].$post({
        json: {
          documentNumber: typed.documentNumber,
          fiscalYear: Number(typed.fiscalYear),
          amount: fenOf(typed.amount),
          approvedOn: at ? beijingDate(at) : typed.approvedOn,
        },
      }),
    )
    return made.ok ? { problem: null, typed: null } : fail(made.problem.status || 503, { problem: made.problem, typed })
  },
}
