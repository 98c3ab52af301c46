import { words } from '#lib/i18n/load.server.ts'
import { ROLE_GROUPS } from '#lib/nav.ts'
import type { PageServerLoad } from './$types'

/** Every group's words, because the page shows every role's navigation. */
export const load: PageServerLoad = ({ locals, url }) => {
  url.searchParams.get('lang')
  const groups = [...ROLE_GROUPS, 'design'] as const
  return { pageWords: Object.assign({}, ...groups.map((group) => words(locals.lang, group))) as App.PageData['words'] }
}
