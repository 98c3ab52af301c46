import { error, fail } from '@sveltejs/kit'
import { shown, textsOf } from '#lib/account/auth.server.ts'
import { yuanToFen } from '#lib/account/yuan.ts'
import { answer, api } from '#lib/api.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ url, parent }) => {
  const { site } = await parent()
  if (site.mode === 'production') return error(404)
  return { account: url.searchParams.get('account') ?? '', amount: url.searchParams.get('amount') ?? '' }
}

export const actions: Actions = {
  default: async ({ request, fetch, locals: { lang } }) => {
    const typed = textsOf(await request.formData(), ['accountNumber', 'amount', 'payerName', 'payerAccount'] as const)
    const amount = yuanToFen(typed.amount)
    const nothing = { typed, wrong: false, problem: null, errors: [], reference: null }
    if (amount === null) return fail(422, { ...nothing, wrong: true })
    const json = { ...typed, accountNumber: typed.accountNumber.replace(/\s/g, ''), amount }
    const got = await answer(api(fetch, lang).api.demo.bank.transfers.$post({ json }))
    if (!got.ok) return fail(got.problem.status || 503, { ...nothing, ...(await shown(got.problem, lang)) })
    return { ...nothing, reference: got.value.bankReference }
  },
}
