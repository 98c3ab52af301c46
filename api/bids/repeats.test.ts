import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { withdrawBid } from '../client/submit-bid.ts'
import { refreshClock } from '../client/trust.ts'
import { toBase64url } from '../log/bytes.ts'
import * as w from './world.testing.ts'

let world: w.BiddingWorld
let place: w.Place
before(async () => {
  world = await w.biddingWorld()
  place = await world.publish('云城市第一人民医院CT采购项目')
  for (const one of world.city.suppliers) await one.http.json('POST', `/api/tenders/${place.tenderId}/documents`)
})
after(() => world.close())

const supplier = (at: number) => world.city.suppliers[at]!
const standing = (at: number) => w.standing(supplier(at), place.tenderId)
const events = (type: string, at: number) => w.eventsOf(world, type, place.tenderId, supplier(at).organisationId)
/** Sealed and uploaded, one commit away from being handed in. */
const ready = async (at: number, options: w.SealOptions = {}) => {
  const sealed = await w.seal(world, supplier(at), place, options)
  const upload = await w.start(supplier(at), sealed)
  await w.put(supplier(at), upload, sealed)
  return { sealed, bidId: upload.bid.id }
}

test('a double click is one bid, one event, one promise', async () => {
  const sealed = await w.seal(world, supplier(0), place)
  const [one, two] = await Promise.all([w.start(supplier(0), sealed), w.start(supplier(0), sealed)])
  assert.equal(one.bid.id, two.bid.id)
  await w.put(supplier(0), one, sealed)
  const [first, second] = await Promise.all([w.commit(supplier(0), one.bid.id), w.commit(supplier(0), one.bid.id)])
  assert.ok(first.receipt)
  assert.deepEqual(first.receipt, second.receipt)
  assert.equal((await events('bid.started/1', 0)).length, 1)
  assert.equal((await events('bid.submitted/1', 0)).length, 1)
})

test('a replayed manifest is the same bid, a replayed commit the same promise, also when it is long replaced', async () => {
  const { sealed, bidId } = await ready(0)
  const { receipt } = await w.commit(supplier(0), bidId)
  await w.bid(world, supplier(0), place)
  const again = await w.start(supplier(0), sealed)
  assert.deepEqual([again.bid.id, again.bid.state], [bidId, 'replaced'])
  assert.ok(again.parts.every((part) => part.url === null))
  assert.deepEqual((await w.commit(supplier(0), bidId)).receipt, receipt)
  assert.equal((await standing(0))?.bidSeq, 3)
  assert.equal((await events('bid.submitted/1', 0)).length, 3)
})

