import { sql } from 'kysely'
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

/** Not against new refunds, which only refer to it. */
export const lockAccount = (trx: Database, id: string) =>
  trx.selectFrom('deposit_account').select('id').where('id', '=', id).forNoKeyUpdate().executeTakeFirst()

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

/** Money that came rightly, receipt by receipt, less what of it went back as excess. */
const matchedOf = (db: Database, accountIds: readonly string[]) =>
  db
    .selectFrom('bank_receipt')
    .leftJoin('deposit_refund as refund', (join) =>
      join.onRef('refund.bank_reference', '=', 'bank_receipt.bank_reference').on('refund.excess', '=', false),
    )
    .leftJoin('deposit_refund as excess', (join) =>
      join.onRef('excess.bank_reference', '=', 'bank_receipt.bank_reference').on('excess.excess', '=', true),
    )
    .select(['bank_receipt.bank_reference', 'bank_receipt.deposit_account_id', 'bank_receipt.paid_at'])
    .select(sql<bigint>`bank_receipt.amount - coalesce(excess.amount, 0)`.as('amount'))
    .where('bank_receipt.deposit_account_id', 'in', accountIds)
    .where('bank_receipt.verdict', '=', 'matched')
    .where(sql<boolean>`bank_receipt.amount > coalesce(excess.amount, 0)`)

/** By the deadline that stands: one that moved later makes what came before it timely. */
const PAID_IN_TIME = sql<boolean>`bank_receipt.paid_at < (select tender.deadline from deposit_account account
  join lot on lot.id = account.lot_id join tender on tender.id = lot.tender_id
  where account.id = bank_receipt.deposit_account_id)`

/** What still counts as paid: money that came rightly, in time, and was not given back for a withdrawal; oldest first. */
export const countedOf = (db: Database, accountIds: readonly string[]) =>
  accountIds.length === 0
    ? Promise.resolve([])
    : matchedOf(db, accountIds)
        .where(PAID_IN_TIME)
        .orderBy('bank_receipt.paid_at')
        .orderBy('bank_receipt.bank_reference')
        .where((eb) => eb.or([eb('refund.reason', 'is', null), eb('refund.reason', '<>', 'withdrawn')]))
        .execute()

/** What is still held: no refund of it was ordered. */
export const keptOf = (db: Database, accountIds: readonly string[]) =>
  accountIds.length === 0 ? Promise.resolve([]) : matchedOf(db, accountIds).where('refund.id', 'is', null).execute()

/** Whose money a cancelled or unopened lot still holds. */
export const heldOfEnded = (db: Database) =>
  db
    .selectFrom('bank_receipt')
    .innerJoin('deposit_account', 'deposit_account.id', 'bank_receipt.deposit_account_id')
    .innerJoin('lot', 'lot.id', 'deposit_account.lot_id')
    .leftJoin('deposit_refund', (join) =>
      join
        .onRef('deposit_refund.bank_reference', '=', 'bank_receipt.bank_reference')
        .on('deposit_refund.excess', '=', false),
    )
    .leftJoin('deposit_refund as over', (join) =>
      join.onRef('over.bank_reference', '=', 'bank_receipt.bank_reference').on('over.excess', '=', true),
    )
    .select(['deposit_account.lot_id', 'deposit_account.organisation_id'])
    .distinct()
    .where('bank_receipt.verdict', '=', 'matched')
    .where('deposit_refund.id', 'is', null)
    .where(sql<boolean>`bank_receipt.amount > coalesce(over.amount, 0)`)
    .where('lot.status', 'in', ['cancelled', 'not-opened'])
    .execute()

/** When a cancelled or unopened lot ended. */
export const endOfLot = async (db: Database, lotId: string): Promise<Date | null> => {
  const row = await db
    .selectFrom('lot')
    .innerJoin('tender', 'tender.id', 'lot.tender_id')
    .leftJoin('closing', 'closing.lot_id', 'lot.id')
    .select((eb) => eb.fn.coalesce('closing.closed_at', 'tender.ended_at').as('at'))
    .where('lot.id', '=', lotId)
    .executeTakeFirst()
  return row?.at ?? null
}

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
    deposit_account_id: string | null
    bank_reference: string
    amount: bigint
    interest: bigint
    reason: string
    due_on: string
    counted_from: string | null
    excess: boolean
  },
) =>
  db
    .insertInto('deposit_refund')
    .values(row)
    .onConflict((oc) => oc.columns(['bank_reference', 'excess']).doNothing())
    .returning('id')
    .executeTakeFirst()

const outstanding = (db: Database) =>
  db
    .selectFrom('deposit_refund')
    .innerJoin('deposit_account', 'deposit_account.id', 'deposit_refund.deposit_account_id')
    .innerJoin('lot', 'lot.id', 'deposit_account.lot_id')
    .innerJoin('tender', 'tender.id', 'lot.tender_id')
    .select(['deposit_refund.id', 'deposit_refund.reason', 'deposit_refund.due_on', 'deposit_refund.counted_from'])
    .select(['deposit_account.organisation_id', 'deposit_account.lot_id', 'lot.tender_id', 'tender.regime'])
    .where('deposit_refund.refunded_at', 'is', null)
    .where('deposit_refund.counted_from', 'is not', null)

/** Refunds ordered before an instant that the bank has not carried out. */
export const openRefunds = (db: Database, before: Date) =>
  outstanding(db).where('deposit_refund.ordered_at', '<', before).execute()

export const lockOpenRefund = (trx: Database, id: string) =>
  outstanding(trx).where('deposit_refund.id', '=', id).forUpdate('deposit_refund').executeTakeFirst()

export const moveDue = async (trx: Database, id: string, dueOn: string): Promise<void> => {
  await trx.updateTable('deposit_refund').set({ due_on: dueOn }).where('id', '=', id).execute()
}

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
    .leftJoin('deposit_account', 'deposit_account.id', 'deposit_refund.deposit_account_id')
    .leftJoin('lot', 'lot.id', 'deposit_account.lot_id')
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
