import { api, must } from '#lib/api.ts'
import { FACET_NAMES, readNoticeQuery } from '#lib/public/notice-query.ts'
import { readPage } from '#lib/query.ts'
import type { PageServerLoad } from './$types'

/** Only read: no framework is loaded, see lib/light. */
export const csr = false

export const load: PageServerLoad = async ({ fetch, url }) => {
  const { api: asked, typed, wrong } = readNoticeQuery(url.searchParams)
  const page = String(Math.min(10_000, readPage(url)))
  const list = (query: object) => must(api(fetch).api.notices.$get({ query: { ...query, page } as { page: string } }))
  const found = await list(asked)
  // An empty result says which one condition to give up, and what that would bring.
  const loosen =
    found.total === 0
      ? await Promise.all(
          (Object.keys(typed) as (keyof typeof typed)[]).map(async (name) => {
            const { [name]: _, ...rest } = asked
            return { name, value: typed[name] ?? '', total: (await list(rest)).total }
          }),
        )
      : []
  const chosen = Object.fromEntries(FACET_NAMES.map((facet) => [facet, typed[facet] ?? '']))
  return { found, typed, wrong, chosen, loosen: loosen.filter(({ total }) => total > 0) }
}
