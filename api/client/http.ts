/*
 * How client software speaks with a platform. The same object serves a page, a Worker, the command line and tests.
 *   const http = createHttp({ origin: 'https://example.cn' })                    in a page
 *   const http = createHttp({ origin, cookies: new Map() })                      elsewhere: keeps its own session
 * Whatever the platform refuses is thrown as a `Problem` (RFC 9457), recognised by `isProblem`.
 */
import { type Bytes, fromBase64url, plain, toBase64url } from '../log/bytes.ts'
import type { Signer } from '../seal/cms.ts'
import { signLogin } from '../seal/signed-json.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
export type Http = {
  origin: string
  /** JSON out, JSON in. A repeated attempt after a lost connection carries the same Idempotency-Key. */
  json: <T>(method: Method, path: string, body?: unknown) => Promise<T>
  /** Exact bytes; null when there is no such thing (404). Also the log's `Fetcher`. */
  bytes: (path: string) => Promise<Bytes | null>
  /** Sends a form with files. */
  form: <T>(path: string, form: FormData) => Promise<T>
  /** Puts an object to a signed address, without the session. */
  put: (url: string, headers: Record<string, string>, body: Uint8Array | Blob) => Promise<void>
}

/** A refusal in the platform's words, or the client's own. */
export type Problem = Error & {
  name: 'Problem'
  code: string
  title: string
  status: number
  /** remedy, article, retryAfter, errors, checks, detail … as the platform or the client gives them. */
  [fact: string]: unknown
}

export const problem = (code: string, title: string, facts: Record<string, unknown> = {}): Problem => {
  const named = { status: 0, ...facts, name: 'Problem', code, title }
  return Object.assign(new Error(title), named) as unknown as Problem
}

export const isProblem = (error: unknown, code?: string): error is Problem =>
  error instanceof Error && error.name === 'Problem' && (code === undefined || (error as Problem).code === code)

export type HttpOptions = {
  origin: string
  /** Default: the global one. */
  fetch?: (input: string, init?: RequestInit) => Promise<Response>
  /** Outside a browser: the session's cookies by name, kept up to date here. */
  cookies?: Map<string, string>
  language?: 'zh' | 'en'
}

const ATTEMPTS = 3

const problemOf = async (response: Response): Promise<Problem> => {
  const body: unknown = await response.json().catch(() => null)
  const facts = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN)
  return problem(String(facts.code ?? 'unexpected-answer'), String(facts.title ?? `HTTP ${response.status}`), {
    ...facts,
    status: response.status,
    ...(Number.isFinite(retryAfter) && { retryAfter }),
  })
}

const keepCookies = (jar: Map<string, string>, response: Response): void => {
  for (const line of response.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=;]+)=([^;]*)/.exec(line) ?? []
    if (/;\s*max-age=0/i.test(line) || value === '') jar.delete(name)
    else jar.set(name, value)
  }
}

/** Outside a browser; a browser sets these itself and lets nobody else do so. */
const ownHeaders = (origin: string, cookies: Map<string, string> | undefined): Record<string, string> => {
  if (!cookies) return {}
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  return { origin, ...(cookie && { cookie }) }
}

/** The network fails now and then; what the platform answered is never asked again. */
const persistently =
  (send: NonNullable<HttpOptions['fetch']>) =>
  async (url: string, init: RequestInit): Promise<Response> => {
    for (let left = ATTEMPTS; ; ) {
      try {
        return await send(url, init)
      } catch (error) {
        left -= 1
        if (left === 0) throw problem('unreachable', 'The platform cannot be reached', { cause: String(error) })
      }
    }
  }

export const createHttp = ({
  origin,
  fetch: send = (...args) => fetch(...args),
  cookies,
  language = 'zh',
}: HttpOptions): Http => {
  const headersOf = (more: Record<string, string>): Record<string, string> => ({
    'accept-language': language,
    ...more,
    ...ownHeaders(origin, cookies),
  })
  const attempt = persistently(send)
  const request = async (method: Method, path: string, body?: unknown): Promise<Response> => {
    const key: Record<string, string> = method === 'GET' ? {} : { 'idempotency-key': crypto.randomUUID() }
    const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' }
    const response = await attempt(new URL(path, origin).href, {
      method,
      headers: headersOf({ ...key, ...type }),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    if (cookies) keepCookies(cookies, response)
    return response
  }
  return {
    origin,
    json: async <T>(method: Method, path: string, body?: unknown) => {
      const response = await request(method, path, body)
      if (!response.ok) throw await problemOf(response)
      return (await response.json()) as T
    },
    bytes: async (path) => {
      const response = await request('GET', path)
      if (response.status === 404) return null
      if (!response.ok) throw await problemOf(response)
      return new Uint8Array(await response.arrayBuffer())
    },
    form: async <T>(path: string, form: FormData) => {
      const response = await attempt(new URL(path, origin).href, { method: 'POST', headers: headersOf({}), body: form })
      if (!response.ok) throw await problemOf(response)
      return (await response.json()) as T
    },
    put: async (url, headers, body) => {
      const target = new URL(url, origin).href
      const data = body instanceof Uint8Array ? plain(body) : body
      const response = await attempt(target, { method: 'PUT', headers, body: data, credentials: 'omit' })
      if (!response.ok) throw await problemOf(response)
    },
  }
}

/** Signs in with a certificate: our own statement over the platform's nonce. `at`: the instant to claim, UTC ms. */
export const signIn = async (http: Http, signer: Signer, at = Date.now()): Promise<void> => {
  const { nonce, origin } = await http.json<{ nonce: string; origin: string }>('POST', '/api/session/nonce', {
    purpose: 'login',
  })
  // A statement made for another site would let that site in here.
  if (origin !== http.origin) throw problem('login-origin-wrong', 'The platform names another origin than its own')
  const { bytes, cms } = await signLogin({ origin, nonce, at }, signer)
  await http.json('POST', '/api/session/certificate', { statement: toBase64url(bytes), cms: toBase64url(cms) })
}

/** Bytes of a base64url text that a platform sent. @throws Problem when it is none */
export const bytesOf = (text: string): Bytes => {
  try {
    return fromBase64url(text)
  } catch {
    throw problem('unexpected-answer', 'The platform sent something that is not base64url')
  }
}
