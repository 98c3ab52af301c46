/** One batch: the waiting events and the dummies that hide how many they are become leaves, in one transaction. */
import { type QueryExecutorProvider, sql } from 'kysely'
import { type Bytes, concat, hmacSha256, randomBytes, readUint } from './bytes.ts'
import { DUMMY_OUTER, dummySalt, hourOf } from './disclosure.ts'
import { encodeLeaf, LEAF_SIZE, NO_SUBJECT } from './leaf.ts'
import { readBundle, readState, splitLeaves, storedTiles } from './store.ts'
import { TILE_WIDTH, tileHashReader } from './tiles.ts'
import { leafHash, pushHash, type Range, rangeRoot, readRange } from './tree.ts'

type Db = QueryExecutorProvider

/** Batch sizes beyond which an observer learns nothing finer (SEALING §3). */
export const BATCH_SIZES = [4, 16, 64, 256, 1024] as const
/** Events taken at once: what a second can hold many times over. */
const MOST = 16_384

/** Leaves of a batch with so many events; above 1024 the next multiple of it. */
export const paddedSize = (events: number): number =>
  BATCH_SIZES.find((size) => events <= size) ?? Math.ceil(events / 1024) * 1024

/** The growing edge of the tree, as the sequencer keeps it in memory. */
export type Edge = { size: number; root: Bytes; range: Range; tail: { leaf: Uint8Array; hash: Uint8Array }[] }

/** The edge as stored; throws Error when the stored hashes do not give the stored root (a damaged database). */
export const loadEdge = async (db: Db): Promise<Edge> => {
  const { size, root } = await readState(db)
  const range = await readRange(size, tileHashReader(storedTiles(db), size))
  if (rangeRoot(range).join() !== root.join()) throw new Error('the stored tree does not give the stored root')
  const { entries, hashes } = await readBundle(db, Math.floor(size / TILE_WIDTH))
  const tail = splitLeaves(entries).map((leaf, i) => ({ leaf, hash: hashes.slice(i * 32, i * 32 + 32) }))
  return { size, root, range, tail }
}

type Waiting = { time: number; event: { id: string; leaf: Uint8Array } | null }

/**
 * Writes one batch and gives the new edge; the caller keeps the old one when the transaction fails. Throws Error when
 * the stored (size, root) is not the caller's: another sequencer was here.
 */
export const writeBatch = async (trx: Db, edge: Edge): Promise<Edge> => {
  const state = await readState(trx, true)
  if (state.size !== edge.size || state.root.join() !== edge.root.join()) throw new Error('another sequencer wrote')
  const events = await readWaiting(trx)
  const clock = await sql<{ now: Date }>`select app_now() as now`.execute(trx)
  // Never backwards, and never before a leaf it covers, whatever the server's clock does.
  const time = Math.max(state.time, clock.rows[0]!.now.getTime(), ...events.map((event) => event.time))
  const order = mixIn(events, paddedSize(events.length) - events.length, state.time, time)
  const leaves = await makeLeaves(trx, edge.size, order)
  await linkEvents(trx, edge.size, order)
  const next = await storeLeaves(trx, edge, leaves)
  const swapped = await sql<{ number: bigint }>`
    update log_state set size = ${next.size}, root = ${next.root}, time_ms = ${time}, checkpoints = checkpoints + 1
    where size = ${edge.size} and root = ${edge.root} returning checkpoints - 1 as number`.execute(trx)
  if (!swapped.rows[0]) throw new Error('another sequencer wrote')
  await sql`insert into log_checkpoint (number, size, root, time_ms)
    values (${swapped.rows[0].number}, ${next.size}, ${next.root}, ${time})`.execute(trx)
  return next
}

const readWaiting = async (trx: Db) => {
  const { rows } = await sql<{ id: string; leaf: Buffer; at: Date }>`
    select e.id, e.leaf, e.at from log_pending p join log_event e on e.id = p.event_id
    order by e.at, p.number limit ${MOST}`.execute(trx)
  return rows.map(({ id, leaf, at }) => ({ time: at.getTime(), event: { id, leaf: new Uint8Array(leaf) } }))
}

