import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LOT } from '../seal/actors.testing.ts'
import { failed, handIn, later } from './bidder.testing.ts'
import type { LoggedEvent } from './events.ts'
import type { PublishedRecord } from './opened-record.ts'
import { checkOpening } from './opening.ts'
import type { OpenedLot } from './verify-opened.ts'
import { destructionCheck, type PublishedRelease, windowChecks } from './verify-windows.ts'

const MINUTE = 60_000
const [ONE, TWO, THREE] = ['one', 'two', 'three'] as const

const event = (index: number, minute: number, type: string, data: object = {}): LoggedEvent => ({
  type,
  lotId: type.startsWith('tender.') ? null : LOT,
  index,
  time: minute * MINUTE,
  data: { lotId: LOT, ...data },
  bodySha256: new Uint8Array(32),
  witnessed: { size: index + 1, notBefore: 0, seenBy: 0 },
})
const accepted = (index: number, minute: number, manifestHash: string, source = 0) =>
  event(index, minute, 'release.accepted/1', { manifestHash, kind: 'summary', source })
const supplied = (index: number, minute: number, manifestHash: string, whole = true) =>
  event(index, minute, 'part.resupplied/1', { manifestHash, envelopeNo: 1, part: 0, whole })
const stopped = (index: number, from: number, to: number) => [
  event(index, from, 'tender.suspended/1', { n: 1 }),
  event(index + 1, to, 'tender.resumed/1', { n: 1 }),
]
const outage = (index: number, minute: number, n = 1) => event(index, minute, 'outage.declared/1', { n })
const opening = (index: number, minute: number) => event(index, minute, 'lot.opened/1')

/** CLOSED at minute 0, STORED at 1 with windows to 31 and 61; `two` was lost. */
const lotWith = (events: LoggedEvent[]): OpenedLot => {
  const closed = { index: 10, time: 0, suspensionN: 0, manifestHashes: [ONE, TWO, THREE], count: 3 }
  const ends = {
    windowEndsAt: new Date(31 * MINUTE).toISOString(),
    fallbackEndsAt: new Date(61 * MINUTE).toISOString(),
  }
  const stored = { index: 11, time: MINUTE, missing: [TWO], ...ends }
  return { tender: { events }, lotId: LOT, closed, stored } as unknown as OpenedLot
}
const recordOf = (...how: ('bidder' | 'trustees' | 'failed')[]) =>
  ({ bids: how.map((one, at) => ({ manifestHash: [ONE, TWO, THREE][at], how: one })) }) as unknown as PublishedRecord

type Case = [
  what: string,
  events: LoggedEvent[],
  how: Parameters<typeof recordOf>,
  wrong: string[],
  releases?: PublishedRelease[],
]
const good = [supplied(12, 2, TWO), accepted(13, 3, ONE), accepted(14, 4, TWO), accepted(15, 5, THREE)]
const all: Parameters<typeof recordOf> = ['bidder', 'bidder', 'bidder']
const CASES: Case[] = [
  ['as it should be', [...good, opening(20, 6)], all, []],
  ['decided while suspended', [...good, event(16, 6, 'tender.suspended/1', { n: 1 }), opening(20, 7)], all, ['V-59']],
  ['a key while suspended', [...good, ...stopped(16, 6, 9), accepted(16.5, 7, ONE), opening(20, 10)], all, ['V-80']],
  ['shut before the trustees had their time', [...good, opening(20, 60)], ['bidder', 'bidder', 'failed'], ['V-59']],
  ['shut after it', [...good, opening(20, 61)], ['bidder', 'bidder', 'failed'], []],
  [
    'shut without the time that a stop had taken',
    [...good, ...stopped(16, 6, 16), opening(20, 61)],
    ['bidder', 'bidder', 'failed'],
    ['V-59'],
  ],
  ['shut after that time', [...good, ...stopped(16, 6, 16), opening(20, 71)], ['bidder', 'bidder', 'failed'], []],
  [
    'shut without the time that an outage gave back',
    [...good, outage(16, 20), opening(20, 79)],
    ['bidder', 'bidder', 'failed'],
    ['V-59'],
  ],
  ['shut after that time', [...good, outage(16, 20), opening(20, 80)], ['bidder', 'bidder', 'failed'], []],
  [
    'shut without the time of an outage in the trustees’ window',
    [...good, outage(16, 40), opening(20, 69)],
    ['bidder', 'bidder', 'failed'],
    ['V-59'],
  ],
  [
    'a share in time, but for the outage',
    [...good, outage(16, 20), accepted(18, 35, ONE, 2), opening(20, 62)],
    all,
    ['V-80'],
  ],
  [
    'a fourth outage gives nothing back',
    [...good, outage(14.1, 2), outage(14.2, 3, 2), outage(14.3, 4, 3), outage(16, 20, 4), opening(20, 64)],
    ['bidder', 'bidder', 'failed'],
    [],
  ],
  ['a share before the bidders’ window ended', [...good, accepted(16, 30, ONE, 2), opening(20, 62)], all, ['V-80']],
  [
    'a share in time, but for the stop',
    [...good, ...stopped(16, 6, 16), accepted(18, 35, ONE, 2), opening(20, 62)],
    all,
    ['V-80'],
  ],
  ['a key that the log does not name', [...good, opening(20, 6)], all, ['V-80'], [{ manifestHash: ONE, source: 2 }]],
  ['supplied after the first key', [accepted(12, 2, ONE), supplied(13, 3, TWO), opening(20, 6)], all, ['V-81']],
  ['supplied after the window', [supplied(12, 32, TWO), accepted(13, 33, ONE, 1), opening(20, 62)], all, ['V-81']],
  ['supplied, though not lost', [supplied(11.5, 2, THREE), ...good, opening(20, 6)], all, ['V-81']],
  ['opened, never supplied', [...good.slice(1), opening(20, 6)], all, ['V-81']],
  ['opened, supplied in part', [supplied(12, 2, TWO, false), ...good.slice(1), opening(20, 6)], all, ['V-81']],
  ['lost for good', [...good.slice(1), opening(20, 61)], ['bidder', 'failed', 'bidder'], []],
]

