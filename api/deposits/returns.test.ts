import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as w from '../bids/world.testing.ts'
import { beijingDate } from '../law/beijing.ts'
import { refundDue } from '../law/deposits.ts'
import { contextAt } from '../law/index.ts'
import { nobodySees } from '../openings/secrecy.testing.ts'
import type { OpeningRecord } from '../seal/opening-record.ts'
import { type Deposit, openBank, SECRET, teller } from './bank.testing.ts'

/*
 * Money of tenders that end without award, and money that came wrongly: all of it goes back through the bank port, once,
 * by the day that the law names.
 */
let world: w.BiddingWorld
let bank: Awaited<ReturnType<typeof openBank>>
let cancelled: w.Place
let few: w.Place
let failed: w.Place

const supplier = (at: number) => world.city.suppliers[at]!
const account = ({ lotId }: w.Place, at: number) =>
  supplier(at).http.json<Deposit>('POST', `/api/lots/${lotId}/deposit`)
const mine = ({ lotId }: w.Place, at: number) => supplier(at).http.json<Deposit>('GET', `/api/lots/${lotId}/deposit`)

let count = 0
const pay = async (place: w.Place, at: number, amount = w.DEPOSIT, more: object = {}) => {
  const { accountNumber } = await mine(place, at)
  const word = {
    bankReference: `R${++count}`,
    accountNumber: accountNumber!,
    amount: amount.toString(),
    payerName: supplier(at).organisation,
    payerAccount: `622200000000000${at}`,
    paidAt: (await world.now()).toISOString(),
    ...more,
  }
  assert.equal((await teller(world)('receipts', word)).status, 200)
  return word
}
const back = async (place: w.Place, at: number) =>
  (await mine(place, at)).refunds.map(({ reason, amount }) => `${reason} ${amount}`).toSorted()
const WHOLE = w.DEPOSIT.toString()

const fiveDays = (from: Date): string => {
  const asked = { regime: 'GP', trigger: 'terminated', date: beijingDate(from.getTime()) } as const
  return refundDue(asked, contextAt(from.getTime()))!.due
}

before(async () => {
  bank = await openBank()
  world = await w.biddingWorld({ BANK_URL: bank.url, BANK_SECRET: SECRET })
  cancelled = await world.publish('云城市第一人民医院CT采购项目')
  few = await world.publish('云城市第一人民医院核磁采购项目')
  failed = await world.publish('云城市第一人民医院超声采购项目')
})
after(async () => {
  await world.close()
  await bank.close()
})

test('实施条例 33: what exceeds the deposit goes back at once, the deposit itself stays; one receipt never goes back twice', async () => {
  await account(cancelled, 0)
  await pay(cancelled, 0, w.DEPOSIT - 100n)
  assert.deepEqual(
    [(await mine(cancelled, 0)).state, await back(cancelled, 0)],
    ['short', []],
    'held: it can be completed',
  )
  await pay(cancelled, 0, 350n)
  const { state, amountPaid, refunds } = await mine(cancelled, 0)
  assert.deepEqual([state, amountPaid], ['paid', WHOLE])
  assert.deepEqual(await back(cancelled, 0), ['excess 250'])
  assert.equal((await bank.ordered(refunds[0]!.id)).amount, '250')
  await Promise.all([pay(cancelled, 0, 70n), pay(cancelled, 0, 80n)])
  assert.deepEqual(
    [(await mine(cancelled, 0)).amountPaid, await back(cancelled, 0)],
    [WHOLE, ['excess 250', 'excess 70', 'excess 80']],
  )
})

