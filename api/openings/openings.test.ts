import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as w from '../bids/world.testing.ts'
import { openAsTrustee } from '../cli/demo/opening.ts'
import type { DemoPerson } from '../cli/demo/people.ts'
import { checkOpening } from '../client/opening.ts'
import { releaseKeys } from '../client/release.ts'
import { withdrawBid } from '../client/submit-bid.ts'
import { loadTrust, refreshClock } from '../client/trust.ts'
import { fromBase64url, randomBytes, toBase64url } from '../log/bytes.ts'
import type { Signer } from '../seal/cms.ts'
import { ENVELOPE_KINDS, type EnvelopeKind } from '../seal/context.ts'
import type { OpeningRecord } from '../seal/opening-record.ts'
import { signRelease } from '../seal/release.ts'
import { isWatchable, provesItself } from './evidence.testing.ts'
import { leaks, nobodySees } from './secrecy.testing.ts'
import { checkStored } from './service/check-stored.ts'
import { closeDueTenders } from './service/close-lots.ts'
import { printOpeningRecord } from './service/print-record.ts'

let world: w.BiddingWorld
let first: w.Place
let few: w.Place
let lost: w.Place
const sealed = new Map<string, w.Sealed>()
const PRICES = [721_000_013n, 698_000_017n, 755_000_019n, 700_000_023n]

const supplier = (at: number) => world.city.suppliers[at]!
const bidOf = (place: w.Place, at: number): w.Sealed => sealed.get(`${place.lotId}/${at}`)!
const handIn = async (place: w.Place, at: number) =>
  sealed.set(`${place.lotId}/${at}`, (await w.bid(world, supplier(at), place, { price: PRICES[at]! })).sealed)

type Hall = {
  deadline: string
  status: string
  namesOutAt: string | null
  lots: {
    status: string
    closedIndex: number | null
    storedIndex: number | null
    count: number | null
    manifestHashes: string[]
    windowEndsAt: string | null
    fallbackEndsAt: string | null
    opened: number
    own: { manifestHash: string; opened: boolean }[]
  }[]
}
const hallOf = async ({ tenderId }: w.Place, who: Pick<DemoPerson, 'http'> = { http: world.visitor }) => {
  const hall = await who.http.json<Hall>('GET', `/api/tenders/${tenderId}/opening`)
  return { ...hall, lot: hall.lots[0]! }
}

/** A client that builds one trustee's wrap wrongly, on purpose: no trustee could ever open its slot. */
const malformed = async (place: w.Place, at: number): Promise<w.Sealed> => {
  await supplier(at).http.json('POST', `/api/tenders/${place.tenderId}/documents`)
  const bid = await w.seal(world, supplier(at), place, { price: PRICES[at]! })
  const wrong = { wrap: toBase64url(randomBytes(65 + 49)) }
  return w.rewritten(
    bid,
    (m) => ({
      ...m,
      envelopes: m.envelopes.map((e) => ({
        ...e,
        escrow: { ...e.escrow, slots: e.escrow.slots.map((slot) => (slot.i === 1 ? { ...slot, ...wrong } : slot)) },
      })),
    }),
    supplier(at).signer,
  )
}

before(async () => {
  world = await w.biddingWorld()
  first = await world.publish('云城市第一人民医院CT采购项目')
  few = await world.publish('云城市第一人民医院核磁采购项目')
  lost = await world.publish('云城市第一人民医院超声采购项目')
  for (const [place, bidders] of [
    [first, [0, 1]],
    [few, [0]],
    [lost, [0, 1, 2]],
  ] as const)
    for (const at of bidders) await handIn(place, at)
  const void_ = await malformed(first, 2)
  await w.submit(world, supplier(2), void_)
  sealed.set(`${first.lotId}/2`, void_)
  // Replaced here, withdrawn below.
  await handIn(first, 3)
  await handIn(first, 3)
})
after(() => world.close())

