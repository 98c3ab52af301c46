/** Reading a log from outside: leaves, checkpoint history and disclosures through a fetch function, all authenticated. */
import { type Bytes, equal, fromUtf8 } from './bytes.ts'
import { disclosurePath, type Opened, openDisclosure } from './disclosure.ts'
import { turn } from './native.ts'
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

/** Leaves, the hash of each as it was recomputed, and what the log tells of them where that was asked. */
type Bundle = { entries: Uint8Array[]; hashes: Bytes[]; disclosure: Uint8Array | null }

const isHashAt = (tile: Uint8Array, at: number, hash: Uint8Array): boolean => {
  for (let i = 0; i < 32; i++) if (tile[at + i] !== hash[i]) return false
  return true
}

/** Leaves of one bundle; a fault when missing, malformed or not hashing to the tile beside it. */
const readBundle = async (fetch: Fetcher, index: number, size: number, told: boolean): Promise<Bundle | LogFault> => {
  const width = tileWidth('entries', index, size)
  const first = index * TILE_WIDTH
  const [bundle, tile, disclosure] = await Promise.all([
    fetchTile(fetch, { level: 'entries', index, width }),
    fetchTile(fetch, { level: 0, index, width }),
    told ? fetch(disclosurePath(index)) : null,
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
  const bad = hashes.findIndex((hash, i) => !isHashAt(tile, i * 32, hash))
  return bad < 0
    ? { entries, hashes, disclosure }
    : fault(`entry ${first + bad} does not hash to the tree`, first + bad)
}

/** What a walk tells of the leaves, bundle by bundle; nothing of a bundle is kept when it is over. */
export type Walker = {
  /** Before the leaves of a bundle; `end` is the index after its last leaf. */
  before?: (end: number) => Promise<void>
  /** Each leaf and, lazily, the root of the tree that ends with it; another answer than undefined ends the walk. */
  visit?: (index: number, leaf: Uint8Array, root: () => Bytes) => LogFault | undefined
  /** All leaves of a bundle, and what the log discloses of them: asked for ahead, with the bundle itself. */
  told?: (bundle: number, entries: readonly Uint8Array[], disclosure: Uint8Array | null) => void
}

/** So many bundles are under way: a walk over a network is bound by round trips, not by hashing. */
const AHEAD = 16

/** Bundles in order, each asked for well before its turn. */
const readAhead = (fetch: Fetcher, from: number, size: number, told: boolean) => {
  const ahead: Promise<Bundle | LogFault>[] = []
  const last = Math.ceil(size / TILE_WIDTH)
  let next = Math.floor(from / TILE_WIDTH)
  return {
    take: (): Promise<Bundle | LogFault> => {
      while (next < last && ahead.length < AHEAD) {
        const bundle = readBundle(fetch, next++, size, told)
        // One that fails before its turn is told at its turn.
        bundle.catch(() => undefined)
        ahead.push(bundle)
      }
      return ahead.shift()!
    },
    /** Nobody waits for these any more; what goes wrong with them is no news. */
    drop: async () => void (await Promise.allSettled(ahead)),
  }
}

/** Walks the leaves from `from` to the end of a tree of `size` leaves. Gives the roots before them and after. */
export const walkLeaves = async (
  fetch: Fetcher,
  from: number,
  size: number,
  { before, visit, told }: Walker,
): Promise<{ before: Bytes; root: Bytes } | LogFault> => {
  let range: Range
  try {
    range = await readRange(from, tileHashReader(fetch, size))
  } catch (error) {
    return fault(error instanceof Error ? error.message : 'a tile is missing', null)
  }
  const first = rangeRoot(range)
  const root = () => rangeRoot(range)
  const bundles = readAhead(fetch, from, size, told !== undefined)
  try {
    for (let start = Math.floor(from / TILE_WIDTH) * TILE_WIDTH; start < size; start += TILE_WIDTH) {
      const read = await bundles.take()
      if (isFault(read)) return read
      const { entries, hashes, disclosure } = read
      await before?.(start + entries.length)
      for (let i = Math.max(0, from - start); i < entries.length; i++) {
        pushHash(range, hashes[i]!)
        const stop = visit?.(start + i, entries[i]!, root)
        if (stop) return stop
      }
      told?.(start / TILE_WIDTH, entries, disclosure)
    }
  } finally {
    await bundles.drop()
  }
  return { before: first, root: root() }
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
  const visit = (_: number, leaf: Uint8Array): undefined => void leaves.push(leaf)
  const walked = await walkLeaves(fetch, from, newer.size, { visit })
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
      await turn()
    }
  }
  return null
}

/** What the log discloses of one bundle's leaves; a fault when missing, malformed or false. */
export const judgeDisclosure = (
  bytes: Uint8Array | null,
  bundle: number,
  leaves: readonly Uint8Array[],
): Opened[] | LogFault => {
  const first = bundle * TILE_WIDTH
  if (!bytes) return fault(`disclosure ${bundle} is missing`, first)
  try {
    const opened = openDisclosure(bytes, bundle, leaves)
    const bad = opened.findIndex(({ state }) => state === 'false')
    return bad < 0 ? opened : fault(`what is told of entry ${first + bad} is false`, first + bad)
  } catch {
    return fault(`disclosure ${bundle} is malformed`, first)
  }
}
