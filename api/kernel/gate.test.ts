import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gate } from './gate.ts'

test('no more than so many at once, in the order they came, and a failure gives its place back', async () => {
  const enter = gate(2)
  const began: number[] = []
  const ends: (() => void)[] = []
  const works = [0, 1, 2, 3].map((no) =>
    enter(async () => {
      began.push(no)
      await new Promise<void>((done) => ends.push(done))
      if (no === 0) throw new Error('of its own')
      return no
    }),
  )
  const failed = assert.rejects(works[0]!, /of its own/)
  const turn = () => new Promise((soon) => setImmediate(soon))
  await turn()
  assert.deepEqual(began, [0, 1])
  ends.shift()!()
  await failed
  await turn()
  assert.deepEqual(began, [0, 1, 2])
  for (const end of ends.splice(0)) end()
  await turn()
  assert.deepEqual(began, [0, 1, 2, 3])
  for (const end of ends.splice(0)) end()
  assert.deepEqual(await Promise.all(works.slice(1)), [1, 2, 3])
})
