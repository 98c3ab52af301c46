/* Rows of the operator against the log: it holds the database and the log key, and lacks the witnesses' keys alone. */
import assert from 'node:assert/strict'
import { sql } from 'kysely'
import { failed, handIn, later } from '../../api/client/bidder.testing.ts'
import { DEADLINE } from '../../api/client/notice.testing.ts'
import { checkOpening } from '../../api/client/opening.ts'
import { fetchReceipt } from '../../api/client/submit-bid.ts'
import { verifyTenderPublic } from '../../api/client/verify.ts'
import { SYSTEM } from '../../api/kernel/actor.ts'
import { now } from '../../api/kernel/clock.ts'
import type { Database } from '../../api/kernel/database.ts'
import { Refused } from '../../api/kernel/problem.ts'
import { testDatabase } from '../../api/kernel/testing.ts'
import { ALREADY_LOGGED, append, type LogEvent } from '../../api/log/append.ts'
import { concat, fromUtf8, randomBytes, toBase64url, utf8 } from '../../api/log/bytes.ts'
import { signCheckpoint } from '../../api/log/checkpoint.ts'
import { signerOf } from '../../api/log/ed25519.ts'
import { decodeLeaf, encodeLeaf } from '../../api/log/leaf.ts'
import { ED25519, noteSigner } from '../../api/log/note.ts'
import { readState, splitLeaves } from '../../api/log/store.ts'
import { type TestLog, testLog } from '../../api/log/testing.ts'
import { leafHash } from '../../api/log/tree.ts'
import { verifyLog } from '../../api/log/verify.ts'
import { LOT, TENDER } from '../../api/seal/actors.testing.ts'
import type { BidManifest } from '../../api/seal/manifest.ts'
import { openRewritten } from '../second-verifier/rewritten.ts'
import type { Row } from './row.ts'

const grow = async (db: Database, log: TestLog, batches: number): Promise<void> => {
  for (let batch = 0; batch < batches; batch++) {
    await db.transaction().execute(async (trx) => {
      for (let i = 0; i < 60; i++) await append(trx, SYSTEM, { type: 'test.happened/1', data: { i }, scope: 'public' })
    })
    await log.sequencer.flush()
  }
}

const withLog = async (act: (db: Database, log: TestLog) => Promise<void>): Promise<void> => {
  const { db, close } = await testDatabase()
  const log = await testLog(db, { interval: 50 })
  try {
    log.sequencer.start()
    await log.sequencer.ready()
    await act(db, log)
  } finally {
    await log.stop()
    await close()
  }
}

const audit = async (db: Database, log: TestLog, remembered?: string) => {
  const { checks } = await verifyLog({
    fetch: log.read,
    policy: log.policy,
    remembered,
    now: (await now(db)).getTime(),
  })
  return checks.filter(({ ok }) => ok === false)
}

type Leaves = Uint8Array[]
const AT = 100

/** What is done to the first 256 leaves; the operator makes every hash fit that it stores. */
const FORGERIES: Record<string, (leaves: Leaves) => Leaves> = {
  dropped: (leaves) => [...leaves.slice(0, AT), ...leaves.slice(AT + 1), leaves[AT]!],
  'back-dated': (leaves) => {
    const leaf = decodeLeaf(leaves[AT]!)
    return leaves.with(AT, encodeLeaf({ ...leaf, time: leaf.time - 60_000 }))
  },
  reordered: (leaves) => leaves.with(AT, leaves[AT + 1]!).with(AT + 1, leaves[AT]!),
  inserted: (leaves) => [...leaves.slice(0, AT), leaves[3]!, ...leaves.slice(AT, 255)],
}

const forge = async (db: Database, leaves: Leaves): Promise<void> => {
  const [entries, hashes] = [concat(...leaves), concat(...leaves.map(leafHash))]
  await sql`update log_bundle set entries = ${entries}, hashes = ${hashes} where bundle = 0`.execute(db)
}

