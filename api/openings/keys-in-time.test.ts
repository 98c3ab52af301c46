import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as w from '../bids/world.testing.ts'
import type { OpeningRecord } from '../seal/opening-record.ts'
import { signedKeys } from './keys.testing.ts'

/*
 * SEALING.md §4 Open: a key counts from when it came. How long the platform then needs to read and decrypt a bid, or whether
 * it dies meanwhile, is not the bidder's affair.
 */
let world: w.BiddingWorld
let crowded: w.Place
let broken: w.Place
const sealed = new Map<string, w.Sealed>()

const supplier = (at: number) => world.city.suppliers[at]!
const BIDDERS = [0, 1, 2, 3]

type Own = { keys: 'none' | 'taken'; opened: boolean; lost: boolean }
type Lot = { windowEndsAt: string; fallbackEndsAt: string; decidedAt: string | null; opened: number; own: Own[] }
const lotOf = async ({ tenderId }: w.Place, http = world.visitor) =>
  (await http.json<{ lots: Lot[] }>('GET', `/api/tenders/${tenderId}/opening`)).lots[0]!

/** What an answer tells of one's own bid. */
const ownOf = async (place: w.Place, { http }: { http: w.BiddingWorld['visitor'] }) =>
  (await lotOf(place, http)).own.map(({ keys, opened, lost }) => ({ keys, opened, lost }))

const accepted = (place: w.Place) => w.eventsOf(world, 'release.accepted/1', place.tenderId)

const ready = (place: w.Place, at: number) =>
  signedKeys(world, supplier(at), place, sealed.get(`${place.lotId}/${at}`)!)

const until = async (holds: () => Promise<boolean>): Promise<void> => {
  for (let looks = 0; !(await holds()); looks++) {
    assert.ok(looks < 400, 'it did not come about')
    await new Promise((look) => setTimeout(look, 25))
  }
}

/** The store answers nothing until it is let go. */
const holdStore = (): (() => void) => {
  const { files } = world.deps
  const get = files.get.bind(files)
  let go = (): void => {}
  const held = new Promise<void>((let_) => {
    go = let_
  })
  files.get = async (...asked) => {
    await held
    return get(...asked)
  }
  return () => {
    files.get = get
    go()
  }
}

before(async () => {
  world = await w.biddingWorld()
  crowded = await world.publish('云城市第一人民医院CT采购项目')
  broken = await world.publish('云城市第一人民医院核磁采购项目')
  for (const place of [crowded, broken])
    for (const at of BIDDERS) sealed.set(`${place.lotId}/${at}`, (await w.bid(world, supplier(at), place)).sealed)
  const { deadline } = await world.visitor.json<{ deadline: string }>('GET', `/api/tenders/${broken.tenderId}/opening`)
  await world.walk(new Date(deadline))
  await world.settle()
})
after(() => world.close())

test('a platform that dies between a key and its opening opens by itself; the bidder may also ask again', async () => {
  const [first, second] = [await ready(broken, 0), await ready(broken, 1)]
  const { files } = world.deps
  const get = files.get
  files.get = () => Promise.reject(new Error('the store is gone'))
  await assert.rejects(first(), { status: 500 })
  await assert.rejects(second(), { status: 500 })
  files.get = get
  assert.deepEqual([(await accepted(broken)).length, (await lotOf(broken)).opened], [8, 0])
  // Its bidder is told, and nobody else.
  const { purchaser, supervisor } = world.city
  assert.deepEqual(await ownOf(broken, supplier(0)), [{ keys: 'taken', opened: false, lost: false }])
  assert.deepEqual(await ownOf(broken, supplier(2)), [{ keys: 'none', opened: false, lost: false }])
  for (const other of [{ http: world.visitor }, purchaser, supervisor, ...world.city.trustees])
    assert.deepEqual(await ownOf(broken, other), [])
  const told = async ({ http }: { http: w.BiddingWorld['visitor'] }) => {
    const { own: _, ...lot } = await lotOf(broken, http)
    return lot
  }
  assert.deepEqual(await told(supplier(2)), await told({ http: world.visitor }))
  assert.deepEqual(await told(supplier(0)), await told({ http: world.visitor }))
  assert.deepEqual(await second(), { released: 4 })
  assert.equal((await lotOf(broken)).opened, 1)
  assert.deepEqual(await ownOf(broken, supplier(1)), [{ keys: 'taken', opened: true, lost: false }])
  await world.settle()
  assert.equal((await lotOf(broken)).opened, 2)
  assert.deepEqual(await first(), { released: 4 })
  assert.equal((await accepted(broken)).length, 8)
  assert.equal((await w.eventsOf(world, 'envelope.opened/1', broken.tenderId)).length, 8)
})

test('keys of the window’s last millisecond count, though their opening ends after the trustees’ window', async () => {
  const keys = await Promise.all(BIDDERS.map((at) => ready(crowded, at)))
  const { windowEndsAt, fallbackEndsAt } = await lotOf(crowded)
  const letGo = holdStore()
  let answers: Promise<{ released: number }>[] = []
  await world.frozen(new Date(Date.parse(windowEndsAt) - 1), async () => {
    // Twice each: a second click waits for the first and opens nothing again.
    answers = [...keys, ...keys].map((send) => send())
    await until(async () => (await accepted(crowded)).length === 4 * BIDDERS.length)
  })
  await world.leap(new Date(Date.parse(fallbackEndsAt) + 1000))
  let settled = false
  const settling = world.settle().then(() => {
    settled = true
  })
  await new Promise((while_) => setTimeout(while_, 500))
  assert.deepEqual([settled, (await lotOf(crowded)).decidedAt], [false, null])
  letGo()
  for (const answer of await Promise.all(answers)) assert.deepEqual(answer, { released: 4 })
  await settling
  const record = await world.visitor.json<OpeningRecord>('GET', `/api/lots/${crowded.lotId}/opening-record`)
  assert.deepEqual(
    record.bids.map(({ how, treatedAs }) => `${how} ${treatedAs}`),
    BIDDERS.map(() => 'bidder valid'),
  )
  assert.equal((await w.eventsOf(world, 'envelope.opened/1', crowded.tenderId)).length, 4 * BIDDERS.length)
})
