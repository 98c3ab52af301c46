import { organisationById } from '../../identity/service.ts'
import type { Database } from '../../kernel/database.ts'
import type { Deps } from '../../kernel/deps.ts'
import { found, refuse } from '../../kernel/problem.ts'
import { beijingDate } from '../../law/beijing.ts'
import { append } from '../../log/append.ts'
import { lockTender } from '../../tenders/service/shared.ts'
import { excessOf, judgeReceipt } from '../rules.ts'
import * as store from '../store.ts'
import { publishedLot } from './account.ts'
import { isSignedByBank, signForBank } from './bank-signature.ts'
import { BANK, orderRefund, type RefundOrder } from './refunds.ts'

const wallSeconds = (): number => Math.floor(Date.now() / 1000)
const bankSecret = (deps: Deps): string => deps.settings.BANK_SECRET ?? deps.keys.secret('bank')

/** Refuse what the bank did not sign; the body is checked as the exact bytes received. */
export const assertBank = (deps: Deps) => (body: string, header: string) => {
  if (!isSignedByBank(bankSecret(deps), body, header, wallSeconds())) refuse('bank-signature-invalid')
}

export type BankReceipt = {
  bankReference: string
  accountNumber: string
  amount: string
  payerName: string
  payerAccount: string
  paidAt: string
}

/**
 * The closing cannot come between: it looks at what is held under the same lock, before or after this payment. Payments to
 * one account are judged one after another, for the second may exceed what is due.
 */
const lockedLot = async (trx: Database, account: { id: string; lot_id: string }) => {
  await lockTender(trx, (await publishedLot(trx, account.lot_id)).tender_id, 'share')
  await store.lockAccount(trx, account.id)
  return publishedLot(trx, account.lot_id)
}

/** Money came in: matched by its account number, or judged and sent back. The bank hears nothing of the verdict. */
export const takeReceipt = (deps: Deps) => (receipt: BankReceipt) =>
  deps.db.transaction().execute(async (trx) => {
    if (BigInt(receipt.amount) === 0n) refuse('invalid-input', { field: 'amount' })
    const account = await store.accountByNumber(trx, receipt.accountNumber)
    const lot = account && (await lockedLot(trx, account))
    const organisation = account ? found(await organisationById(trx, account.organisation_id)) : undefined
    const facts = lot && organisation ? { organisationName: organisation.name, ...lot } : null
    const verdict = judgeReceipt(facts, { payerName: receipt.payerName, paidAt: new Date(receipt.paidAt) })
    const fresh = await store.insertReceipt(trx, {
      bank_reference: receipt.bankReference,
      account_number: receipt.accountNumber,
      deposit_account_id: account?.id ?? null,
      amount: BigInt(receipt.amount),
      payer_name: receipt.payerName,
      payer_account: receipt.payerAccount,
      paid_at: new Date(receipt.paidAt),
      verdict,
    })
    if (!fresh) return { taken: true as const }
    await append(trx, BANK, {
      type: 'deposit.received/1',
      tenderId: lot?.tender_id ?? null,
      lotId: lot?.id ?? null,
      scope: 'bidder',
      data: {
        bankReference: receipt.bankReference,
        organisationId: account?.organisation_id ?? null,
        amount: receipt.amount,
        verdict,
      },
    })
    const today = beijingDate(new Date(receipt.paidAt).getTime())
    const order = { account: account ?? null, lot: lot ?? null, receipt: receipt.bankReference, dueOn: today }
    if (verdict !== 'matched')
      await orderRefund(deps, trx, { ...order, amount: BigInt(receipt.amount), reason: verdict })
    else if (account && lot) await matched(deps, trx, { ...order, account, lot }, BigInt(receipt.amount))
    return { taken: true as const }
  })

type Matched = Omit<RefundOrder, 'amount' | 'reason'> & {
  account: { id: string; organisation_id: string }
  lot: { id: string; tender_id: string; deposit: bigint; status: string }
}

/** What exceeds the sum that is due goes back at once; money told after the deadline is looked at again with its lot. */
const matched = async (deps: Deps, trx: Database, order: Matched, amount: bigint): Promise<void> => {
  const counted = await store.countedOf(trx, [order.account.id])
  const excess = excessOf(
    order.lot.deposit,
    counted.map((receipt) => receipt.amount),
    amount,
  )
  if (excess > 0n) await orderRefund(deps, trx, { ...order, amount: excess, reason: 'excess', excess: true })
  if (order.lot.status !== 'published') await deps.jobs.enqueue(trx, 'settle-deposits', { lotId: order.lot.id })
}

/** Job: tell the bank to pay back. The bank knows a refund by its id, so a repeated order is carried out once. */
export const sendRefund = (deps: Deps) => async (job: { refundId: string }) => {
  const refund = await store.refundWithPayer(deps.db, job.refundId)
  if (!refund || refund.refunded_at !== null) return
  await callBank(deps, '/refunds', {
    refundId: refund.id,
    toName: refund.payer_name,
    toAccount: refund.payer_account,
    amount: (refund.amount + refund.interest).toString(),
  })
}

export const takeRefund = (deps: Deps) => (word: { refundId: string; refundedAt: string }) =>
  deps.db.transaction().execute(async (trx) => {
    const refund = found(await store.refundWithPayer(trx, word.refundId))
    if (!(await store.markRefunded(trx, refund.id, new Date(word.refundedAt)))) return { taken: true as const }
    await append(trx, BANK, {
      type: 'deposit.refunded/1',
      tenderId: refund.tender_id,
      lotId: refund.lot_id,
      scope: 'bidder',
      data: { refundId: refund.id, organisationId: refund.organisation_id, amount: refund.amount.toString() },
    })
    return { taken: true as const }
  })

/** Demo and sandbox: the page of the demo bank. The transfer itself happens in the bank's own process. */
export const demoTransfer =
  (deps: Deps) =>
  async (transfer: { accountNumber: string; amount: string; payerName: string; payerAccount: string }) => {
    if (deps.settings.SUNLIT_MODE === 'production') refuse('not-in-this-mode')
    const answer = await callBank(deps, '/transfers', transfer)
    return { bankReference: String((answer as { bankReference: unknown }).bankReference) }
  }

const callBank = async (deps: Deps, path: string, message: object): Promise<unknown> => {
  const { BANK_URL } = deps.settings
  if (!BANK_URL) return refuse('bank-not-connected')
  const body = JSON.stringify(message)
  const response = await fetch(new URL(path, BANK_URL), {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-bank-signature': signForBank(bankSecret(deps), body, wallSeconds()),
    },
    signal: AbortSignal.timeout(10_000),
  }).catch(() => refuse('bank-not-connected'))
  if (!response.ok) return refuse('bank-not-connected')
  return response.json()
}
