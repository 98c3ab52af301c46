import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as w from '../bids/world.testing.ts'
import { nobodySees } from '../openings/secrecy.testing.ts'
import { type TestProbe, testProbe } from '../probes/probe.testing.ts'
import { nameProbes } from '../probes/service.ts'
import { formatProbes, MINUTE } from '../seal/probe.ts'
import { type Deposit, openBank, SECRET, teller } from './bank.testing.ts'

/*
 * 实施条例 33: the deposit must come before the deadline, and a deadline that was moved is the deadline. Money that comes
 * after one that may still move is held, not sent back: by an outage and by a correction while the tender is suspended.
 */
let world: w.BiddingWorld
let bank: Awaited<ReturnType<typeof openBank>>
let probe: TestProbe
const HOUR = 60 * MINUTE
const WHOLE = w.DEPOSIT.toString()

const supplier = (at: number) => world.city.suppliers[at]!
const mine = ({ lotId }: w.Place, at: number) => supplier(at).http.json<Deposit>('GET', `/api/lots/${lotId}/deposit`)
const walk = (instant: number) => world.walk(new Date(instant))
const stands = async (place: w.Place, at: number) => {
  const { state, receipts, refunds } = await mine(place, at)
  return [state, receipts.map(({ verdict }) => verdict), refunds.map(({ reason, amount }) => `${reason} ${amount}`)]
}

let count = 0
const pay = async (place: w.Place, at: number, amount = w.DEPOSIT) => {
  const word = {
    bankReference: `R${++count}`,
    accountNumber: (await mine(place, at)).accountNumber!,
    amount: amount.toString(),
    payerName: supplier(at).organisation,
    payerAccount: `622200000000000${at}`,
    paidAt: (await world.now()).toISOString(),
  }
  assert.equal((await teller(world)('receipts', word)).status, 200)
}

/** Bids of three; four have an account. */
const publish = async (title: string): Promise<w.Place & { deadline: number }> => {
  const place = await world.publish(title)
  for (const at of [0, 1, 2]) await w.bid(world, supplier(at), place)
  for (const at of [0, 1, 2, 3]) await supplier(at).http.json('POST', `/api/lots/${place.lotId}/deposit`)
  return { ...place, deadline: Date.parse((await mine(place, 0)).payBy) }
}

before(async () => {
  bank = await openBank()
  world = await w.biddingWorld({ BANK_URL: bank.url, BANK_SECRET: SECRET })
  probe = await testProbe(world, 'university')
  await nameProbes(world.deps)(formatProbes({ probes: [probe.key], quorum: 1 }))
})
after(async () => {
  await world.close()
  await bank.close()
})

test('an outage over the deadline: what came before the moved one is in time, what comes after it goes back at the closing', async () => {
  const place = await publish('云城市第一人民医院CT采购项目')
  await pay(place, 1)
  await pay(place, 2, w.DEPOSIT - 100n)
  await walk(place.deadline + MINUTE)
  await pay(place, 0)
  await pay(place, 1)
  await pay(place, 2, 100n)
  assert.deepEqual(await stands(place, 0), ['none', ['held'], []])
  assert.deepEqual(await stands(place, 1), ['paid', ['matched', 'held'], []])
  assert.deepEqual(await stands(place, 2), ['short', ['matched', 'held'], []])
  await nobodySees(world, place, [supplier(0).organisationId, 'deposit.received', 'deposit.refund'])
  await walk(place.deadline + 10 * MINUTE)
  await probe.tell(place.deadline - 3 * MINUTE, 'udddduuuuuuu')
  await world.settle()
  const moved = Date.parse((await mine(place, 0)).payBy)
  assert.ok(moved > place.deadline)
  for (const at of [0, 1, 2]) assert.equal((await mine(place, at)).state, 'paid')
  // The minute before it is not heard of yet: the list is not closed, and the deadline might move once more.
  await walk(moved)
  await pay(place, 3)
  assert.deepEqual(await stands(place, 3), ['none', ['held'], []])
  await probe.tell(moved - 2 * MINUTE, 'uu')
  await world.settle()
  assert.deepEqual(await stands(place, 0), ['paid', ['matched'], []])
  assert.deepEqual(await stands(place, 1), ['paid', ['matched', 'matched'], [`excess ${WHOLE}`]])
  assert.deepEqual(await stands(place, 2), ['paid', ['matched', 'matched'], []])
  assert.deepEqual(await stands(place, 3), ['none', ['late'], [`late ${WHOLE}`]])
  assert.equal((await bank.waitFor(({ toName }) => toName === supplier(3).organisation)).amount, WHOLE)
  await pay(place, 0)
  const [, , refunds] = await stands(place, 0)
  assert.deepEqual(refunds, [`late ${WHOLE}`], 'after the closing it goes back at once')
})

test('a deadline that passed while the tender was suspended, and was corrected: likewise', async () => {
  const place = await publish('云城市第一人民医院核磁采购项目')
  const act = (verb: string) =>
    world.city.supervisor.http.json('POST', `/api/tenders/${place.tenderId}/${verb}`, { reason: '收到投诉，暂停核查' })
  await act('suspend')
  await walk(place.deadline + HOUR)
  await pay(place, 0)
  await pay(place, 3)
  assert.deepEqual(await stands(place, 0), ['none', ['held'], []])
  const at = `/api/tenders/${place.tenderId}/correction`
  const deadline = new Date(place.deadline + 20 * 24 * HOUR).toISOString()
  await world.city.purchaser.http.json('POST', at, { reason: '投诉处理后顺延', affecting: false, deadline })
  await world.city.approver.http.json('POST', `${at}/approve`)
  await act('resume')
  assert.deepEqual(await stands(place, 0), ['paid', ['matched'], []])
  await world.city.purchaser.http.json('POST', `/api/tenders/${place.tenderId}/cancel`, { reason: '采购任务取消' })
  await world.settle()
  for (const who of [0, 3]) assert.deepEqual((await stands(place, who)).at(-1), [`terminated ${WHOLE}`])
})

test('a tender that is cancelled while money after its deadline is held gives it back', async () => {
  const place = await publish('云城市第一人民医院超声采购项目')
  await world.city.supervisor.http.json('POST', `/api/tenders/${place.tenderId}/suspend`, {
    reason: '收到投诉，暂停核查',
  })
  await walk(place.deadline + HOUR)
  await pay(place, 0)
  await world.city.purchaser.http.json('POST', `/api/tenders/${place.tenderId}/cancel`, { reason: '采购任务取消' })
  for (let times = 0; times < 2; times++) await world.settle()
  assert.deepEqual(await stands(place, 0), ['none', ['late'], [`terminated ${WHOLE}`]])
})
