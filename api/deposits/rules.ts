import type { Fen } from '../kernel/money.ts'
import { isRefundTrigger, type RefundTrigger } from '../law/deposits.ts'

export type BankVerdict = 'matched' | 'unknown-account' | 'foreign-payer' | 'late'

/** A name as banks print it: brackets and spaces differ, letters do not. */
const plainName = (name: string): string => name.normalize('NFKC').replace(/\s/g, '')

/**
 * 政府采购法实施条例 第三十三条, RULES DEP-2, DEP-4: the deposit comes from the bidder's own account and before the deadline.
 * Whether it was in time is known when the list is closed: until then an outage, or a correction while the tender is
 * suspended, may still move a deadline that has passed, and what lies before the moved one is in time.
 */
export const judgeReceipt = (
  account: { organisationName: string; deadline: Date; isClosed: boolean } | null,
  receipt: { payerName: string; paidAt: Date },
): BankVerdict => {
  if (account === null) return 'unknown-account'
  if (plainName(receipt.payerName) !== plainName(account.organisationName)) return 'foreign-payer'
  return account.isClosed && receipt.paidAt >= account.deadline ? 'late' : 'matched'
}

export type ShownVerdict = BankVerdict | 'held'

/** What its payer is told: money after a deadline that may still move is held, and counts for nothing yet. */
export const shownVerdict = (
  verdict: BankVerdict,
  { paidAt, deadline, isClosed }: { paidAt: Date; deadline: Date; isClosed: boolean },
): ShownVerdict => (verdict !== 'matched' || paidAt < deadline ? verdict : isClosed ? 'late' : 'held')

export type DepositState = 'not-required' | 'none' | 'short' | 'paid'

/** What has come in counts against what is due; money from elsewhere or too late never counts. */
export const depositState = (due: Fen, matched: readonly Fen[]): DepositState => {
  if (due === 0n) return 'not-required'
  const sum = matched.reduce((a, b) => a + b, 0n)
  if (sum >= due) return 'paid'
  return sum > 0n ? 'short' : 'none'
}

/** Why money goes back: an event of the law, or because it never was a deposit, or not all of it. */
export type RefundReason = RefundTrigger | Exclude<BankVerdict, 'matched'> | 'excess' | 'short'

/** Which event of the law the period of a refund runs from; null = it went back at once, without any. */
export const triggerOf = (reason: string): RefundTrigger | null =>
  reason === 'short' ? 'withdrawn' : isRefundTrigger(reason) ? reason : null

/** How much of this payment exceeds what was due, with what had counted up to and with it. */
export const excessOf = (due: Fen, counted: readonly Fen[], payment: Fen): Fen => {
  const over = counted.reduce((a, b) => a + b, 0n) - due
  if (over <= 0n) return 0n
  return over < payment ? over : payment
}
