import { host, type LogHead, type Site } from '../host.ts'
import { readCheckpoint } from '../lib/checkpoint.ts'
import { words } from '../lib/i18n/load.server.ts'
import { footLinks, navigation } from '../lib/navigation.server.ts'
import { dayOf } from '../lib/public/day.server.ts'
import { meOf, type Session } from '../lib/session/session.ts'
import type { LayoutServerLoad } from './$types'

const NO_SITE: Site = { city: '', mode: 'production', phone: null }

/** The frame of every page. It never throws: a session or log that does not answer leaves its place empty. */
export const load: LayoutServerLoad = async ({ locals, fetch, url }) => {
  // read so that `?lang=` runs this load again
  url.searchParams.get('lang')
  const [session, log] = await Promise.all([
    answered<Session>(fetch('/api/session')),
    checkpoint(fetch('/log/checkpoint')),
  ])
  const site = host()?.site ?? { ...NO_SITE, ...(session && { city: session.city, mode: session.mode }) }
  return {
    lang: locals.lang,
    nav: navigation(locals.lang, 'public'),
    foot: footLinks(locals.lang),
    words: words(locals.lang, 'common'),
    site,
    now: session?.now ?? null,
    me: meOf(session),
    log,
    next: site.mode !== 'production' && session ? await nextOf(fetch, session.now) : null,
  }
}

const nextOf = (fetcher: typeof fetch, now: string): Promise<string | null> =>
  dayOf(fetcher, now).then(
    (day) => day.next,
    () => null,
  )

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
