/** Reading a log from outside: leaves, checkpoint history and disclosures through a fetch function, all authenticated. */
import { type Bytes, equal, fromUtf8 } from './bytes.ts'
import { disclosurePath, type Opened, openDisclosure } from './disclosure.ts'
import { judgeCheckpoint, type Policy, type WitnessedCheckpoint } from './policy.ts'
import { decodeEntries, type Fetcher, fetchTile, TILE_WIDTH, tileHashReader, tileWidth } from './tiles.ts'
import { leafHash, pushHash, type Range, rangeRoot, readRange } from './tree.ts'

/** Checkpoints on a page of the history. */
export const HISTORY_PAGE = 256
/** `/log/checkpoints` says how many there are, `/log/checkpoints/<page>` is a JSON array of notes, oldest first. */
export const historyPath = (page?: number): string => `/log/checkpoints${page === undefined ? '' : `/${page}`}`

/** Something the log must serve is missing or wrong; `entry` is the index of the first leaf concerned. */
export type LogFault = { fault: string; entry: number | null }
const fault = (text: string, entry: number | null): LogFault => ({ fault: text, entry })
export const isFault = (value: unknown): value is LogFault =>
  typeof value === 'object' && value !== null && 'fault' in value

/** Leaves, and the hash of each as it was recomputed. */
type Bundle = { entries: Uint8Array[]; hashes: Bytes[] }

/** Leaves of one bundle; a fault when missing, malformed or not hashing to the tile beside it. */
const readBundle = async (fetch: Fetcher, index: number, size: number): Promise<Bundle | LogFault> => {
  const width = tileWidth('entries', index, size)
  const first = index * TILE_WIDTH
  const [bundle, tile] = await Promise.all([
    fetchTile(fetch, { level: 'entries', index, width }),
    fetchTile(fetch, { level: 0, index, width }),
  ])
  if (!bundle || !tile) return fault(`entry bundle or tile ${index} is missing`, first)
  let entries: Uint8Array[]
  try {
    entries = decodeEntries(bundle)
  } catch {
    return fault(`entry bundle ${index} is malformed`, first)
  }
  if (entries.length !== width || tile.length !== width * 32) return fault(`bundle ${index} has another length`, first)
  const hashes = entries.map(leafHash)
  const bad = hashes.findIndex((hash, i) => !equal(hash, tile.subarray(i * 32, i * 32 + 32)))
  return bad < 0 ? { entries, hashes } : fault(`entry ${first + bad} does not hash to the tree`, first + bad)
}

/**
 * Walks the leaves from `from` to the end of a tree of `size` leaves. `visit` is told each leaf and, lazily, the root
 * of the tree that ends with it; what it returns other than undefined ends the walk. Gives the final root.
 */
export const walkLeaves = async (
  fetch: Fetcher,
  from: number,
  size: number,
  visit: (index: number, leaf: Uint8Array, root: () => Bytes) => LogFault | undefined,
  bundleDone?: (bundle: number, entries: readonly Uint8Array[]) => Promise<void>,
): Promise<{ before: Bytes; root: Bytes } | LogFault> => {
  let range: Range
  try {
    range = await readRange(from, tileHashReader(fetch, size))
  } catch (error) {
    return fault(error instanceof Error ? error.message : 'a tile is missing', null)
  }
  const before = rangeRoot(range)
  const last = Math.ceil(size / TILE_WIDTH)
  // Eight bundles ahead: the walk is bound by round trips, not by hashing.
  const ahead: Promise<Bundle | LogFault>[] = []
  let next = Math.floor(from / TILE_WIDTH)
  for (let bundle = next; bundle < last; bundle++) {
    while (next < last && ahead.length < 8) ahead.push(readBundle(fetch, next++, size))
    const read = await ahead.shift()!
    if (isFault(read)) {
      await Promise.all(ahead)
      return read
    }
    const { entries, hashes } = read
    for (let i = Math.max(0, from - bundle * TILE_WIDTH); i < entries.length; i++) {
      pushHash(range, hashes[i]!)
      const stop = visit(bundle * TILE_WIDTH + i, entries[i]!, () => rangeRoot(range))
      if (stop) {
        await Promise.all(ahead)
        return stop
      }
    }
    await bundleDone?.(bundle, entries)
  }
  return { before, root: rangeRoot(range) }
}

