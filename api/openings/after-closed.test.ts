import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as w from '../bids/world.testing.ts'
import { openAsTrustee } from '../cli/demo/opening.ts'
import type { DemoPerson } from '../cli/demo/people.ts'
import { type LostParts, lostParts, resupplyBid } from '../client/resupply.ts'
import { loadTrust } from '../client/trust.ts'
import { verifyTenderPublic } from '../client/verify.ts'
import { teller } from '../deposits/bank.testing.ts'
import { beijingDate, beijingInstant } from '../law/beijing.ts'
import { contextAt } from '../law/contract.ts'
import { remedyEnds } from '../law/remedy.ts'
import type { OpeningRecord } from '../seal/opening-record.ts'
import { signedKeys } from './keys.testing.ts'
import { nobodySees } from './secrecy.testing.ts'

/*
 * What happens between CLOSED and the names: a part that the store lost is supplied again, in time and too late; the
 * windows stand still while the tender does; every accepted key is logged; what was never opened is destroyed.
 */
let world: w.BiddingWorld
let lost: w.Place
let late: w.Place
let few: w.Place
let given: w.Place
const sealed = new Map<string, w.Sealed>()
const PRICES = [721_000_013n, 698_000_017n, 755_000_019n]

const supplier = (at: number) => world.city.suppliers[at]!
const bidOf = (place: w.Place, at: number): w.Sealed => sealed.get(`${place.lotId}/${at}`)!
const handIn = async (place: w.Place, at: number) =>
  sealed.set(`${place.lotId}/${at}`, (await w.bid(world, supplier(at), place, { price: PRICES[at]! })).sealed)

type Hall = {
  status: string
  suspended: boolean
  deadline: string
  lots: {
    status: string
    windowEndsAt: string | null
    fallbackEndsAt: string | null
    decidedAt: string | null
    opened: number
    own: { opened: boolean; lost: boolean }[]
  }[]
}
const hallOf = async ({ tenderId }: w.Place, who: Pick<DemoPerson, 'http'> = { http: world.visitor }) => {
  const hall = await who.http.json<Hall>('GET', `/api/tenders/${tenderId}/opening`)
  return { ...hall, lot: hall.lots[0]! }
}
const partsOf = (bidId: string) =>
  world.deps.db.selectFrom('bid_part').selectAll().where('bid_id', '=', bidId).orderBy('envelope_no').execute()

const wrong = (size: number | bigint) => new Uint8Array(Number(size)).fill(7)

/** The store spoils one part and loses the others of a bid. */
const spoil = async (place: w.Place, at: number, count: number) => {
  const { id } = (await w.standing(supplier(at), place.tenderId))!
  const parts = (await partsOf(id)).slice(0, count)
  for (const { object_key } of parts) await world.deps.files.remove(object_key)
  const { object_key, size } = parts[1]!
  await world.deps.files.put(object_key, wrong(size), { contentType: 'application/octet-stream' })
}

const keysOf = (place: w.Place, at: number) => signedKeys(world, supplier(at), place, bidOf(place, at))
const open = async (place: w.Place, at: number) => (await keysOf(place, at))()

const stop = (place: w.Place, act: 'suspend' | 'resume') =>
  world.city.supervisor.http.json('POST', `/api/tenders/${place.tenderId}/${act}`, { reason: '收到投诉，暂停核查' })

const verdicts = async (place: w.Place) => {
  await world.flush()
  const checks = await verifyTenderPublic(world.visitor, await loadTrust(world.visitor), place.tenderId)
  return {
    wrong: checks.filter(({ ok }) => ok === false).map(({ id, detail }) => `${id} ${detail}`),
    of: (id: string) => checks.find((one) => one.id === id)?.ok,
  }
}

