import { AsyncLocalStorage } from 'node:async_hooks'
import { execFile } from 'node:child_process'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import pg from 'pg'
import { openPool } from '../api/kernel/database.ts'
import { makeCast, publishTender } from '../api/tenders/world.testing.ts'
import { castOf } from '../e2e/matrix/cast.ts'
import { type TestPlatform, testPlatform } from '../e2e/platform.ts'
import type { Figure } from './run.ts'

const TARGET = 0.6
const TENDERS = 20
const CONNECTIONS = '16'
const WARM = '1'
const SECONDS = '3'
const ROUNDS = 3

type Query = { text: string; values: unknown[] }

/**
 * What one request asks of the database, statement by statement, seen where the driver sends it. Set up before the first
 * connection: each keeps the `query` that it found, prepared or not.
 */
const watchQueries = () => {
  const request = new AsyncLocalStorage<Query[]>()
  const original = pg.Client.prototype.query
  const seeing = function (this: pg.Client, ...args: unknown[]): unknown {
    const [first, second] = args
    const { text, values } = typeof first === 'string' ? { text: first, values: second } : (first as Partial<Query>)
    if (text !== undefined) request.getStore()?.push({ text, values: (values as unknown[] | undefined) ?? [] })
    return Reflect.apply(original, this, args)
  }
  pg.Client.prototype.query = seeing as typeof original
  return async (platform: TestPlatform, path: string): Promise<{ queries: Query[]; body: object }> => {
    const queries: Query[] = []
    const answer = await request.run(queries, () => platform.app.request(path))
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`)
    if (queries.length === 0) throw new Error(`${path}: no query was seen, so there is no floor`)
    return { queries, body: (await answer.json()) as object }
  }
}

const listen = (fetch: (request: Request) => Response | Promise<Response>) =>
  new Promise<{ origin: string; close: () => void }>((listening) => {
    const server = serve({ fetch, port: 0, hostname: '127.0.0.1' }, ({ port }: AddressInfo) =>
      listening({ origin: `http://127.0.0.1:${port}`, close: () => server.close() }),
    )
  })

const load = async (url: string, seconds: string): Promise<number> => {
  const script = new URL('./load.ts', import.meta.url).pathname
  const { stdout } = await promisify(execFile)(process.execPath, [script, url, seconds, CONNECTIONS])
  return Number(stdout)
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** Alternating, so that whatever else this machine does meets both alike. */
const compare = async (name: string, ours: string, bare: string): Promise<Figure> => {
  await load(ours, WARM)
  await load(bare, WARM)
  const rates: { ours: number; bare: number }[] = []
  for (let round = 0; round < ROUNDS; round++)
    rates.push({ ours: await load(ours, SECONDS), bare: await load(bare, SECONDS) })
  const value = median(rates.map((one) => one.ours))
  const ratio = median(rates.map((one) => one.ours / one.bare))
  return { name, value, unit: 'req/s', ratio, target: TARGET }
}

/** The notice list and one project over HTTP, against bare Hono that runs the same statements and sends the same JSON. */
export const benchApi = async (): Promise<Figure[]> => {
  const queriesOf = watchQueries()
  const platform = await testPlatform()
  const { world } = castOf(platform)
  const cast = await makeCast(world)
  let id = ''
  for (let made = 0; made < TENDERS; made++) id = (await publishTender(world, cast)).id
  const paths = { 'notice list': '/api/notices', 'project page': `/api/tenders/${id}` }
  const pool = openPool(platform.databaseUrl)
  const bare = new Hono()
  for (const path of Object.values(paths)) {
    const { queries, body } = await queriesOf(platform, path)
    bare.get(path, async (c) => {
      for (const { text, values } of queries) await pool.query(text, values)
      return c.json(body)
    })
  }
  const [ours, floor] = await Promise.all([listen(platform.app.fetch), listen(bare.fetch)])
  const figures: Figure[] = []
  for (const [name, path] of Object.entries(paths))
    figures.push(await compare(name, `${ours.origin}${path}`, `${floor.origin}${path}`))
  ours.close()
  floor.close()
  await pool.end()
  await platform.stop()
  return figures
}
