import { equal, fromUtf8, toHex } from '../../../api/log/bytes.ts'
import { decodeLeaf, NO_SUBJECT } from '../../../api/log/leaf.ts'
import { judgeCheckpoint, parsePolicy, type WitnessedCheckpoint } from '../../../api/log/policy.ts'
import { parseProof, verifyProof } from '../../../api/log/proof.ts'
import { decodeEntries, fetchTile, TILE_WIDTH, tileWidth } from '../../../api/log/tiles.ts'
import { leafHash } from '../../../api/log/tree.ts'

/** Whether the newest checkpoint holds under the policy; null when the log did not sign it. */
export const judge = (checkpoint: string, policy: string): Promise<WitnessedCheckpoint | null> =>
  judgeCheckpoint(checkpoint, parsePolicy(policy))

export type Proven = {
  index: number
  size: number
  witnesses: string[]
  steps: number
  /** UTC ms. */
  time: number
  hash: string
  subject: string | null
  commitment: string
}

const bytes = async (path: string): Promise<Uint8Array<ArrayBuffer> | null> => {
  const response = await fetch(path)
  return response.ok ? new Uint8Array(await response.arrayBuffer()) : null
}

/** An entry as the log serves it; it is believed only with its proof. */
const entryAt = async (index: number, size: number): Promise<Uint8Array | null> => {
  const bundle = Math.floor(index / TILE_WIDTH)
  const tile = { level: 'entries' as const, index: bundle, width: tileWidth('entries', bundle, size) }
  const file = tile.width > 0 ? await fetchTile(bytes, tile) : null
  return file ? (decodeEntries(file)[index % TILE_WIDTH] ?? null) : null
}

/** Fetches an entry and its proof and computes from the one to the root that the witnesses signed. */
export const prove = async (index: number, policyFile: string): Promise<Proven | 'waiting' | 'false'> => {
  const policy = parsePolicy(policyFile)
  const file = await bytes(`/log/proof/${index}`)
  if (!file) return 'waiting'
  const proof = fromUtf8(file)
  const size = (await judgeCheckpoint(parseProof(proof).checkpoint, policy))?.size
  const entry = size === undefined ? null : await entryAt(index, size)
  if (!entry) return 'false'
  const held = await verifyProof(proof, entry, policy)
  if (held?.index !== index) return 'false'
  const leaf = decodeLeaf(entry)
  return {
    index,
    size: held.size,
    witnesses: held.cosignatures.map(({ name }) => name),
    steps: parseProof(proof).hashes.length,
    time: leaf.time,
    hash: toHex(leafHash(entry)),
    subject: equal(leaf.subject, NO_SUBJECT) ? null : toHex(leaf.subject),
    commitment: toHex(leaf.commitment),
  }
}
