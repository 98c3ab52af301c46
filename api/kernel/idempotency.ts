import { createHash } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import { sql } from 'kysely'
import type { Database } from './database.ts'
import type { HttpEnv } from './http.ts'
import { refuse } from './problem.ts'

const KEY = /^[\x21-\x7e]{8,100}$/
type Asked = { person_id: string; idempotency_key: string }

/**
 * Neither the key nor the answer waits for the disk: the act's own commit takes the key along, and an answer that a crash
 * has taken is made anew by the services, which are idempotent themselves.
 */
const UNHURRIED = sql`(select set_config('synchronous_commit', 'off', true)) as unhurried`

/** Whether this is the first request with its key. */
const begun = async (db: Database, row: Asked & { request_hash: Buffer }): Promise<boolean> => {
  const { numAffectedRows } = await sql`insert into idempotent_answer (person_id, idempotency_key, request_hash)
    select ${row.person_id}::uuid, ${row.idempotency_key}, ${row.request_hash}::bytea from ${UNHURRIED}
    on conflict do nothing`.execute(db)
  return numAffectedRows === 1n
}

const answerTo = (db: Database, row: Asked) =>
  db
    .selectFrom('idempotent_answer')
    .selectAll()
    .where('person_id', '=', row.person_id)
    .where('idempotency_key', '=', row.idempotency_key)
    .executeTakeFirstOrThrow()

const UNSAFE = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/**
 * `Idempotency-Key`: the same person repeating a request gets the first answer again; the same key with another
 * body is refused. A request that died in between is carried out anew: the services themselves are idempotent.
 * @param repeating paths of acts without a body whose repetition is answered by what stands: nothing is kept of them
 */
export const idempotency =
  (db: Database, repeating: readonly string[]): MiddlewareHandler<HttpEnv> =>
  async (c, next) => {
    const key = c.req.header('Idempotency-Key')
    const { personId } = c.var.actor
    if (key === undefined || personId === null || !UNSAFE.has(c.req.method)) return next()
    if (!KEY.test(key)) refuse('idempotency-key-invalid')
    if (repeating.includes(matchedRoutes(c).at(-1)?.path ?? '')) return next()
    const body = new Uint8Array(await c.req.raw.clone().arrayBuffer())
    const hash = createHash('sha256').update(`${c.req.method} ${c.req.path}\n`).update(body).digest()
    const row = { person_id: personId, idempotency_key: key }
    const known = (await begun(db, { ...row, request_hash: hash })) ? null : await answerTo(db, row)
    if (known && !hash.equals(known.request_hash)) refuse('idempotency-key-reused')
    if (known && known.status !== null) {
      c.header('Idempotent-Replayed', 'true')
      return c.json(known.body as object, known.status as 200)
    }
    await next()
    // Refusals are not kept: what was missing may be there at the next try.
    if (!c.res.ok || !c.res.headers.get('content-type')?.startsWith('application/json')) return
    const answer = await c.res.clone().text()
    await sql`update idempotent_answer set status = ${c.res.status}, body = ${answer} from ${UNHURRIED}
      where person_id = ${personId} and idempotency_key = ${key}`.execute(db)
  }
