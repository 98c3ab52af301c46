import type { Actor } from '../../kernel/actor.ts'
import type { Database } from '../../kernel/database.ts'
import { refuse } from '../../kernel/problem.ts'
import { beijingDate } from '../../law/beijing.ts'
import { statutoryDate, type TimetableEvent } from '../../law/timetable.ts'
import type { Notice } from '../../seal/notice.ts'
import { isPurchaserSide, type TenderRow } from '../../tenders/service/shared.ts'

/** The last lawful day counted from an instant; null where the law gives no period. */
export const dueOn = (notice: Notice, event: TimetableEvent, from: Date | string): string | null => {
  const date = typeof from === 'string' ? from : beijingDate(from.getTime())
  const sets = notice.rowSets as ('national' | 'city')[]
  const { regime, method } = notice
  return statutoryDate({ regime, method, event, date }, { today: date, sets })?.date ?? null
}

/** 政府采购法 第二十条: the agency may prepare and publish; it never decides in the purchaser's place. */
export const assertPurchaser = (actor: Actor, tender: TenderRow): void => {
  const isPurchaser = actor.role === 'purchaser' || actor.role === 'purchaser-approver'
  if (!isPurchaser || actor.personId === null || actor.organisationId !== tender.purchaser_id) refuse('not-found')
}

export const assertSide = async (trx: Database, actor: Actor, tender: TenderRow): Promise<void> => {
  if (!(await isPurchaserSide(trx, actor, tender))) refuse('not-found')
}