/** A tree the reader already trusts. */
export type Tree = { size: number; root: Uint8Array }

/**
 * All leaves after an older tree, proven to stand in the newer one and to continue the older one: their hashes,
 * pushed onto the older tree's, give the newer root. Null older = from the beginning, or from any `from`: then the
 * leaves are proven by the newer root alone.
 */
export const readLeaves = async (
  fetch: Fetcher,
  older: Tree | null,
  newer: Tree,
  from = older?.size ?? 0,
): Promise<Uint8Array[] | LogFault> => {
  if (older && older.size > newer.size) return fault('the newer tree is smaller than the older one', null)
  const leaves: Uint8Array[] = []
  const walked = await walkLeaves(fetch, from, newer.size, (_, leaf) => {
    leaves.push(leaf)
    return undefined
  })
  if (isFault(walked)) return walked
  if (older && !equal(walked.before, older.root)) return fault('the log does not continue the older tree', null)
  return equal(walked.root, newer.root) ? leaves : fault('the leaves do not give the root of the checkpoint', null)
}

/** How many checkpoints the history holds; null when it cannot be read. */
export const historyCount = async (fetch: Fetcher): Promise<number | null> => {
  try {
    const { count } = JSON.parse(fromUtf8((await fetch(historyPath())) ?? new Uint8Array())) as { count: number }
    return Number.isSafeInteger(count) && count >= 0 ? count : null
  } catch {
    return null
  }
}

/** Notes of one page of the history, oldest first; a fault when missing or malformed. */
export const historyPage = async (fetch: Fetcher, page: number): Promise<string[] | LogFault> => {
  try {
    const notes: unknown = JSON.parse(fromUtf8((await fetch(historyPath(page))) ?? new Uint8Array()))
    if (Array.isArray(notes) && notes.every((note) => typeof note === 'string')) return notes as string[]
  } catch {
    // Falls through: missing and malformed are the same to a reader.
  }
  return fault(`page ${page} of the checkpoint history is missing or malformed`, null)
}

/** First checkpoint of a page; the size tells where to look further. */
const firstSize = async (fetch: Fetcher, page: number): Promise<number> => {
  const notes = await historyPage(fetch, page)
  const size = isFault(notes) ? Number.NaN : Number(notes[0]?.split('\n')[1])
  return Number.isSafeInteger(size) ? size : 0
}

/** The page on which the first checkpoint larger than `size` stands. */
export const pageAfter = async (fetch: Fetcher, size: number, count: number): Promise<number> => {
  let [low, high] = [0, Math.max(0, Math.ceil(count / HISTORY_PAGE) - 1)]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((await firstSize(fetch, middle)) <= size) low = middle
    else high = middle - 1
  }
  return low
}

/** The first recorded checkpoint that covers a leaf and carries a quorum; null when there is none. */
export const witnessedCheckpointCovering = async (
  fetch: Fetcher,
  policy: Policy,
  index: number,
): Promise<WitnessedCheckpoint | null> => {
  const count = await historyCount(fetch)
  if (count === null) return null
  for (let page = await pageAfter(fetch, index, count); page * HISTORY_PAGE < count; page++) {
    const notes = await historyPage(fetch, page)
    if (isFault(notes)) return null
    for (const note of notes) {
      if (Number(note.split('\n')[1]) <= index) continue
      const judged = await judgeCheckpoint(note, policy)
      if (judged?.quorum) return judged
    }
  }
  return null
}

/** What the log discloses of one bundle's leaves; a fault when missing, malformed or false. */
export const readDisclosure = async (
  fetch: Fetcher,
  bundle: number,
  leaves: readonly Uint8Array[],
): Promise<Opened[] | LogFault> => {
  const bytes = await fetch(disclosurePath(bundle))
  if (!bytes) return fault(`disclosure ${bundle} is missing`, bundle * TILE_WIDTH)
  try {
    const opened = await openDisclosure(bytes, bundle, leaves)
    const bad = opened.findIndex(({ state }) => state === 'false')
    return bad < 0
      ? opened
      : fault(`what is told of entry ${bundle * TILE_WIDTH + bad} is false`, bundle * TILE_WIDTH + bad)
  } catch {
    return fault(`disclosure ${bundle} is malformed`, bundle * TILE_WIDTH)
  }
}
