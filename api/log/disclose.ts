/** The marks on which disclosure depends; features set them in the transaction that logs the event (SEALING §3). */
import { type QueryExecutorProvider, sql } from 'kysely'

/** The tender's first NOTICE is logged in this transaction: leaves from `at` on are its own. Later calls change nothing. */
export const noticeLogged = async (trx: QueryExecutorProvider, tenderId: string, at: Date): Promise<void> => {
  await sql`insert into tender_disclosure (tender_id, notice_at) values (${tenderId}, ${at.toISOString()}::timestamptz)
    on conflict (tender_id) do nothing`.execute(trx)
}

/** The tender's last lot is CLOSED, in this transaction. */
export const tenderClosed = async (trx: QueryExecutorProvider, tenderId: string, at: Date): Promise<void> => {
  await sql`update tender_disclosure set closed_at = ${at.toISOString()}::timestamptz
    where tender_id = ${tenderId} and closed_at is null`.execute(trx)
}

/** All of the tender is open, NOT_OPENED or cancelled: its leaves may be told from now on. */
export const tenderEnded = async (trx: QueryExecutorProvider, tenderId: string, at: Date): Promise<void> => {
  await sql`update tender_disclosure set ended_at = ${at.toISOString()}::timestamptz
    where tender_id = ${tenderId} and ended_at is null`.execute(trx)
}
