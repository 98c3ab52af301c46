import assert from 'node:assert/strict'
import { test } from 'node:test'
import { utf8 } from './bytes.ts'
import { checkpointText, signCheckpoint } from './checkpoint.ts'
import { cosign } from './cosignature.ts'
import { newSeed, signerOf } from './ed25519.ts'
import { COSIGNATURE, ED25519, noteSigner } from './note.ts'
import { merkleRoot } from './tree.ts'
import { witnessedCheckpointCovering } from './walk.ts'

test('a search through hundreds of checkpoints that no quorum saw lets other work have its turn', async () => {
  const log = noteSigner('turn.test/log', ED25519, await signerOf(newSeed()))
  const key = noteSigner('witness.test', COSIGNATURE, await signerOf(newSeed()))
  const policy = { log, logUrl: null, witnesses: [{ name: key.name, key, url: null }], quorum: 1 }
  const notes: string[] = []
  for (let size = 1; size <= 200; size++) {
    const checkpoint = { origin: log.name, size, root: merkleRoot([utf8('a')]), time: size * 1000 }
    const note = await signCheckpoint(checkpoint, log)
    notes.push(size < 200 ? note : note + (await cosign(checkpointText(checkpoint), key, 200)))
  }
  const answers = new Map([
    ['/log/checkpoints', utf8(JSON.stringify({ count: notes.length }))],
    ['/log/checkpoints/0', utf8(JSON.stringify(notes))],
  ])
  let turns = 0
  let isOver = false
  const work = (): void => {
    turns++
    if (!isOver) setImmediate(work)
  }
  setImmediate(work)
  const found = await witnessedCheckpointCovering(async (path) => answers.get(path) ?? null, policy, 0)
  isOver = true
  assert.equal(found?.size, 200)
  assert.ok(turns > 100, `${turns} turns`)
})
