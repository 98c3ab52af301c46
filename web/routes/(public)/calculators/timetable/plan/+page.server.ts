import { planPage } from '#lib/calculators/plan.server.ts'
import { frameWords } from '#lib/calculators/words.server.ts'
import { contextAt } from '../../../../../../api/law/contract.ts'
import type { PageServerLoad } from './$types'

/** Asked by a plain form and answered by the server: no framework is loaded, see lib/light. */
export const csr = false

export const load: PageServerLoad = async ({ locals: { lang }, url, parent }) => {
  url.searchParams.get('lang')
  const { now } = await parent()
  const context = contextAt(now ? Date.parse(now) : Date.now())
  return { pageWords: frameWords(lang), page: planPage(url.searchParams, context, lang) }
}
