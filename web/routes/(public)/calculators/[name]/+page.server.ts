import { error } from '@sveltejs/kit'
import { legalToday } from '#lib/calculators/clock.server.ts'
import { answered } from '#lib/calculators/names.ts'
import { calculatorPage } from '#lib/calculators/page.server.ts'
import { frameWords } from '#lib/calculators/words.server.ts'
import type { PageServerLoad } from './$types'

/** Asked by a plain form and answered by the server: no framework is loaded, see lib/light. */
export const csr = false

export const load: PageServerLoad = async ({ fetch, params, locals: { lang }, url }) => {
  const name = answered(params.name)
  if (!name) error(404)
  return {
    pageWords: frameWords(lang),
    page: calculatorPage(name, url.searchParams, await legalToday(fetch), lang),
  }
}