/**
 * Dummies among the events, by time. Their times are drawn like those of events: spread over the time since the last
 * batch, less the moment a transaction takes to commit; dummies all dated alike would point at the events.
 */
const mixIn = (events: readonly Waiting[], dummies: number, since: number, now: number): Waiting[] => {
  const span = Math.max(1, Math.min(1000, now - since))
  const drawn = Array.from({ length: dummies }, (): Waiting => {
    const random = randomBytes(4)
    const commit = Math.floor((random[2]! * random[3]!) / 1300)
    return { time: Math.max(0, now - (readUint(random, 0, 2) % span) - commit), event: null }
  })
  return [...events, ...drawn].sort((a, b) => a.time - b.time)
}

const makeLeaves = async (trx: Db, first: number, order: readonly Waiting[]): Promise<Uint8Array[]> => {
  const seeds = new Map<number, Uint8Array>()
  for (const { time, event } of order) {
    const hour = hourOf(time)
    if (!event && !seeds.has(hour)) seeds.set(hour, await seedOf(trx, hour))
  }
  return Promise.all(
    order.map(async ({ time, event }, i) => {
      if (event) return event.leaf
      const salt = dummySalt(seeds.get(hourOf(time))!, first + i)
      return encodeLeaf({ time, subject: NO_SUBJECT, commitment: await hmacSha256(salt, DUMMY_OUTER) })
    }),
  )
}

/** The hour's seed, made on first use. */
const seedOf = async (trx: Db, hour: number): Promise<Uint8Array> => {
  await sql`insert into log_seed (hour, seed) values (${hour}, ${randomBytes(32)}) on conflict do nothing`.execute(trx)
  const { rows } = await sql<{ seed: Buffer }>`select seed from log_seed where hour = ${hour}`.execute(trx)
  return new Uint8Array(rows[0]!.seed)
}

const linkEvents = async (trx: Db, first: number, order: readonly Waiting[]): Promise<void> => {
  const placed = order.flatMap(({ event }, i) => (event ? [{ id: event.id, index: first + i }] : []))
  if (placed.length === 0) return
  const [ids, indices] = [placed.map(({ id }) => id), placed.map(({ index }) => index)]
  await sql`insert into log_leaf (leaf_index, event_id)
    select * from unnest(${indices}::bigint[], ${ids}::uuid[])`.execute(trx)
  await sql`delete from log_pending where event_id = any(${ids}::uuid[])`.execute(trx)
}

const storeLeaves = async (trx: Db, edge: Edge, leaves: readonly Uint8Array[]): Promise<Edge> => {
  const range = [...edge.range]
  let tail = [...edge.tail]
  let size = edge.size
  let fresh = 0
  for (const leaf of leaves) {
    const hash = leafHash(leaf)
    const nodes: { level: number; node: number; hash: Bytes }[] = []
    size += 1
    pushHash(range, hash, (level, made) => {
      if (level > 0 && level % 8 === 0) nodes.push({ level: level / 8, node: size / 2 ** level - 1, hash: made })
    })
    tail.push({ leaf, hash })
    fresh += 1
    for (const { level, node, hash: made } of nodes)
      await sql`insert into log_node (level, node, hash) values (${level}, ${node}, ${made})`.execute(trx)
    if (tail.length === TILE_WIDTH) {
      await sql`insert into log_bundle (bundle, entries, hashes)
        values (${size / TILE_WIDTH - 1}, ${joined(tail, 'leaf')}, ${joined(tail, 'hash')})`.execute(trx)
      await sql`delete from log_batch where first_index < ${size}`.execute(trx)
      tail = []
      fresh = 0
    }
  }
  const rest = tail.slice(tail.length - fresh)
  if (rest.length > 0)
    await sql`insert into log_batch (first_index, entries, hashes)
      values (${size - rest.length}, ${joined(rest, 'leaf')}, ${joined(rest, 'hash')})`.execute(trx)
  return { size, root: rangeRoot(range), range, tail }
}

const joined = (tail: Edge['tail'], part: 'leaf' | 'hash'): Bytes => {
  const bytes = concat(...tail.map((one) => one[part]))
  if (part === 'leaf' && bytes.length !== tail.length * LEAF_SIZE) throw new Error('a leaf of another length')
  return bytes
}
