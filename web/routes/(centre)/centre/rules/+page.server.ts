import { error, fail, redirect } from '@sveltejs/kit'
import { shown, textOf } from '#lib/account/auth.server.ts'
import { answer, api, must } from '#lib/api.ts'
import { words } from '#lib/i18n/load.server.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ fetch, url, locals: { lang }, parent }) => {
  const { me } = await parent()
  if (me?.role !== 'administrator') error(403, { message: 'forbidden' })
  const client = api(fetch, lang).api.regulations
  const [rules, amendments, plans] = await Promise.all([
    must(client.$get({ query: {} })),
    must(client.amendments.$get()),
    must(client.calendars.$get()),
  ])
  return {
    pageWords: words(lang, 'rules'),
    rules: rules.items.filter((one) => one.set === 'city'),
    titles: Object.fromEntries(rules.items.map((one) => [one.rule, one.title])),
    amendments: amendments.items,
    plans: plans.items,
    personId: me.personId,
    said: url.searchParams.get('said') ?? '',
  }
}

/** One form for both kinds of change: which one, and what is done with it. */
export const actions: Actions = {
  approve: async ({ request, fetch, locals: { lang } }) => {
    const form = await request.formData()
    const client = api(fetch, lang).api.regulations
    const param = { id: textOf(form, 'id') }
    const got =
      textOf(form, 'kind') === 'plan'
        ? await answer(client.calendars[':id'].approve.$post({ param }))
        : await answer(client.amendments[':id'].approve.$post({ param }))
    if (!got.ok) return fail(got.problem.status || 503, await shown(got.problem, lang))
    redirect(303, '/centre/rules?said=done')
  },
  reject: async ({ request, fetch, locals: { lang } }) => {
    const form = await request.formData()
    const client = api(fetch, lang).api.regulations
    const asked = { param: { id: textOf(form, 'id') }, json: { reason: textOf(form, 'reason') } }
    const got =
      textOf(form, 'kind') === 'plan'
        ? await answer(client.calendars[':id'].reject.$post(asked))
        : await answer(client.amendments[':id'].reject.$post(asked))
    if (!got.ok) return fail(got.problem.status || 503, await shown(got.problem, lang))
    redirect(303, '/centre/rules?said=done')
  },
}
