import type { Context } from 'hono'
import type { HttpEnv } from './http.ts'
import type { SigningActs } from './signing-acts.ts'

type Asked = { param: { id: string }; json: { version: number; cms: string } }
type Request<T extends keyof Asked> = Context<HttpEnv, string, { in: Pick<Asked, T>; out: Pick<Asked, T> }>

const PDF = { 'content-type': 'application/pdf', 'cache-control': 'private, no-store' }

/** The handlers of `signingRoutes` (signing-contract.ts). */
export const signingHandlers = <A>({ prepare, prepared, sign }: SigningActs<A>) => ({
  prepare: async (c: Request<'param'>) => c.json(await prepare(c.var.actor, c.req.valid('param').id), 200),
  prepared: async (c: Request<'param'>) => {
    const pdf = await prepared(c.var.actor, c.req.valid('param').id)
    return c.body(pdf as Uint8Array<ArrayBuffer>, 200, PDF)
  },
  sign: async (c: Request<'param' | 'json'>) => {
    const { version, cms } = c.req.valid('json')
    const command = { version, cms: new Uint8Array(Buffer.from(cms, 'base64url')) }
    return c.json(await sign(c.var.actor, c.req.valid('param').id, command), 200)
  },
})