test('the same Idempotency-Key gives the first answer again, and never another act; the act of bidding repeats itself', async () => {
  const sealed = await w.seal(world, supplier(0), place)
  const { cookies } = await sessionOf(0)
  const send = async (path: string, body: object | undefined, key: string) =>
    world.fetch(`${world.stage.origin}/api${path}`, {
      method: 'POST',
      headers: {
        origin: world.stage.origin,
        cookie: cookies,
        'idempotency-key': key,
        'content-type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  const twice = async (path: string, body: object | undefined, key: string) => {
    const [first, second] = [await send(path, body, key), await send(path, body, key)]
    assert.deepEqual([first.status, second.status], [200, 200])
    return { second, answers: [await first.json(), await second.json()] as [w.Upload, w.Upload] }
  }
  const started = await twice('/bids', w.bodyOf(sealed), 'click-0001')
  assert.equal(started.second.headers.get('idempotent-replayed'), 'true')
  assert.deepEqual(started.answers[0], started.answers[1])
  const other = await send('/bids/withdrawals', { manifest: 'AA', cms: 'AA' }, 'click-0001')
  assert.equal(((await other.json()) as { code: string }).code, 'idempotency-key-reused')
  const [upload] = started.answers
  await w.put(supplier(0), upload, sealed)
  const kept = () => world.deps.db.selectFrom('idempotent_answer').select('idempotency_key').execute()
  const before = (await kept()).length
  const committed = await twice(`/bids/${upload.bid.id}/commit`, undefined, 'click-0002')
  const [one, two] = committed.answers as unknown as { receipt: object }[]
  assert.deepEqual(one?.receipt, two?.receipt)
  assert.equal((await kept()).length, before)
  assert.equal((await standing(0))?.id, upload.bid.id)
})

/** Another browser of the same person. */
const sessionOf = async (at: number) => {
  const answer = await world.fetch(`${world.stage.origin}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: supplier(at).email, password: 'sunlit-demo-2026' }),
  })
  const cookies = answer.headers.getSetCookie().map((line) => line.split(';')[0])
  const headers = { origin: world.stage.origin, cookie: cookies.join('; '), 'content-type': 'application/json' }
  const session = await world.fetch(`${world.stage.origin}/api/session`, { headers })
  const { memberships } = (await session.json()) as { memberships: { id: string }[] }
  const body = JSON.stringify({ membershipId: memberships[0]!.id })
  const chosen = await world.fetch(`${world.stage.origin}/api/session/membership`, { method: 'POST', headers, body })
  assert.equal(chosen.status, 200)
  return { cookies: cookies.join('; ') }
}

test('two tabs: of two bids with one number one is received, the other told to follow it', async () => {
  const [one, two] = [await ready(1, { price: 710_000_000n }), await ready(1, { price: 700_000_000n })]
  const answers = await Promise.allSettled([w.commit(supplier(1), one.bidId), w.commit(supplier(1), two.bidId)])
  const won = answers.findIndex(({ status }) => status === 'fulfilled')
  const lost = answers[1 - won]
  assert.equal(lost?.status === 'rejected' && lost.reason.code, 'bid-chain-broken', JSON.stringify(answers))
  assert.equal((await standing(1))?.id, [one, two][won]!.bidId)
  await w.refused(w.commit(supplier(1), [one, two][1 - won]!.bidId), 409, 'bid-chain-broken')
  await w.submit(world, supplier(1), await w.seal(world, supplier(1), place))
  assert.equal((await standing(1))?.bidSeq, 2)
})

test('an unfinished upload is no bid; the one before stands, and the rest may still come', async () => {
  const stood = await standing(1)
  const sealed = await w.seal(world, supplier(1), place)
  const upload = await w.start(supplier(1), sealed)
  await w.put(supplier(1), upload, sealed, [3])
  await w.refused(w.commit(supplier(1), upload.bid.id), 409, 'upload-incomplete')
  await w.refused(w.confirm(supplier(1), upload.bid.id, { envelopeNo: 3, part: 0 }), 409, 'upload-incomplete')
  await w.refused(w.confirm(supplier(1), upload.bid.id, { envelopeNo: 3, part: 1 }), 404, 'not-found')
  assert.deepEqual(await standing(1), stood)
  const state = await supplier(1).http.json<w.Upload>('GET', `/api/bids/${upload.bid.id}/parts`)
  assert.deepEqual(
    state.parts.filter((part) => !part.stored).map((part) => part.envelopeNo),
    [3],
  )
  await w.put(supplier(1), state, sealed)
  assert.equal((await w.commit(supplier(1), upload.bid.id)).bidSeq, 3)
})

test('the store fails in the middle: 503, and the same act succeeds afterwards', async () => {
  const stood = await standing(1)
  const { files } = world.deps
  const sealed = await w.seal(world, supplier(1), place)
  for (const method of ['presignPut', 'head', 'get'] as const) {
    const real = files[method]
    Object.assign(files, { [method]: () => Promise.reject(Object.assign(new Error('lost'), { code: 'ECONNRESET' })) })
    const act = async () => w.put(supplier(1), await w.start(supplier(1), sealed), sealed)
    await assert.rejects(act(), { status: 503 }, method).finally(() => Object.assign(files, { [method]: real }))
    assert.deepEqual(await standing(1), stood, method)
  }
  await w.submit(world, supplier(1), sealed)
  assert.equal((await standing(1))?.manifestHash, sealed.manifestHash)
})

/** Somebody at the database who is not the application. */
const outsider = async (): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: world.platform.databaseUrl })
  await client.connect()
  return client
}

/** Ends the database connections of the application, as a failing network or server does. */
const cut = async (which: 'waiting' | 'all'): Promise<number> => {
  const client = await outsider()
  const { rows } = await client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'sunlit' and ($1 = 'all' or wait_event_type = 'Lock')`,
    [which],
  )
  await client.end()
  return rows.length
}

test('the database goes away in the middle of a commit: 503, no half bid, and the same act succeeds', async () => {
  const { bidId } = await ready(1)
  const stood = await standing(1)
  const holder = await outsider()
  await holder.query('begin')
  await holder.query('select 1 from tender where id = $1 for update', [place.tenderId])
  const committing = w.refused(w.commit(supplier(1), bidId), 503, 'unavailable')
  for (let ended = 0; ended === 0; ) ended = await cut('waiting')
  await committing
  await holder.end()
  assert.deepEqual(await standing(1), stood)
  await cut('all')
  const persistently = async (): Promise<w.Upload['bid']> =>
    w.commit(supplier(1), bidId).catch((error) => (error.status === 503 ? persistently() : Promise.reject(error)))
  assert.equal((await persistently()).state, 'received')
  assert.equal((await standing(1))?.id, bidId)
  // The log takes itself up again too.
  const logged = (): Promise<void> =>
    world.flush().catch(() => new Promise((look) => setTimeout(look, 100)).then(logged))
  await logged()
  assert.equal((await events('bid.submitted/1', 1)).length, stood!.bidSeq + 1)
})

test('招标投标法 29: withdrawn by a signed manifest with its own receipt; one may bid again', async () => {
  await w.bid(world, supplier(2), place)
  const { trust, tender } = await world.verified(supplier(2).http, place.tenderId)
  const { id, bidSeq, manifestHash } = (await standing(2))!
  const { signer, organisationId, http } = supplier(2)
  const bundleSha256 = toBase64url(new Uint8Array(32))
  const maker = { tender, lotId: place.lotId, organisationId, signer, bundleSha256, head: { bidSeq, manifestHash } }
  const withdrawal = await withdrawBid(http, await refreshClock(http, trust), maker)
  assert.equal(await standing(2), null)
  const { manifest, cms } = withdrawal.bid
  const again = await http.json<w.Upload['bid']>('POST', '/api/bids/withdrawals', { manifest, cms })
  assert.deepEqual(again.receipt, withdrawal.bid.receipt)
  // A bid is no withdrawal, not even a known one.
  const bid = (await w.ownBids(supplier(2), place.tenderId)).find((one) => one.id === id)!
  const posted = http.json('POST', '/api/bids/withdrawals', { manifest: bid.manifest, cms: bid.cms })
  await w.refused(posted, 409, 'bid-chain-broken')
  assert.equal((await events('bid.withdrawn/1', 2)).length, 1)
  await w.bid(world, supplier(2), place)
  assert.deepEqual([(await standing(2))?.bidSeq, (await standing(2))?.id === id], [3, false])
})

test('招标投标法 28: one millisecond decides', async () => {
  const deadline = new Date((await world.verified(supplier(0).http, place.tenderId)).tender.deadline)
  await world.walk(new Date(deadline.getTime() - 60_000))
  const [before, late, other] = [await ready(0), await ready(1), await ready(3)]
  const stood = await standing(1)
  const last = new Date(deadline.getTime() - 1)
  const received = await world.frozen(last, () => w.commit(supplier(0), before.bidId))
  assert.equal(received.receivedAt, last.toISOString())
  await world.frozen(deadline, async () => {
    const problem = await w.refused(w.commit(supplier(1), late.bidId), 409, 'bid-after-deadline')
    assert.equal(problem.instant, deadline.toISOString())
    await w.refused(w.commit(supplier(3), other.bidId), 409, 'bid-after-deadline')
    const fresh = await w.rewritten(other.sealed, (m) => ({ ...m, createdAt: m.createdAt + 1 }), supplier(3).signer)
    await w.refused(w.start(supplier(3), fresh), 409, 'bid-after-deadline')
    assert.deepEqual((await w.commit(supplier(0), before.bidId)).receipt, received.receipt, 'the receipt stays')
  })
  assert.deepEqual(await standing(1), stood)
  await world.settle()
  const [closed] = await w.eventsOf(world, 'lot.closed/1', place.tenderId)
  const valid = await Promise.all([0, 1, 2].map(async (at) => (await standing(at))!.manifestHash))
  assert.deepEqual(
    closed?.data.manifestHashes,
    valid.toSorted((a, b) => Buffer.compare(Buffer.from(a, 'base64url'), Buffer.from(b, 'base64url'))),
  )
  await w.refused(w.commit(supplier(1), late.bidId), 409, 'bid-after-deadline')
})
