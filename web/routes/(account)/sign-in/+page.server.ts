import { fail, redirect } from '@sveltejs/kit'
import { auth, shown, textOf } from '#lib/account/auth.server.ts'
import { answer, api } from '#lib/api.ts'
import { homeOf } from '#lib/nav.ts'
import { safeReturn } from '#lib/session/return.ts'
import { groupOf, type Session } from '#lib/session/session.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = ({ url }) => ({
  back: safeReturn(url.searchParams.get('return'), ''),
  step: url.searchParams.get('step') === 'code' ? ('code' as const) : ('password' as const),
})

/** Back to the place one came from, or to the pages of one's role. */
const home = async (fetcher: typeof fetch, back: string): Promise<string> => {
  if (back !== '' && back !== '/') return back
  const response = await fetcher('/api/session')
  const session = response.ok ? ((await response.json()) as Session) : null
  return session?.person ? homeOf(groupOf(session.role)) : '/'
}

export const actions: Actions = {
  password: async ({ request, fetch, locals: { lang } }) => {
    const form = await request.formData()
    const back = safeReturn(textOf(form, 'return'), '')
    const email = textOf(form, 'email')
    const body = { email, password: textOf(form, 'password', true) }
    const got = await auth<{ twoFactorRedirect?: boolean }>(fetch, 'sign-in/email', body)
    if (!got.ok)
      return fail(got.problem.status || 503, { form: 'password' as const, email, ...(await shown(got.problem, lang)) })
    if (got.value.twoFactorRedirect) {
      redirect(303, `/sign-in?step=code${back ? `&return=${encodeURIComponent(back)}` : ''}`)
    }
    redirect(303, await home(fetch, back))
  },
  code: async ({ request, fetch, locals: { lang } }) => {
    const form = await request.formData()
    const code = textOf(form, 'code').replace(/\s/g, '')
    const path = /^\d{6}$/.test(code) ? 'two-factor/verify-totp' : 'two-factor/verify-backup-code'
    const got = await auth(fetch, path, { code })
    if (!got.ok)
      return fail(got.problem.status || 503, { form: 'code' as const, email: '', ...(await shown(got.problem, lang)) })
    redirect(303, await home(fetch, safeReturn(textOf(form, 'return'), '')))
  },
  out: async ({ fetch }) => {
    await answer(api(fetch).api.session['sign-out'].$post())
    redirect(303, '/')
  },
}