type Said = {
  kind?: EnvelopeKind
  value?: Uint8Array
  signer?: Signer
  closedIndex?: number
  of?: w.Sealed
  place?: w.Place
}
const keyOf = (bid: w.Sealed, kind: EnvelopeKind): Uint8Array => fromBase64url(bid.keys.keys[kind]!)
/** A signed key of one envelope, as the client makes it or as a cheat would. */
const release = async (place: w.Place, at: number, said: Said = {}) => {
  const { kind = 'summary', of = bidOf(place, at), signer = supplier(at).signer } = said
  const { lot } = await hallOf(place)
  const { tenderId: tender, lotId } = said.place ?? place
  const manifestHash = fromBase64url(of.manifestHash)
  const where = { tender, lot: lotId, kind, manifestHash, closedIndex: said.closedIndex ?? lot.closedIndex ?? 0 }
  const signed = await signRelease('dek', where, said.value ?? keyOf(of, kind), signer, (await world.now()).getTime())
  return { statement: toBase64url(signed.bytes), cms: toBase64url(signed.cms) }
}
const post = (who: DemoPerson, place: w.Place, releases: unknown[], what: 'releases' | 'shares' = 'releases') =>
  who.http.json('POST', `/api/lots/${place.lotId}/${what}`, { releases })
const allKeys = (place: w.Place, at: number) => Promise.all(ENVELOPE_KINDS.map((kind) => release(place, at, { kind })))

test('CLOSED lists exactly the valid bids, once, also when the platform is killed in between', async () => {
  const { trust, tender } = await world.verified(supplier(3).http, first.tenderId)
  const head = await w.standing(supplier(3), first.tenderId)
  const maker = { tender, lotId: first.lotId, organisationId: supplier(3).organisationId, signer: supplier(3).signer }
  const bundleSha256 = toBase64url(new Uint8Array(32))
  await withdrawBid(supplier(3).http, await refreshClock(supplier(3).http, trust), {
    ...maker,
    bundleSha256,
    head: head!,
  })
  // The store loses a part of one bid before STORED.
  const { id } = (await w.standing(supplier(2), lost.tenderId))!
  const part = world.deps.db.selectFrom('bid_part').select('object_key').where('bid_id', '=', id)
  await world.deps.files.remove((await part.where('envelope_no', '=', 3).executeTakeFirstOrThrow()).object_key)

  await world.leap(new Date((await hallOf(first)).deadline))
  for (let times = 0; times < 2; times++) await closeDueTenders(world.deps)()
  const { lot } = await hallOf(first)
  const valid = [0, 1, 2].map((at) => bidOf(first, at).manifestHash)
  assert.deepEqual(lot.manifestHashes.toSorted(), valid.toSorted())
  assert.deepEqual([lot.count, lot.status, lot.storedIndex], [3, 'closed', null])
  assert.equal((await w.eventsOf(world, 'lot.closed/1', first.tenderId)).length, 1)
  await w.refused(post(supplier(0), first, await allKeys(first, 0)), 409, 'lot-not-in-window')

  for (let times = 0; times < 2; times++) await checkStored(world.deps)()
  const [stored, ...more] = await w.eventsOf(world, 'lot.stored/1', first.tenderId)
  assert.deepEqual([stored?.data.missing, more], [[], []])
  const [other] = await w.eventsOf(world, 'lot.stored/1', lost.tenderId)
  assert.deepEqual(other?.data.missing, [bidOf(lost, 2).manifestHash])
})

test('87号令 41: below the minimum nothing is opened and no key is taken', async () => {
  const hall = await hallOf(few)
  assert.deepEqual([hall.status, hall.lot.status, hall.lot.count, hall.lot.opened], ['not-opened', 'not-opened', 1, 0])
  await w.refused(post(supplier(0), few, await allKeys(few, 0)), 409, 'lot-not-in-window')
  await w.refused(world.visitor.json('GET', `/api/lots/${few.lotId}/opened-bids`), 409, 'opening-not-ready')
  assert.deepEqual(await world.deps.db.selectFrom('key_release').selectAll().execute(), [])
  assert.equal((await w.eventsOf(world, 'lot.not-opened/1', few.tenderId)).length, 1)
})

