/** The log's tables read: tiles, checkpoints, proofs and disclosures, all made from what the sequencer stored. */
import { type QueryExecutorProvider, sql } from 'kysely'
import { type Bytes, concat } from './bytes.ts'
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts'
import { dayOf, formatDisclosure, hourOf, mayDiscloseDay, mayDiscloseLeaf, type TenderWindow } from './disclosure.ts'
import { decodeLeaf, LEAF_SIZE } from './leaf.ts'
import { parseNote } from './note.ts'
import { judgeCheckpoint, type Policy } from './policy.ts'
import { formatProof } from './proof.ts'
import { encodeEntries, type Fetcher, parseTilePath, TILE_WIDTH, type Tile, tileHashReader } from './tiles.ts'
import { inclusionProof } from './tree.ts'
import { HISTORY_PAGE } from './walk.ts'

type Db = QueryExecutorProvider

/** Where the log stands; `published` is the newest note with a quorum of cosignatures. */
export type LogState = {
  size: number
  root: Bytes
  time: number
  checkpoints: number
  published: string | null
  publishedSize: number
}

type StateRow = {
  size: bigint
  root: Buffer
  time_ms: bigint
  checkpoints: bigint
  published: string | null
  published_size: bigint
}

/** The one row of log_state; locked for the transaction when asked. */
export const readState = async (db: Db, lock = false): Promise<LogState> => {
  const { rows } = await sql<StateRow>`select * from log_state ${lock ? sql`for update` : sql``}`.execute(db)
  const row = rows[0]!
  return {
    size: Number(row.size),
    root: new Uint8Array(row.root),
    time: Number(row.time_ms),
    checkpoints: Number(row.checkpoints),
    published: row.published,
    publishedSize: Number(row.published_size),
  }
}

/** Leaves and leaf hashes of a bundle, as far as it is filled. */
export const readBundle = async (db: Db, bundle: number): Promise<{ entries: Uint8Array; hashes: Uint8Array }> => {
  const full = await sql<{ entries: Buffer; hashes: Buffer }>`
    select entries, hashes from log_bundle where bundle = ${bundle}`.execute(db)
  if (full.rows[0]) return full.rows[0]
  const first = bundle * TILE_WIDTH
  const { rows } = await sql<{ entries: Buffer; hashes: Buffer }>`
    select entries, hashes from log_batch where first_index >= ${first} and first_index < ${first + TILE_WIDTH}
    order by first_index`.execute(db)
  return { entries: concat(...rows.map((r) => r.entries)), hashes: concat(...rows.map((r) => r.hashes)) }
}

/** The stored leaves of a bundle, one by one. */
export const splitLeaves = (entries: Uint8Array): Uint8Array[] =>
  Array.from({ length: entries.length / LEAF_SIZE }, (_, i) => entries.slice(i * LEAF_SIZE, (i + 1) * LEAF_SIZE))

/** A tile's bytes; null while the log has not grown so far. Partial tiles of any earlier width are kept. */
export const readTile = async (db: Db, { level, index, width }: Tile): Promise<Bytes | null> => {
  if (level === 'entries') {
    const leaves = splitLeaves((await readBundle(db, index)).entries)
    return leaves.length < width ? null : encodeEntries(leaves.slice(0, width))
  }
  const hashes = level === 0 ? (await readBundle(db, index)).hashes : await readNodes(db, level, index, width)
  return hashes.length < width * 32 ? null : new Uint8Array(hashes.slice(0, width * 32))
}

const readNodes = async (db: Db, level: number, tile: number, width: number): Promise<Uint8Array> => {
  const first = tile * TILE_WIDTH
  const { rows } = await sql<{ hash: Buffer }>`select hash from log_node
    where level = ${level} and node >= ${first} and node < ${first + width} order by node`.execute(db)
  return concat(...rows.map(({ hash }) => hash))
}

/** The log's own tiles by path, for proofs made on the server. */
export const storedTiles =
  (db: Db): Fetcher =>
  async (path) => {
    const tile = parseTilePath(path)
    return tile && readTile(db, tile)
  }

/** How many checkpoints are signed, oldest first without a gap. */
export const countHistory = async (db: Db): Promise<number> => {
  const { rows } = await sql<{ count: bigint }>`select coalesce(max(number) + 1, 0)::bigint as count
    from log_checkpoint where note is not null`.execute(db)
  return Number(rows[0]!.count)
}

/** Notes of one page of the history, oldest first. */
export const readHistoryPage = async (db: Db, page: number): Promise<string[]> => {
  const first = page * HISTORY_PAGE
  const { rows } = await sql<{ note: string }>`select note from log_checkpoint
    where number >= ${first} and number < ${first + HISTORY_PAGE} and note is not null order by number`.execute(db)
  return rows.map(({ note }) => note)
}