const rewritten = (): Promise<void> =>
  withLog(async (db, log) => {
    await grow(db, log, 6)
    await log.sequencer.stop()
    assert.deepEqual(await audit(db, log), [])
    const { rows } = await sql<{ entries: Buffer }>`select entries from log_bundle where bundle = 0`.execute(db)
    const leaves = splitLeaves(new Uint8Array(rows[0]!.entries))
    for (const [what, change] of Object.entries(FORGERIES)) {
      await forge(db, change(leaves))
      const [found] = await audit(db, log)
      assert.equal(found?.id, 'V-03', what)
      const [, from = Number.NaN, to = 0] = /first bad entry (\d+) to (\d+)/.exec(found.detail)?.map(Number) ?? []
      assert.ok(from <= AT && AT <= to && to - from < 256, `${what}: ${found.detail}`)
    }
    // Hashes left as they were: then the very entry is named.
    await sql`update log_bundle set hashes = ${concat(...leaves.map(leafHash))} where bundle = 0`.execute(db)
    assert.match((await audit(db, log))[0]!.detail, new RegExp(`entry ${AT} does not hash to the tree`))
    await forge(db, leaves)
    assert.deepEqual(await audit(db, log), [])
  })

/** The operator signs a second history with the log's own key; the witnesses remember the first. */
const twoHistories = (): Promise<void> =>
  withLog(async (db, log) => {
    await grow(db, log, 1)
    const seen = (await readState(db)).published!
    await grow(db, log, 1)
    await log.sequencer.stop()
    const { size, time } = await readState(db)
    const signer = noteSigner(log.policy.log.name, ED25519, await signerOf(log.seed))
    const other = { origin: signer.name, size: size + 4, root: new Uint8Array(32).fill(7), time: time + 1000 }
    const note = await signCheckpoint(other, signer)
    for (const witness of log.witnesses) {
      const { status } = await witness.add(utf8(`old ${size}\n\n${note}`))
      assert.ok(status >= 400 && status < 500, `cosigned a fork: ${status}`)
    }
    await sql`update log_state set published = ${note}, published_size = ${other.size}`.execute(db)
    assert.ok((await audit(db, log)).some(({ id }) => id === 'V-01'))
    // Whoever remembers a checkpoint, as each manifest does in logCheckpointSeen, sees that the log does not go on from it.
    const shown = fromUtf8((await log.read('/log/checkpoints/0'))!)
    assert.ok(shown.includes(JSON.stringify(seen).slice(1, 60)))
    await sql`update log_state set published = ${seen}, published_size = ${1}`.execute(db)
    const back = await audit(db, log, JSON.parse(shown).at(-1))
    assert.ok(back.some(({ id, detail }) => id === 'V-02' && /shrank/.test(detail)))
  })

const twoClosed = (): Promise<void> =>
  withLog(async (db, log) => {
    const [tenderId, lotId] = [crypto.randomUUID(), crypto.randomUUID()]
    const type = 'lot.closed/1'
    const closing: LogEvent = { type, data: {}, scope: 'public', tenderId, lotId, subject: { name: 'CLOSED' } }
    const add = (event: LogEvent) => db.transaction().execute((trx) => append(trx, SYSTEM, event))
    const first = await add(closing)
    await assert.rejects(add(closing), (error) => error instanceof Refused && error.code === ALREADY_LOGGED)
    // Past the platform's own rule, in the database.
    const { subject: _subject, ...bare } = closing
    const second = await add({ ...bare, type: 'test.happened/1' })
    await sql`alter table log_event disable trigger log_event_final`.execute(db)
    await sql`update log_event set leaf = ${first.leaf} where id = ${second.eventId}`.execute(db)
    await log.sequencer.flush()
    const repeated = (await audit(db, log)).find(({ id }) => id === 'V-06')
    assert.match(repeated!.detail, /^entry \d+ repeats the subject of entry \d+$/)
  })

