import type { Actor } from '../../kernel/actor.ts'
import type { Database } from '../../kernel/database.ts'
import { found, refuse } from '../../kernel/problem.ts'
import { beijingDate, beijingInstant } from '../../law/beijing.ts'
import { statutoryDate, type TimetableEvent } from '../../law/timetable.ts'
import { fromUtf8 } from '../../log/bytes.ts'
import { lawAt } from '../../regulations/service.ts'
import type { Notice } from '../../seal/notice.ts'
import { isPurchaserSide, type TenderRow } from '../../tenders/service/shared.ts'
import { resultNoticeSchema } from '../contract/notice.ts'
import * as store from '../store.ts'

export const noticeIn = (award: store.AwardRow) =>
  resultNoticeSchema.parse(JSON.parse(fromUtf8(new Uint8Array(found(award.notice)))))

/** A published award; there is none before, to nobody. */
export const published = async (db: Database, lotId: string): Promise<store.AwardRow> => {
  const award = await store.awardOf(db, lotId)
  return award?.published_at ? award : refuse('not-found')
}

/** The last lawful day counted from an instant; null where the law gives no period. */
export const dueOn = async (
  db: Database,
  notice: Notice,
  event: TimetableEvent,
  from: Date | string,
): Promise<string | null> => {
  const date = typeof from === 'string' ? from : beijingDate(from.getTime())
  const { regime, method } = notice
  const at = typeof from === 'string' ? new Date(beijingInstant(date, '00:00')) : from
  const law = await lawAt(db, at, notice.rowSets)
  return statutoryDate({ regime, method, event, date }, law)?.date ?? null
}

/** 政府采购法 第二十条: the agency may prepare and publish; it never decides in the purchaser's place. */
export const assertPurchaser = (actor: Actor, tender: TenderRow): void => {
  const isPurchaser = actor.role === 'purchaser' || actor.role === 'purchaser-approver'
  if (!isPurchaser || actor.personId === null || actor.organisationId !== tender.purchaser_id) refuse('not-found')
}

export const assertSide = async (trx: Database, actor: Actor, tender: TenderRow): Promise<void> => {
  if (!(await isPurchaserSide(trx, actor, tender))) refuse('not-found')
}
