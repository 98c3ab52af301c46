import { words } from '#lib/i18n/load.server.ts'
import { navigation } from '#lib/navigation.server.ts'
import { enter } from '#lib/session/enter.ts'
import type { LayoutServerLoad } from './$types'

export const load: LayoutServerLoad = async ({ locals, url, parent }) => {
  url.searchParams.get('lang')
  const { role } = await enter({ parent, url }, 'centre')
  return {
    groupWords: words(locals.lang, 'centre'),
    nav: navigation(locals.lang, 'centre').filter(({ href }) => href !== '/centre/rules' || role === 'administrator'),
  }
}
