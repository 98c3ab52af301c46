import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import * as w from '../bids/world.testing.ts'
import { chainHead, withdrawBid } from '../client/submit-bid.ts'
import { refreshClock } from '../client/trust.ts'
import { fromBase64url, toBase64url } from '../log/bytes.ts'
import { ENVELOPE_KINDS, type EnvelopeKind } from '../seal/context.ts'
import { signRelease } from '../seal/release.ts'

let world: w.BiddingWorld
let place: w.Place
let listener: pg.Client
let heard: string[] = []
let told = (): void => {}

before(async () => {
  world = await w.biddingWorld()
  place = await world.publish('云城市第一人民医院CT采购项目')
  listener = new pg.Client(world.platform.databaseUrl)
  await listener.connect()
  listener.on('notification', ({ channel, payload = '' }) => {
    if (payload === 'the end') return told()
    heard.push(`${channel} ${payload}`)
  })
  await listener.query('listen sunlit_live')
})
after(async () => {
  await listener.end()
  await world.close()
})

/** Every topic that an act woke: messages come in the order of commits, so that one of ours is the last of them. */
const wokenBy = async (act: () => Promise<unknown>): Promise<string[]> => {
  heard = []
  await act()
  const end = new Promise<void>((done) => {
    told = done
  })
  await world.deps.db.transaction().execute((trx) => world.deps.live.changed(trx, 'the end'))
  await end
  return [...new Set(heard)].sort()
}

const supplier = (at: number) => world.city.suppliers[at]!
const sealed: w.Sealed[] = []

test('nothing that a bidder does before the names are out wakes anybody', async () => {
  const { http, signer, organisationId } = supplier(3)
  const woken = await wokenBy(async () => {
    for (const at of [0, 1, 2, 3]) sealed.push((await w.bid(world, supplier(at), place)).sealed)
    const { trust, tender } = await world.verified(http, place.tenderId)
    const head = (await chainHead(http, place.tenderId, place.lotId))!
    const bundleSha256 = toBase64url(new Uint8Array(32))
    const maker = { tender, lotId: place.lotId, organisationId, signer, head, bundleSha256 }
    await withdrawBid(http, await refreshClock(http, trust), maker)
    await http.json('GET', `/api/lots/${place.lotId}/deposit`)
    await world.settle()
  })
  assert.deepEqual(woken, [])
})

const release = async (at: number, kinds: readonly EnvelopeKind[], wrong = false) => {
  const { tenderId: tender, lotId: lot } = place
  const hall = await world.visitor.json<{ lots: { closedIndex: number }[] }>('GET', `/api/tenders/${tender}/opening`)
  const manifestHash = fromBase64url(sealed[at]!.manifestHash)
  const releases = []
  for (const kind of kinds) {
    const where = { tender, lot, kind, manifestHash, closedIndex: hall.lots[0]!.closedIndex }
    const key = wrong ? new Uint8Array(32) : fromBase64url(sealed[at]!.keys.keys[kind]!)
    const signed = await signRelease('dek', where, key, supplier(at).signer, (await world.now()).getTime())
    releases.push({ statement: toBase64url(signed.bytes), cms: toBase64url(signed.cms) })
  }
  return supplier(at).http.json('POST', `/api/lots/${lot}/releases`, { releases })
}

test('the opening wakes by what everybody may see: closed, counted, out; never by a try', async () => {
  const { deadline } = await world.visitor.json<{ deadline: string }>('GET', `/api/tenders/${place.tenderId}`)
  const both = ['sunlit_live notices', `sunlit_live tender:${place.tenderId}`]
  const closed = await wokenBy(async () => {
    await world.walk(new Date(deadline))
    await world.settle()
  })
  assert.deepEqual(closed, both)
  assert.deepEqual(await wokenBy(() => release(0, ['summary'])), [])
  assert.deepEqual(
    await wokenBy(() => assert.rejects(release(1, ENVELOPE_KINDS, true), { code: 'release-wrong-key' })),
    [],
  )
  assert.deepEqual(await wokenBy(() => release(0, ENVELOPE_KINDS)), [`sunlit_live tender:${place.tenderId}`])
  // again: the count stays where it was
  assert.deepEqual(await wokenBy(() => release(0, ENVELOPE_KINDS)), [])
})

const streamOf = async (path: string) => {
  const response = await world.fetch(`${world.visitor.origin}${path}`)
  const reader = response.body?.getReader()
  const read = async () => new TextDecoder().decode((await reader!.read()).value)
  return { response, read, cancel: () => reader?.cancel() }
}

test('a stream on the real app: for anybody, of what is published, with `changed` and nothing else', async () => {
  const { response, read, cancel } = await streamOf(`/api/tenders/${place.tenderId}/live`)
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('content-type'), 'text/event-stream')
  assert.equal(response.headers.get('cache-control'), 'no-store')
  assert.equal(await read(), 'retry: 3000\n\n')
  await release(1, ENVELOPE_KINDS)
  assert.equal(await read(), 'data: changed\n\n')
  await cancel()
  const unknown = await streamOf(`/api/tenders/${crypto.randomUUID()}/live`)
  assert.equal(unknown.response.status, 404)
  await unknown.cancel()
})

test('all viewers of all pages share one connection to the database, and end when the platform stops', async () => {
  const paths = Array.from({ length: 200 }, (_, at) =>
    at % 2 ? '/api/notices/live' : `/api/tenders/${place.tenderId}/live`,
  )
  const streams = await Promise.all(paths.map(streamOf))
  for (const { read } of streams) assert.equal(await read(), 'retry: 3000\n\n')
  const { rows } = await listener.query(
    `select count(*)::int as n from pg_stat_activity where datname = current_database() and query = 'listen sunlit_live'`,
  )
  assert.equal(rows[0].n, 1)
  world.platform.cutStreams()
  for (const { read } of streams) assert.equal(await read(), '')
})
