import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as w from '../bids/world.testing.ts'
import { withdrawBid } from '../client/submit-bid.ts'
import { refreshClock } from '../client/trust.ts'
import { toBase64url } from '../log/bytes.ts'
import { nobodySees } from '../openings/secrecy.testing.ts'
import { type Deposit, openBank, SECRET, teller, type Word } from './bank.testing.ts'
import { signForBank } from './service/bank-signature.ts'
import { refundDeposits } from './service.ts'

let world: w.BiddingWorld
let place: w.Place
let bank: Awaited<ReturnType<typeof openBank>>

before(async () => {
  bank = await openBank()
  world = await w.biddingWorld({ BANK_URL: bank.url, BANK_SECRET: SECRET })
  place = await world.publish('云城市第一人民医院CT采购项目')
})
after(async () => {
  await world.close()
  await bank.close()
})

const supplier = (at: number) => world.city.suppliers[at]!
const open = (at: number) => supplier(at).http.json<Deposit>('POST', `/api/lots/${place.lotId}/deposit`)
const mine = (at: number) => supplier(at).http.json<Deposit>('GET', `/api/lots/${place.lotId}/deposit`)

const tell = (...said: Parameters<ReturnType<typeof teller>>) => teller(world)(...said)
let count = 0
const transfer = async (at: number, accountNumber: string, change: object = {}) => ({
  bankReference: `B${++count}`,
  accountNumber,
  amount: w.DEPOSIT.toString(),
  payerName: supplier(at).organisation,
  payerAccount: `622200000000000${at}`,
  paidAt: (await world.now()).toISOString(),
  ...change,
})
const receipts = () => world.deps.db.selectFrom('bank_receipt').selectAll().execute()
const ordered = (refundId: string) => bank.ordered(refundId)

test('an account number of one’s own, the same each time', async () => {
  const one = await open(0)
  assert.match(one.accountNumber!, /^\d{16}$/)
  assert.equal((await open(0)).accountNumber, one.accountNumber)
  assert.notEqual((await open(1)).accountNumber, one.accountNumber)
  assert.equal((await w.eventsOf(world, 'deposit.account-opened/1', place.tenderId)).length, 2)
})

test('what the bank did not sign, or signed long ago, is refused and leaves nothing', async () => {
  const word = await transfer(0, (await mine(0)).accountNumber!)
  const seconds = Math.floor(Date.now() / 1000)
  const wrong: [string, Word][] = [
    ['another secret', { sign: (body, at) => signForBank('another-secret-of-a-bank', body, at) }],
    ['old', { seconds: seconds - 301 }],
    ['from the future', { seconds: seconds + 302 }],
    ['altered', { sent: (body) => body.replace('"amount":"1', '"amount":"9') }],
    ['none', { sign: () => 'none' }],
  ]
  for (const [what, how] of wrong)
    assert.deepEqual(await tell('receipts', word, how), { status: 401, code: 'bank-signature-invalid' }, what)
  assert.equal((await tell('receipts', { ...word, more: 1 })).code, 'invalid-input')
  assert.equal((await tell('receipts', { ...word, amount: '0' })).code, 'invalid-input')
  assert.deepEqual(await receipts(), [])
  assert.equal((await tell('refunds', { refundId: crypto.randomUUID(), refundedAt: word.paidAt })).status, 404)
})

test('short, then whole; the same word twice counts once', async () => {
  const { accountNumber } = await mine(0)
  const part = await transfer(0, accountNumber!, { amount: '14999999' })
  assert.equal((await tell('receipts', part)).status, 200)
  assert.deepEqual([(await mine(0)).state, (await mine(0)).amountPaid], ['short', '14999999'])
  const answers = await Promise.all([tell('receipts', part), tell('receipts', part), tell('receipts', part)])
  assert.ok(answers.every(({ status }) => status === 200))
  assert.equal((await mine(0)).amountPaid, '14999999')
  await tell('receipts', await transfer(0, accountNumber!, { amount: '1' }))
  assert.deepEqual([(await mine(0)).state, (await mine(0)).amountPaid], ['paid', w.DEPOSIT.toString()])
  assert.equal((await w.eventsOf(world, 'deposit.received/1', place.tenderId)).length, 2)
})

