/* The log of the platform in memory: real tree, real signatures, two real witnesses. Test files only. */
import { type Bytes, concat, utf8 } from '../log/bytes.ts'
import { checkpointText, signCheckpoint } from '../log/checkpoint.ts'
import { cosign } from '../log/cosignature.ts'
import { formatDisclosure } from '../log/disclosure.ts'
import { newSeed, signerOf } from '../log/ed25519.ts'
import { COSIGNATURE, ED25519, noteSigner } from '../log/note.ts'
import { formatPolicy } from '../log/policy.ts'
import { formatProof } from '../log/proof.ts'
import { formatConsistency } from '../log/seen.ts'
import { encodeEntries, parseTilePath, type Tile } from '../log/tiles.ts'
import { consistencyProof, inclusionProof, leafHash, merkleRoot } from '../log/tree.ts'
import { encodeJson } from '../seal/json.ts'
import { parseManifest } from '../seal/manifest.ts'

export type Row = {
  type: string
  lotId: string | null
  outer: Bytes
  outerSalt: Bytes
  body: Bytes
  bodySalt: Bytes
  leaf: Bytes
  index: number | null
  at: number
}
export const makeLog = async () => {
  const log = noteSigner('platform.test/log/sandbox', ED25519, await signerOf(newSeed()))
  const keys = await Promise.all(
    [0, 1].map(async (i) => noteSigner(`witness-${i}.test`, COSIGNATURE, await signerOf(newSeed()))),
  )
  const policy = { log, logUrl: null, witnesses: keys.map((key) => ({ name: key.name, key, url: null })), quorum: 2 }
  const rows: Row[] = []
  const notes: string[] = []
  const leaves: Row[] = []
  /** Writes what waits, signs at `at` and cosigns `lag` ms later. */
  const tick = async (at: number, lag = 500): Promise<void> => {
    for (const row of rows.filter(({ index }) => index === null)) row.index = leaves.push(row) - 1
    const checkpoint = {
      origin: log.name,
      size: leaves.length,
      root: merkleRoot(leaves.map(({ leaf }) => leaf)),
      time: at,
    }
    let note = await signCheckpoint(checkpoint, log)
    for (const key of keys) note += await cosign(checkpointText(checkpoint), key, Math.floor((at + lag) / 1000))
    notes.push(note)
  }
  const tile = ({ level, index, width }: Tile): Bytes | null => {
    const own = leaves.slice(index * 256, index * 256 + width)
    if (own.length !== width) return null
    if (level === 'entries') return encodeEntries(own.map(({ leaf }) => leaf))
    return level === 0 ? concat(...own.map(({ leaf }) => leafHash(leaf))) : null
  }
  const read = async (level: number, at: number) =>
    merkleRoot(leaves.slice(at * 2 ** level, (at + 1) * 2 ** level).map(({ leaf }) => leaf))
  /** From the checkpoint that a manifest names to the newest. */
  const consistency = async (manifest: Uint8Array): Promise<string> => {
    const parsed = parseManifest(manifest)
    const size = parsed.ok ? parsed.manifest.logCheckpointSeen.size : 0
    return formatConsistency(await consistencyProof(size, leaves.length, read))
  }
  const proof = async (index: number): Promise<Bytes> => {
    return utf8(
      formatProof({ index, hashes: await inclusionProof(index, leaves.length, read), checkpoint: notes.at(-1)! }),
    )
  }
  const serve = async (path: string): Promise<Bytes | null> => {
    const named = parseTilePath(path)
    if (named) return tile(named)
    if (path === '/log/policy') return utf8(formatPolicy(policy))
    if (path === '/log/checkpoint') return utf8(notes.at(-1)!)
    if (path === '/log/checkpoints') return encodeJson({ count: notes.length })
    if (path === '/log/checkpoints/0') return encodeJson(notes)
    if (path === '/log/disclosures/0') {
      const shown = leaves.map(({ outer, outerSalt }, i) => ({ i, outer, salt: outerSalt }))
      return utf8(formatDisclosure(0, leaves.length, [], new Map(), shown))
    }
    const index = /^\/log\/proof\/(\d+)$/.exec(path)?.[1]
    return index === undefined ? null : proof(Number(index))
  }
  return { log, policy, rows, notes, leaves, tick, serve, consistency }
}
