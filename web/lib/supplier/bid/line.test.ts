import assert from 'node:assert/strict'
import { test } from 'node:test'
import { problem } from '../../../../api/client/http.ts'
import { createLine, type LineState } from './line.ts'
import { createPace } from './pace.ts'

const lineWithStates = () => {
  const states: LineState[] = []
  return { states, line: createLine((state) => states.push(state)) }
}
/** A request that ends when told to, or when it is given up. */
const request = () => {
  let answer = (_value: string): void => {}
  let sent = 0
  const send = (): Promise<string> => {
    sent += 1
    return new Promise((done) => {
      answer = done
    })
  }
  return { send, answer: (value: string) => answer(value), sent: () => sent }
}
const settled = () => new Promise((done) => setImmediate(done))

test('a pause gives up what is under way and holds the rest; it all goes on afterwards', async () => {
  const { line, states } = lineWithStates()
  const one = request()
  const carried = line.carry(one.send)
  await settled()
  line.pause()
  await settled()
  const later = line.carry(async () => 'later')
  await settled()
  assert.deepEqual([one.sent(), states], [1, ['paused']])
  line.resume()
  assert.equal(await later, 'later')
  assert.equal(one.sent(), 2)
  one.answer('done')
  assert.equal(await carried, 'done')
  assert.deepEqual(states, ['paused', 'open'])
  line.end()
})

test('a lost connection is waited for, a refusal is not', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { line, states } = lineWithStates()
  const failures = [problem('unreachable', ''), problem('unexpected-answer', '', { status: 503 })]
  const carried = line.carry(async () => {
    const failure = failures.shift()
    if (failure) throw failure
    return 'there'
  })
  for (let times = 0; times < 2; times++) {
    await settled()
    assert.deepEqual(states, ['lost'])
    t.mock.timers.tick(3000)
  }
  assert.equal(await carried, 'there')
  assert.deepEqual(states, ['lost', 'open'])
  await assert.rejects(
    line.carry(async () => {
      throw problem('bid-after-deadline', '', { status: 409 })
    }),
    { code: 'bid-after-deadline' },
  )
  line.end()
})

test('a connection that has fallen silent is given up and tried again', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { line, states } = lineWithStates()
  const one = request()
  const carried = line.carry(one.send)
  await settled()
  t.mock.timers.tick(29_000)
  line.alive()
  t.mock.timers.tick(29_000)
  await settled()
  assert.deepEqual(states, [])
  t.mock.timers.tick(1000)
  await settled()
  assert.deepEqual(states, ['lost'])
  t.mock.timers.tick(3000)
  await settled()
  assert.equal(one.sent(), 2)
  one.answer('done')
  assert.equal(await carried, 'done')
  line.end()
})

test('what has ended carries nothing any more', async () => {
  const { line } = lineWithStates()
  const one = request()
  const carried = assert.rejects(line.carry(one.send), { code: 'stopped' })
  await settled()
  line.end()
  await carried
  await assert.rejects(line.carry(one.send), { code: 'stopped' })
  assert.equal(one.sent(), 1)
})

test('pace: over the last seconds, forgetting what lay before a pause', () => {
  let at = 0
  const pace = createPace(() => at)
  assert.equal(pace.sent(1000), null)
  at = 1000
  assert.equal(pace.sent(1000), 1000)
  at = 2000
  assert.equal(pace.sent(3000), 2000)
  at = 60_000
  assert.equal(pace.sent(500), null)
  at = 60_500
  assert.equal(pace.sent(500), 1000)
})
