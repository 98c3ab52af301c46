import { error } from '@sveltejs/kit'
import { hc } from 'hono/client'
import type { Api } from '../../api/app.ts'
import type { Lang } from './i18n/text.ts'

/**
 * The typed client. In a load give it the event's `fetch`: on the server it answers in the same process with the
 * visitor's cookie (handleFetch), in the browser it is an ordinary same-origin call.
 */
export const api = (fetcher: typeof fetch = fetch, lang: Lang = pageLang()) =>
  hc<Api>('/', { fetch: fetcher, headers: { 'accept-language': lang } })

export type Client = ReturnType<typeof api>

/** The API words its problems in the page's language; on the server handleFetch says which. */
const pageLang = (): Lang =>
  typeof document === 'undefined' || document.documentElement.lang !== 'en' ? 'zh-CN' : 'en'

export type FieldProblem = { field: string; code: string; message?: string }

/** A refusal as the API sends it (RFC 9457 problem+json), never a bare status. */
export type Problem = {
  status: number
  code: string
  title: string
  article?: string
  /** What to do now. */
  remedy?: string
  detail?: string
  /** The instant the fact depends on, ISO UTC. */
  instant?: string
  requestId?: string
  /** The one field that the refusal is about. */
  field?: string
  errors?: FieldProblem[]
  retryAfter?: number
  params?: Record<string, string | number | boolean | null>
  /** 递交尝试凭证: the log's signed word of a refusal to hand in. */
  attempt?: { statement: string; signature: string }
}

/** The problem of a failed answer; a proxy's HTML page or a cut connection becomes one too. */
export const readProblem = async (response: Response): Promise<Problem> => {
  const requestId = response.headers.get('x-request-id')
  const fallback: Problem = {
    status: response.status,
    code: response.status === 429 ? 'too-many-requests' : response.status === 404 ? 'not-found' : 'no-answer',
    title: '',
    ...(requestId ? { requestId } : {}),
  }
  if (!response.headers.get('content-type')?.includes('json')) return fallback
  try {
    const body = (await response.json()) as Partial<Problem>
    return { ...fallback, ...body, status: response.status }
  } catch {
    return fallback
  }
}

/** For acts whose refusal is shown in place: the value, or the problem. */
export type Answer<T> = { ok: true; value: T } | { ok: false; problem: Problem }

/** A response of the client as far as its value goes. */
export type Answering<T> = { ok: boolean; json: () => Promise<T> }

/** Value or problem of a client call; no network at all is the problem `no-answer`. */
export const answer = async <T>(call: Promise<Answering<T>>): Promise<Answer<T>> => {
  let response: Answering<T>
  try {
    response = await call
  } catch {
    return { ok: false, problem: { status: 0, code: 'no-answer', title: '' } }
  }
  if (response.ok) return { ok: true, value: await response.json() }
  return { ok: false, problem: await readProblem(response as unknown as Response) }
}

/** For loads: the value, or Kit's error page with the whole problem on it. */
export const must = async <T>(call: Promise<Answering<T>>): Promise<T> => {
  const got = await answer(call)
  if (got.ok) return got.value
  const { code, article, detail, instant, remedy, requestId, title } = got.problem
  return error(got.problem.status || 503, { message: title || code, code, article, detail, instant, remedy, requestId })
}
