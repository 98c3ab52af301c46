import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { SYSTEM } from '../kernel/actor.ts'
import { moveClockTo, now } from '../kernel/clock.ts'
import type { Database } from '../kernel/database.ts'
import { testDatabase } from '../kernel/testing.ts'
import { type Appended, append, type LogEvent } from './append.ts'
import { randomBytes } from './bytes.ts'
import { verifyComplete } from './complete.ts'
import { noticeLogged, tenderClosed, tenderEnded } from './disclose.ts'
import {
  coversDay,
  dayOf,
  dayStart,
  mayDiscloseDay,
  mayDiscloseLeaf,
  openDisclosure,
  type TenderWindow,
} from './disclosure.ts'
import { leafIndexOf, readState } from './store.ts'
import { type TestLog, testLog } from './testing.ts'
import { decodeEntries, fetchTile, tileWidth } from './tiles.ts'
import { verifyLog } from './verify.ts'

const DAY = 86_400_000
const at = (day: string, hour = 12) => dayStart(day) + hour * 3_600_000
const tender = (from: string, closed: string | null, ended: string | null): TenderWindow => ({
  tenderId: `tender of ${from}`,
  from: at(from),
  closed: closed === null ? null : at(closed),
  ended: ended === null ? null : at(ended),
})

test('Beijing days begin at 16:00 UTC of the day before', () => {
  assert.equal(dayOf(Date.UTC(2026, 10, 22, 15, 59, 59, 999)), '2026-11-22')
  assert.equal(dayOf(Date.UTC(2026, 10, 22, 16)), '2026-11-23')
  assert.equal(dayOf(dayStart('2026-02-28') + DAY), '2026-03-01')
})

test('a day waits for every tender whose NOTICE…CLOSED covers it, with or without events', () => {
  const now = at('2026-12-01')
  const running = tender('2026-11-10', null, null)
  assert.ok(mayDiscloseDay('2026-11-09', [running], now))
  assert.ok(!mayDiscloseDay('2026-11-10', [running], now))
  assert.ok(!mayDiscloseDay('2026-11-25', [running], now))
  const closed = tender('2026-11-10', '2026-11-20', null)
  assert.ok(!mayDiscloseDay('2026-11-20', [closed], now))
  assert.ok(mayDiscloseDay('2026-11-21', [closed], now))
  const ended = tender('2026-11-10', '2026-11-20', '2026-11-20')
  assert.ok(mayDiscloseDay('2026-11-20', [ended], now))
  assert.ok(!mayDiscloseDay('2026-11-15', [ended, running], now))
  assert.ok(!mayDiscloseDay('2026-12-01', [], now), 'today')
  assert.ok(!coversDay(tender('2026-11-10', null, '2026-11-12'), '2026-11-13'), 'cancelled')
})

test("a tender's own leaves wait for its end; what was logged before its notice goes with the day", () => {
  const now = at('2026-12-01')
  const own = { ...tender('2026-11-10', '2026-11-20', null), tenderId: 't' }
  const leaf = (day: string, tenderId: string | null = 't') => ({ time: at(day, 13), tenderId })
  assert.ok(!mayDiscloseLeaf(leaf('2026-11-15'), [own], now))
  assert.ok(!mayDiscloseLeaf(leaf('2026-11-25'), [own], now), 'closed, not open')
  assert.ok(mayDiscloseLeaf(leaf('2026-11-05'), [own], now))
  assert.ok(mayDiscloseLeaf(leaf('2026-11-15'), [{ ...own, ended: at('2026-12-01', 9) }], now))
  assert.ok(!mayDiscloseLeaf(leaf('2026-11-15', null), [own], now), 'events of no tender')
})

type World = { db: Database; log: TestLog; move: (days: number) => Promise<void> }

