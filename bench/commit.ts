import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { serve } from '@hono/node-server'
import { biddingWorld } from '../api/bids/world.testing.ts'
import type { Database } from '../api/kernel/database.ts'
import { startPostgres } from '../api/kernel/postgres/supervisor.ts'
import type { LoadIn, LoadOut } from './commit/load.ts'
import { enrolAll, publishLots, startAll } from './commit/stage.ts'
import type { Figure } from './run.ts'

const SUPPLIERS = 32
const LOTS = 50
/** Half of the lots warm the server up, as a running platform is warm. */
const WARM = 20
const RATE = 300
const ACKNOWLEDGED = 2
const WITNESSED = 4

/** A database as an operator runs it: every commit is on the disk before it is answered. */
const durably = async <T>(act: () => Promise<T>): Promise<T> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sunlit-bench-'))
  const postgres = await startPostgres({ dataDir })
  process.env.TEST_DATABASE_URL = postgres.url('postgres')
  try {
    return await act()
  } finally {
    await postgres.stop()
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }
}

const load = async (given: LoadIn): Promise<LoadOut> => {
  const folder = mkdtempSync(join(tmpdir(), 'sunlit-load-'))
  const [input, output] = [join(folder, 'in.json'), join(folder, 'out.json')]
  try {
    writeFileSync(input, JSON.stringify(given))
    const script = new URL('./commit/load.ts', import.meta.url).pathname
    await promisify(execFile)(process.execPath, [script, input, output])
    return JSON.parse(readFileSync(output, 'utf8')) as LoadOut
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const p99 = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.99) - 1] ?? 0

/** From the request until a checkpoint that covers the bid, cosigned by the quorum, was to be had; in ms. */
const witnessTimes = async (db: Database, { acts, witnessed }: LoadOut): Promise<number[]> => {
  const rows = await db
    .selectFrom('bid')
    .innerJoin('log_leaf', 'log_leaf.event_id', 'bid.event_id')
    .select(['bid.id', 'leaf_index'])
    .execute()
  const places = new Map(rows.map(({ id, leaf_index }) => [id, Number(leaf_index)]))
  return acts.map(({ bid, sent }) => {
    const index = places.get(bid)
    const seen = witnessed.find(({ size }) => index !== undefined && size > index)
    return seen ? Math.max(seen.at - sent, 0) : Number.POSITIVE_INFINITY
  })
}

const measure = async (): Promise<Figure[]> => {
  const world = await biddingWorld()
  const bidders = await enrolAll(world, SUPPLIERS)
  const { tenderId, lots } = await publishLots(world, LOTS)
  const { bids, rate } = await startAll(world, bidders, tenderId, lots)
  console.log(`  ${SUPPLIERS} suppliers, ${SUPPLIERS * LOTS} signed manifests taken at ${rate.toFixed(0)}/s`)
  const server = serve({ fetch: world.platform.app.fetch, port: 0, hostname: '127.0.0.1' })
  await new Promise<void>((listening) => server.once('listening', listening))
  const { port } = server.address() as { port: number }
  const some = (from: number, to: number): LoadIn => ({
    origin: `http://127.0.0.1:${port}`,
    suppliers: bidders.map((bidder) => ({ cookie: bidder.cookie, bids: bids.get(bidder)!.slice(from, to) })),
  })
  await load(some(0, WARM))
  const out = await load(some(WARM, LOTS))
  const witnessed = await witnessTimes(world.deps.db, out)
  server.close()
  await world.close()
  const value = out.acts.length / out.seconds
  const acknowledged = p99(out.acts.map(({ sent, answered }) => answered - sent)) / 1000
  return [
    { name: `commits (${RATE}/s is 1)`, value, unit: '/s', ratio: value / RATE, target: 1 },
    { name: 'acknowledged, p99', value: acknowledged, unit: 's', ratio: null, target: ACKNOWLEDGED },
    { name: 'witnessed, p99', value: p99(witnessed) / 1000, unit: 's', ratio: null, target: WITNESSED },
  ]
}

/** Signed bids of 32 suppliers handed in at once to a platform with its witnesses and a durable database. */
export const benchCommit = (): Promise<Figure[]> => durably(measure)
