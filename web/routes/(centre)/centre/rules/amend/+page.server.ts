import { error, fail, redirect } from '@sveltejs/kit'
import { shown, textOf } from '#lib/account/auth.server.ts'
import { answer, api, must } from '#lib/api.ts'
import { words } from '#lib/i18n/load.server.ts'
import { figuresFrom } from '#lib/rules/figures.ts'
import { caseKey } from '#lib/rules/types.ts'
import type { Actions, PageServerLoad } from './$types'

/** The city row that the address names. */
const ruleOf = async (fetch: typeof globalThis.fetch, url: URL) => {
  const { items } = await must(api(fetch).api.regulations.$get({ query: {} }))
  const key = url.searchParams.get('of')
  return items.find((one) => one.set === 'city' && caseKey(one) === key) ?? error(404, 'not-found')
}

export const load: PageServerLoad = async ({ fetch, url, locals: { lang }, parent }) => {
  const { me } = await parent()
  if (me?.role !== 'administrator') error(403, { message: 'forbidden' })
  return { pageWords: words(lang, 'rules'), rule: await ruleOf(fetch, url) }
}

export const actions: Actions = {
  default: async ({ request, fetch, url, locals: { lang } }) => {
    const form = await request.formData()
    const { rule, regime, object, method, figures } = await ruleOf(fetch, url)
    const typed = Object.fromEntries([...form.keys()].map((name) => [name, textOf(form, name)]))
    const json = {
      ...{ rule, regime, object, method },
      params: figuresFrom(figures, (name) => typed[name] ?? ''),
      effectiveFrom: typed.effectiveFrom ?? '',
      retroactive: form.has('retroactive'),
      document: typed.document ?? '',
      article: typed.article ?? '',
      reason: typed.reason ?? '',
    }
    const got = await answer(api(fetch, lang).api.regulations.amendments.$post({ json }))
    if (!got.ok) return fail(got.problem.status || 503, { typed, ...(await shown(got.problem, lang)) })
    redirect(303, '/centre/rules?said=saved')
  },
}
