import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { ask, askAgain } from './private-files.ts'

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

test('a question that is not answered is asked again, ever more rarely; the first answer is taken, and ends the asking', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const answers: ((name: string) => void)[] = []
  const named = askAgain(() => new Promise<string>((answer) => answers.push(answer)))
  const asked = (ms: number): number => {
    t.mock.timers.tick(ms)
    return answers.length
  }
  assert.deepEqual([asked(0), asked(3999), asked(1), asked(7999), asked(1)], [1, 1, 2, 2, 3])
  answers[1]!('second')
  assert.equal(await named, 'second')
  assert.equal(asked(60_000), 3)
})

test('a refusal is an answer', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let asked = 0
  const refused = askAgain(() => {
    asked += 1
    return Promise.reject(new Error('gone'))
  })
  await assert.rejects(refused, /gone/)
  t.mock.timers.tick(60_000)
  assert.equal(asked, 1)
})
