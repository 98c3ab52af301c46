import { randomUUID } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Actor } from './kernel/actor.ts'
import { now } from './kernel/clock.ts'
import type { Deps } from './kernel/deps.ts'
import { createRouter, defineRoute, type HttpEnv, instant, jsonAnswer, z } from './kernel/http.ts'
import { idempotency } from './kernel/idempotency.ts'
import { refuse } from './kernel/problem.ts'
import { isUnforeseen, problemResponse } from './kernel/problem-response.ts'
import { sameOrigin } from './kernel/same-origin.ts'
import { problems } from './problems.ts'

const clock = defineRoute({
  method: 'get',
  path: '/clock',
  'x-who': 'anyone',
  summary: "The platform's clock",
  responses: { 200: jsonAnswer(z.strictObject({ now: instant, mode: z.enum(['demo', 'sandbox', 'production']) })) },
})

/** Mounts the features under /api; server.ts puts the web and the public log beside it. */
export const createApp = (deps: Deps, actorOf: (headers: Headers, address: string | null) => Promise<Actor>) => {
  const { db, settings, logger } = deps
  const app = createRouter()
  app.onError((error, c) => {
    if (isUnforeseen(error)) logger.error({ err: error, requestId: c.var.requestId }, 'unforeseen error')
    return problemResponse(c, error, problems)
  })
  app.notFound((c) => problemResponse(c, Object.assign(new Error(), { status: 404 }), problems))
  app.use(requestContext(actorOf, settings.TRUST_PROXY === '1'))
  app.use(sameOrigin(settings.ORIGIN))
  app.use(bodyLimit({ maxSize: 1024 * 1024, onError: () => refuse('body-too-large') }))
  app.use(idempotency(db))

  return app.basePath('/api').openapi(clock, async (c) => {
    c.header('cache-control', 'no-store')
    return c.json({ now: (await now(db)).toISOString(), mode: settings.SUNLIT_MODE }, 200)
  })
}

/** The API's type, for the typed client `hc<Api>` in web and e2e. */
export type Api = ReturnType<typeof createApp>

/** One number per request and who acts; nothing else of the request is remembered. */
const requestContext =
  (
    actorOf: (headers: Headers, address: string | null) => Promise<Actor>,
    trustProxy: boolean,
  ): MiddlewareHandler<HttpEnv> =>
  async (c, next) => {
    c.set('requestId', randomUUID())
    c.header('x-request-id', c.var.requestId)
    c.header('x-content-type-options', 'nosniff')
    c.header('referrer-policy', 'same-origin')
    const forwarded = trustProxy ? c.req.header('x-forwarded-for')?.split(',')[0]?.trim() : undefined
    const socket = (c.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined)?.incoming?.socket
    c.set('actor', await actorOf(c.req.raw.headers, forwarded ?? socket?.remoteAddress ?? null))
    await next()
  }
