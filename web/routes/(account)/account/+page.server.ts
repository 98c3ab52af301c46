import { fail, redirect } from '@sveltejs/kit'
import { auth, shown, textOf } from '#lib/account/auth.server.ts'
import { expiring } from '#lib/account/expiry.ts'
import { answer, api, must } from '#lib/api.ts'
import { signInHref } from '#lib/session/return.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ fetch, url, locals: { lang }, depends }) => {
  depends('sunlit:certificates')
  const client = api(fetch, lang).api
  const session = await must(client.session.$get())
  if (!session.person) redirect(303, signInHref(url))
  // Whoever has no organisation yet holds no certificate here, and comes to join one.
  const held = session.active ? await must(client.certificates.$get()) : { certificates: [] }
  const clock = await must(client.clock.$get())
  return {
    session,
    expiring: expiring(held.certificates, Date.parse(clock.now)),
    certificates: held.certificates.map(({ der: _, ...certificate }) => certificate),
    said: url.searchParams.get('said') ?? '',
  }
}

const done = (said: string): never => redirect(303, `/account?said=${said}`)

export const actions: Actions = {
  choose: async ({ request, fetch, locals: { lang } }) => {
    const membershipId = textOf(await request.formData(), 'membershipId')
    const got = await answer(api(fetch, lang).api.session.membership.$post({ json: { membershipId } }))
    if (!got.ok) return fail(got.problem.status || 503, { factor: null, ...(await shown(got.problem, lang)) })
    return done('switched')
  },
  join: async ({ request, fetch, locals: { lang } }) => {
    const code = textOf(await request.formData(), 'code')
    const client = api(fetch, lang).api
    const got = await answer(client.invitations.accept.$post({ json: { code } }))
    if (!got.ok) return fail(got.problem.status || 503, { factor: null, ...(await shown(got.problem, lang)) })
    await answer(client.session.membership.$post({ json: { membershipId: got.value.membershipId } }))
    return done('joined')
  },
  /** The key for the authenticator, drawn here: the page needs no script to show it. */
  factor: async ({ request, fetch, locals: { lang } }) => {
    const password = textOf(await request.formData(), 'password', true)
    const got = await auth<{ totpURI: string; backupCodes: string[] }>(fetch, 'two-factor/enable', { password })
    if (!got.ok) return fail(got.problem.status || 503, { factor: null, ...(await shown(got.problem, lang)) })
    return { factor: await drawn(got.value.totpURI, got.value.backupCodes), problem: null, errors: [] }
  },
  confirm: async ({ request, fetch, locals: { lang } }) => {
    const form = await request.formData()
    const code = textOf(form, 'totp').replace(/\s/g, '')
    const got = await auth(fetch, 'two-factor/verify-totp', { code })
    if (got.ok) return done('factor-on')
    // The same key again, so that a mistyped code does not cost a new scan.
    const factor = await drawn(textOf(form, 'uri'), textOf(form, 'backup').split(' '))
    const { problem, errors } = await shown(got.problem, lang)
    // On this page `code` is the invitation's.
    const here = errors.length === 0 ? [{ id: 'totp', message: problem.title }] : errors
    const own = here.map(({ id, message }) => ({ id: id === 'code' ? 'totp' : id, message }))
    return fail(got.problem.status || 503, { factor, problem, errors: own })
  },
  'factor-off': async ({ request, fetch, locals: { lang } }) => {
    const password = textOf(await request.formData(), 'password', true)
    const got = await auth(fetch, 'two-factor/disable', { password })
    if (!got.ok) return fail(got.problem.status || 503, { factor: null, ...(await shown(got.problem, lang)) })
    return done('factor-off')
  },
  password: async ({ request, fetch, locals: { lang } }) => {
    const form = await request.formData()
    const got = await auth(fetch, 'change-password', {
      currentPassword: textOf(form, 'currentPassword', true),
      newPassword: textOf(form, 'newPassword', true),
      revokeOtherSessions: true,
    })
    if (!got.ok) return fail(got.problem.status || 503, { factor: null, ...(await shown(got.problem, lang)) })
    return done('password')
  },
  unbind: async ({ request, fetch, locals: { lang } }) => {
    const id = textOf(await request.formData(), 'id')
    const got = await answer(api(fetch, lang).api.certificates[':id'].unbind.$post({ param: { id } }))
    if (!got.ok) return fail(got.problem.status || 503, { factor: null, ...(await shown(got.problem, lang)) })
    return done('unbound')
  },
  revoke: async ({ request, fetch, locals: { lang } }) => {
    const id = textOf(await request.formData(), 'id')
    const got = await answer(api(fetch, lang).api.demo.certificates[':id'].revoke.$post({ param: { id } }))
    if (!got.ok) return fail(got.problem.status || 503, { factor: null, ...(await shown(got.problem, lang)) })
    return done('revoked')
  },
}

const drawn = async (uri: string, backupCodes: string[]) => {
  const { default: qrcode } = await import('qrcode')
  const svg = await qrcode.toString(uri, { type: 'svg', margin: 2, errorCorrectionLevel: 'M' })
  return {
    uri,
    backupCodes,
    key: new URL(uri).searchParams.get('secret') ?? '',
    image: `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`,
  }
}
