import { api, must } from '#lib/api.ts'
import { words } from '#lib/i18n/load.server.ts'
import type { PageServerLoad } from './$types'

/** The verifier has a page of its own: whoever only reads a project does not download what checks it. */
export const load: PageServerLoad = async ({ fetch, params, locals: { lang }, url }) => {
  url.searchParams.get('lang')
  const { id, number, title } = await must(api(fetch, lang).api.tenders[':id'].$get({ param: { id: params.id } }))
  return { pageWords: words(lang, 'tender'), tender: { id, number, title } }
}
