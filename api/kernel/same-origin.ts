import type { MiddlewareHandler } from 'hono'
import type { HttpEnv } from './http.ts'
import { refuse } from './problem.ts'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])
const LOOPBACK = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/

/**
 * Every unsafe method that carries a cookie needs a same-origin `Origin` or `Sec-Fetch-Site`
 * (Hono's csrf() lets cross-site JSON through). In demo and sandbox mode a loopback origin equal to Host counts.
 */
export const sameOrigin =
  (origin: string | undefined): MiddlewareHandler<HttpEnv> =>
  async (c, next) => {
    if (SAFE.has(c.req.method) || c.req.header('cookie') === undefined) return next()
    const site = c.req.header('sec-fetch-site')
    const from = c.req.header('origin')
    const isOurs = (o: string) => o === origin || (LOOPBACK.test(o) && o.endsWith(`//${c.req.header('host')}`))
    const same = site === 'same-origin' || (site === undefined && from !== undefined && isOurs(from))
    if (!same || (from !== undefined && !isOurs(from))) refuse('origin-not-allowed')
    await next()
  }
