import { openSync, readFileSync, readSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fromBase64, utf8 } from '../../api/log/bytes.ts'
import { formatDisclosure } from '../../api/log/disclosure.ts'
import { LEAF_SIZE } from '../../api/log/leaf.ts'
import { parseTilePath, TILE_WIDTH } from '../../api/log/tiles.ts'
import { HISTORY_PAGE } from '../../api/log/walk.ts'
import type { Made } from './made.ts'

/**
 * `node bench/complete/serve.ts FOLDER`: the public addresses of a log that `makeLog` wrote, all of it disclosed, from its
 * files. Its own process, so that the auditor's memory is its own; says its port on a line.
 */
const folder = process.argv[2]!
const made = JSON.parse(readFileSync(join(folder, 'made.json'), 'utf8')) as Made
const seeds = new Map([[made.hour, fromBase64(made.seed)]])
const [entries, tiles, notes] = ['entries', 'tiles', 'notes'].map((name) => openSync(join(folder, name), 'r'))

const slice = (file: number, at: number, length: number): Buffer => {
  const out = Buffer.alloc(length)
  readSync(file, out, 0, length, at)
  return out
}

const widthOf = (bundle: number): number => Math.max(0, Math.min(TILE_WIDTH, made.size - bundle * TILE_WIDTH))

const tileOf = (path: string): Uint8Array | null => {
  const tile = parseTilePath(path)
  if (!tile || (tile.level !== 'entries' && tile.level !== 0) || widthOf(tile.index) < tile.width) return null
  const [file, each] = tile.level === 'entries' ? [entries!, 2 + LEAF_SIZE] : [tiles!, 32]
  return slice(file, tile.index * TILE_WIDTH * each, tile.width * each)
}

const historyOf = (page: number): Uint8Array | null => {
  const first = page * HISTORY_PAGE
  const last = Math.min(made.checkpoints.length - 1, first + HISTORY_PAGE)
  if (first >= last) return null
  const [from, to] = [made.checkpoints[first]!, made.checkpoints[last]!]
  const lines = slice(notes!, from, to - from)
    .toString('utf8')
    .trim()
    .split('\n')
  return utf8(`[${lines.join(',')}]`)
}

const disclosureOf = (bundle: number): Uint8Array | null => {
  const width = widthOf(bundle)
  if (width === 0) return null
  return utf8(
    formatDisclosure(
      bundle,
      width,
      Array.from({ length: width }, (_, i) => i),
      seeds,
      [],
    ),
  )
}

const answer = (path: string): Uint8Array | null => {
  if (path === '/log/checkpoint') return utf8(made.newest)
  if (path === '/log/checkpoints') return utf8(JSON.stringify({ count: made.checkpoints.length - 1 }))
  const [, kind, number] = /^\/log\/(checkpoints|disclosures)\/(\d+)$/.exec(path) ?? []
  if (kind === 'checkpoints') return historyOf(Number(number))
  if (kind === 'disclosures') return disclosureOf(Number(number))
  return tileOf(path)
}

const server = createServer((request, response) => {
  const body = answer(request.url ?? '')
  response.writeHead(body ? 200 : 404).end(body ?? undefined)
})
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
