/** Canaries: each way of touching the stored log must fail its check, and the check must say where. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { SYSTEM } from '../kernel/actor.ts'
import { now } from '../kernel/clock.ts'
import type { Database } from '../kernel/database.ts'
import { testDatabase } from '../kernel/testing.ts'
import { append } from './append.ts'
import { fromUtf8, utf8 } from './bytes.ts'
import { decodeLeaf, encodeLeaf } from './leaf.ts'
import { readState } from './store.ts'
import { type TestLog, testLog } from './testing.ts'
import { decodeEntries, encodeEntries, type Fetcher } from './tiles.ts'
import { leafHash } from './tree.ts'
import { verifyLog } from './verify.ts'
import { readLeaves } from './walk.ts'

const closers: (() => Promise<void>)[] = []
after(async () => {
  for (const close of closers) await close()
})

const grown = async (): Promise<{ db: Database; log: TestLog }> => {
  const { db, close } = await testDatabase()
  const log = await testLog(db)
  closers.push(close)
  log.sequencer.start()
  await log.sequencer.ready()
  for (let batch = 0; batch < 6; batch++) {
    await db.transaction().execute(async (trx) => {
      for (let i = 0; i < 60; i++) await append(trx, SYSTEM, { type: 'test.happened/1', data: { i }, scope: 'public' })
    })
    await log.sequencer.flush()
  }
  await log.sequencer.stop()
  return { db, log }
}

const audit = async (db: Database, log: TestLog, fetch: Fetcher = log.read) =>
  verifyLog({ fetch, policy: log.policy, now: (await now(db)).getTime() })
const failures = ({ checks }: Awaited<ReturnType<typeof audit>>) => checks.filter(({ ok }) => ok === false)

test('an untouched log passes, and a changed entry is named', async () => {
  const { db, log } = await grown()
  assert.deepEqual(failures(await audit(db, log)), [])
  await sql`update log_bundle set entries = set_byte(entries, 73 * 17 + 3, get_byte(entries, 73 * 17 + 3) # 1) where bundle = 0`.execute(
    db,
  )
  const found = failures(await audit(db, log))
  assert.deepEqual(
    found.map(({ id, detail }) => [id, detail]),
    [['V-03', 'entry 17 does not hash to the tree']],
  )
})

test('an entry changed together with its hash is found between two checkpoints', async () => {
  const { db, log } = await grown()
  const { rows } = await sql<{
    entries: Buffer
    hashes: Buffer
  }>`select entries, hashes from log_bundle where bundle = 0`.execute(db)
  const [entries, hashes] = [new Uint8Array(rows[0]!.entries), new Uint8Array(rows[0]!.hashes)]
  entries[73 * 100 + 50]! ^= 1
  hashes.set(leafHash(entries.slice(7300, 7373)), 3200)
  await sql`update log_bundle set entries = ${entries}, hashes = ${hashes} where bundle = 0`.execute(db)
  const [found] = failures(await audit(db, log))
  assert.equal(found!.id, 'V-03')
  const [, from, to] = /first bad entry (\d+) to (\d+)/.exec(found!.detail)!.map(Number)
  assert.ok(from! <= 100 && 100 <= to! && to! - from! < 64)
})

/** The log as served by somebody who changes one answer. */
const changing =
  (read: Fetcher, path: RegExp, change: (bytes: Uint8Array) => Uint8Array | null): Fetcher =>
  async (asked) => {
    const bytes = await read(asked)
    return bytes && path.test(asked) ? change(bytes) : bytes
  }