before(async () => {
  world = await w.biddingWorld()
  lost = await world.publish('云城市第一人民医院CT采购项目')
  late = await world.publish('云城市第一人民医院核磁采购项目')
  few = await world.publish('云城市第一人民医院超声采购项目')
  given = await world.publish('云城市第一人民医院内镜采购项目')
  for (const place of [lost, late]) for (const at of [0, 1, 2]) await handIn(place, at)
  await handIn(few, 0)
  const path = `/api/lots/${late.lotId}/deposit`
  const { accountNumber } = await supplier(0).http.json<{ accountNumber: string }>('POST', path)
  const payment = { bankReference: 'B1', accountNumber, amount: w.DEPOSIT.toString(), payerAccount: '6222000000000000' }
  const paidAt = (await world.now()).toISOString()
  await teller(world)('receipts', { ...payment, payerName: supplier(0).organisation, paidAt })
  for (const at of [0, 1]) await handIn(given, at)
  await handIn(given, 1)
})
after(() => world.close())

test('87号令 29: of a cancelled tender the replaced ciphertext goes first, the valid one after the remedy period', async () => {
  await world.city.purchaser.http.json('POST', `/api/tenders/${given.tenderId}/cancel`, { reason: '采购任务取消' })
  const bids = () => world.deps.db.selectFrom('bid').selectAll().where('tender_id', '=', given.tenderId).execute()
  const kept = async () => (await bids()).filter((bid) => bid.ciphertext_deleted_at === null).map((bid) => bid.state)
  await world.settle()
  assert.deepEqual((await kept()).toSorted(), ['received', 'received', 'replaced'])
  await world.walk(new Date((await world.now()).getTime() + 15 * 60_000 + 1000))
  assert.deepEqual(await kept(), ['received', 'received'])
  const [event, ...more] = await w.eventsOf(world, 'ciphertext.deleted/1', given.tenderId)
  assert.deepEqual([event?.scope, event?.data.manifestHashes.length, more], ['bidder', 1, []])
})

test('the store lost two parts: only its bidder may supply them again, and only the very same bytes', async () => {
  await spoil(lost, 2, 2)
  await spoil(late, 2, 3)
  await world.walk(new Date((await hallOf(lost)).deadline))
  const hash = bidOf(lost, 2).manifestHash
  const [stored] = await w.eventsOf(world, 'lot.stored/1', lost.tenderId)
  assert.deepEqual(stored?.data.missing, [hash])
  assert.deepEqual(
    (await hallOf(lost, supplier(2))).lot.own.map((one) => one.lost),
    [true],
  )
  assert.deepEqual(
    (await hallOf(lost, supplier(0))).lot.own.map((one) => one.lost),
    [false],
  )
  const path = `/api/lots/${lost.lotId}/lost-parts`
  const mine = await lostParts(supplier(2).http, lost.lotId)
  assert.deepEqual([mine.manifestHash, mine.parts.map(({ stored: is }) => is)], [hash, [false, false]])
  const [first, second] = mine.parts
  const place = ({ envelopeNo, part }: LostParts['parts'][number]) => ({ envelopeNo, part })
  await w.refused(supplier(3).http.json('GET', path), 404, 'not-found')
  await w.refused(supplier(3).http.json('POST', path, place(first!)), 404, 'not-found')
  await w.refused(supplier(0).http.json('POST', path, place(first!)), 409, 'part-not-lost')
  await w.refused(supplier(2).http.json('POST', path, place(first!)), 409, 'upload-incomplete')
  await w.refused(world.city.trustees[0].http.json('GET', path), 403, 'role-not-allowed')
  // Sealed anew it would be another bid: the part that was logged, or none.
  const spoiled = supplier(2).http.put(second!.url!, second!.headers, wrong(second!.size))
  await assert.rejects(spoiled, { code: 'checksum-mismatch' })
  const { object_key } = (await partsOf(mine.bidId)).find((one) => one.envelope_no === second!.envelopeNo)!
  await world.deps.files.put(object_key, wrong(second!.size), { contentType: 'application/octet-stream' })
  await w.refused(supplier(2).http.json('POST', path, place(second!)), 422, 'envelope-altered')
  assert.deepEqual(await w.eventsOf(world, 'part.resupplied/1', lost.tenderId), [])
})

