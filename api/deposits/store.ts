import type { Database } from '../kernel/database.ts'

export const accountOf = (db: Database, lotId: string, organisationId: string) =>
  db
    .selectFrom('deposit_account')
    .selectAll()
    .where('lot_id', '=', lotId)
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst()

export const accountByNumber = (db: Database, accountNumber: string) =>
  db.selectFrom('deposit_account').selectAll().where('account_number', '=', accountNumber).executeTakeFirst()

export const insertAccount = (
  db: Database,
  row: { id: string; account_number: string; lot_id: string; organisation_id: string; amount_due: bigint },
) =>
  db
    .insertInto('deposit_account')
    .values(row)
    .onConflict((oc) => oc.columns(['lot_id', 'organisation_id']).doNothing())
    .returningAll()
    .executeTakeFirst()

export const receiptsOf = (db: Database, accountIds: readonly string[]) =>
  accountIds.length === 0
    ? Promise.resolve([])
    : db
        .selectFrom('bank_receipt')
        .selectAll()
        .where('deposit_account_id', 'in', accountIds)
        .orderBy('paid_at')
        .execute()

/** What still counts as paid: money that came rightly and was not given back for a withdrawal. */
export const countedOf = (db: Database, accountIds: readonly string[]) =>
  accountIds.length === 0
    ? Promise.resolve([])
    : db
        .selectFrom('bank_receipt')
        .leftJoin('deposit_refund', 'deposit_refund.bank_reference', 'bank_receipt.bank_reference')
        .select(['bank_receipt.deposit_account_id', 'bank_receipt.amount'])
        .where('bank_receipt.deposit_account_id', 'in', accountIds)
        .where('bank_receipt.verdict', '=', 'matched')
        .where((eb) => eb.or([eb('deposit_refund.reason', 'is', null), eb('deposit_refund.reason', '<>', 'withdrawn')]))
        .execute()

/** The bank may tell the same thing twice: the first word stands. */
export const insertReceipt = (
  db: Database,
  row: {
    bank_reference: string
    account_number: string
    deposit_account_id: string | null
    amount: bigint
    payer_name: string
    payer_account: string
    paid_at: Date
    verdict: string
  },
) =>
  db
    .insertInto('bank_receipt')
    .values(row)
    .onConflict((oc) => oc.doNothing())
    .returning('bank_reference')
    .executeTakeFirst()

export const accountsOfLot = (db: Database, lotId: string) =>
  db.selectFrom('deposit_account').selectAll().where('lot_id', '=', lotId).execute()

export const insertRefund = (
  db: Database,
  row: {
    id: string
    deposit_account_id: string
    bank_reference: string
    amount: bigint
    interest: bigint
    reason: string
    due_on: string
  },
) =>
  db
    .insertInto('deposit_refund')
    .values(row)
    .onConflict((oc) => oc.column('bank_reference').doNothing())
    .returning('id')
    .executeTakeFirst()

export const refundsOf = (db: Database, accountId: string) =>
  db
    .selectFrom('deposit_refund')
    .selectAll()
    .where('deposit_account_id', '=', accountId)
    .orderBy('ordered_at')
    .execute()

export const refundWithPayer = (db: Database, refundId: string) =>
  db
    .selectFrom('deposit_refund')
    .innerJoin('bank_receipt', 'bank_receipt.bank_reference', 'deposit_refund.bank_reference')
    .innerJoin('deposit_account', 'deposit_account.id', 'deposit_refund.deposit_account_id')
    .innerJoin('lot', 'lot.id', 'deposit_account.lot_id')
    .selectAll('deposit_refund')
    .select([
      'bank_receipt.payer_account',
      'bank_receipt.payer_name',
      'deposit_account.organisation_id',
      'deposit_account.lot_id',
      'lot.tender_id',
    ])
    .where('deposit_refund.id', '=', refundId)
    .executeTakeFirst()

export const markRefunded = (db: Database, refundId: string, at: Date) =>
  db
    .updateTable('deposit_refund')
    .set({ refunded_at: at })
    .where('id', '=', refundId)
    .where('refunded_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
