import { words } from '#lib/i18n/load.server.ts'
import { navigation } from '#lib/navigation.server.ts'
import type { LayoutServerLoad } from './$types'

export const load: LayoutServerLoad = ({ locals, url }) => {
  url.searchParams.get('lang')
  return { groupWords: words(locals.lang, 'supervisor'), nav: navigation(locals.lang, 'supervisor') }
}
