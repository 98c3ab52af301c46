import { words } from '#lib/i18n/load.server.ts'
import { navigation } from '#lib/navigation.server.ts'
import type { LayoutServerLoad } from './$types'

/** Pages of one's own: under the navigation of the role one acts in. */
export const load: LayoutServerLoad = async ({ locals, url, parent }) => {
  url.searchParams.get('lang')
  const { me } = await parent()
  return { groupWords: words(locals.lang, 'account'), nav: navigation(locals.lang, me?.group ?? 'public') }
}
