import { api, must } from '#lib/api.ts'
import type { PageServerLoad } from './$types'

const KINDS = ['awarded', 'contracted', 'failed', 'not-opened'] as const

/** Only read: no framework is loaded, see lib/light. */
export const csr = false

export const load: PageServerLoad = async ({ fetch }) => {
  const lists = await Promise.all(
    KINDS.map((status) => must(api(fetch).api.notices.$get({ query: { status, page: '1' } as { page: string } }))),
  )
  const [awarded, contracted, failed, unopened] = lists.map(({ items, total }) => ({ items, total }))
  return { awarded, contracted, failed, unopened }
}
