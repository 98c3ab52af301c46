import { hash } from 'node:crypto'
import { concat, hmacSha256, randomBytes, utf8 } from '../../api/log/bytes.ts'
import { checkpointText, signCheckpoint } from '../../api/log/checkpoint.ts'
import { verifyComplete } from '../../api/log/complete.ts'
import { cosign } from '../../api/log/cosignature.ts'
import { DUMMY_OUTER, disclosurePath, dummySalt, formatDisclosure, hourOf } from '../../api/log/disclosure.ts'
import { newSeed, signerOf } from '../../api/log/ed25519.ts'
import { encodeLeaf, LEAF_SIZE, NO_SUBJECT } from '../../api/log/leaf.ts'
import { COSIGNATURE, ED25519, noteSigner } from '../../api/log/note.ts'
import { encodeEntries, type Fetcher, parseTilePath, TILE_WIDTH } from '../../api/log/tiles.ts'
import { leafHash, pushHash, type Range, rangeRoot } from '../../api/log/tree.ts'
import { verifyLog } from '../../api/log/verify.ts'
import type { Figure } from '../run.ts'

const START = Date.UTC(2026, 10, 23)
const COMPLETE = 10_000_000

/** A log of dummies in memory, with a witnessed checkpoint over all of it, as public addresses serve one. */
const makeLog = async (size: number) => {
  const log = noteSigner('bench.test/log/sandbox', ED25519, await signerOf(newSeed()))
  const witness = noteSigner('witness.test', COSIGNATURE, await signerOf(newSeed()))
  const policy = { log, logUrl: null, witnesses: [{ name: 'w', key: witness, url: null }], quorum: 1 }
  const [seed, hour] = [randomBytes(32), hourOf(START)]
  const bundles: Uint8Array[] = []
  const tiles: Uint8Array[] = []
  const range: Range = []
  for (let first = 0; first < size; first += TILE_WIDTH) {
    const leaves: Uint8Array[] = []
    for (let index = first; index < Math.min(size, first + TILE_WIDTH); index++) {
      const commitment = await hmacSha256(await dummySalt(seed, index), DUMMY_OUTER)
      leaves.push(encodeLeaf({ time: START, subject: NO_SUBJECT, commitment }))
    }
    const hashes = leaves.map(leafHash)
    for (const one of hashes) pushHash(range, one)
    bundles.push(encodeEntries(leaves))
    tiles.push(concat(...hashes))
  }
  const checkpoint = { origin: log.name, size, root: rangeRoot(range), time: START + 1000 }
  const note =
    (await signCheckpoint(checkpoint, log)) + (await cosign(checkpointText(checkpoint), witness, START / 1000 + 1))
  const told = { dummies: false }
  const read: Fetcher = async (path) => {
    const tile = parseTilePath(path)
    if (tile) return (tile.level === 'entries' ? bundles : tile.level === 0 ? tiles : [])[tile.index] ?? null
    if (path === '/log/checkpoint') return utf8(note)
    if (path === '/log/checkpoints') return utf8('{"count":1}')
    if (path === '/log/checkpoints/0') return utf8(JSON.stringify([note]))
    const bundle = Number(/^\/log\/disclosures\/(\d+)$/.exec(path)?.[1] ?? Number.NaN)
    if (disclosurePath(bundle) !== path) return null
    const width = Math.min(TILE_WIDTH, size - bundle * TILE_WIDTH)
    const all = told.dummies ? Array.from({ length: width }, (_, i) => i) : []
    return utf8(formatDisclosure(bundle, width, all, new Map(told.dummies ? [[hour, seed]] : []), []))
  }
  return { policy, read, told }
}

/** Two hashes a leaf, its own and an inner node's, and nothing else: seconds. */
const rawHashes = (size: number): number => {
  const [leaf, node] = [randomBytes(LEAF_SIZE + 1), randomBytes(65)]
  const began = performance.now()
  for (let at = 0; at < size; at++) {
    hash('sha256', leaf, 'buffer')
    hash('sha256', node, 'buffer')
  }
  return (performance.now() - began) / 1000
}

const timed = async (act: () => Promise<void>): Promise<number> => {
  const began = performance.now()
  await act()
  return (performance.now() - began) / 1000
}

export const auditLog = async (size = 1_000_000): Promise<Figure[]> => {
  const { policy, read, told } = await makeLog(size)
  const first = rawHashes(size)
  const audit = await timed(async () => {
    const { checks } = await verifyLog({ fetch: read, policy, now: START + 2000 })
    const wrong = checks.filter(({ ok }) => ok === false)
    if (wrong.length > 0) throw new Error(JSON.stringify(wrong))
  })
  const raw = (first + rawHashes(size)) / 2
  told.dummies = true
  const complete = await timed(async () => {
    const lot = {
      tenderId: crypto.randomUUID(),
      lotId: crypto.randomUUID(),
      noticeIndex: 0,
      closedIndex: size - 1,
      closed: [],
    }
    const checks = (await verifyComplete(read, policy, [lot])).flat()
    if (checks.some(({ ok }) => ok !== true)) throw new Error(JSON.stringify(checks))
  })
  console.log(`  verify --complete: ${complete.toFixed(1)} s over ${size} leaves, all told; 10^7 is reckoned from it`)
  return [
    { name: 'audit of 10^6 leaves', value: size / audit, unit: '/s', ratio: raw / audit, target: 0.3 },
    { name: 'complete, 10^7 (×10)', value: (complete * COMPLETE) / size, unit: 's', ratio: null, target: 180 },
  ]
}
