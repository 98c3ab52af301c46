import { api, must } from '#lib/api.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ fetch }) => ({
  tenders: (await must(api(fetch).api.my.tenders.$get())).items,
})