for (const [what, events, how, wrong, releases = []] of CASES)
  test(`windows, keys and parts of an opened lot: ${what}`, () => {
    const checks = windowChecks(lotWith(events), recordOf(...how), releases)
    assert.deepEqual(
      checks.filter(({ ok }) => ok === false).map(({ id }) => id),
      wrong,
    )
  })

test('an unopened lot: nothing destroyed early, all of it in the end', () => {
  const closedAt = Date.parse('2026-11-30T01:00:00Z')
  const closed = { time: closedAt, index: 10, count: 2, manifestHashes: [ONE, TWO] }
  const judge = (events: LoggedEvent[], now: number) => {
    const notice = { regime: 'GP', method: 'open', rowSets: ['national'] }
    const tender = { notice, events } as unknown as OpenedLot['tender']
    return destructionCheck(tender, LOT, closed as unknown as OpenedLot['closed'], now, {
      amendments: [],
      calendars: [],
    })
  }
  const day = (n: number) => closedAt + n * 24 * 60 * MINUTE
  const { ok, detail } = judge([], day(1))
  assert.equal(ok, null)
  assert.match(detail, /^2027-01-/)
  const end = Date.parse(`${detail}T16:00:00Z`) - closedAt
  const gone = (ms: number, hashes: readonly string[] = [TWO, ONE]) =>
    event(20, (closedAt + ms) / MINUTE, 'lot.ciphertext-deleted/1', { manifestHashes: hashes })
  assert.equal(judge([gone(end)], day(90)).ok, true)
  assert.equal(judge([gone(end - 1)], day(90)).ok, false, 'too early')
  assert.equal(judge([gone(end, [ONE])], day(90)).ok, false, 'one is left')
  assert.equal(judge([], day(90)).ok, false, 'overdue')
})

test('a trustee’s client waits for the time that a suspension took, told of it or not', async () => {
  const { platform, http } = await handIn()
  await platform.close()
  const judge = async () => {
    const { trust, tender } = await later({ platform, http })
    return failed((await checkOpening(http, trust, tender, LOT, { as: 'trustee' })).checks)
  }
  await platform.add('tender.suspended/1', { n: 1 }, { name: 'SUSPENDED', n: 1 })
  await platform.tick(platform.state.now + 1000)
  assert.deepEqual(await judge(), ['V-46', 'V-48'])
  await platform.tick(platform.state.now + 10 * MINUTE)
  await platform.add('tender.resumed/1', { n: 1 }, { name: 'RESUMED', n: 1 })
  await platform.tick(platform.state.now + 21 * MINUTE)
  assert.deepEqual(await judge(), ['V-48'])
  const told = platform.log.rows.filter(({ type }) => !/^tender\.(suspended|resumed)/.test(type))
  platform.log.rows.splice(0, platform.log.rows.length, ...told)
  assert.deepEqual(await judge(), ['V-48'])
  await platform.tick(platform.state.now + 10 * MINUTE)
  assert.deepEqual(await judge(), [])
})

test('a trustee’s client waits for the window that an outage began anew, told of it or not', async () => {
  const { platform, http } = await handIn()
  await platform.close()
  const judge = async () => {
    const { trust, tender } = await later({ platform, http })
    return failed((await checkOpening(http, trust, tender, LOT, { as: 'trustee' })).checks)
  }
  await platform.tick(platform.state.now + 10 * MINUTE)
  await platform.add('outage.declared/1', { n: 1 }, { name: 'OUTAGE', n: 1 })
  await platform.tick(platform.state.now + 21 * MINUTE)
  assert.deepEqual(await judge(), ['V-48'])
  const told = platform.log.rows.filter(({ type }) => type !== 'outage.declared/1')
  platform.log.rows.splice(0, platform.log.rows.length, ...told)
  assert.deepEqual(await judge(), ['V-48'])
  await platform.tick(platform.state.now + 10 * MINUTE)
  assert.deepEqual(await judge(), [])
})
