import { words } from '#lib/i18n/load.server.ts'
import { navigation } from '#lib/navigation.server.ts'
import { enter } from '#lib/session/enter.ts'
import type { LayoutServerLoad } from './$types'

export const load: LayoutServerLoad = async ({ locals, url, parent }) => {
  url.searchParams.get('lang')
  await enter({ parent, url }, 'purchaser')
  return { groupWords: words(locals.lang, 'purchaser'), nav: navigation(locals.lang, 'purchaser') }
}
