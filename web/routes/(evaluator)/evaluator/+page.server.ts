import { api, must } from '#lib/api.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ fetch }) => ({
  sessions: (await must(api(fetch).api.evaluations.$get())).evaluations,
})
