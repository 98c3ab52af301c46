import type { Context } from 'hono'
import type { HttpEnv } from './http.ts'
import { type ProblemExtra, type ProblemRow, Refused } from './problem.ts'

/** RFC 9457 answer for anything thrown: the table's row and the refusal's own facts; an unforeseen error says nothing of itself. */
export const problemResponse = (c: Context<HttpEnv>, error: unknown, table: Record<string, ProblemRow>): Response => {
  const code = codeOf(error)
  const row = table[code] ?? table.internal!
  const extra = error instanceof Refused ? error.extra : code === 'invalid-input' ? NOT_JSON : {}
  const language = c.req.header('accept-language')?.startsWith('en') ? 'en' : 'zh'
  const { retryAfter, article = row.article, ...facts } = extra
  const body = {
    type: `/problems/${code}`,
    title: row.title[language],
    status: row.status,
    code,
    ...(article ? { article } : {}),
    remedy: row.remedy[language],
    requestId: c.var.requestId,
    ...facts,
  }
  return new Response(JSON.stringify(body), {
    status: row.status,
    headers: {
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
      ...(retryAfter ? { 'retry-after': String(retryAfter) } : {}),
    },
  })
}

/** A body that cannot be read at all is one wrong field, the whole of it. */
const NOT_JSON: ProblemExtra = { errors: [{ field: '', code: 'invalid_type', message: 'the body is not JSON' }] }

/** PostgreSQL's and the network's own words for "not now". */
const PASSING = /^(08|53|57P|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT|40001|40P01|55P03)/

const codeOf = (error: unknown): string => {
  if (error instanceof Refused) return error.code
  if (error instanceof SyntaxError) return 'invalid-input'
  const { code, status, message } = error as { code?: unknown; status?: unknown; message?: string }
  // Hono's own words for a body that is no JSON, by its text or by what it calls itself.
  if (status === 400 || status === 415) return 'invalid-input'
  if (status === 404) return 'not-found'
  if (typeof code === 'string' && PASSING.test(code)) return 'unavailable'
  if (
    /Connection terminated|connection error and is not queryable|timeout exceeded when trying to connect/.test(
      message ?? '',
    )
  )
    return 'unavailable'
  return 'internal'
}

export const isUnforeseen = (error: unknown): boolean => codeOf(error) === 'internal'