/** What the log itself signed at a size; null when it never had a checkpoint there. */
export const checkpointAt = async (db: Db, size: number): Promise<Checkpoint | null> => {
  const { rows } = await sql<{ note: string }>`select note from log_checkpoint
    where size = ${size} and note is not null`.execute(db)
  return rows[0] ? parseCheckpoint(parseNote(rows[0].note).text) : null
}

/** Where an event's leaf stands; null while it is not sequenced. */
export const leafIndexOf = async (db: Db, eventId: string): Promise<number | null> => {
  const { rows } = await sql<{ leaf_index: bigint }>`
    select leaf_index from log_leaf where event_id = ${eventId}`.execute(db)
  return rows[0] ? Number(rows[0].leaf_index) : null
}

/** The C2SP tlog-proof of a leaf under the published checkpoint; null while no quorum has seen it. */
export const readProof = async (db: Db, index: number): Promise<string | null> => {
  const { published, publishedSize } = await readState(db)
  if (published === null || index >= publishedSize) return null
  const hashes = await inclusionProof(index, publishedSize, tileHashReader(storedTiles(db), publishedSize))
  return formatProof({ index, hashes, checkpoint: published })
}

/** Every tender's window: what disclosure depends on. */
export const readWindows = async (db: Db): Promise<TenderWindow[]> => {
  const { rows } = await sql<{ tender_id: string; notice_at: Date; closed_at: Date | null; ended_at: Date | null }>`
    select tender_id, notice_at, closed_at, ended_at from tender_disclosure`.execute(db)
  return rows.map((row) => ({
    tenderId: row.tender_id,
    from: row.notice_at.getTime(),
    closed: row.closed_at?.getTime() ?? null,
    ended: row.ended_at?.getTime() ?? null,
  }))
}

/** The disclosure bundle as JSON, holding what may be told now; null while the log has not grown so far. */
export const readDisclosureBundle = async (db: Db, bundle: number): Promise<string | null> => {
  const leaves = splitLeaves((await readBundle(db, bundle)).entries).map(decodeLeaf)
  if (leaves.length === 0) return null
  const [windows, clock, events] = await Promise.all([
    readWindows(db),
    sql<{ now: Date }>`select app_now() as now`.execute(db),
    readEvents(db, bundle),
  ])
  const now = clock.rows[0]!.now.getTime()
  const days = new Map(leaves.map(({ time }) => [dayOf(time), false]))
  for (const day of days.keys()) days.set(day, mayDiscloseDay(day, windows, now))
  const dummies = leaves.flatMap(({ time }, i) => (!events.has(i) && days.get(dayOf(time)) ? [i] : []))
  const shown = leaves.flatMap(({ time }, i) => {
    const event = events.get(i)
    return event && mayDiscloseLeaf({ time, tenderId: event.tenderId }, windows, now) ? [{ i, ...event }] : []
  })
  const seeds = await readSeeds(db, [...new Set(dummies.map((i) => hourOf(leaves[i]!.time)))])
  return formatDisclosure(bundle, leaves.length, dummies, seeds, shown)
}

const readEvents = async (db: Db, bundle: number) => {
  const first = bundle * TILE_WIDTH
  const { rows } = await sql<{ leaf_index: bigint; tender_id: string | null; outer_bytes: Buffer; outer_salt: Buffer }>`
    select l.leaf_index, e.tender_id, e.outer_bytes, e.outer_salt from log_leaf l join log_event e on e.id = l.event_id
    where l.leaf_index >= ${first} and l.leaf_index < ${first + TILE_WIDTH}`.execute(db)
  return new Map(
    rows.map((r) => [
      Number(r.leaf_index) - first,
      { tenderId: r.tender_id, outer: new Uint8Array(r.outer_bytes), salt: new Uint8Array(r.outer_salt) },
    ]),
  )
}

const readSeeds = async (db: Db, hours: readonly number[]): Promise<Map<number, Uint8Array>> => {
  const { rows } = await sql<{ hour: bigint; seed: Buffer }>`
    select hour, seed from log_seed where hour = any(${hours}::bigint[]) order by hour`.execute(db)
  return new Map(rows.map(({ hour, seed }) => [Number(hour), new Uint8Array(seed)]))
}

/** When a quorum of witnesses had seen the event's leaf, by their clocks; null while none has. */
export const witnessedAt = async (db: Db, policy: Policy, eventId: string): Promise<Date | null> => {
  const index = await leafIndexOf(db, eventId)
  if (index === null || (await readState(db)).publishedSize <= index) return null
  for (let after = index; ; ) {
    const { rows } = await sql<{ size: bigint; note: string }>`select size, note from log_checkpoint
      where size > ${after} and note is not null order by size limit 16`.execute(db)
    for (const { note } of rows) {
      const judged = await judgeCheckpoint(note, policy)
      if (judged && judged.seenBy !== null) return new Date(judged.seenBy * 1000)
    }
    if (rows.length === 0) return null
    after = Number(rows.at(-1)!.size)
  }
}
