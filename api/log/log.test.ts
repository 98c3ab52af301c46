import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { SYSTEM } from '../kernel/actor.ts'
import { type Database, openDatabase, openPool } from '../kernel/database.ts'
import { Refused } from '../kernel/problem.ts'
import { testDatabase } from '../kernel/testing.ts'
import { ALREADY_LOGGED, type Appended, append, type LogEvent } from './append.ts'
import { paddedSize } from './batch.ts'
import { equal, fromUtf8, toBase64url } from './bytes.ts'
import { decodeLeaf, leafCommitsTo, outerCommitsTo, parseOuter, subjectOf } from './leaf.ts'
import { verifyProof } from './proof.ts'
import { leafIndexOf, readState } from './store.ts'
import { type TestLog, testLog } from './testing.ts'
import { decodeEntries } from './tiles.ts'
import { verifyLog } from './verify.ts'

const actor = { ...SYSTEM, networkAddress: '192.0.2.7' }
const event = (data: unknown = {}): LogEvent => ({ type: 'test.happened/1', data, scope: 'public' })
const add = (db: Database, one: LogEvent = event()): Promise<Appended> =>
  db.transaction().execute((trx) => append(trx, actor, one))

const started = async (options: Parameters<typeof testLog>[1] = {}): Promise<{ db: Database; log: TestLog }> => {
  const { db, close } = await testDatabase()
  const log = await testLog(db, options)
  after(async () => {
    await log.stop()
    await close()
  })
  log.sequencer.start()
  await log.sequencer.ready()
  return { db, log }
}

const audit = async (db: Database, log: TestLog, remembered?: string) => {
  const { rows } = await sql<{ now: Date }>`select app_now() as now`.execute(db)
  return verifyLog({ fetch: log.read, policy: log.policy, remembered, now: rows[0]!.now.getTime() })
}
const failed = (checks: readonly { id: string; ok: boolean | null }[]) =>
  checks.filter(({ ok }) => ok === false).map(({ id }) => id)

test('batches are padded to 4, 16, 64, 256 and 1024', () => {
  const sizes = [0, 1, 4, 5, 16, 17, 64, 65, 256, 257, 1024, 1025, 2049].map(paddedSize)
  assert.deepEqual(sizes, [4, 4, 4, 16, 16, 64, 64, 256, 256, 1024, 1024, 2048, 3072])
})

test('an event commits to its bytes, stands where the log says, and its proof verifies under the policy', async () => {
  const { db, log } = await started()
  const tenderId = crypto.randomUUID()
  const made = await add(db, { ...event({ price: 12_345n, at: new Date(0), hash: Uint8Array.of(1, 2) }), tenderId })
  await log.sequencer.flush()
  const index = (await leafIndexOf(db, made.eventId))!
  assert.ok(await log.sequencer.witnessed(index))
  assert.ok((await log.sequencer.witnessedAt(made.eventId))! >= new Date(made.at - 1000))
  const proof = fromUtf8((await log.read(`/log/proof/${index}`))!)
  assert.equal((await verifyProof(proof, made.leaf, log.policy))?.index, index)
  assert.equal(decodeLeaf(made.leaf).time, made.at)
  assert.ok(await leafCommitsTo(made.leaf, made.outerSalt, made.outer))
  assert.ok(await outerCommitsTo(made.outer, made.bodySalt, made.body))
  assert.equal(parseOuter(made.outer).tenderId, tenderId)
  const body = JSON.parse(fromUtf8(made.body))
  assert.deepEqual(body.data, { price: '12345', at: '1970-01-01T00:00:00.000Z', hash: 'AQI' })
  assert.deepEqual([body.schema, body.from, body.actor.role], ['test.happened/1', '192.0.2.7', 'system'])
  assert.equal(await log.read('/log/proof/999999'), null)
})

