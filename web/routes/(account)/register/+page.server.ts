import { fail, redirect } from '@sveltejs/kit'
import { auth, shown, textOf, textsOf } from '#lib/account/auth.server.ts'
import { answer, api, must } from '#lib/api.ts'
import type { Actions, PageServerLoad } from './$types'

const FACTS = ['uscc', 'name', 'address', 'contactName', 'contactPhone', 'contactEmail', 'size'] as const
type Size = 'large' | 'medium' | 'small' | 'micro'

export const load: PageServerLoad = async ({ fetch, url, locals: { lang } }) => ({
  promise: await must(api(fetch, lang).api.organisations.promise.$get()),
  done: url.searchParams.has('done'),
})

export const actions: Actions = {
  account: async ({ request, fetch, locals: { lang } }) => {
    const form = await request.formData()
    const typed = textsOf(form, ['name', 'email'] as const)
    const got = await auth(fetch, 'sign-up/email', { ...typed, password: textOf(form, 'password', true) })
    if (!got.ok) return fail(got.problem.status || 503, { typed, checking: false, ...(await shown(got.problem, lang)) })
    redirect(303, '/register')
  },
  /** Nothing is sent on yet: the answers come back to be checked. */
  check: async ({ request }) => ({
    typed: textsOf(await request.formData(), FACTS) as Record<string, string>,
    checking: true,
    problem: null,
    errors: [],
  }),
  change: async ({ request }) => ({
    typed: textsOf(await request.formData(), FACTS) as Record<string, string>,
    checking: false,
    problem: null,
    errors: [],
  }),
  register: async ({ request, fetch, locals: { lang } }) => {
    const form = await request.formData()
    const typed = textsOf(form, FACTS)
    const json = { ...typed, size: typed.size as Size, promiseSha256: textOf(form, 'promiseSha256') }
    const client = api(fetch, lang)
    const got = await answer(client.api.organisations.$post({ json }))
    if (!got.ok) return fail(got.problem.status || 503, { typed, checking: false, ...(await shown(got.problem, lang)) })
    // From now on one acts for the new organisation.
    const session = await answer(client.api.session.$get())
    const own = session.ok ? session.value.memberships.find((one) => one.organisation.id === got.value.id) : undefined
    if (own) await answer(client.api.session.membership.$post({ json: { membershipId: own.id } }))
    redirect(303, '/register?done')
  },
}
