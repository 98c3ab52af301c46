import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { now } from './kernel/clock.ts'
import type { Deps } from './kernel/deps.ts'
import { createRouter, defineRoute, instant, jsonAnswer, jsonBody, z } from './kernel/http.ts'
import { refuse } from './kernel/problem.ts'
import type { SequencerStatus } from './log/sequencer.ts'

const mode = z.enum(['demo', 'sandbox', 'production'])
const ok = z.strictObject({ ok: z.literal(true) })

const clock = defineRoute({
  method: 'get',
  path: '/clock',
  'x-who': 'anyone',
  summary: "The platform's clock, from which every deadline is judged",
  responses: { 200: jsonAnswer(z.strictObject({ now: instant, mode })) },
})

const moveClock = defineRoute({
  method: 'post',
  path: '/demo/clock',
  'x-who': 'anyone',
  summary: 'Demo and sandbox: walk the clock forward; what becomes due on the way is done on the way',
  request: { ...jsonBody(z.strictObject({ to: instant })) },
  responses: { 200: jsonAnswer(z.strictObject({ now: instant })) },
})

const health = defineRoute({
  method: 'get',
  path: '/health',
  'x-who': 'anyone',
  summary: 'The process is alive',
  responses: { 200: jsonAnswer(ok) },
})

const part = z.enum(['ok', 'failed'])
const readiness = z.strictObject({ database: part, store: part, log: part, jobs: part })
const ready = defineRoute({
  method: 'get',
  path: '/ready',
  'x-who': 'anyone',
  summary: 'Database, store, log and jobs, each checked',
  responses: { 200: jsonAnswer(readiness), 503: jsonAnswer(readiness, 'Something does not answer') },
})

const demoCity = defineRoute({
  method: 'get',
  path: '/demo/people',
  'x-who': 'anyone',
  summary: 'Demo: how far the city is, and the sign-ins of its people',
  responses: {
    200: jsonAnswer(
      z.strictObject({
        done: z.boolean(),
        steps: z.array(z.string()),
        people: z.array(
          z.strictObject({
            name: z.string(),
            email: z.string(),
            password: z.string(),
            role: z.string(),
            organisation: z.string(),
            p12: z.string().nullable().meta({ description: 'address of the certificate file' }),
            pin: z.string().nullable(),
          }),
        ),
      }),
    ),
  },
})

const demoCertificate = defineRoute({
  method: 'get',
  path: '/demo/people/{file}',
  'x-who': 'anyone',
  summary: "Demo: the certificate file of one of the city's people",
  request: { params: z.strictObject({ file: z.string().regex(/^[a-z]+\d?\.p12$/) }) },
  responses: { 200: { description: 'OK', content: { 'application/x-pkcs12': { schema: z.string() } } } },
})

/** What the demo city's maker wrote down; there is none in sandbox mode. */
const demoFile = async (deps: Deps, ...path: string[]): Promise<Buffer> => {
  if (deps.settings.SUNLIT_MODE !== 'demo') refuse('not-in-this-mode')
  return readFile(join(deps.settings.SUNLIT_DATA, 'demo', ...path)).catch(() => refuse('not-found'))
}

export type SystemParts = { walkClockTo: (instant: Date) => Promise<void>; logStatus: () => SequencerStatus }

/** The longest walk of a sandbox clock in one call, days. */
const FARTHEST = 400

const check = async (question: Promise<unknown>): Promise<'ok' | 'failed'> =>
  question.then((answer) => (answer === false ? 'failed' : 'ok')).catch(() => 'failed' as const)

/** Clock, health, readiness: what belongs to no feature. */
export const systemRoutes = (deps: Deps, parts: SystemParts) =>
  createRouter()
    .openapi(clock, async (c) => {
      c.header('cache-control', 'no-store')
      return c.json({ now: (await now(deps.db)).toISOString(), mode: deps.settings.SUNLIT_MODE }, 200)
    })
    .openapi(moveClock, async (c) => {
      if (deps.settings.SUNLIT_MODE === 'production') refuse('not-in-this-mode')
      const to = new Date(c.req.valid('json').to)
      const at = await now(deps.db)
      if (to < at || to.getTime() - at.getTime() > FARTHEST * 86_400_000) refuse('clock-backwards')
      await parts.walkClockTo(to)
      return c.json({ now: (await now(deps.db)).toISOString() }, 200)
    })
    .openapi(demoCity, async (c) => c.json(JSON.parse((await demoFile(deps, 'city.json')).toString('utf8')), 200))
    .openapi(demoCertificate, async (c) => {
      const file = await demoFile(deps, 'certificates', c.req.valid('param').file)
      return c.body(new Uint8Array(file), 200, { 'content-type': 'application/x-pkcs12' })
    })
    .openapi(health, (c) => c.json({ ok: true as const }, 200))
    .openapi(ready, async (c) => {
      const state = parts.logStatus().state
      const answer = {
        database: await check(now(deps.db)),
        store: await check(deps.files.check()),
        log: state === 'running' || state === 'standby' ? ('ok' as const) : ('failed' as const),
        jobs: await check(deps.jobs.healthy()),
      }
      return c.json(answer, Object.values(answer).includes('failed') ? 503 : 200)
    })
