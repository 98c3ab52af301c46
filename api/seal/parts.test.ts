import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { createPartCutter, PART_SIZE } from './parts.ts'

test('however slow the sink, what it is lent stays as it was cut; a sink that fails fails the cutter', async () => {
  const bytes = Buffer.alloc(3 * PART_SIZE + 1000)
  for (let at = 0; at < bytes.length; at += 1000) bytes.writeUInt32BE(at, at)
  const stored: Buffer[] = []
  const cutter = createPartCutter(async (part) => {
    for (let turns = 0; turns < 20; turns++) await new Promise((later) => setImmediate(later))
    assert.deepEqual(createHash('sha256').update(part.bytes).digest(), Buffer.from(part.sha256))
    stored.push(Buffer.from(part.bytes))
  })
  for (let at = 0; at < bytes.length; at += 500_000) await cutter.push(bytes.subarray(at, at + 500_000))
  const { size, hashes } = await cutter.finish()
  assert.deepEqual([size, hashes.length], [bytes.length, 4])
  assert.ok(Buffer.concat(stored).equals(bytes))
  const full = createPartCutter(() => Promise.reject(new Error('disk full')))
  await full.push(bytes.subarray(0, PART_SIZE))
  await assert.rejects(async () => full.push(bytes.subarray(0, PART_SIZE)), /disk full/)
  await assert.rejects(full.finish(), /disk full/)
})
