import { api, must } from '#lib/api.ts'
import { actingUnder } from '#lib/purchaser/mandates.server.ts'
import type { LayoutServerLoad } from './$types'

/** The tender as its own side sees it, for all its pages. */
export const load: LayoutServerLoad = async ({ params: { id }, fetch, depends }) => {
  depends('sunlit:tender')
  const client = api(fetch)
  const [tender, session] = await Promise.all([
    must(client.api.tenders[':id'].draft.$get({ param: { id } })),
    must(client.api.session.$get()),
  ])
  const acting = await actingUnder(client, tender)
  return { tender, acting, actor: { personId: session.person?.id ?? null, role: session.role } }
}