test('a rolled back act leaves no event; a once-only subject is taken once, also by two at the same moment', async () => {
  const { db } = await started()
  const tenderId = crypto.randomUUID()
  const closing: LogEvent = { ...event(), tenderId, lotId: crypto.randomUUID(), subject: { name: 'CLOSED' } }
  const undone = db.transaction().execute(async (trx) => {
    await append(trx, actor, closing)
    throw new Error('undone')
  })
  await assert.rejects(undone, /undone/)
  const both = await Promise.allSettled([add(db, closing), add(db, closing)])
  assert.deepEqual(both.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
  const refusal = both.find((one) => one.status === 'rejected') as PromiseRejectedResult
  assert.ok(refusal.reason instanceof Refused && refusal.reason.code === ALREADY_LOGGED)
  const done = both.find((one) => one.status === 'fulfilled') as PromiseFulfilledResult<Appended>
  const subject = await subjectOf(tenderId, closing.lotId!, 'CLOSED', 0)
  assert.ok(equal(decodeLeaf(done.value.leaf).subject, subject))
  await add(db, { ...closing, lotId: null })
  await assert.rejects(sql`update log_event set type = 'other'`.execute(db), /append-only/)
  await assert.rejects(sql`delete from log_event`.execute(db), /append-only/)
})

test('events stand in commit order, leaves before their checkpoint, dummies among them; the audit passes', async () => {
  const { db, log } = await started()
  const order: string[] = []
  for (let i = 0; i < 3; i++) order.push((await add(db)).eventId)
  await Promise.all(Array.from({ length: 300 }, () => add(db)))
  await log.sequencer.flush()
  for (let i = 0; i < 3; i++) order.push((await add(db)).eventId)
  await log.sequencer.flush()
  const indices = await Promise.all(order.map((id) => leafIndexOf(db, id)))
  assert.deepEqual(
    indices,
    indices.toSorted((a, b) => a! - b!),
  )
  const { rows } = await sql<{ events: bigint }>`select count(*) as events from log_leaf`.execute(db)
  assert.equal(Number(rows[0]!.events), 306)
  // Whichever seconds the events fell into, each batch was padded to one of the few sizes.
  const batches = await sql<{ leaves: bigint }>`
    select size - lag(size, 1, 0) over (order by number) as leaves from log_checkpoint`.execute(db)
  for (const { leaves } of batches.rows) assert.ok([4, 16, 64, 256, 1024].includes(Number(leaves)), `${leaves} leaves`)
  const first = await audit(db, log)
  assert.deepEqual(failed(first.checks), [], JSON.stringify(first.checks, null, 1))
  assert.equal(first.checks.length, 9)
  await add(db)
  await log.sequencer.flush()
  const second = await audit(db, log, first.checkpoint!)
  assert.deepEqual(failed(second.checks), [], JSON.stringify(second.checks, null, 1))
  assert.equal(second.checks.find(({ id }) => id === 'V-02')?.ok, true)
})

test('every partial tile a checkpoint needs is served, and only exact paths are', async () => {
  const { db, log } = await started()
  await Promise.all(Array.from({ length: 60 }, () => add(db)))
  await log.sequencer.flush()
  const { size } = await readState(db)
  assert.ok(size < 256)
  assert.equal((await log.read(`/log/tile/0/000.p/${size}`))!.length, 32 * size)
  assert.equal(decodeEntries((await log.read('/log/tile/entries/000.p/5'))!).length, 5)
  for (const path of [
    '/log/tile/0/000',
    '/log/tile/0/000.p/256',
    '/log/tile/0/000.p/0',
    '/log/tile/0/0',
    '/log/tile/00/000',
    '/log/tile/64/000.p/1',
    '/log/tile/0/x000/000.p/1',
    '/log/tile/0/001.p/1',
    '/log/disclosures/7',
    '/log/checkpoints/01',
    '/log/proof/-1',
  ])
    assert.equal(await log.read(path), null, path)
})

test('one sequencer at a time; another takes over and continues the same tree', async () => {
  const { db, log } = await started({ interval: 50 })
  const second = log.another({})
  second.start()
  await second.ready()
  assert.deepEqual(second.status(), { state: 'standby' })
  const made = await add(db)
  await second.flush()
  assert.ok(await second.witnessed((await leafIndexOf(db, made.eventId))!))
  await log.sequencer.stop()
  await add(db)
  await second.flush()
  assert.deepEqual(second.status(), { state: 'running' })
  assert.deepEqual(failed((await audit(db, log)).checks), [])
  await second.stop()
})

test('a restored backup refuses to sign; so does a tree that a witness knows otherwise', async () => {
  const { db, log } = await started({ interval: 50 })
  await add(db)
  await log.sequencer.flush()
  const fresh = await testDatabase()
  after(fresh.close)
  const restored = log.another({ db: fresh.db })
  restored.start()
  await assert.rejects(restored.ready(), /was a backup restored/)
  assert.equal(restored.status().state, 'refused')
  assert.equal((await readState(fresh.db)).size, 0)
  await restored.stop()

  // A fork: the other database grows beyond, with witnesses that do not know the first one.
  await log.sequencer.stop()
  const known = log.witnesses.map(({ records }) => new Map(records))
  for (const { records } of log.witnesses) records.clear()
  const forked = log.another({ db: fresh.db })
  forked.start()
  await forked.ready()
  while ((await readState(fresh.db)).size <= (await readState(db)).size) await forked.flush()
  await forked.stop()
  const signed = async () =>
    (await sql`select 1 from log_checkpoint where note is not null`.execute(fresh.db)).rows.length
  const before = await signed()
  for (const [i, { records }] of log.witnesses.entries()) for (const one of known[i]!) records.set(...one)
  const again = log.another({ db: fresh.db })
  again.start()
  await assert.rejects(again.ready(), /another history/)
  assert.equal(await signed(), before)
  await again.stop()
})

test('without a quorum nothing counts as witnessed; when the witness is back the proof is there', async () => {
  const { db, log } = await started({ interval: 50 })
  log.witnesses[1]!.up = false
  const made = await add(db)
  await log.sequencer.flush()
  const index = (await leafIndexOf(db, made.eventId))!
  assert.equal(await log.sequencer.witnessed(index, 150), false)
  assert.equal(await log.sequencer.witnessedAt(made.eventId), null)
  assert.equal(await log.read(`/log/proof/${index}`), null)
  log.witnesses[1]!.up = true
  assert.ok(await log.sequencer.witnessed(index))
  assert.notEqual(await log.read(`/log/proof/${index}`), null)
})

test('with 2 of 3 the log starts and runs with one witness away, not with two', async () => {
  const { db, close } = await testDatabase()
  const log = await testLog(db, { count: 3, quorum: 2, interval: 50 })
  after(async () => {
    await log.stop()
    await close()
  })
  log.witnesses[0]!.up = false
  log.witnesses[1]!.up = false
  const told: string[] = []
  const early = log.another({ report: (message) => told.push(message) })
  early.start()
  const none = await early.witnessed(0, 300)
  assert.deepEqual([none, early.status().state, (await readState(db)).size], [false, 'asking-witnesses', 0])
  assert.deepEqual(told.slice(0, 1), ['the log waits for its witnesses'])
  log.witnesses[1]!.up = true
  await early.ready()
  const made = await add(db)
  await early.flush()
  assert.ok(await early.witnessed((await leafIndexOf(db, made.eventId))!))
  await early.stop()
})

test('a crash between storing and signing leaves one tree: the next start signs exactly it', async () => {
  const { db, log } = await started()
  await log.sequencer.stop()
  await sql`update log_checkpoint set note = null where number = (select max(number) from log_checkpoint)`.execute(db)
  const { root, size } = await readState(db)
  const again = log.another({})
  again.start()
  await again.ready()
  await again.stop()
  const { rows } = await sql<{
    root: Buffer
  }>`select root from log_checkpoint where size = ${size} and note is not null`.execute(db)
  assert.equal(toBase64url(rows[0]!.root), toBase64url(root))
  assert.deepEqual(failed((await audit(db, log)).checks), [])
})

test('a lost database connection is replaced, and the log goes on with the same tree', async () => {
  const { url, close } = await testDatabase()
  const pool = openPool(url, 4)
  // A client in use tells its loss by an event, and an event without a listener ends the process.
  pool.on('connect', (client) => client.on('error', () => {}))
  const db = openDatabase(pool)
  const log = await testLog(db, { interval: 50 })
  after(async () => {
    await log.stop()
    await db.destroy()
    await close()
  })
  log.sequencer.start()
  await log.sequencer.ready()
  await log.sequencer.flush()
  await sql`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid = 53002
    and database = (select oid from pg_database where datname = current_database())`.execute(db)
  const made = await add(db)
  const index = () => leafIndexOf(db, made.eventId)
  for (let tries = 0; tries < 200 && (await index()) === null; tries++) await log.sequencer.flush().catch(() => {})
  assert.ok(await log.sequencer.witnessed((await index())!))
  assert.deepEqual(failed((await audit(db, log)).checks), [])
})
