/** The log over HTTP: static files by nature, so plain Hono with caching headers. Everything here is public. */
import { type Context, Hono } from 'hono'
import type { Database } from '../kernel/database.ts'
import { bundleParams, leafParams, pageParams } from './contract.ts'
import { formatPolicy, type Policy } from './policy.ts'
import { countHistory, readDisclosureBundle, readHistoryPage, readProof, readState, readTile } from './store.ts'
import { parseTilePath } from './tiles.ts'
import { HISTORY_PAGE } from './walk.ts'

const TEXT = 'text/plain; charset=utf-8'
const JSON_TYPE = 'application/json'
const BINARY = 'application/octet-stream'
const FOREVER = 'public, max-age=31536000, immutable'
const BRIEF = 'public, max-age=1'
const MINUTE = 'public, max-age=60'

const send = (c: Context, body: string | Uint8Array<ArrayBuffer> | null, type: string, cache: string): Response =>
  body === null
    ? c.body(null, 404, { 'Cache-Control': 'no-store' })
    : c.body(body, 200, { 'Content-Type': type, 'Cache-Control': cache, 'Access-Control-Allow-Origin': '*' })

/** A Hono app for the paths of `LOG_PATHS`; mount it at the root, without sessions. */
export const createLogRoutes = ({ db, policy }: { db: Database; policy: Policy }): Hono => {
  const app = new Hono()
  const policyFile = formatPolicy({ ...policy, witnesses: policy.witnesses.map((w) => ({ ...w, url: null })) })
  app.get('/log/checkpoint', async (c) => send(c, await newestCheckpoint(db), TEXT, BRIEF))
  app.get('/log/tile/*', async (c) => {
    const tile = parseTilePath(c.req.path)
    return send(c, tile && (await readTile(db, tile)), BINARY, FOREVER)
  })
  app.get('/log/checkpoints', async (c) => send(c, JSON.stringify({ count: await countHistory(db) }), JSON_TYPE, BRIEF))
  app.get('/log/checkpoints/:page', async (c) => historyPage(c, db))
  app.get('/log/disclosures/:bundle', async (c) => {
    const params = bundleParams.safeParse(c.req.param())
    return send(c, params.success ? await readDisclosureBundle(db, params.data.bundle) : null, JSON_TYPE, MINUTE)
  })
  app.get('/log/policy', (c) => send(c, policyFile, TEXT, MINUTE))
  app.get('/log/proof/:index', async (c) => {
    const params = leafParams.safeParse(c.req.param())
    return send(c, params.success ? await readProof(db, params.data.index) : null, TEXT, BRIEF)
  })
  return app
}

/** What a quorum has cosigned; before there is any, the newest that the log signed. */
const newestCheckpoint = async (db: Database): Promise<string | null> => {
  const { published } = await readState(db)
  if (published !== null) return published
  const count = await countHistory(db)
  if (count === 0) return null
  return (await readHistoryPage(db, Math.floor((count - 1) / HISTORY_PAGE))).at(-1) ?? null
}

const historyPage = async (c: Context, db: Database): Promise<Response> => {
  const params = pageParams.safeParse(c.req.param())
  if (!params.success) return send(c, null, JSON_TYPE, BRIEF)
  const notes = await readHistoryPage(db, params.data.page)
  // Cosignatures may still be on their way to the newest checkpoint only.
  const final = (await countHistory(db)) > (params.data.page + 1) * HISTORY_PAGE
  return send(c, notes.length === 0 ? null : JSON.stringify(notes), JSON_TYPE, final ? FOREVER : BRIEF)
}
