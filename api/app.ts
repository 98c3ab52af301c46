import { randomUUID } from 'node:crypto'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { FilesystemStore } from '../storage/filesystem.ts'
import { filesystemRoutes } from '../storage/filesystem-routes.ts'
import { archiveRoutes } from './archive/routes.ts'
import { awardRoutes } from './awards/routes.ts'
import { bidRoutes, REPEATING } from './bids/routes.ts'
import { attemptReceipt } from './bids/service.ts'
import { calculatorRoutes } from './calculators/routes.ts'
import { clientRoutes } from './clients/routes.ts'
import { depositRoutes } from './deposits/routes.ts'
import { docsRoutes } from './docs.ts'
import { evaluationRoutes } from './evaluations/routes.ts'
import { authHandler, identityRoutes } from './identity/routes.ts'
import { intentionRoutes } from './intentions/routes.ts'
import type { Actor } from './kernel/actor.ts'
import type { Deps } from './kernel/deps.ts'
import { createRouter, type HttpEnv } from './kernel/http.ts'
import { idempotency } from './kernel/idempotency.ts'
import { refuse } from './kernel/problem.ts'
import { isUnforeseen, problemResponse } from './kernel/problem-response.ts'
import { sameOrigin } from './kernel/same-origin.ts'
import type { Policy } from './log/policy.ts'
import { createLogRoutes } from './log/routes.ts'
import type { SequencerStatus } from './log/sequencer.ts'
import { openingRoutes } from './openings/routes.ts'
import { probeRoutes } from './probes/routes.ts'
import { problems } from './problems.ts'
import { regulationRoutes } from './regulations/routes.ts'
import { rehearsalRoutes } from './rehearsals/routes.ts'
import { supervisionRoutes } from './supervision/routes.ts'
import { systemRoutes } from './system.ts'
import { tenderRoutes } from './tenders/routes.ts'

export type AppParts = {
  actorOf: (headers: Headers, address: string | null) => Promise<Actor>
  policy: Policy
  /** Sandbox: move the clock, doing on the way what becomes due. */
  walkClockTo: (instant: Date) => Promise<void>
  logStatus: () => SequencerStatus
}

/** Small questions stay small; files and parts of bids have their own limits where they arrive. */
const BODY_LIMIT = 1024 * 1024

/** All features under /api, typed for the clients. */
const apiRoutes = (deps: Deps, parts: AppParts, ask: (path: string) => Promise<Response>) =>
  createRouter()
    .route('/', systemRoutes(deps, parts))
    .route('/', identityRoutes(deps))
    .route('/', regulationRoutes(deps))
    .route('/', intentionRoutes(deps))
    .route('/', tenderRoutes(deps))
    .route('/', depositRoutes(deps))
    .route('/', bidRoutes(deps))
    .route('/', rehearsalRoutes(deps))
    .route('/', openingRoutes(deps))
    .route('/', evaluationRoutes(deps))
    .route('/', awardRoutes(deps))
    .route('/', supervisionRoutes(deps))
    .route('/', calculatorRoutes(deps))
    .route('/', clientRoutes(deps))
    .route('/', probeRoutes(deps))
    .route('/', archiveRoutes(deps, ask))

/** The API's type, for the typed client `hc<Api>` in web and e2e. */
export type Api = ReturnType<typeof mountApi>
const mountApi = (deps: Deps, parts: AppParts, ask: (path: string) => Promise<Response>) =>
  createRouter().route('/api', apiRoutes(deps, parts, ask))

/** Mounts the features under /api and the public log beside it; server.ts puts the pages in front. */
export const createApp = (deps: Deps, parts: AppParts) => {
  const app = new Hono<HttpEnv>()
  const attempt = attemptReceipt(deps)
  app.onError(async (error, c) => {
    if (isUnforeseen(error)) deps.logger.error({ err: error, requestId: c.var.requestId }, 'unforeseen error')
    return withAttempt(attempt, c, problemResponse(c, error, problems))
  })
  app.notFound((c) => problemResponse(c, Object.assign(new Error(), { status: 404 }), problems))
  // Without sessions: the log is public, and a signed object address is its own permission.
  app.route('/', createLogRoutes({ db: deps.db, policy: parts.policy }))
  if (deps.files.kind === 'filesystem') app.route('/objects', filesystemRoutes(deps.files as FilesystemStore))
  // Evidence is what these very addresses answer to somebody without an account.
  const api = mountApi(deps, parts, async (path) => app.request(path))
  app.route('/', docsRoutes(api))
  const auth = authHandler(deps)
  app.use('/api/*', requestContext(parts.actorOf, deps.settings.TRUST_PROXY === '1'))
  app.use('/api/*', sameOrigin(deps.settings.ORIGIN))
  app.all('/api/auth/*', (c) => auth(c.req.raw, c.var.actor.networkAddress))
  app.use('/api/*', limitBody)
  app.use(
    '/api/*',
    idempotency(
      deps.db,
      REPEATING.map((path) => `/api${path}`),
    ),
  )
  app.route('/', api)
  return app
}

/** A refusal to hand in carries the log's signed word of it, for the one who tried and nobody else. */
const withAttempt = async (
  attempt: ReturnType<typeof attemptReceipt>,
  c: Context<HttpEnv>,
  response: Response,
): Promise<Response> => {
  if (c.req.method !== 'POST' || !c.req.path.startsWith('/api/bids')) return response
  const facts = (await response.clone().json()) as { code: string }
  const body = await c.req.text().catch(() => null)
  const { path, method } = c.req
  const tried = { method, path, body, status: response.status, code: facts.code }
  const receipt = await attempt(c.var.actor, tried).catch(() => null)
  if (!receipt) return response
  return new Response(JSON.stringify({ ...facts, attempt: receipt }), response)
}

const smallBody = bodyLimit({ maxSize: BODY_LIMIT, onError: () => refuse('body-too-large') })
const limitBody: MiddlewareHandler<HttpEnv> = (c, next) => (c.req.path.endsWith('/files') ? next() : smallBody(c, next))

/** One number per request and who acts; nothing else of the request is remembered. */
const requestContext =
  (actorOf: AppParts['actorOf'], trustProxy: boolean): MiddlewareHandler<HttpEnv> =>
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
