import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { fileFault, hashFile } from './files.ts'

const rules = { extensions: ['.pdf'], maxBytes: 1000 }

test('none, wrong type, empty and too large are told apart', () => {
  assert.equal(fileFault(null, rules), 'file-none')
  assert.equal(fileFault({ name: 'a.zip', size: 5 }, rules), 'file-type')
  assert.equal(fileFault({ name: 'a.PDF', size: 0 }, rules), 'file-empty')
  assert.equal(fileFault({ name: 'a.pdf', size: 1001 }, rules), 'file-too-large')
  assert.equal(fileFault({ name: 'a.pdf', size: 1000 }, rules), null)
})

test('the hash of many slices is the hash of the file', async () => {
  const bytes = randomBytes(9 * 1024 * 1024 + 7)
  const seen: number[] = []
  const hex = await hashFile(new Blob([bytes]), (done) => seen.push(done))
  assert.equal(hex, createHash('sha256').update(bytes).digest('hex'))
  assert.equal(seen.at(-1), bytes.length)
  await assert.rejects(hashFile(new Blob([bytes]), undefined, AbortSignal.abort()))
})
