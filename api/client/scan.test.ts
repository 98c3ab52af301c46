import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Bytes, randomBytes } from '../log/bytes.ts'
import { encodeLeaf, NO_SUBJECT } from '../log/leaf.ts'
import { isFault } from '../log/walk.ts'
import { makeLog } from './log.testing.ts'
import { type Scan, type ScanMemory, scanSince } from './scan.ts'

const START = Date.UTC(2026, 5, 1)
const DEADLINE = START + 60_000
const empty: Bytes = new Uint8Array()

const logOf = async () => {
  const log = await makeLog()
  const add = (at: number, subject: Bytes = NO_SUBJECT) => {
    const leaf = encodeLeaf({ time: at, subject, commitment: randomBytes(32) })
    const row = { outer: empty, outerSalt: empty, body: empty, bodySalt: empty, leaf, index: null, at }
    log.rows.push({ type: 'log.filler/1', lotId: null, ...row })
  }
  for (const at of [0, 1000, 2000]) add(START + at)
  await log.tick(START + 3000)
  const paths: string[] = []
  const fetch = (path: string) => {
    paths.push(path)
    return log.serve(path)
  }
  return { log, add, fetch, paths }
}
const held = (scan: Scan | { fault: string }): Scan => {
  assert.ok(!isFault(scan), JSON.stringify(scan))
  return scan as Scan
}

test('whoever looks again finds what a first look finds, and reads only what is new', async () => {
  const { log, add, fetch, paths } = await logOf()
  const [first, second] = [randomBytes(32), randomBytes(32)]
  const memory: ScanMemory = new Map()
  add(DEADLINE + 1000, first)
  await log.tick(DEADLINE + 2000)
  const one = held(await scanSince(fetch, log.policy, DEADLINE, memory))
  assert.deepEqual([one.from, one.newest.size, one.at(first), one.at(second)], [3, 4, [3], []])
  add(DEADLINE + 3000)
  add(DEADLINE + 3000, second)
  add(DEADLINE + 4000, first)
  await log.tick(DEADLINE + 5000)
  paths.length = 0
  const scans = await Promise.all([
    scanSince(fetch, log.policy, DEADLINE, memory),
    scanSince(fetch, log.policy, DEADLINE, memory),
    scanSince(log.serve, log.policy, DEADLINE),
  ])
  for (const scan of scans.map(held)) {
    assert.deepEqual([scan.from, scan.newest.size, scan.at(first), scan.at(second)], [3, 7, [3, 6], [5]])
    assert.equal(scan.timeAt(3), DEADLINE + 1000)
    assert.deepEqual(scan.at(NO_SUBJECT), [], 'what is secret is no subject')
  }
  assert.equal(paths.filter((path) => path.startsWith('/log/tile/entries')).length, 1)
  assert.equal(paths.filter((path) => path.startsWith('/log/checkpoints')).length, 0)
  assert.deepEqual(one.at(first), [3], 'a scan stays as it was')
})

test('what was read before is no excuse: a log that goes back or changes is a fault, and the memory stays good', async () => {
  const { log, add, fetch } = await logOf()
  const memory: ScanMemory = new Map()
  add(DEADLINE + 1000)
  await log.tick(DEADLINE + 2000)
  held(await scanSince(fetch, log.policy, DEADLINE, memory))
  const back = async (path: string) =>
    path === '/log/checkpoint' ? new TextEncoder().encode(log.notes[0]) : fetch(path)
  assert.ok(isFault(await scanSince(back, log.policy, DEADLINE, memory)))
  add(DEADLINE + 3000)
  await log.tick(DEADLINE + 4000)
  const altered = async (path: string) => {
    const bytes = await fetch(path)
    if (path.startsWith('/log/tile/entries')) bytes![bytes!.length - 1]! ^= 1
    return bytes
  }
  assert.ok(isFault(await scanSince(altered, log.policy, DEADLINE, memory)))
  assert.equal(held(await scanSince(fetch, log.policy, DEADLINE, memory)).newest.size, 5)
})
