import { words } from '#lib/i18n/load.server.ts'
import { ROLE_GROUPS } from '#lib/nav.ts'
import { navigation } from '#lib/navigation.server.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = ({ locals: { lang }, url }) => {
  url.searchParams.get('lang')
  return {
    pageWords: words(lang, 'design'),
    navs: ROLE_GROUPS.map((group) => ({ group, links: navigation(lang, group) })),
  }
}
