import { createRoute, OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import type { Actor, Role } from './actor.ts'
import { refuse } from './problem.ts'

/** What each request carries: who acts, and a number to quote when asking for help. */
export type HttpEnv = { Variables: { actor: Actor; requestId: string } }

/** Who may call a route: roles, `signed-in` (any account) or `anyone` (without one too). */
export type Who = readonly Role[] | 'signed-in' | 'anyone'

export const mayCall = (who: Who, actor: Actor): boolean => {
  if (who === 'anyone') return true
  if (actor.role === 'public' || actor.role === 'system') return false
  return who === 'signed-in' || who.includes(actor.role)
}

const guard =
  (who: Who): MiddlewareHandler<HttpEnv> =>
  async (c, next) => {
    const { actor } = c.var
    if (!mayCall(who, actor)) refuse(actor.personId === null ? 'sign-in-needed' : 'role-not-allowed')
    await next()
  }

/** A route with its permission beside it; `x-who` also stands in the OpenAPI document and drives the role matrix test. */
export const defineRoute = <
  const P extends string,
  const R extends Omit<RouteConfig, 'path'> & { path: P; 'x-who': Who },
>(
  route: R,
): R & { getRoutingPath: () => string } =>
  createRoute({ ...route, middleware: [guard(route['x-who'])] } as unknown as R & { path: P }) as unknown as R & {
    getRoutingPath: () => string
  }

/** A feature's router: a body, query or path that does not fit its schema becomes one problem that names every field. */
export const createRouter = (): OpenAPIHono<HttpEnv> =>
  new OpenAPIHono<HttpEnv>({
    defaultHook: (result) => {
      if (result.success) return
      const errors = result.error.issues.flatMap((issue) =>
        issue.code === 'unrecognized_keys'
          ? issue.keys.map((key) => ({ field: [...issue.path, key].join('.'), code: 'unknown-key' }))
          : [{ field: issue.path.join('.'), code: issue.code, message: issue.message }],
      )
      refuse('invalid-input', { errors })
    },
  })

/** JSON body and answer in the short form the contracts use. */
export const jsonBody = <T extends z.ZodType>(schema: T) => ({
  body: { required: true as const, content: { 'application/json': { schema } } },
})
export const jsonAnswer = <T extends z.ZodType>(schema: T, description = 'OK') => ({
  description,
  content: { 'application/json': { schema } },
})
export const pdfAnswer = { description: 'PDF', content: { 'application/pdf': { schema: z.string() } } }

/** Shapes that every contract shares. */
export const uuid = z.uuid().meta({ description: 'UUID' })
export const idParams = z.strictObject({ id: uuid })
export const instant = z.iso.datetime().meta({ description: 'instant, ISO 8601 UTC' })
export const fen = z
  .string()
  .regex(/^\d{1,15}$/)
  .meta({ description: 'money in 分, a decimal integer as a string' })
export const base64url = z
  .string()
  .regex(/^[A-Za-z0-9_-]*$/)
  .meta({ description: 'base64url without padding' })
/** Both layers of a logged event with their salts, and its place in the log: from these anybody recomputes its leaf (SEALING §3). */
export const disclosedLayers = {
  outer: base64url,
  outerSalt: base64url,
  body: base64url,
  bodySalt: base64url,
  leafIndex: z.int().nullable(),
}
export const done = z.strictObject({ done: z.literal(true) })
export { z }