test('a removed or dated back checkpoint, a shrunk log, a missing bundle and a foreign key fail their checks', async () => {
  const { db, log } = await grown()
  const ids = async (fetch: Fetcher) => failures(await audit(db, log, fetch)).map(({ id }) => id)
  const text = (change: (text: string) => string) => (bytes: Uint8Array) => utf8(change(fromUtf8(bytes)))
  const notes = (change: (notes: string[]) => string[]) => text((json) => JSON.stringify(change(JSON.parse(json))))
  const history = /^\/log\/checkpoints\/\d+$/
  assert.deepEqual(
    await ids(
      changing(
        log.read,
        history,
        notes((all) => all.slice(0, -1)),
      ),
    ),
    ['V-05'],
  )
  assert.deepEqual(
    await ids(
      changing(
        log.read,
        history,
        notes((all) => all.toReversed()),
      ),
    ),
    ['V-04'],
  )
  const redated = notes((all) => [all[0]!.replace(/time \d+/, 'time 1'), ...all.slice(1)])
  assert.ok((await ids(changing(log.read, history, redated))).includes('V-04'))
  assert.deepEqual(await ids(changing(log.read, /^\/log\/tile\/entries\/000/, () => null)), ['V-03'])
  assert.deepEqual(
    await ids(
      changing(
        log.read,
        /^\/log\/checkpoint$/,
        text((note) => note.replace('sunlit', 'sunlif')),
      ),
    ),
    ['V-01'],
  )
  const { published } = await readState(db)
  const [body] = published!.split('\n\n')
  const unwitnessed = text(() => `${body}\n\n${published!.split('\n').at(-4)}\n`)
  assert.deepEqual(await ids(changing(log.read, /^\/log\/checkpoint$/, unwitnessed)), ['V-01'])
  const older = (JSON.parse(fromUtf8((await log.read('/log/checkpoints/0'))!)) as string[])[1]!
  const shrunk = await verifyLog({
    fetch: changing(
      log.read,
      /^\/log\/checkpoint$/,
      text(() => older),
    ),
    policy: log.policy,
    remembered: published!,
    now: (await now(db)).getTime(),
  })
  assert.ok(failures(shrunk).some(({ id, detail }) => id === 'V-02' && /shrank/.test(detail)))
  assert.equal(shrunk.checkpoint, null)
})

test('a leaf dated before or after its checkpoint, and a repeated subject, are flagged', async () => {
  const { db, close } = await testDatabase()
  closers.push(close)
  const log = await testLog(db)
  const event = { type: 'test.happened/1', data: {}, scope: 'public' as const }
  const tenderId = crypto.randomUUID()
  const made = await db
    .transaction()
    .execute((trx) => append(trx, SYSTEM, { ...event, tenderId, subject: { name: 'CLOSED' } }))
  const again = await db.transaction().execute((trx) => append(trx, SYSTEM, event))
  // What an operator with the database in hand could do before sequencing.
  await sql`alter table log_event disable trigger log_event_final`.execute(db)
  const leaf = decodeLeaf(made.leaf)
  const backdated = encodeLeaf({ ...leaf, time: leaf.time - 60_000 })
  await sql`update log_event set leaf = ${backdated} where id = ${again.eventId}`.execute(db)
  log.sequencer.start()
  await log.sequencer.ready()
  await log.sequencer.flush()
  await log.sequencer.stop()
  const found = failures(await audit(db, log))
  assert.deepEqual(
    found.map(({ id }) => id),
    ['V-05', 'V-06'],
  )
  assert.match(found[0]!.detail, /^entry \d+ says/)
  assert.match(found[1]!.detail, /^entry \d+ repeats the subject of entry \d+$/)
})

test('leaves after a known checkpoint are proven: one withheld or changed leaf is refused', async () => {
  const { db, log } = await grown()
  const newest = await readState(db)
  const older = JSON.parse(fromUtf8((await log.read('/log/checkpoints/0'))!))[2].split('\n')
  const from = { size: Number(older[1]), root: new Uint8Array(Buffer.from(older[2], 'base64')) }
  const read = await readLeaves(log.read, from, newest)
  assert.ok(Array.isArray(read) && read.length === newest.size - from.size)
  const forged = changing(log.read, /entries/, (bytes) => {
    const entries = decodeEntries(bytes)
    entries[entries.length - 1] = entries[0]!
    return encodeEntries(entries)
  })
  assert.ok('fault' in (await readLeaves(forged, from, newest)))
  assert.ok('fault' in (await readLeaves(log.read, { ...from, root: newest.root }, newest)))
  assert.ok('fault' in (await readLeaves(log.read, newest, from)))
})
