import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { ask } from './private-files.ts'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')
const turn = () => new Promise((later) => setImmediate(later))

const asking = (question: () => Promise<string>) => {
  const handle = { name: 'part' }
  void ask(handle, question).catch(() => {})
  return new WeakRef(handle)
}

test('a handle is held until it has answered, though nobody else holds handle or answer; and no longer', async () => {
  const unanswered = asking(() => new Promise(() => {}))
  const answered = asking(async () => 'opened')
  const refused = asking(() => Promise.reject(new Error('gone')))
  await turn()
  collect()
  assert.deepEqual(
    [unanswered, answered, refused].map((seen) => seen.deref() !== undefined),
    [true, false, false],
  )
})