test('a replaced and withdrawn ciphertext is gone from the store after the deadline, and the log says so', async () => {
  const old = world.deps.db
    .selectFrom('bid')
    .selectAll()
    .where('tender_id', '=', first.tenderId)
    .where('kind', '=', 'bid')
  const waiting = () => old.where('state', '<>', 'received').where('ciphertext_deleted_at', 'is', null).execute()
  for (let looks = 0; (await waiting()).length > 0 && looks < 200; looks++)
    await new Promise((look) => setTimeout(look, 50))
  const gone = await old.where('state', '<>', 'received').execute()
  assert.equal(gone.length, 2)
  const parts = world.deps.db.selectFrom('bid_part').select('object_key')
  const keys = await parts
    .where(
      'bid_id',
      'in',
      gone.map(({ id }) => id),
    )
    .execute()
  assert.equal(keys.length, 8)
  for (const { object_key } of keys) assert.equal(await world.deps.files.head(object_key), null)
  const logged = await w.eventsOf(world, 'ciphertext.deleted/1', first.tenderId)
  assert.equal(logged.length, 2)
})

test('a key is refused for another place, bid, signer or envelope, too early and too late; the right one is taken', async () => {
  const mine = supplier(0)
  const wrong: [string, Promise<unknown>, string][] = [
    ['another CLOSED', release(first, 0, { closedIndex: 1 }), 'release-mismatch'],
    ['another lot', release(first, 0, { place: lost }), 'release-mismatch'],
    ["another's bid", release(first, 0, { of: bidOf(first, 1) }), 'release-mismatch'],
    ['a bid of another lot', release(first, 0, { of: bidOf(lost, 0) }), 'release-mismatch'],
    ["another's signature", release(first, 0, { signer: supplier(1).signer }), 'certificate-foreign'],
    ['a wrong key', release(first, 0, { value: randomBytes(32) }), 'release-wrong-key'],
    ["another envelope's key", release(first, 0, { value: keyOf(bidOf(first, 0), 'technical') }), 'release-wrong-key'],
  ]
  for (const [what, said, code] of wrong) await assert.rejects(post(mine, first, [await said]), { code }, what)
  await assert.rejects(post(supplier(1), first, [await release(first, 0)]), { code: 'certificate-foreign' })
  await w.refused(post(mine, first, [await release(first, 0)], 'shares'), 403, 'role-not-allowed')
  assert.equal((await w.eventsOf(world, 'release.refused/1', first.tenderId)).length, 2)
  assert.equal((await hallOf(first)).lot.opened, 0)
  // By the real client, with all its checks.
  const trust = await loadTrust(mine.http)
  const { tender } = await world.verified(mine.http, first.tenderId)
  const { keys, manifestHash } = bidOf(first, 0)
  const opening = await checkOpening(mine.http, trust, tender, first.lotId, { manifestHash })
  assert.ok(opening.ok, JSON.stringify(opening.checks.filter((check) => check.ok === false)))
  await releaseKeys(mine.http, trust, { opening, keys, signer: mine.signer })
  await post(mine, first, await allKeys(first, 0))
  assert.equal((await hallOf(first)).lot.opened, 1)
  assert.deepEqual((await hallOf(first, mine)).lot.own, [
    { bidId: (await w.standing(mine, first.tenderId))!.id, manifestHash, keys: 'taken', opened: true, lost: false },
  ])
})

test('20号令 30: until all is decided nobody learns a name, an id or a price, wherever they look', async () => {
  await post(supplier(2), first, await allKeys(first, 2))
  await post(supplier(0), lost, await allKeys(lost, 0))
  await post(supplier(2), lost, await allKeys(lost, 2))
  const secrets = [0, 1, 2].flatMap((at) => [
    supplier(at).organisation,
    supplier(at).organisationId,
    supplier(at).personId,
    PRICES[at]!.toString(),
  ])
  await nobodySees(world, first, secrets)
  assert.deepEqual(leaks(JSON.stringify({ bids: [{ name: supplier(1).organisation }] }), secrets), [
    supplier(1).organisation,
  ])
})