test('87号令 29: a cancelled tender gives back what it holds within five working days, also what the bank tells later', async () => {
  await account(cancelled, 1)
  await pay(cancelled, 1)
  await account(cancelled, 2)
  const paidAt = (await world.now()).toISOString()
  await world.city.purchaser.http.json('POST', `/api/tenders/${cancelled.tenderId}/cancel`, { reason: '采购任务取消' })
  const dueOn = fiveDays(await world.now())
  await world.settle()
  const kept = (w.DEPOSIT - 100n).toString()
  assert.deepEqual(await back(cancelled, 0), [
    'excess 250',
    'excess 70',
    'excess 80',
    'terminated 100',
    `terminated ${kept}`,
  ])
  assert.deepEqual(await back(cancelled, 1), [`terminated ${WHOLE}`])
  await pay(cancelled, 2, w.DEPOSIT, { paidAt })
  for (let times = 0; times < 2; times++) await world.settle()
  const { refunds } = await mine(cancelled, 2)
  assert.deepEqual(
    refunds.map((one) => [one.reason, one.amount, one.dueOn]),
    [['terminated', WHOLE, dueOn]],
  )
  assert.equal((await bank.ordered(refunds[0]!.id)).toName, supplier(2).organisation)
  await nobodySees(world, cancelled, [supplier(1).organisationId, 'deposit.refund'])
})

test('a lot that is not opened holds nobody’s money; who paid and did not bid is paid back, short money too', async () => {
  await w.bid(world, supplier(0), few)
  for (const at of [0, 1]) {
    await account(few, at)
    await pay(few, at)
  }
  for (const at of [0, 1, 2]) {
    await account(failed, at)
    await w.bid(world, supplier(at), failed)
  }
  await pay(failed, 0)
  await pay(failed, 1, w.DEPOSIT - 1n)
  await account(failed, 3)
  const paidAt = (await world.now()).toISOString()
  await world.walk(new Date((await mine(few, 0)).payBy))
  assert.deepEqual([await back(few, 0), await back(few, 1)], [[`terminated ${WHOLE}`], [`withdrawn ${WHOLE}`]])
  assert.equal((await mine(few, 0)).refunds[0]!.dueOn, fiveDays(await world.now()))
  assert.deepEqual([await back(failed, 0), await back(failed, 1)], [[], [`short ${w.DEPOSIT - 1n}`]])
  assert.equal((await mine(failed, 1)).state, 'short', 'that it was short stays known')
  // Paid in time, told too late: of a bidder it counts, of anybody else it goes back.
  await pay(failed, 2, w.DEPOSIT, { paidAt })
  await pay(failed, 3, w.DEPOSIT, { paidAt })
  await bank.waitFor((order) => order.toName === supplier(3).organisation)
  assert.deepEqual([(await mine(failed, 2)).state, await back(failed, 2)], ['paid', []])
  assert.deepEqual(await back(failed, 3), [`withdrawn ${WHOLE}`])
})

test('20号令 31: a lot that fails at the opening: 撤销 may be kept', async () => {
  const hall = await world.visitor.json<{ lots: { fallbackEndsAt: string }[] }>(
    'GET',
    `/api/tenders/${failed.tenderId}/opening`,
  )
  await world.walk(new Date(hall.lots[0]!.fallbackEndsAt))
  const record = await world.visitor.json<OpeningRecord>('GET', `/api/lots/${failed.lotId}/opening-record`)
  const told = [0, 1, 2].map((at) => record.bids.find((bid) => bid.organisationId === supplier(at).organisationId)!)
  assert.deepEqual(
    told.map(({ treatedAs, deposit }) => [treatedAs, deposit]),
    [
      ['revoked', 'paid'],
      ['revoked', 'short'],
      ['revoked', 'paid'],
    ],
  )
  assert.deepEqual([await back(failed, 0), await back(failed, 2)], [[], []])
  // Told only now: who did not bid gets it back, of 撤销 it is held.
  const { payBy } = await mine(failed, 3)
  const paidAt = new Date(Date.parse(payBy) - 1000).toISOString()
  await pay(failed, 0, 5n, { paidAt })
  await pay(failed, 3, 7n, { paidAt })
  await bank.waitFor((order) => order.amount === '7')
  await bank.waitFor((order) => order.amount === '5')
  assert.deepEqual(await back(failed, 0), ['excess 5'])
  assert.equal(new Set(bank.orders.map((one) => one.refundId)).size, bank.orders.length)
})