const world = async (): Promise<World> => {
  const { db, close } = await testDatabase()
  const log = await testLog(db)
  after(async () => {
    await log.stop()
    await close()
  })
  log.sequencer.start()
  await log.sequencer.ready()
  const move = async (days: number) =>
    log.sequencer.quiesce(async (trx) => moveClockTo(trx, new Date((await now(trx)).getTime() + days * DAY)))
  return { db, log, move }
}

const add = (
  db: Database,
  event: Partial<LogEvent>,
  mark?: (trx: Database, at: Date) => Promise<void>,
): Promise<Appended> =>
  db.transaction().execute(async (trx) => {
    const at = await now(trx)
    const made = await append(trx, SYSTEM, { type: 'test.happened/1', data: {}, scope: 'public', ...event })
    await mark?.(trx, at)
    return made
  })

const bid = async (
  db: Database,
  tenderId: string,
  lotId: string,
  prevManifest: Uint8Array | null,
  type = 'bid.submitted/1',
) => {
  const manifestHash = randomBytes(32)
  await add(db, { type, tenderId, lotId, scope: 'bidder', bid: { manifestHash, prevManifest } })
  return manifestHash
}

/** What is told of each leaf, in the log's order. */
const told = async ({ db, log }: World) => {
  const { size } = await readState(db)
  const out: string[] = []
  for (let bundle = 0; bundle * 256 < size; bundle++) {
    const width = tileWidth('entries', bundle, size)
    const leaves = decodeEntries((await fetchTile(log.read, { level: 'entries', index: bundle, width }))!)
    const opened = openDisclosure((await log.read(`/log/disclosures/${bundle}`))!, bundle, leaves)
    out.push(...opened.map((one) => (one.state === 'event' ? one.outer.type : one.state)))
  }
  return out
}

const audit = async ({ db, log }: World) =>
  (await verifyLog({ fetch: log.read, policy: log.policy, now: (await now(db)).getTime() })).checks

test('nothing is told while a tender runs; its own leaves at its end; the rest with the day; then it is complete', async () => {
  const w = await world()
  const { db, log } = w
  const [tenderId, lotId] = [crypto.randomUUID(), crypto.randomUUID()]
  await add(db, { type: 'account.made/1' })
  const notice = await add(db, { type: 'notice.published/1', tenderId, subject: { name: 'NOTICE' } }, (trx, at) =>
    noticeLogged(trx, tenderId, at),
  )
  await w.move(3)
  const first = await bid(db, tenderId, lotId, null)
  const second = await bid(db, tenderId, lotId, first)
  const other = await bid(db, tenderId, lotId, null)
  const gone = await bid(db, tenderId, lotId, null)
  await bid(db, tenderId, lotId, gone, 'bid.withdrawn/1')
  await log.sequencer.flush()
  assert.deepEqual([...new Set(await told(w))], ['hidden'])

  await w.move(2)
  const closed = await add(db, { type: 'lot.closed/1', tenderId, lotId, subject: { name: 'CLOSED' } }, (trx, at) =>
    tenderClosed(trx, tenderId, at),
  )
  await log.sequencer.flush()
  const [noticeIndex, closedIndex] = [
    (await leafIndexOf(db, notice.eventId))!,
    (await leafIndexOf(db, closed.eventId))!,
  ]
  const lot = { tenderId, lotId, noticeIndex, closedIndex, closed: [second, other] }
  const early = (await verifyComplete(log.read, log.policy, [lot]))[0]!
  assert.deepEqual(
    early.map(({ ok }) => ok),
    [null, null, null],
  )
  assert.match(early[0]!.detail, /^days not yet disclosed: [\d-]+/)
  await w.move(1)
  assert.ok((await told(w)).includes('hidden'), 'closed, not open')

  await db.transaction().execute(async (trx) => tenderEnded(trx, tenderId, await now(trx)))
  const types = (await told(w)).filter((one) => one !== 'dummy' && one !== 'hidden')
  assert.deepEqual(types, [
    'account.made/1',
    'notice.published/1',
    ...Array(4).fill('bid.submitted/1'),
    'bid.withdrawn/1',
    'lot.closed/1',
  ])
  const complete = (await verifyComplete(log.read, log.policy, [lot]))[0]!
  assert.deepEqual(
    complete.map(({ ok }) => ok),
    [true, true, true],
    JSON.stringify(complete),
  )
  assert.match(complete[1]!.detail, /2 bids; 1 withdrawals not checked here/)
  const checks = await audit(w)
  assert.deepEqual(
    checks.filter(({ ok }) => ok === false),
    [],
  )

  const dropped = (await verifyComplete(log.read, log.policy, [{ ...lot, closed: [second] }]))[0]!
  assert.deepEqual(
    dropped.map(({ ok }) => ok),
    [true, false, true],
  )
  const added = (await verifyComplete(log.read, log.policy, [{ ...lot, closed: [second, other, randomBytes(32)] }]))[0]!
  assert.deepEqual(
    added.map(({ ok }) => ok),
    [true, true, false],
  )
  const stale = (await verifyComplete(log.read, log.policy, [{ ...lot, closed: [first, second, other] }]))[0]!
  assert.deepEqual(
    stale.map(({ ok }) => ok),
    [true, true, false],
    'a replaced bid in CLOSED',
  )
})

