import { SYSTEM } from '../../kernel/actor.ts'
import type { Database } from '../../kernel/database.ts'
import type { Deps } from '../../kernel/deps.ts'
import { beijingInstant } from '../../law/beijing.ts'
import type { Calendar } from '../../law/calendar.ts'
import { type RefundTrigger, refundDue } from '../../law/deposits.ts'
import type { Regime } from '../../law/rows/schema.ts'
import { append } from '../../log/append.ts'
import { lawAt, type Recount, recount } from '../../regulations/service.ts'
import { depositEvents } from '../events.ts'
import { triggerOf } from '../rules.ts'
import * as store from '../store.ts'

type Open = Awaited<ReturnType<typeof store.openRefunds>>[number]

const dueUnder = async (trx: Database, refund: Open, trigger: RefundTrigger, calendar: Calendar) => {
  const date = refund.counted_from!
  const law = await lawAt(trx, new Date(beijingInstant(date, '00:00')))
  return refundDue({ regime: refund.regime as Regime, trigger, date }, { ...law, today: date, calendar })?.due ?? null
}

/** One refund that is still out: its last day under the new plan, where the old one gave the day that stands. */
const recountOne = async (trx: Database, refundId: string, plan: Recount): Promise<void> => {
  const refund = await store.lockOpenRefund(trx, refundId)
  const trigger = refund && triggerOf(refund.reason)
  if (!refund || !trigger || (await dueUnder(trx, refund, trigger, plan.before)) !== refund.due_on) return
  const dueOn = await dueUnder(trx, refund, trigger, plan.after)
  if (dueOn === null || dueOn === refund.due_on) return
  await store.moveDue(trx, refundId, dueOn)
  const data = { refundId, organisationId: refund.organisation_id, from: refund.due_on, dueOn, year: plan.year }
  depositEvents['deposit.refund-due-moved/1'].parse(data)
  await append(trx, SYSTEM, {
    type: 'deposit.refund-due-moved/1',
    tenderId: refund.tender_id,
    lotId: refund.lot_id,
    scope: 'bidder',
    data,
  })
}

/** RULES §16: refunds that are still out are due by the calendar that holds; who paid sees the day in its account. */
export const recountRefunds =
  ({ db }: Pick<Deps, 'db'>) =>
  (): Promise<void> =>
    recount(db, 'deposits', async (plan) => {
      for (const { id } of await store.openRefunds(db, plan.approvedAt))
        await db.transaction().execute((trx) => recountOne(trx, id, plan))
    })
