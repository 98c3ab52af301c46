import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { concat, randomBytes, shortHmac, toBase64, utf8 } from '../../api/log/bytes.ts'
import { checkpointText, signCheckpoint } from '../../api/log/checkpoint.ts'
import { cosign } from '../../api/log/cosignature.ts'
import { DUMMY_OUTER, dummySalt, hourOf } from '../../api/log/disclosure.ts'
import { newSeed, signerOf } from '../../api/log/ed25519.ts'
import { encodeLeaf, NO_SUBJECT, subjectOf } from '../../api/log/leaf.ts'
import { COSIGNATURE, ED25519, noteSigner } from '../../api/log/note.ts'
import { formatPolicy } from '../../api/log/policy.ts'
import { encodeEntries, TILE_WIDTH } from '../../api/log/tiles.ts'
import { leafHash, pushHash, type Range, rangeRoot } from '../../api/log/tree.ts'

/** What is needed to serve such a log again; byte strings in base64. */
export type Made = { size: number; policy: string; newest: string; checkpoints: number[]; seed: string; hour: number }

const START = Date.UTC(2026, 10, 23)
/** One leaf in so many is a once-only event, as a notice or a CLOSED is. */
const ONCE = 97
/** Every batch is of the same hour, so that one seed tells all dummies. */
const SPAN = 3_000_000

type Keys = {
  log: ReturnType<typeof noteSigner>
  witnesses: ReturnType<typeof noteSigner>[]
}

const newKeys = async (): Promise<Keys> => ({
  log: noteSigner('bench.test/log/sandbox', ED25519, await signerOf(newSeed())),
  witnesses: await Promise.all(
    ['a', 'b'].map(async (name) => noteSigner(`${name}.test`, COSIGNATURE, await signerOf(newSeed()))),
  ),
})

const signed = async ({ log, witnesses }: Keys, size: number, root: Uint8Array, time: number): Promise<string> => {
  const checkpoint = { origin: log.name, size, root: new Uint8Array(root), time }
  const lines = witnesses.map((one) => cosign(checkpointText(checkpoint), one, Math.ceil(time / 1000)))
  return (await signCheckpoint(checkpoint, log)) + (await Promise.all(lines)).join('')
}

/**
 * Writes a log of dummies, with a subject now and then, into a folder: `entries` and `tiles` bundle by bundle, `notes` a
 * line of JSON for each checkpoint, one for every `batch` leaves. Made by the functions by which the sequencer makes one.
 */
export const makeLog = async (folder: string, size: number, batch: number): Promise<void> => {
  mkdirSync(folder, { recursive: true })
  const [entries, tiles, notes] = ['entries', 'tiles', 'notes'].map((name) => openSync(join(folder, name), 'w'))
  const keys = await newKeys()
  const [seed, hour] = [randomBytes(32), hourOf(START)]
  const range: Range = []
  const checkpoints: number[] = []
  let at = 0
  let newest = ''
  const timeOf = (index: number): number => START + Math.floor((index * SPAN) / size)
  for (let first = 0; first < size; first += TILE_WIDTH) {
    const leaves: Uint8Array[] = []
    const hashes: Uint8Array[] = []
    for (let index = first; index < Math.min(size, first + TILE_WIDTH); index++) {
      const subject = index % ONCE === 0 ? await subjectOf(`${index}`, null, 'NOTICE', 0) : NO_SUBJECT
      const commitment = shortHmac(dummySalt(seed, index), DUMMY_OUTER)
      const leaf = encodeLeaf({ time: timeOf(index), subject, commitment })
      const hash = leafHash(leaf)
      leaves.push(leaf)
      hashes.push(hash)
      pushHash(range, hash)
      if ((index + 1) % batch !== 0 && index + 1 < size) continue
      newest = await signed(keys, index + 1, rangeRoot(range), timeOf(index))
      const line = `${JSON.stringify(newest)}\n`
      checkpoints.push(at)
      at += writeSync(notes!, line)
    }
    writeSync(entries!, encodeEntries(leaves))
    writeSync(tiles!, concat(...hashes))
  }
  for (const file of [entries, tiles, notes]) closeSync(file!)
  const listed = keys.witnesses.map((key) => ({ name: key.name[0]!, key, url: null }))
  const policy = formatPolicy({ log: keys.log, logUrl: null, witnesses: listed, quorum: 2 })
  const made: Made = { size, policy, newest, checkpoints: [...checkpoints, at], seed: toBase64(seed), hour }
  writeFileSync(join(folder, 'made.json'), utf8(JSON.stringify(made)))
}