test("another running tender keeps the day closed: the first tender's leaves only", async () => {
  const w = await world()
  const { db, log } = w
  const [mine, other] = [crypto.randomUUID(), crypto.randomUUID()]
  for (const id of [mine, other])
    await add(db, { type: 'notice.published/1', tenderId: id, subject: { name: 'NOTICE' } }, (trx, at) =>
      noticeLogged(trx, id, at),
    )
  await bid(db, mine, crypto.randomUUID(), null)
  await bid(db, other, crypto.randomUUID(), null)
  await w.move(2)
  await db.transaction().execute(async (trx) => tenderEnded(trx, mine, await now(trx)))
  await log.sequencer.flush()
  const shown = (await told(w)).filter((one) => one !== 'hidden')
  assert.deepEqual(shown.toSorted(), ['bid.submitted/1', 'notice.published/1'])
  const hidden = (await audit(w)).find(({ id }) => id === 'V-08')!
  assert.ok(hidden.ok)
  assert.match(hidden.detail, /days not yet disclosed/)
  assert.doesNotMatch(hidden.detail.replaceAll(/\d{4}-\d\d-\d\d/g, ''), /\d/, 'never a number of leaves')
})

test('after 180 days an undisclosed day is a fault', async () => {
  const w = await world()
  const tenderId = crypto.randomUUID()
  await add(w.db, { tenderId, subject: { name: 'NOTICE' } }, (trx, at) => noticeLogged(trx, tenderId, at))
  await w.move(179)
  await w.log.sequencer.flush()
  assert.equal((await audit(w)).find(({ id }) => id === 'V-09')?.ok, true)
  await w.move(3)
  await w.log.sequencer.flush()
  assert.equal((await audit(w)).find(({ id }) => id === 'V-09')?.ok, false)
})

test('a dummy that is none, or an outer layer that was changed, is named', async () => {
  const w = await world()
  const { db, log } = w
  const made = await add(db, { type: 'account.made/1' })
  await log.sequencer.flush()
  await w.move(2)
  await log.sequencer.flush()
  const index = (await leafIndexOf(db, made.eventId))!
  const v08 = async () => (await audit(w)).find(({ id }) => id === 'V-08')!
  assert.ok((await v08()).ok)
  await sql`alter table log_event disable trigger log_event_final`.execute(db)
  await sql`update log_event set outer_bytes = convert_to('{"type":"other/1","tenderId":null,"bodyHash":""}', 'UTF8')`.execute(
    db,
  )
  assert.deepEqual([(await v08()).ok, (await v08()).detail], [false, `what is told of entry ${index} is false`])
  await sql`delete from log_leaf`.execute(db)
  assert.deepEqual([(await v08()).ok, (await v08()).detail], [false, `what is told of entry ${index} is false`])
})