test('after the first key of the lot nothing is accepted any more, also when key and part come at the same moment', async () => {
  const { http } = supplier(2)
  const { parts } = await lostParts(http, late.lotId)
  assert.equal(parts.length, 3)
  const path = `/api/lots/${late.lotId}/lost-parts`
  const confirm = ({ envelopeNo, part }: LostParts['parts'][number]) =>
    http.json<{ whole: boolean }>('POST', path, { envelopeNo, part })
  for (const part of parts)
    await http.put(part.url!, part.headers, await bidOf(late, 2).read(part.envelopeNo, part.part))
  const [first, second, third] = parts
  assert.deepEqual(await confirm(first!), { stored: true, whole: false })
  const release = await keysOf(late, 0)
  const [key, part] = await Promise.allSettled([release(), confirm(second!)])
  assert.equal(key.status, 'fulfilled')
  if (part.status === 'rejected') assert.equal(part.reason.code, 'resupply-after-first-key')
  const supplied = await w.eventsOf(world, 'part.resupplied/1', late.tenderId)
  assert.equal(supplied.length, part.status === 'fulfilled' ? 2 : 1)
  const problem = await w.refused(confirm(third!), 409, 'resupply-after-first-key')
  assert.match(String(problem.article), /电子招标投标办法 第三十一条/)
  await w.refused(lostParts(http, late.lotId), 409, 'resupply-after-first-key')
  assert.deepEqual(await confirm(first!), { stored: true, whole: false }, 'what was taken stays taken')
  assert.equal((await hallOf(late, supplier(2))).lot.own[0]!.lost, true)
})

test('94号令 28: while suspended nothing is opened, supplied or decided; what was left of the window is given back', async () => {
  const before = (await hallOf(lost)).lot
  const away = 40 * 60_000
  await world.walk(new Date(Date.parse(before.windowEndsAt!) - 60_000))
  assert.deepEqual(await stop(lost, 'suspend'), { suspended: true, n: 1 })
  await w.refused(lostParts(supplier(2).http, lost.lotId), 423, 'tender-suspended')
  await assert.rejects(open(lost, 0), { code: 'opening-unverified' })
  await world.walk(new Date((await world.now()).getTime() + away))
  await w.refused(
    world.city.trustees[0].http.json('GET', `/api/lots/${lost.lotId}/closed-manifests`),
    423,
    'tender-suspended',
  )
  const still = await hallOf(lost)
  assert.deepEqual([still.suspended, still.lot.status, still.lot.decidedAt], [true, 'stored', null])
  await stop(lost, 'resume')
  const { lot } = await hallOf(lost)
  const [suspended] = await w.eventsOf(world, 'tender.suspended/1', lost.tenderId)
  const [resumed] = await w.eventsOf(world, 'tender.resumed/1', lost.tenderId)
  const length = resumed!.at.getTime() - suspended!.at.getTime()
  assert.ok(length >= away)
  assert.equal(Date.parse(lot.windowEndsAt!), Date.parse(before.windowEndsAt!) + length)
  assert.equal(Date.parse(lot.fallbackEndsAt!), Date.parse(before.fallbackEndsAt!) + length)
})

test('supplied again in time, the bid opens as any other; every key is logged without the key, and nobody sees whose', async () => {
  const { http } = supplier(2)
  assert.deepEqual(await resupplyBid(http, lost.lotId, bidOf(lost, 2).manifestHash, bidOf(lost, 2)), { whole: true })
  assert.deepEqual(await resupplyBid(http, lost.lotId, bidOf(lost, 2).manifestHash, bidOf(lost, 2)), { whole: true })
  const supplied = await w.eventsOf(world, 'part.resupplied/1', lost.tenderId)
  assert.deepEqual(supplied.map(({ data }) => data.whole).toSorted(), [false, true])
  assert.deepEqual(
    (await hallOf(lost, supplier(2))).lot.own.map((one) => one.lost),
    [false],
  )
  await open(lost, 2)
  await open(lost, 2)
  const accepted = await w.eventsOf(world, 'release.accepted/1', lost.tenderId)
  assert.equal(accepted.length, 4, 'the same keys again are no second act')
  for (const { data, scope, network_address } of accepted) {
    assert.deepEqual(Object.keys(data).toSorted(), ['kind', 'lotId', 'manifestHash', 'source'])
    assert.deepEqual([scope, network_address, data.source], ['bidder', null, 0])
  }
  const secrets = [0, 1, 2].flatMap((at) => [supplier(at).organisationId, supplier(at).personId])
  await nobodySees(world, lost, [...secrets, 'part.resupplied', 'release.accepted'])
})

