import type { Actor } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import { publicId } from '../../kernel/ids.ts'
import { found, refuseIf } from '../../kernel/problem.ts'
import type { YearPlanImport } from '../../law/calendar.ts'
import { record } from '../events.ts'
import { changesCalendar, mayApprove, mayImport, mayReject } from '../rules.ts'
import * as store from '../store.ts'
import { person, type RegulationDeps } from './amendments.ts'
import { lawChanges } from './law.ts'
import { planOf, viewPlan } from './views.ts'

const assertImportable = async (trx: store.Db, plan: YearPlanImport): Promise<void> => {
  refuseIf(mayImport(plan))
  refuseIf(changesCalendar(plan, (await lawChanges(trx)).calendars))
}

export const draftPlan =
  ({ db }: RegulationDeps) =>
  (actor: Actor, plan: YearPlanImport) =>
    db.transaction().execute(async (trx) => {
      await assertImportable(trx, plan)
      const { year, source, holidays, workdays } = plan
      const row = await store.insertPlan(trx, {
        id: publicId(),
        year,
        source,
        holidays: JSON.stringify(holidays),
        workdays: JSON.stringify(workdays),
        status: 'draft',
        drafted_by: person(actor),
      })
      await record(trx, actor, 'calendar-plan.drafted/1', { planId: row.id, year, source, holidays, workdays })
      return viewPlan(trx, row)
    })

/** A second person makes it the calendar; each feature then counts its open days again as due work. */
export const approvePlan =
  ({ db }: RegulationDeps) =>
  (actor: Actor, id: string) =>
    db.transaction().execute(async (trx) => {
      await store.lockVersion(trx)
      const row = found(await store.lockPlan(trx, id))
      if (row.status === 'approved' && row.decided_by === person(actor)) return viewPlan(trx, row)
      refuseIf(mayApprove(row, person(actor)))
      await assertImportable(trx, planOf(row))
      const version = await store.nextPlanVersion(trx, row.year)
      const approved = await store.updatePlan(trx, id, {
        status: 'approved',
        version,
        decided_by: person(actor),
        decided_at: await now(trx),
      })
      await store.renewVersion(trx)
      const facts = { planId: id, year: row.year, version, draftedBy: row.drafted_by }
      await record(trx, actor, 'calendar-plan.approved/1', facts)
      return viewPlan(trx, approved)
    })

export const rejectPlan =
  ({ db }: RegulationDeps) =>
  (actor: Actor, id: string, reason: string) =>
    db.transaction().execute(async (trx) => {
      refuseIf(mayReject(found(await store.lockPlan(trx, id))))
      await store.updatePlan(trx, id, {
        status: 'rejected',
        decided_by: person(actor),
        decided_at: await now(trx),
        rejected_reason: reason,
      })
      await record(trx, actor, 'calendar-plan.rejected/1', { planId: id, reason })
      return { done: true as const }
    })

export const listPlans =
  ({ db }: RegulationDeps) =>
  async () => ({
    items: await Promise.all((await store.plans(db)).map((row) => viewPlan(db, row))),
  })
