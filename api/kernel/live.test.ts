import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openPool } from './database.ts'
import { createLive, type Live } from './live.ts'
import { liveStream } from './live-stream.ts'
import { type TestDatabase, testDatabase } from './testing.ts'

let base: TestDatabase
let pool: ReturnType<typeof openPool>
let live: Live
before(async () => {
  base = await testDatabase()
  pool = openPool(base.url)
  live = await createLive(pool)
})
after(async () => {
  await live.stop()
  await pool.end()
  await base.close()
})

const say = (topic: string) => base.db.transaction().execute((trx) => live.changed(trx, topic))

/** A viewer who can wait for the next word; what comes unasked for is counted. */
const viewer = (topic: string) => {
  let count = 0
  let heard = (): void => {}
  let next = Promise.resolve()
  const again = () => {
    next = new Promise((done) => {
      heard = done
    })
  }
  again()
  const wake = () => {
    count += 1
    heard()
  }
  const leave = live.subscribe(topic, { wake, end: () => {} })
  return {
    leave,
    count: () => count,
    next: async () => {
      await next
      again()
    },
  }
}

const reader = (stream: ReadableStream<Uint8Array>) => {
  const from = stream.getReader()
  const read = async () => {
    const { value, done } = await from.read()
    return done ? null : new TextDecoder().decode(value)
  }
  return { read, cancel: () => from.cancel() }
}

test('a topic wakes all who look at it, on one connection, when the act is committed and not before', async () => {
  const [one, two, other] = [viewer('a'), viewer('a'), viewer('b')]
  await assert.rejects(
    base.db.transaction().execute(async (trx) => {
      await live.changed(trx, 'a')
      throw new Error('rolled back')
    }),
  )
  await say('a')
  await Promise.all([one.next(), two.next()])
  await say('b')
  await other.next()
  assert.deepEqual([one.count(), two.count(), other.count()], [1, 1, 1])
  one.leave()
  await say('a')
  await two.next()
  assert.deepEqual([one.count(), two.count()], [1, 2])
  const { rows } = await pool.query(
    `select count(*)::int as n from pg_stat_activity where query = 'listen sunlit_live' and datname = current_database()`,
  )
  assert.equal(rows[0].n, 1)
})

test('a lost connection is made anew, and everybody looks, since something may have been missed', async () => {
  const one = viewer('a')
  await pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where query = 'listen sunlit_live' and datname = current_database()`,
  )
  await one.next()
  await say('a')
  await one.next()
  assert.equal(one.count(), 2)
})

test('a stream says that something changed and nothing else; what happens at once is said once', async () => {
  const { read, cancel } = reader(liveStream(live, 'a'))
  const witness = viewer('a')
  assert.equal(await read(), 'retry: 3000\n\n')
  await Promise.all([say('a'), say('a'), say('b')])
  await witness.next()
  assert.equal(await read(), 'data: changed\n\n')
  await say('a')
  assert.equal(await read(), 'data: changed\n\n')
  await cancel()
})

test('a silent stream has its beat; one that nobody reads is let go', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const { read } = reader(liveStream(live, 'a'))
  await read()
  t.mock.timers.tick(15_000)
  assert.equal(await read(), ':\n\n')
  t.mock.timers.tick(15_000 * 60)
  let beats = 0
  while ((await read()) !== null) beats += 1
  assert.ok(beats > 10 && beats < 40, String(beats))
})

test('what is cut ends at once, and so does what comes after', async () => {
  const cut = await createLive(pool)
  const streams = [reader(liveStream(cut, 'a')), reader(liveStream(cut, 'b'))]
  for (const { read } of streams) assert.equal(await read(), 'retry: 3000\n\n')
  cut.cut()
  for (const { read } of streams) assert.equal(await read(), null)
  const late = reader(liveStream(cut, 'a'))
  assert.equal(await late.read(), 'retry: 3000\n\n')
  assert.equal(await late.read(), null)
  await cut.stop()
})
