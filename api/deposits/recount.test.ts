import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as w from '../bids/world.testing.ts'
import { addDays, beijingDate } from '../law/beijing.ts'
import { publishedCalendar, statutoryDays } from '../law/calendar.ts'
import { nobodySees } from '../openings/secrecy.testing.ts'
import { approvePlan, draftPlan } from '../regulations/service/calendars.ts'
import { type Deposit, openBank, SECRET, teller } from './bank.testing.ts'

let world: w.BiddingWorld
let bank: Awaited<ReturnType<typeof openBank>>
before(async () => {
  bank = await openBank()
  world = await w.biddingWorld({ BANK_URL: bank.url, BANK_SECRET: SECRET })
})
after(async () => {
  await world.close()
  await bank.close()
})

/** The plan of a year as it stands, with more days of rest. */
const withRest = (year: number, rest: readonly string[]) => {
  const known = publishedCalendar.get(year)
  const days = [...new Set([...(known?.rest ?? statutoryDays(year)), ...rest])]
  return { year, source: '国办发明电〔2026〕9号', holidays: days.sort(), workdays: [...(known?.work ?? [])] }
}

test('a refund that is still out is due by the calendar that holds, told to who paid and to nobody else', async () => {
  const place = await world.publish('云城市第一人民医院CT采购项目')
  const payer = world.city.suppliers[0]!
  const { accountNumber } = await payer.http.json<Deposit>('POST', `/api/lots/${place.lotId}/deposit`)
  const word = {
    bankReference: 'R1',
    accountNumber,
    amount: w.DEPOSIT.toString(),
    payerName: payer.organisation,
    payerAccount: '6222000000000001',
    paidAt: (await world.now()).toISOString(),
  }
  assert.equal((await teller(world)('receipts', word)).status, 200)
  await world.city.purchaser.http.json('POST', `/api/tenders/${place.tenderId}/cancel`, { reason: '采购任务取消' })
  await world.settle()
  const mine = async () => (await payer.http.json<Deposit>('GET', `/api/lots/${place.lotId}/deposit`)).refunds[0]!
  const before = await mine()
  const last = before.dueOn
  const person = (n: number) => ({
    personId: `00000000-0000-4000-8000-00000000000${n}`,
    organisationId: null,
    role: 'administrator' as const,
    via: 'password' as const,
    networkAddress: null,
  })
  const plan = withRest(Number(last.slice(0, 4)), [last])
  const { id } = await draftPlan(world.deps)(person(1), plan)
  await approvePlan(world.deps)(person(2), id)
  for (let times = 0; times < 2; times++) await world.settle()
  const moved = await mine()
  assert.ok(moved.dueOn > last && moved.dueOn <= addDays(last, 12), `${last} → ${moved.dueOn}`)
  assert.equal(moved.amount, before.amount)
  const events = await world.deps.db
    .selectFrom('log_event')
    .select('scope')
    .where('type', '=', 'deposit.refund-due-moved/1')
    .execute()
  assert.deepEqual(events, [{ scope: 'bidder' }])
  await nobodySees(world, place, [payer.organisationId, 'deposit.refund-due-moved'])
  assert.ok(beijingDate((await world.now()).getTime()) <= moved.dueOn)
})