test('a false share is refused and its trustee named; k true ones open what its bidder did not', async () => {
  const [one, two, three] = world.city.trustees
  const { lot } = await hallOf(first)
  await w.refused(post(one, first, [await release(first, 1)], 'shares'), 409, 'share-too-early')
  await world.walk(new Date(lot.windowEndsAt!))
  await w.refused(post(supplier(1), first, await allKeys(first, 1)), 409, 'lot-not-in-window')
  const manifestHash = fromBase64url(bidOf(first, 1).manifestHash)
  const place = {
    tender: first.tenderId,
    lot: first.lotId,
    kind: 'summary' as const,
    manifestHash,
    closedIndex: lot.closedIndex!,
  }
  const signed = await signRelease('share', place, randomBytes(33), one.signer, (await world.now()).getTime())
  const said = { statement: toBase64url(signed.bytes), cms: toBase64url(signed.cms) }
  const problem = await w.refused(post(one, first, [said], 'shares'), 422, 'share-false')
  assert.deepEqual(problem.params, { trustee: 1, kinds: 'summary' })
  const [event] = (await w.eventsOf(world, 'release.refused/1', first.tenderId)).filter(({ data }) => data.source === 1)
  assert.equal(event?.actor_person_id, one.personId)
  for (const [at, trustee] of [two, three].entries()) await openAsTrustee(trustee, first.tenderId, first.lotId, at + 2)
  await openAsTrustee(three, lost.tenderId, lost.lotId, 3)
  await world.settle()
  assert.equal((await hallOf(first)).lot.opened, 3)
})

const recordOf = async (place: w.Place, who: Pick<DemoPerson, 'http'> = { http: world.visitor }) =>
  who.http.json<OpeningRecord>('GET', `/api/lots/${place.lotId}/opening-record`)
const lineOf = async (place: w.Place, at: number) =>
  (await recordOf(place)).bids.find((bid) => bid.organisationId === supplier(at).organisationId)!

test('then names and prices are there for all at once, and a malformed escrow is void though it was opened', async () => {
  const records = await Promise.all(
    [{ http: world.visitor }, supplier(3), world.city.purchaser].map((who) => recordOf(first, who)),
  )
  for (const record of records) assert.deepEqual(record, records[0])
  const facts = async (at: number) => {
    const { how, verdict, treatedAs, form, deposit } = await lineOf(first, at)
    return [how, verdict, treatedAs, form?.price ?? null, deposit]
  }
  assert.deepEqual(await facts(0), ['bidder', 'valid', 'valid', PRICES[0]!.toString(), 'none'])
  assert.deepEqual(await facts(1), ['trustees', 'valid', 'valid', PRICES[1]!.toString(), 'none'])
  assert.deepEqual((await facts(2)).slice(0, 4), ['bidder', 'escrow-malformed', 'revoked', null])
  assert.equal(records[0]!.outcome, 'failed', 'two valid bids are too few')
  await w.refused(recordOf(lost), 409, 'opening-not-ready')
})

test('fewer than k trustees: 撤销 for the silent bidder, 撤回 for the bid that the store lost', async () => {
  await world.walk(new Date((await hallOf(lost)).lot.fallbackEndsAt!))
  const outcome = async (at: number) => {
    const { how, treatedAs, form } = await lineOf(lost, at)
    return [how, treatedAs, form === null]
  }
  assert.deepEqual(await outcome(0), ['bidder', 'valid', false])
  assert.deepEqual(await outcome(1), ['failed', 'revoked', true])
  assert.deepEqual(await outcome(2), ['failed', 'withdrawn', true])
  const shut = (await w.eventsOf(world, 'envelope.opened/1', lost.tenderId)).filter(({ data }) => data.how === 'failed')
  const told = new Set(shut.map(({ data }) => `${data.manifestHash} ${data.treatedAs}`))
  assert.deepEqual(
    told,
    new Set([`${bidOf(lost, 1).manifestHash} revoked`, `${bidOf(lost, 2).manifestHash} withdrawn`]),
  )
  await w.refused(post(world.city.trustees[0], lost, [await release(lost, 1)], 'shares'), 409, 'lot-not-in-window')
})

test('anybody verifies all three, from public data and from their bundles, and watches the log', async () => {
  // Printed by a job some moments after the opening; its hash is in the log, too.
  for (const { lotId } of [first, few, lost]) await printOpeningRecord(world.deps)({ lotId })
  await world.flush()
  for (const { tenderId } of [first, few, lost]) await provesItself(world, tenderId)
  await isWatchable(world, 3)
})
