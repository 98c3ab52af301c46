import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromUtf8, toBase64url } from '../log/bytes.ts'
import { signCheckpoint } from '../log/checkpoint.ts'
import { decodeLeaf, encodeLeaf } from '../log/leaf.ts'
import { TENDER } from '../seal/actors.testing.ts'
import { encodeJson } from '../seal/json.ts'
import { noticeHash } from '../seal/manifest.ts'
import { createHttp, isProblem } from './http.ts'
import { type MonitorState, parseState, watchOnce } from './monitor.ts'
import { DEADLINE, noticeOf } from './notice.testing.ts'
import { makePlatform, type Platform } from './platform.testing.ts'

/** A platform and somebody who watches it; each look keeps its state as a file would. */
const watched = async () => {
  const platform = await makePlatform()
  const http = createHttp({ origin: platform.origin, fetch: platform.fetch })
  let kept: MonitorState | null = null
  const list = (n: number, deadline: number) =>
    platform.state.routes.set('/api/notices', {
      total: 1,
      pageSize: 20,
      items: [{ id: TENDER, n, deadline: new Date(deadline).toISOString() }],
    })
  list(0, DEADLINE)
  const look = async () => {
    const { state, alarms } = await watchOnce(http, {}, kept)
    kept = state && parseState(encodeJson(state))
    return alarms.map(({ id }) => id)
  }
  const state = (): MonitorState => kept!
  return { platform, look, list, state }
}
const grow = (platform: Platform) => platform.tick(platform.state.now + 1000)

test('a sound log is followed without an alarm, and only what is new is read', async () => {
  const { platform, look, state } = await watched()
  assert.deepEqual(await look(), [])
  const first = state()
  assert.equal(Object.keys(first.subjects).length, 2, 'TRUSTEES and NOTICE')
  assert.deepEqual(
    first.tenders[TENDER]?.map(({ n, deadline }) => [n, deadline]),
    [[0, DEADLINE]],
  )
  await grow(platform)
  assert.deepEqual(await look(), [])
  assert.equal(state().size, first.size + 1)
  assert.deepEqual(await look(), [], 'nothing new')
})

test('a rollback is an alarm, and what was seen is not forgotten', async () => {
  const { platform, look, state } = await watched()
  await grow(platform)
  assert.deepEqual(await look(), [])
  const before = state()
  platform.log.notes.pop()
  assert.deepEqual(await look(), ['V-02'])
  assert.deepEqual(state(), before)
})

test('a fork is an alarm: another history of the same or a larger size, though witnessed', async () => {
  const { platform, look, state } = await watched()
  await grow(platform)
  assert.deepEqual(await look(), [])
  const before = state()
  const { leaves, notes } = platform.log
  const last = leaves.at(-1)!
  last.leaf = encodeLeaf({ ...decodeLeaf(last.leaf), commitment: new Uint8Array(32) })
  notes.pop()
  await platform.log.tick(platform.state.now)
  assert.ok((await look()).includes('V-02'), 'the same size')
  await grow(platform)
  assert.ok((await look()).includes('V-02'), 'grown since')
  assert.deepEqual(state(), before)
})

test('a checkpoint that no quorum cosigned is an alarm', async () => {
  const { platform, look } = await watched()
  assert.deepEqual(await look(), [])
  const { log, leaves, notes } = platform.log
  const [origin, , root] = fromUtf8((await platform.log.serve('/log/checkpoint'))!).split('\n')
  const bare = { origin: origin!, size: leaves.length, root: new Uint8Array(Buffer.from(root!, 'base64')), time: 1 }
  notes.push(await signCheckpoint(bare, log))
  assert.ok((await look()).includes('V-01'))
})

test('a once-only subject that comes again, in this look or a later one', async () => {
  const { platform, look } = await watched()
  assert.deepEqual(await look(), [])
  await platform.add('tender.suspended/1', { n: 1 }, { name: 'SUSPENDED', n: 1 })
  await grow(platform)
  assert.deepEqual(await look(), [])
  await platform.add('tender.suspended/1', { n: 1, again: true }, { name: 'SUSPENDED', n: 1 })
  await grow(platform)
  assert.deepEqual(await look(), ['V-06'])
})

/** A log that writes a leaf with a time of its choice and signs it a second later. */
const dated = async (platform: Platform, offset: number) => {
  const row = await platform.add('log.filler/1', {}, null)
  row.leaf = encodeLeaf({ ...decodeLeaf(row.leaf), time: platform.state.now + 1000 + offset })
  await grow(platform)
}

for (const [what, offset, alarms] of [
  ['in time', 0, []],
  ['5 s before its checkpoint, but within 2 s of the leaf before', -1_900, []],
  ['later than its checkpoint', 1, ['V-05']],
  ['more than 5 s before its checkpoint', -5_001, ['V-05', 'V-05']],
  ['more than 2 s out of order', -3_500, ['V-05']],
] as const)
  test(`a leaf ${what}`, async () => {
    const { platform, look } = await watched()
    await grow(platform)
    assert.deepEqual(await look(), [])
    await dated(platform, offset)
    assert.deepEqual(await look(), [...alarms])
    await grow(platform)
    assert.deepEqual(await look(), [], 'told once: the log goes on')
  })

test('a deadline moved earlier by a later notice is an alarm; moved later it is none', async () => {
  const { platform, look, list, state } = await watched()
  assert.deepEqual(await look(), [])
  const publish = async (n: number, deadline: number) => {
    const last = platform.shown.at(-1)!
    const previous = toBase64url(await noticeHash(last.bytes, last.pdf))
    await platform.publish({
      ...noticeOf(platform.set.hash),
      n,
      previous,
      kind: 'correction',
      deadline: new Date(deadline).toISOString(),
    })
    await grow(platform)
    list(n, deadline)
  }
  await publish(1, DEADLINE + 60_000)
  assert.deepEqual(await look(), [])
  await publish(2, DEADLINE + 1000)
  const alarms = await look()
  assert.ok(alarms.includes('V-34'), alarms.join())
  assert.equal(state().tenders[TENDER]?.length, 2, 'the false one is not taken over')
  assert.ok((await look()).includes('V-34'), 'and it stays an alarm')
})

test('a notice rewritten in place is an alarm', async () => {
  const { platform, look, list } = await watched()
  assert.deepEqual(await look(), [])
  platform.shown[0]!.pdf = new Uint8Array(3)
  list(0, DEADLINE - 1000)
  const alarms = await look()
  assert.ok(alarms.includes('V-32') && alarms.includes('V-33'), alarms.join())
})

test('a notice that waits for the witnesses is no alarm, only later', async () => {
  const { platform, look, list, state } = await watched()
  assert.deepEqual(await look(), [])
  const last = platform.shown.at(-1)!
  const previous = toBase64url(await noticeHash(last.bytes, last.pdf))
  await platform.publish({ ...noticeOf(platform.set.hash), n: 1, previous, kind: 'correction' })
  list(1, DEADLINE)
  assert.deepEqual(await look(), [])
  assert.equal(state().tenders[TENDER]?.length, 1)
  await grow(platform)
  assert.deepEqual(await look(), [])
  assert.equal(state().tenders[TENDER]?.length, 2)
})

test('a file that is no state is not taken for one', () => {
  assert.throws(
    () => parseState(encodeJson({ v: 'sunlit/v1' })),
    (error) => isProblem(error, 'state-malformed'),
  )
})