test("money of another's account or too late never counts and goes back to whoever sent it, also for an account that nobody has", async () => {
  const { accountNumber, payBy } = await mine(1)
  await tell('receipts', await transfer(1, accountNumber!, { payerName: '张三', payerAccount: '6217000000000001' }))
  await tell('receipts', await transfer(1, accountNumber!, { paidAt: payBy }))
  const { state, amountPaid, refunds, receipts: told } = await mine(1)
  assert.deepEqual(
    [state, amountPaid, told.map((one) => one.verdict).toSorted()],
    ['none', '0', ['foreign-payer', 'held']],
    'the deadline may still move',
  )
  const foreign = await ordered(refunds.find((one) => one.reason === 'foreign-payer')!.id)
  assert.deepEqual(
    [foreign.toName, foreign.toAccount, foreign.amount],
    ['张三', '6217000000000001', w.DEPOSIT.toString()],
  )
  assert.equal(refunds.length, 1)
  const strayed = await transfer(1, '999999999999', {
    amount: '4711',
    payerName: '李四',
    payerAccount: '6217000000000002',
  })
  for (let times = 0; times < 2; times++) assert.equal((await tell('receipts', strayed)).status, 200)
  assert.equal((await receipts()).at(-1)?.verdict, 'unknown-account')
  const back = await bank.waitFor((order) => order.amount === '4711')
  assert.deepEqual([back.toName, back.toAccount], ['李四', '6217000000000002'])
  const word = { refundId: back.refundId, refundedAt: (await world.now()).toISOString() }
  assert.equal((await tell('refunds', word)).status, 200)
  const events = await world.deps.db
    .selectFrom('log_event')
    .selectAll()
    .where('type', 'like', 'deposit.refund%')
    .execute()
  assert.ok(events.filter((event) => event.tender_id === null).every((event) => event.scope === 'bidder'))
  await tell('receipts', await transfer(1, accountNumber!))
  assert.equal((await mine(1)).state, 'paid')
})

test('nobody else sees who paid: no list, no count, no event', async () => {
  const { accountNumber, receipts: told } = await mine(0)
  const other = await mine(2)
  assert.deepEqual([other.accountNumber, other.receipts, other.refunds, other.state], [null, [], [], 'none'])
  for (const who of [world.city.purchaser, world.city.centre, world.city.supervisor, world.city.trustees[0]])
    await w.refused(who.http.json('GET', `/api/lots/${place.lotId}/deposit`), 403, 'role-not-allowed')
  await w.refused(world.visitor.json('GET', `/api/lots/${place.lotId}/deposit`), 401, 'sign-in-needed')
  const secrets = [accountNumber!, ...told.map((one) => one.bankReference).filter((one) => one.length > 3)]
  await nobodySees(world, place, [...secrets, supplier(0).organisationId, 'deposit.received', 'deposit.account-opened'])
})

test('a withdrawal gives the deposit back, through the job and the bank’s own word', async () => {
  await w.bid(world, supplier(0), place)
  const { trust, tender } = await world.verified(supplier(0).http, place.tenderId)
  const { signer, organisationId, http } = supplier(0)
  const head = (await w.standing(supplier(0), place.tenderId))!
  const bundleSha256 = toBase64url(new Uint8Array(32))
  await withdrawBid(http, await refreshClock(http, trust), {
    tender,
    lotId: place.lotId,
    organisationId,
    signer,
    bundleSha256,
    head,
  })
  const { state, refunds } = await mine(0)
  assert.deepEqual([state, refunds.map((one) => one.amount).toSorted()], ['none', ['1', '14999999']])
  for (const { id } of refunds) await ordered(id)
  const refundedAt = (await world.now()).toISOString()
  for (let times = 0; times < 2; times++)
    assert.equal((await tell('refunds', { refundId: refunds[0]!.id, refundedAt })).status, 200)
  assert.deepEqual((await mine(0)).refunds.map((one) => one.refundedAt).toSorted(), [refundedAt, null].toSorted())
  assert.equal((await w.eventsOf(world, 'deposit.refunded/1', place.tenderId)).length, 1)
  // Whoever bids again pays again.
  await w.bid(world, supplier(0), place)
  await tell('receipts', await transfer(0, (await mine(0)).accountNumber!))
  assert.equal((await mine(0)).state, 'paid')
})

test('after the deadline: no account is opened, non-bidders are paid back, bidders with the award, each receipt once', async () => {
  for (const at of [2, 3]) await w.bid(world, supplier(at), place)
  await w.bid(world, supplier(1), { ...(await world.publish('云城市第一人民医院超声采购项目')) })
  await world.walk(new Date((await mine(0)).payBy))
  await w.refused(open(2), 409, 'deposit-account-closed')
  for (const reason of ['withdrawn', 'late']) {
    const refund = (await mine(1)).refunds.find((one) => one.reason === reason)!
    const { toName, amount } = await ordered(refund.id)
    assert.deepEqual([toName, amount], [supplier(1).organisation, w.DEPOSIT.toString()], reason)
  }
  assert.equal((await mine(0)).refunds.length, 2, 'a bidder’s deposit is held')
  const give = async () => {
    const at = await world.now()
    await world.deps.db
      .transaction()
      .execute((trx) => refundDeposits(world.deps)(trx, place.lotId, [supplier(0).organisationId], 'award-notice', at))
  }
  await give()
  await give()
  const awarded = (await mine(0)).refunds.filter((one) => one.reason === 'award-notice')
  assert.equal(awarded.length, 1)
  assert.equal((await ordered(awarded[0]!.id)).toName, supplier(0).organisation)
  assert.equal(new Set(bank.orders.map((one) => one.refundId)).size, bank.orders.length)
  assert.equal((await mine(0)).state, 'paid', 'that it was paid stays true')
})
