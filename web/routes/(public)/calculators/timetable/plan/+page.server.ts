import { legalToday } from '#lib/calculators/clock.server.ts'
import { planPage } from '#lib/calculators/plan.server.ts'
import { frameWords } from '#lib/calculators/words.server.ts'
import type { PageServerLoad } from './$types'

/** Asked by a plain form and answered by the server: no framework is loaded, see lib/light. */
export const csr = false

export const load: PageServerLoad = async ({ fetch, locals: { lang }, url }) => ({
  pageWords: frameWords(lang),
  page: planPage(url.searchParams, await legalToday(fetch), lang),
})
