import { fail, redirect } from '@sveltejs/kit'
import { shown, textOf, textsOf } from '#lib/account/auth.server.ts'
import { answer, api, must } from '#lib/api.ts'
import { signInHref } from '#lib/session/return.ts'
import type { Actions, PageServerLoad } from './$types'

const FACTS = ['address', 'contactName', 'contactPhone', 'contactEmail', 'size'] as const
type Size = 'large' | 'medium' | 'small' | 'micro'
type InviteJson = Parameters<ReturnType<typeof api>['api']['organisations'][':id']['invitations']['$post']>[0]['json']

/** Roles that can be given in an organisation of a kind (api/identity/rules.ts). */
const ROLES: Readonly<Record<string, readonly string[]>> = {
  supplier: ['supplier-preparer', 'supplier-signer'],
  purchaser: ['purchaser', 'purchaser-approver', 'evaluator', 'trustee'],
  agency: ['agency'],
  centre: ['centre', 'evaluator', 'administrator'],
  supervisor: ['supervisor', 'trustee'],
  'trustee-body': ['trustee'],
  bank: ['bank'],
}

export const load: PageServerLoad = async ({ fetch, url, locals: { lang }, parent, depends }) => {
  depends('sunlit:mandates')
  const { me } = await parent()
  if (!me) redirect(303, signInHref(url))
  const said = url.searchParams.get('said') ?? ''
  if (!me.organisationId)
    return { organisation: null, members: [], mandates: [], agencies: [], roles: [], manages: false, said }
  const client = api(fetch, lang).api
  const param = { id: me.organisationId }
  const [organisation, members, mandates] = await Promise.all([
    must(client.organisations[':id'].$get({ param })),
    must(client.organisations[':id'].members.$get({ param })),
    must(client.mandates.$get()),
  ])
  const isPurchaser = organisation.kinds.includes('purchaser')
  const agencies = isPurchaser
    ? (await must(client.organisations.$get({ query: { kind: 'agency', limit: '100' } }))).organisations
    : []
  return {
    organisation: 'address' in organisation ? organisation : { ...organisation, address: null },
    members: members.members,
    mandates: mandates.mandates,
    agencies: agencies.map(({ id, name }) => ({ id, name })),
    roles: [...new Set(organisation.kinds.flatMap((kind) => ROLES[kind] ?? []))],
    manages: members.members.some((member) => member.personId === me.personId && member.manages),
    said,
  }
}

const done = (said: string): never => redirect(303, `/organisation?said=${said}`)

export const actions: Actions = {
  change: async ({ request, fetch, locals: { lang } }) => {
    const form = await request.formData()
    const typed = textsOf(form, FACTS)
    const json = { ...typed, size: typed.size as Size }
    const got = await answer(
      api(fetch, lang).api.organisations[':id'].$patch({ param: { id: textOf(form, 'id') }, json }),
    )
    if (!got.ok) return fail(got.problem.status || 503, { typed, invited: null, ...(await shown(got.problem, lang)) })
    return done('saved')
  },
  invite: async ({ request, fetch, locals: { lang } }) => {
    const form = await request.formData()
    const typed = textsOf(form, ['email', 'role'] as const)
    const json = { ...typed, manages: form.has('manages') } as InviteJson
    const param = { id: textOf(form, 'id') }
    const got = await answer(api(fetch, lang).api.organisations[':id'].invitations.$post({ param, json }))
    if (!got.ok) return fail(got.problem.status || 503, { typed, invited: null, ...(await shown(got.problem, lang)) })
    return { typed: {}, invited: { ...got.value, email: typed.email }, problem: null, errors: [] }
  },
  end: async ({ request, fetch, locals: { lang } }) => {
    const id = textOf(await request.formData(), 'membershipId')
    const got = await answer(api(fetch, lang).api.memberships[':id'].end.$post({ param: { id } }))
    if (!got.ok)
      return fail(got.problem.status || 503, { typed: {}, invited: null, ...(await shown(got.problem, lang)) })
    return done('ended')
  },
  revoke: async ({ request, fetch, locals: { lang } }) => {
    const form = await request.formData()
    const json = { reason: textOf(form, 'reason') }
    const got = await answer(
      api(fetch, lang).api.mandates[':id'].revoke.$post({ param: { id: textOf(form, 'id') }, json }),
    )
    if (!got.ok)
      return fail(got.problem.status || 503, { typed: {}, invited: null, ...(await shown(got.problem, lang)) })
    return done('revoked')
  },
}
