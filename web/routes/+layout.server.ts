import { host, type LogHead, type Site } from '../host.ts'
import { readCheckpoint } from '../lib/checkpoint.ts'
import type { ClockAnswer } from '../lib/clock.ts'
import { words } from '../lib/i18n/load.server.ts'
import type { Me } from '../lib/nav.ts'
import { footLinks, navigation } from '../lib/navigation.server.ts'
import type { LayoutServerLoad } from './$types'

const NO_SITE: Site = { city: '', mode: 'production', phone: null }

/** The frame of every page. It never throws: a clock or log that does not answer leaves its place empty. */
export const load: LayoutServerLoad = async ({ locals, fetch, url, cookies }) => {
  // read so that `?lang=` runs this load again
  url.searchParams.get('lang')
  const signedIn = cookies.getAll().some(({ name }) => /session/.test(name))
  const [clock, me, log] = await Promise.all([
    answered<ClockAnswer>(fetch('/api/clock')),
    signedIn ? answered<Me>(fetch('/api/me')) : null,
    checkpoint(fetch('/log/checkpoint')),
  ])
  return {
    lang: locals.lang,
    nav: navigation(locals.lang, 'public'),
    foot: footLinks(locals.lang),
    words: words(locals.lang, 'common'),
    site: host()?.site ?? NO_SITE,
    now: clock?.now ?? null,
    me,
    log,
  }
}

const answered = async <T>(call: Promise<Response>): Promise<T | null> => {
  try {
    const response = await call
    return response.ok ? ((await response.json()) as T) : null
  } catch {
    return null
  }
}

const checkpoint = async (call: Promise<Response>): Promise<LogHead | null> => {
  try {
    const response = await call
    return response.ok ? readCheckpoint(await response.text()) : null
  } catch {
    return null
  }
}
