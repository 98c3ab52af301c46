/* Runs in Node and, bundled, in a browser: nothing of Node here. */
import { createEnvelopeWriter, newDek } from '../../api/seal/envelope.ts'
import { createPartCutter } from '../../api/seal/parts.ts'

const CALL = 256 * 1024
const ROUNDS = 3

/** AES-256-GCM in calls of 256 KiB, and SHA-256 of the same bytes in the parts' size, one after the other: seconds. */
const raw = async (block: Uint8Array<ArrayBuffer>, times: number): Promise<number> => {
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt'])
  const began = performance.now()
  for (let at = 0; at < times; at++) {
    for (let from = 0; from < block.length; from += CALL) {
      const iv = new Uint8Array(12)
      await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, block.subarray(from, from + CALL))
    }
    await crypto.subtle.digest('SHA-256', block)
  }
  return (performance.now() - began) / 1000
}

/** Our envelope, cut into parts that are hashed: seconds. */
const ours = async (block: Uint8Array<ArrayBuffer>, times: number): Promise<number> => {
  const began = performance.now()
  const cutter = createPartCutter(() => {})
  const writer = await createEnvelopeWriter(newDek(), new Uint8Array(72), new Uint8Array(32), cutter.push)
  for (let at = 0; at < times; at++) await writer.push(block)
  await writer.finish()
  await cutter.finish()
  return (performance.now() - began) / 1000
}

/** Median MB/s of sealing, and its ratio to the raw primitives, in alternating rounds over so many blocks of 8 MiB. */
export const measureSealing = async (times: number): Promise<{ value: number; ratio: number }> => {
  const block = new Uint8Array(8 * 1024 * 1024)
  for (let at = 0; at < block.length; at += 65_536) crypto.getRandomValues(block.subarray(at, at + 65_536))
  await Promise.all([ours(block, 2), raw(block, 2)])
  const rounds: { ours: number; raw: number }[] = []
  for (let at = 0; at < ROUNDS; at++) rounds.push({ ours: await ours(block, times), raw: await raw(block, times) })
  const middle = rounds.toSorted((a, b) => a.raw / a.ours - b.raw / b.ours)[Math.floor(ROUNDS / 2)]!
  return { value: (times * block.length) / middle.ours / 1e6, ratio: middle.raw / middle.ours }
}
