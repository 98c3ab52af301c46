import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { ask } from './private-files.ts'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')
const turn = () => new Promise((later) => setImmediate(later))

test('a handle is held until it has answered, and no longer', async () => {
  let answer = (_text: string): void => {}
  const begin = () => {
    const handle = { name: 'part' }
    const answered = ask(handle, () => new Promise<string>((done) => (answer = done)))
    return { answered, seen: new WeakRef(handle) }
  }
  const { answered, seen } = begin()
  await turn()
  collect()
  assert.ok(seen.deref() !== undefined)
  answer('opened')
  assert.equal(await answered, 'opened')
  await turn()
  collect()
  assert.equal(seen.deref(), undefined)
  await assert.rejects(
    ask({}, () => Promise.reject(new Error('gone'))),
    /gone/,
  )
})