const recordOf = ({ lotId }: w.Place) => world.visitor.json<OpeningRecord>('GET', `/api/lots/${lotId}/opening-record`)
const outcomes = async (place: w.Place) => {
  const { bids } = await recordOf(place)
  return [0, 1, 2].map((at) => {
    const { how, treatedAs } = bids.find((bid) => bid.organisationId === supplier(at).organisationId)!
    return `${how} ${treatedAs}`
  })
}

test('a trustee’s own software waits for the moved window; k shares, each logged, open what its bidder did not', async () => {
  await open(lost, 0)
  const [one, two] = world.city.trustees
  await assert.rejects(openAsTrustee(one, lost.tenderId, lost.lotId, 1))
  await world.walk(new Date((await hallOf(lost)).lot.windowEndsAt!))
  for (const [at, trustee] of [one, two].entries()) await openAsTrustee(trustee, lost.tenderId, lost.lotId, at + 1)
  await world.settle()
  const shares = (await w.eventsOf(world, 'release.accepted/1', lost.tenderId)).filter(({ data }) => data.source > 0)
  assert.deepEqual(new Set(shares.map(({ data }) => data.source)), new Set([1, 2]))
  assert.deepEqual(await outcomes(lost), ['bidder valid', 'trustees valid', 'bidder valid'])
})

test('what was not supplied again in time is 撤回, and a summary that is gone is said to be gone', async () => {
  assert.deepEqual(await outcomes(late), ['bidder valid', 'failed revoked', 'failed withdrawn'])
  // One valid bid is too few: the lot has ended, and nobody's deposit is held for it (87号令 29).
  const path = `/api/lots/${late.lotId}/deposit`
  const { refunds } = await supplier(0).http.json<{ refunds: { reason: string; amount: string }[] }>('GET', path)
  assert.deepEqual(
    refunds.map(({ reason, amount }) => [reason, amount]),
    [['terminated', w.DEPOSIT.toString()]],
  )
})

test('anybody recomputes windows, keys and parts from the log; a key that it does not name is seen', async () => {
  for (const place of [lost, late]) {
    const { wrong: faults, of } = await verdicts(place)
    assert.deepEqual(faults, [])
    assert.deepEqual(['V-59', 'V-80', 'V-81'].map(of), [true, true, true])
  }
  const { of } = await verdicts(few)
  assert.equal(of('V-82'), null)
})

test('94号令 10, 13, 17: unopened ciphertext is evidence for 29 working days, then gone in every version, and logged', async () => {
  const bids = async () =>
    world.deps.db.selectFrom('bid').selectAll().where('tender_id', 'in', [few.tenderId, given.tenderId]).execute()
  const remedy = remedyEnds(
    { regime: 'GP', method: 'open', date: beijingDate(Date.parse((await hallOf(few)).deadline)) },
    contextAt((await world.now()).getTime()),
  )
  const end = beijingInstant(remedy.date, '00:00') + 86_400_000
  const keys = (await Promise.all((await bids()).map(({ id }) => partsOf(id)))).flat().map((part) => part.object_key)
  const present = async () => (await Promise.all(keys.map((key) => world.deps.files.head(key)))).filter(Boolean).length
  await world.walk(new Date(end - 60_000))
  assert.equal((await w.eventsOf(world, 'lot.ciphertext-deleted/1', few.tenderId)).length, 0)
  assert.ok((await present()) >= 4, 'the valid bid is still there')
  await world.walk(new Date(end))
  assert.equal(await present(), 0)
  assert.ok((await bids()).every((bid) => bid.ciphertext_deleted_at !== null))
  const [event, ...more] = await w.eventsOf(world, 'lot.ciphertext-deleted/1', few.tenderId)
  const data = { lotId: few.lotId, manifestHashes: [bidOf(few, 0).manifestHash], remedyEndedOn: remedy.date }
  assert.deepEqual([event?.data, event?.scope, more], [data, 'public', []])
  const { wrong: faults, of } = await verdicts(few)
  assert.deepEqual([faults, of('V-82')], [[], true])
})