const clientsSeeSecondClosed = async (): Promise<void> => {
  const { platform, http, prepared } = await handIn()
  await platform.tick(DEADLINE - 180_000)
  await platform.close()
  await platform.add('lot.closed/1', { lotId: LOT }, { name: 'CLOSED' })
  await platform.tick(platform.state.now + 1000)
  // What is told of the tender hides it; the leaves themselves do not.
  platform.log.rows.pop()
  const { trust, tender } = await later({ platform, http })
  const opening = await checkOpening(http, trust, tender, LOT, { manifestHash: prepared.manifestHash })
  assert.ok(failed(opening.checks).includes('V-46'))
}

/** Log key and every witness together show one bidder another history; its manifest and its receipt carry the proof. */
const bidderSawOther = async (): Promise<void> => {
  const root = toBase64url(randomBytes(32))
  const seen = (manifest: BidManifest): BidManifest => ({
    ...manifest,
    logCheckpointSeen: { ...manifest.logCheckpointSeen, root },
  })
  const { platform, http, received } = await openRewritten(seen)
  const { trust } = await later({ platform, http })
  const found = (await verifyTenderPublic(http, trust, TENDER)).filter(({ ok }) => ok === false)
  assert.deepEqual(
    found.map(({ id, detail }) => [id, /^[0-9a-f-]{36}: its maker saw another history$/.test(detail)]),
    [['V-84', true]],
  )
  const receipt = await fetchReceipt(http, trust, received.bidId)
  assert.deepEqual(
    receipt.checks.filter(({ ok }) => ok === false).map(({ id }) => id),
    ['V-84'],
  )
}

const LOG_TABLES = ['log_state', 'log_checkpoint', 'log_bundle', 'log_batch', 'log_node', 'log_leaf', 'log_pending']

const restored = (): Promise<void> =>
  withLog(async (db, log) => {
    await grow(db, log, 2)
    for (const table of LOG_TABLES) await sql.raw(`create table kept_${table} as table ${table}`).execute(db)
    await grow(db, log, 5)
    await log.sequencer.stop()
    const { published } = await readState(db)
    await db.transaction().execute(async (trx) => {
      await sql`set local session_replication_role = replica`.execute(trx)
      for (const table of LOG_TABLES)
        await sql
          .raw(`delete from ${table}; insert into ${table} overriding system value table kept_${table}`)
          .execute(trx)
    })
    const notes = async () => (await sql`select 1 from log_checkpoint where note is not null`.execute(db)).rows.length
    const before = await notes()
    const again = log.another({ interval: 50 })
    again.start()
    await assert.rejects(again.ready(), /was a backup restored/)
    assert.deepEqual([again.status().state, await notes()], ['refused', before])
    assert.ok((await audit(db, log, published!)).some(({ id }) => id === 'V-02'))
  })

export const logRows: Row[] = [
  {
    who: 'operator',
    tries: 'drops, back-dates, reorders, inserts a bid',
    shows: 'with all hashes in its database made to fit, verify names the first bad entry',
    act: rewritten,
  },
  {
    who: 'operator',
    tries: 'shows two histories or two CLOSED lists',
    shows: 'a second history under the true log key gets no witness, and whoever remembers a checkpoint sees it',
    act: twoHistories,
  },
  {
    who: 'operator',
    tries: 'shows two histories or two CLOSED lists',
    shows: 'a second CLOSED is refused, and found when the database is forced',
    act: twoClosed,
  },
  {
    who: 'operator',
    tries: 'shows two histories or two CLOSED lists',
    shows: 'a bidder’s client that is told of one CLOSED finds the other among the leaves and releases nothing',
    act: clientsSeeSecondClosed,
  },
  {
    who: 'operator',
    tries: 'shows two histories or two CLOSED lists',
    shows: 'a bidder who was shown another history has it in its signed manifest, and everybody sees it at the opening',
    act: bidderSawOther,
  },
  {
    who: 'restored backup of the log',
    tries: 'silent rollback',
    shows: 'the tables of an earlier moment put back: the log refuses to sign, and signs nothing',
    act: restored,
  },
]
