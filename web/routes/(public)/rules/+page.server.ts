import { api, must } from '#lib/api.ts'
import { words } from '#lib/i18n/load.server.ts'
import type { PageServerLoad } from './$types'

const DAY = /^20\d{2}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/

/** Only read: no framework is loaded, see lib/light. */
export const csr = false

export const load: PageServerLoad = async ({ fetch, url, locals: { lang } }) => {
  const q = url.searchParams.get('q')?.trim().slice(0, 100) ?? ''
  const on = url.searchParams.get('on')?.trim() ?? ''
  const isDay = DAY.test(on) && new Date(`${on}T00:00:00Z`).toISOString().startsWith(on)
  const client = api(fetch, lang).api.regulations
  const [found, calendar] = await Promise.all([
    must(client.$get({ query: { ...(q && { q }), ...(isDay && { on }) } })),
    must(client.calendar.$get()),
  ])
  return { pageWords: words(lang, 'rules'), found, years: calendar.years, q, on, wrong: on !== '' && !isDay }
}
