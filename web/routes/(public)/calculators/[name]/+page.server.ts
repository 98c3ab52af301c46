import { error } from '@sveltejs/kit'
import { answered } from '#lib/calculators/names.ts'
import { calculatorPage } from '#lib/calculators/page.server.ts'
import { frameWords } from '#lib/calculators/words.server.ts'
import { contextAt } from '../../../../../api/law/contract.ts'
import type { PageServerLoad } from './$types'

/** Asked by a plain form and answered by the server: no framework is loaded, see lib/light. */
export const csr = false

export const load: PageServerLoad = async ({ params, locals: { lang }, url, parent }) => {
  url.searchParams.get('lang')
  const name = answered(params.name)
  if (!name) error(404)
  // the platform's clock dates the law, not this machine's; without an answer of it the machine's has to do
  const { now } = await parent()
  const context = contextAt(now ? Date.parse(now) : Date.now())
  return {
    pageWords: frameWords(lang),
    page: calculatorPage(name, url.searchParams, context, lang),
  }
}
