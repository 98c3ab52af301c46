import { api, must } from '#lib/api.ts'
import type { PageServerLoad } from './$types'

/** Only read: no framework is loaded, see lib/light. */
export const csr = false

export const load: PageServerLoad = async ({ fetch, params, locals: { lang } }) => ({
  intention: await must(api(fetch, lang).api.intentions[':id'].$get({ param: { id: params.id } })),
})
