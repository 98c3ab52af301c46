import { personName } from '../../identity/service.ts'
import type { YearPlanImport } from '../../law/calendar.ts'
import type { Method, ObjectKind, Regime, RuleId } from '../../law/rows/schema.ts'
import type * as contract from '../contract.ts'
import type * as store from '../store.ts'

export const planOf = (row: store.PlanRow): YearPlanImport => ({
  year: row.year,
  source: row.source,
  holidays: row.holidays as YearPlanImport['holidays'],
  workdays: row.workdays as YearPlanImport['workdays'],
})

type Decided = {
  status: string
  drafted_by: string
  drafted_at: Date
  decided_by: string | null
  decided_at: Date | null
  rejected_reason: string | null
}
export type Standing = contract.Standing

const standingOf = async (db: store.Db, row: Decided): Promise<Standing> => ({
  status: row.status as Standing['status'],
  draftedBy: { id: row.drafted_by, name: await personName(db, row.drafted_by) },
  draftedAt: row.drafted_at.toISOString(),
  decidedBy: row.decided_by ? { id: row.decided_by, name: await personName(db, row.decided_by) } : null,
  decidedAt: row.decided_at?.toISOString() ?? null,
  rejectedReason: row.rejected_reason,
})

export const caseOfStored = (row: store.AmendmentRow) => ({
  rule: row.rule as RuleId,
  regime: row.regime as Regime | null,
  object: row.object as ObjectKind[] | null,
  method: row.method as Method[] | null,
})

export const viewAmendment = async (db: store.Db, row: store.AmendmentRow): Promise<contract.AmendmentView> => ({
  id: row.id,
  ...caseOfStored(row),
  params: row.params as contract.Figures,
  effectiveFrom: row.effective_from,
  retroactive: row.retroactive,
  document: row.document,
  article: row.article,
  reason: row.reason,
  ...(await standingOf(db, row)),
})

export const viewPlan = async (db: store.Db, row: store.PlanRow): Promise<contract.PlanView> => ({
  id: row.id,
  version: row.version,
  ...planOf(row),
  ...(await standingOf(db, row)),
})
