import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crossed, measureOffset, urgency } from './clock.ts'

const answering = (trips: number[], ahead: number) => {
  let device = 1_000_000
  let call = 0
  const fetcher = (async () => {
    const trip = trips[call++] ?? 0
    device += trip
    return Response.json({ now: new Date(device - trip / 2 + ahead).toISOString() })
  }) as typeof fetch
  return { fetcher, device: () => device }
}

test('the offset is taken from the shortest round trip, half of which is its error', async () => {
  const { fetcher, device } = answering([400, 20, 90], 300)
  assert.deepEqual(await measureOffset(fetcher, device), { offset: 300, error: 10 })
})

test('no answer, a refusal or nonsense gives no offset rather than a wrong one', async () => {
  assert.equal(await measureOffset((async () => Response.json({ now: 'soon' })) as typeof fetch), null)
  assert.equal(await measureOffset((async () => new Response('', { status: 503 })) as typeof fetch), null)
  assert.equal(await measureOffset((() => Promise.reject(new TypeError())) as typeof fetch), null)
})

test('a countdown speaks at 60, 10 and 1 minute, once each, and never after the end', () => {
  const minute = 60_000
  assert.equal(crossed(61 * minute, 60 * minute), 60 * minute)
  assert.equal(crossed(60 * minute, 59 * minute), null)
  assert.equal(crossed(10 * minute + 1, 10 * minute), 10 * minute)
  assert.equal(crossed(minute + 1, -5), null)
  assert.equal(urgency(4 * minute, false), 'stop')
  assert.equal(urgency(90 * minute, true), 'warn')
  assert.equal(urgency(90 * minute, false), undefined)
})
