import type { Actor } from '../../kernel/actor.ts'
import type { Database } from '../../kernel/database.ts'
import type { Deps } from '../../kernel/deps.ts'
import { secretId } from '../../kernel/ids.ts'
import { beijingDate } from '../../law/beijing.ts'
import { type RefundTrigger, refundDue } from '../../law/deposits.ts'
import { append } from '../../log/append.ts'
import { lawAt } from '../../regulations/service.ts'
import { depositState, excessOf, type RefundReason } from '../rules.ts'
import * as store from '../store.ts'
import { publishedLot } from './account.ts'

export const BANK: Actor = { personId: null, organisationId: null, role: 'bank', via: 'system', networkAddress: null }

type RefundDeps = Pick<Deps, 'jobs'>

export type RefundOrder = {
  /** Null: the money came for an account number that nobody has. */
  account: { id: string; organisation_id: string } | null
  lot: { id: string; tender_id: string } | null
  receipt: string
  amount: bigint
  reason: RefundReason
  dueOn: string
  /** The day the period runs from; none where it goes back at once. */
  countedFrom?: string
  /** Only what was paid beyond what is due; the rest of the receipt stays. */
  excess?: boolean
}

/** Orders one refund; each receipt goes back once, whoever asks and however often. */
export const orderRefund = async (deps: RefundDeps, trx: Database, order: RefundOrder): Promise<void> => {
  const id = secretId()
  const row = await store.insertRefund(trx, {
    id,
    deposit_account_id: order.account?.id ?? null,
    bank_reference: order.receipt,
    amount: order.amount,
    interest: 0n,
    reason: order.reason,
    due_on: order.dueOn,
    counted_from: order.countedFrom ?? null,
    excess: order.excess ?? false,
  })
  if (!row) return
  await append(trx, BANK, {
    type: 'deposit.refund-ordered/1',
    tenderId: order.lot?.tender_id ?? null,
    lotId: order.lot?.id ?? null,
    scope: 'bidder',
    data: {
      refundId: id,
      organisationId: order.account?.organisation_id ?? null,
      amount: order.amount.toString(),
      interest: '0',
      reason: order.reason,
      dueOn: order.dueOn,
    },
  })
  await deps.jobs.enqueue(trx, 'send-refund', { refundId: id })
}

type Lot = Awaited<ReturnType<typeof publishedLot>>
type Account = Awaited<ReturnType<typeof store.accountsOfLot>>[number]

type Period = { dueOn: string; countedFrom: string }

/** The last lawful day and where it is counted from; null where the regime's law starts no period with this. */
const dueDate = async (trx: Database, lot: Lot, trigger: RefundTrigger, at: Date): Promise<Period | null> => {
  const countedFrom = beijingDate(at.getTime())
  const due = refundDue({ regime: lot.regime, trigger, date: countedFrom }, await lawAt(trx, at))?.due
  return due ? { dueOn: due, countedFrom } : null
}

const refundAccounts = async (
  deps: RefundDeps,
  trx: Database,
  lot: Lot,
  accounts: readonly Account[],
  reason: RefundReason,
  period: Period,
) => {
  const ids = accounts.map((account) => account.id)
  for (const { bank_reference, deposit_account_id, amount } of await store.keptOf(trx, ids)) {
    const account = accounts.find((one) => one.id === deposit_account_id)!
    await orderRefund(deps, trx, { account, lot, receipt: bank_reference, amount, reason, ...period })
  }
}

/** 87号令 29, 38, RULES DEP-5…7, DEP-15: give back what these organisations paid for a lot; each receipt goes back once. */
export const refundDeposits =
  (deps: RefundDeps) =>
  async (trx: Database, lotId: string, organisationIds: readonly string[], trigger: RefundTrigger, at: Date) => {
    const lot = await publishedLot(trx, lotId)
    // TB gives no date for an award notice: its deposits go back with the contract.
    const period = await dueDate(trx, lot, trigger, at)
    if (period === null) return
    const accounts = (await store.accountsOfLot(trx, lotId)).filter((a) => organisationIds.includes(a.organisation_id))
    await refundAccounts(deps, trx, lot, accounts, trigger, period)
  }

/** Whoever paid for a lot and is no bidder of it (any more) gets it back; `bidders` are those whose deposits are held. */
export const refundOthers =
  (deps: RefundDeps) =>
  async (trx: Database, lotId: string, bidders: readonly string[], at: Date): Promise<void> => {
    const paid = (await store.accountsOfLot(trx, lotId)).map((account) => account.organisation_id)
    const others = paid.filter((id) => !bidders.includes(id))
    await refundDeposits(deps)(trx, lotId, others, 'withdrawn', at)
  }

/**
 * 实施条例 33: when the list is closed no deadline moves any more. What came after it goes back, and so does what exceeds the
 * sum due since the deadline moved over it.
 */
export const refundLate =
  (deps: RefundDeps) =>
  async (trx: Database, lotId: string, at: Date): Promise<void> => {
    const lot = await publishedLot(trx, lotId)
    const dueOn = beijingDate(at.getTime())
    for (const account of await store.accountsOfLot(trx, lotId)) {
      const kept = await store.keptOf(trx, [account.id])
      const order = { account, lot, dueOn }
      for (const { bank_reference, amount } of kept.filter(({ paid_at }) => paid_at >= lot.deadline))
        await orderRefund(deps, trx, { ...order, receipt: bank_reference, amount, reason: 'late' })
      const counted: bigint[] = []
      for (const { bank_reference, amount } of await store.countedOf(trx, [account.id])) {
        counted.push(amount)
        const excess = excessOf(lot.deposit, counted, amount)
        const more = { receipt: bank_reference, amount: excess, reason: 'excess' as const, excess: true }
        if (excess > 0n) await orderRefund(deps, trx, { ...order, ...more })
      }
    }
  }

/**
 * 实施条例 33: a deposit may be completed up to the deadline, and is held till then. What is short at the deadline is none
 * and goes back; that it was short stays known to the opening and the committee (87号令 63).
 */
export const refundShort =
  (deps: RefundDeps) =>
  async (trx: Database, lotId: string, at: Date): Promise<void> => {
    const lot = await publishedLot(trx, lotId)
    const period = await dueDate(trx, lot, 'withdrawn', at)
    if (period === null) return
    const short: Account[] = []
    for (const account of await store.accountsOfLot(trx, lotId)) {
      const counted = (await store.countedOf(trx, [account.id])).map((receipt) => receipt.amount)
      if (depositState(lot.deposit, counted) === 'short') short.push(account)
    }
    await refundAccounts(deps, trx, lot, short, 'short', period)
  }

/**
 * 87号令 29: a cancelled tender, and a lot that was not opened, hold nobody's money, also what the bank reports later.
 * Found by looking, since nothing that ends a tender knows of deposits.
 */
export const refundEnded = (deps: RefundDeps & Pick<Deps, 'db'>) => async (): Promise<void> => {
  for (const { lot_id, organisation_id } of await store.heldOfEnded(deps.db)) {
    await deps.db.transaction().execute(async (trx) => {
      const ended = await store.endOfLot(trx, lot_id)
      if (ended) await refundDeposits(deps)(trx, lot_id, [organisation_id], 'terminated', ended)
    })
  }
}
