import type { Handle, HandleFetch, HandleServerError } from '@sveltejs/kit/hooks'
import { host } from './host.ts'
import { DEFAULT_LANG, isLang, type Lang } from './lib/i18n/text.ts'

const YEAR = 365 * 86_400
const API_PATHS = ['/api/', '/log/']
/** The visitor's own words about where the request came from: the API compares Origin again (same-origin rule). */
const PASSED_ON = ['host', 'origin', 'sec-fetch-site', 'user-agent']

export const handle: Handle = async ({ event, resolve }) => {
  const asked = event.url.searchParams.get('lang')
  const kept = event.cookies.get('lang')
  const lang: Lang = isLang(asked) ? asked : isLang(kept) ? kept : DEFAULT_LANG
  // the switch in the page writes this cookie too, so that typed input survives: it is no secret, hence not HttpOnly
  if (isLang(asked) && asked !== kept) {
    event.cookies.set('lang', asked, { path: '/', maxAge: YEAR, sameSite: 'lax', httpOnly: false, secure: false })
  }
  event.locals.lang = lang
  const response = await resolve(event, {
    transformPageChunk: ({ html }) => html.replace('<html lang="zh-CN">', `<html lang="${lang}">`),
  })
  addHeaders(response.headers, lang)
  return response
}

const addHeaders = (headers: Headers, lang: Lang): void => {
  const policy = headers.get('content-security-policy')
  const sources = host()?.connectSources ?? []
  if (policy && sources.length > 0) {
    headers.set(
      'content-security-policy',
      policy.replace("connect-src 'self'", `connect-src 'self' ${sources.join(' ')}`),
    )
  }
  headers.set('content-language', lang)
  // a page may show one person's affairs: nobody in between keeps it, and the browser asks again
  if (!headers.has('cache-control')) headers.set('cache-control', 'private, no-cache')
  headers.append('vary', 'Cookie')
  headers.set('x-content-type-options', 'nosniff')
  headers.set('referrer-policy', 'same-origin')
  headers.set('cross-origin-opener-policy', 'same-origin')
  headers.set('cross-origin-resource-policy', 'same-origin')
  headers.set('permissions-policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()')
}

/** A server load's `/api` call is answered in this process, as the visitor: same cookie, same address. */
export const handleFetch: HandleFetch = async ({ event, request, fetch }) => {
  const url = new URL(request.url)
  if (url.origin !== event.url.origin || !API_PATHS.some((path) => url.pathname.startsWith(path))) return fetch(request)
  const headers = new Headers(request.headers)
  for (const name of PASSED_ON) {
    const value = event.request.headers.get(name)
    if (value !== null) headers.set(name, value)
  }
  headers.set('cookie', cookieOf(event.cookies))
  headers.set('accept-language', event.locals.lang)
  const asked = new Request(request, { headers })
  const provided = host()
  const response = provided ? await provided.fetch(asked, event.getClientAddress()) : await globalThis.fetch(asked)
  passCookies(response, event.cookies)
  return response
}

type Cookies = Parameters<Handle>[0]['event']['cookies']

/** What the browser sent and what was set since: whoever has just signed in is known to the next call of the same request. */
const cookieOf = (cookies: Cookies): string =>
  cookies
    .getAll({ decode: (text) => text })
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ')

/** A sign-in by plain form: what the API sets must reach the browser unchanged. */
const passCookies = (response: Response, cookies: Cookies): void => {
  for (const line of response.headers.getSetCookie()) {
    const { name, value, ...options } = cookies.parse(line, { decode: (text) => text })
    if (value === undefined) continue
    cookies.set(name, value, { path: '/', ...(options as object), encode: (text: string) => text })
  }
}

/** A fault shows a number to quote and nothing of its cause; the cause goes to the operator's log. */
export const handleError: HandleServerError = ({ kind, error, event }) => {
  if (kind !== 'unknown') return
  const requestId = event.request.headers.get('x-request-id') ?? crypto.randomUUID().slice(0, 8)
  console.error(JSON.stringify({ level: 'error', requestId, route: event.route.id, error: describe(error) }))
  return { message: 'internal', code: 'internal', requestId }
}

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))
