import { error, fail, redirect } from '@sveltejs/kit'
import { auth, shown, textOf } from '#lib/account/auth.server.ts'
import { answer, api } from '#lib/api.ts'
import { demoPeople } from '#lib/demo/people.server.ts'
import { parseBeijing } from '#lib/i18n/date.ts'
import { homeOf } from '#lib/nav.ts'
import { safeReturn } from '#lib/session/return.ts'
import { groupOf } from '#lib/session/session.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ fetch, url, parent }) => {
  const { site } = await parent()
  if (site.mode === 'production') return error(404)
  const { people, done, steps } = await demoPeople(fetch)
  return {
    back: safeReturn(url.searchParams.get('return'), ''),
    done,
    step: steps.at(-1) ?? '',
    people: people.map(({ password: _, pin, p12, email, name, organisation, role }) => ({
      email,
      name,
      organisation,
      role,
      pin: pin ?? null,
      p12: p12 ?? null,
    })),
  }
}

export const actions: Actions = {
  /** The clock of a demonstration is anybody's to move; production refuses it at the API. */
  clock: async ({ request, fetch, locals: { lang } }) => {
    const form = await request.formData()
    const typed = textOf(form, 'to')
    const to = /Z$/.test(typed) ? typed : parseBeijing(typed)
    if (!to) return fail(422, { typed, wrong: true, problem: null })
    const got = await answer(api(fetch, lang).api.demo.clock.$post({ json: { to } }))
    if (!got.ok)
      return fail(got.problem.status || 503, { typed, wrong: false, problem: (await shown(got.problem, lang)).problem })
    return redirect(303, safeReturn(textOf(form, 'return'), '/demo'))
  },
  as: async ({ request, fetch, locals: { lang } }) => {
    const form = await request.formData()
    const email = textOf(form, 'email')
    const person = (await demoPeople(fetch)).people.find((one) => one.email === email)
    if (!person) return fail(404, { typed: '', wrong: false, problem: null })
    const got = await auth(fetch, 'sign-in/email', { email, password: person.password })
    if (!got.ok)
      return fail(got.problem.status || 503, {
        typed: '',
        wrong: false,
        problem: (await shown(got.problem, lang)).problem,
      })
    return redirect(303, safeReturn(textOf(form, 'return'), homeOf(groupOf(person.role))))
  },
}
