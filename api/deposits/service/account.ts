import type { Actor } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { Database } from '../../kernel/database.ts'
import type { Deps } from '../../kernel/deps.ts'
import { secretId, secretNumber } from '../../kernel/ids.ts'
import { refuse } from '../../kernel/problem.ts'
import { append } from '../../log/append.ts'
import { lockTender, lotById, publicTender } from '../../tenders/service/shared.ts'
import { type BankVerdict, depositState, type RefundReason, shownVerdict } from '../rules.ts'
import * as store from '../store.ts'

/** A lot together with what its tender says of time and law; 404 before publication. */
export const publishedLot = async (db: Database, lotId: string) => {
  const lot = await lotById(db, lotId)
  const tender = await publicTender(db, lot.tender_id)
  const isClosed = lot.status !== 'published'
  return { ...lot, deadline: tender.deadline!, isClosed, regime: tender.regime as 'GP' | 'TB' }
}

/** The centre's collecting bank; the random number below is a virtual sub-account of it (RULES DEP-13). */
const bankName = (deps: Deps): string => `${deps.settings.SUNLIT_CITY}公共资源交易中心保证金专户`

/** A random account number of the bidder's own: the payer is recognised by it, and nobody can count accounts. */
export const openAccount = (deps: Deps) => async (actor: Actor, lotId: string) => {
  await deps.db.transaction().execute(async (trx) => {
    const lot = await publishedLot(trx, lotId)
    const tender = await lockTender(trx, lot.tender_id, 'share')
    if (lot.deposit === 0n) refuse('deposit-not-required')
    const organisationId = actor.organisationId!
    if (await store.accountOf(trx, lotId, organisationId)) return
    if (tender.status !== 'published' || (await now(trx)) >= tender.deadline!) refuse('deposit-account-closed')
    const row = await store.insertAccount(trx, {
      id: secretId(),
      account_number: `9${secretNumber()}${secretNumber().slice(0, 5)}`,
      lot_id: lotId,
      organisation_id: organisationId,
      amount_due: lot.deposit,
    })
    if (!row) return
    await append(trx, actor, {
      type: 'deposit.account-opened/1',
      tenderId: lot.tender_id,
      lotId,
      scope: 'bidder',
      data: { lotId, organisationId, amountDue: lot.deposit.toString() },
    })
  })
  return myDeposit(deps)(actor, lotId)
}

export const myDeposit = (deps: Deps) => async (actor: Actor, lotId: string) => {
  const lot = await publishedLot(deps.db, lotId)
  const account = await store.accountOf(deps.db, lotId, actor.organisationId!)
  const receipts = account ? await store.receiptsOf(deps.db, [account.id]) : []
  const refunds = account ? await store.refundsOf(deps.db, account.id) : []
  const matched = account ? (await store.countedOf(deps.db, [account.id])).map((r) => r.amount) : []
  return {
    lotId,
    accountNumber: account?.account_number ?? null,
    bankName: bankName(deps),
    amountDue: lot.deposit.toString(),
    amountPaid: matched.reduce((a, b) => a + b, 0n).toString(),
    state: depositState(lot.deposit, matched),
    payBy: lot.deadline.toISOString(),
    receipts: receipts.map((r) => ({
      bankReference: r.bank_reference,
      amount: r.amount.toString(),
      paidAt: r.paid_at.toISOString(),
      verdict: shownVerdict(r.verdict as BankVerdict, { ...lot, paidAt: r.paid_at }),
    })),
    refunds: refunds.map((r) => ({
      id: r.id,
      amount: r.amount.toString(),
      interest: r.interest.toString(),
      reason: r.reason as RefundReason,
      dueOn: r.due_on,
      refundedAt: r.refunded_at?.toISOString() ?? null,
    })),
  }
}

/** For the opening record: each organisation's deposit state of a lot, asked only when names come out. */
export const depositStates = async (trx: Database, lotId: string, due: bigint) => {
  const accounts = await store.accountsOfLot(trx, lotId)
  const counted = await store.countedOf(
    trx,
    accounts.map((a) => a.id),
  )
  const stateOf = (accountId: string) =>
    depositState(
      due,
      counted.filter((r) => r.deposit_account_id === accountId).map((r) => r.amount),
    )
  const states = new Map(accounts.map((a) => [a.organisation_id, stateOf(a.id)]))
  return (organisationId: string) => states.get(organisationId) ?? depositState(due, [])
}
