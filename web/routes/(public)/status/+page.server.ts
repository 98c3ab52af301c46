import { api, must } from '#lib/api.ts'
import type { PageServerLoad } from './$types'

/** Only read: no framework is loaded, see lib/light. */
export const csr = false

export const load: PageServerLoad = async ({ fetch, locals: { lang } }) => ({
  status: await must(api(fetch, lang).api.probes.$get()),
})
