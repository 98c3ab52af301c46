/* Runs in Node and, bundled, in a browser: nothing of Node here. */
import { CHUNK, createEnvelopeWriter, newDek } from '../../api/seal/envelope.ts'
import { createPartCutter } from '../../api/seal/parts.ts'

const CALL = 256 * 1024
/** Many and short: whatever else this machine does then falls on both sides alike. */
const ROUNDS = 9

/** AES-256-GCM in calls of one size, and SHA-256 of the same bytes in the parts' size, one after the other: seconds. */
const raw = async (block: Uint8Array<ArrayBuffer>, times: number, call: number): Promise<number> => {
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt'])
  const began = performance.now()
  for (let at = 0; at < times; at++) {
    for (let from = 0; from < block.length; from += call) {
      const iv = new Uint8Array(12)
      await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, block.subarray(from, from + call))
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

/** `alone`: what is left of the floor when the format's own 16 KiB are a call each, and nothing else is done. */
export type Sealing = { value: number; ratio: number; alone: number }

const middle = (all: readonly number[]): number => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)]!

/** Medians of alternating rounds over so many blocks of 8 MiB: MB/s of sealing, and ratios to the raw primitives. */
export const measureSealing = async (times: number): Promise<Sealing> => {
  const block = new Uint8Array(8 * 1024 * 1024)
  for (let at = 0; at < block.length; at += 65_536) crypto.getRandomValues(block.subarray(at, at + 65_536))
  await Promise.all([ours(block, 2), raw(block, 2, CALL)])
  const rounds: { ours: number; floor: number; chunks: number }[] = []
  for (let at = 0; at < ROUNDS; at++)
    rounds.push({
      ours: await ours(block, times),
      floor: await raw(block, times, CALL),
      chunks: await raw(block, times, CHUNK),
    })
  return {
    value: (times * block.length) / middle(rounds.map((round) => round.ours)) / 1e6,
    ratio: middle(rounds.map((round) => round.floor / round.ours)),
    alone: middle(rounds.map((round) => round.floor / round.chunks)),
  }
}
