/** C2SP tlog-tiles: the tree as static files of 256 hashes, and entry bundles of 256 leaves. */
import { type Bytes, concat, readUint, u16 } from './bytes.ts'
import { parseDecimal } from './checkpoint.ts'
import { type HashReader, nodeHash } from './tree.ts'

/** Hashes in a full tile, entries in a full bundle. */
export const TILE_WIDTH = 256

/** `level` is the tile level, or 'entries' for a bundle; `width` 1…256. */
export type Tile = { level: number | 'entries'; index: number; width: number }
/** Fetches a path such as `/log/tile/0/000`; null when there is no such file. */
export type Fetcher = (path: string) => Promise<Uint8Array | null>

/** Index as zero-padded path elements: 1234067 → x001/x234/067. */
const indexPath = (index: number): string => {
  const parts: string[] = []
  let rest = index
  do {
    parts.unshift(String(rest % 1000).padStart(3, '0'))
    rest = Math.floor(rest / 1000)
  } while (rest > 0)
  return parts.map((part, i) => (i < parts.length - 1 ? `x${part}` : part)).join('/')
}

/** `/log/tile/<L>/<N>[.p/<W>]`. */
export const tilePath = ({ level, index, width }: Tile): string =>
  `/log/tile/${level}/${indexPath(index)}${width === TILE_WIDTH ? '' : `.p/${width}`}`

/** The tile a path names; null when the path is not exactly the one spelling of a tile. */
export const parseTilePath = (path: string): Tile | null => {
  const found = /^\/log\/tile\/(entries|\d{1,2})\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path)
  if (!found) return null
  const level = found[1] === 'entries' ? 'entries' : parseDecimal(found[1]!)
  const index = Number(found[2]!.replaceAll(/[x/]/g, ''))
  const width = found[3] === undefined ? TILE_WIDTH : parseDecimal(found[3])
  if (level === null || width === null || width < 1 || !Number.isSafeInteger(index)) return null
  const tile: Tile = { level, index, width }
  return (level === 'entries' || level < 64) && tilePath(tile) === path ? tile : null
}

/** How many hashes (or entries, level 'entries') the tile has in a tree of this size; 0 when it does not exist yet. */
export const tileWidth = (level: Tile['level'], index: number, size: number): number => {
  const nodes = Math.floor(size / TILE_WIDTH ** (level === 'entries' ? 0 : level))
  return Math.max(0, Math.min(TILE_WIDTH, nodes - index * TILE_WIDTH))
}

/** u16 length ‖ entry, one after another. */
export const encodeEntries = (entries: readonly Uint8Array[]): Bytes =>
  concat(...entries.flatMap((entry) => [u16(entry.length), entry]))

/** Entries of a bundle, as views of it; throws RangeError when cut short. */
export const decodeEntries = (bundle: Uint8Array): Uint8Array[] => {
  const out: Uint8Array[] = []
  for (let at = 0; at < bundle.length; ) {
    const length = readUint(bundle, at, 2)
    if (at + 2 + length > bundle.length) throw new RangeError('bundle cut short')
    out.push(bundle.subarray(at + 2, at + 2 + length))
    at += 2 + length
  }
  return out
}

/**
 * Reads any perfect subtree's hash of a tree of `size` leaves from its tiles; each tile is fetched once.
 * What it reads is not yet trusted: use it for proofs and roots that are then compared with a checkpoint.
 * Throws Error when a tile is missing or has the wrong length.
 */
export const tileHashReader = (fetch: Fetcher, size: number): HashReader => {
  const cache = new Map<string, Promise<Uint8Array>>()
  const load = (level: number, index: number): Promise<Uint8Array> => {
    const width = tileWidth(level, index, size)
    const path = tilePath({ level, index, width })
    const known = cache.get(path)
    if (known) return known
    const fetched = (async () => {
      if (width === 0) throw new RangeError('hash beyond the tree')
      const tile = await fetchTile(fetch, { level, index, width })
      if (tile?.length !== width * 32) throw new Error(`tile ${path} is missing or has the wrong length`)
      return tile
    })()
    cache.set(path, fetched)
    return fetched
  }
  return async (level, index) => {
    const below = level % 8
    const tileLevel = (level - below) / 8
    const count = 2 ** below
    const first = index * count
    const tile = await load(tileLevel, Math.floor(first / TILE_WIDTH))
    const at = first % TILE_WIDTH
    let hashes = Array.from({ length: count }, (_, i) => tile.slice((at + i) * 32, (at + i + 1) * 32))
    if (hashes.some((hash) => hash.length !== 32)) throw new RangeError('hash beyond the tree')
    while (hashes.length > 1)
      hashes = Array.from({ length: hashes.length / 2 }, (_, i) => nodeHash(hashes[2 * i]!, hashes[2 * i + 1]!))
    return hashes[0]!
  }
}

/** A tile or bundle; when a partial one is gone, the first `width` parts of the full one that replaced it. */
export const fetchTile = async (fetch: Fetcher, tile: Tile): Promise<Uint8Array | null> => {
  const found = await fetch(tilePath(tile))
  if (found || tile.width === TILE_WIDTH) return found
  const full = await fetch(tilePath({ ...tile, width: TILE_WIDTH }))
  if (!full) return null
  return tile.level === 'entries'
    ? encodeEntries(decodeEntries(full).slice(0, tile.width))
    : full.slice(0, tile.width * 32)
}
