import { SYSTEM } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { DueWork } from '../../kernel/due.ts'
import { record } from '../events.ts'
import { drillDueFrom, missingDrills } from '../rules/drill.ts'
import * as drills from '../store/drill.ts'
import * as store from '../store.ts'
import type { TenderDeps } from './deps.ts'
import { lockTender } from './shared.ts'

type AlarmDeps = Pick<TenderDeps, 'db' | 'live'>

/** One tender, one deadline, one alarm: on its trail and on the pages of trustees, purchaser and centre. */
const raise = async (deps: AlarmDeps, trx: store.Db, id: string): Promise<void> => {
  const tender = await lockTender(trx, id, 'update')
  const { deadline, drill_alarm_for: told } = tender
  const at = await now(trx)
  const isDue = tender.status === 'published' && !tender.suspended && deadline !== null && at >= drillDueFrom(deadline)
  if (!isDue || told?.getTime() === deadline.getTime()) return
  await store.updateTender(trx, id, { drill_alarm_for: deadline })
  const seats = await store.seatsOf(trx, id)
  const missing = missingDrills(seats, deadline, at)
  if (missing.length === 0) return
  await record(trx, SYSTEM, id, 'trustees.drill-missing/1', {
    deadline: deadline.toISOString(),
    seats: seats
      .filter(({ i }) => missing.includes(i))
      .map((seat) => ({ i: seat.i, organisationId: seat.organisation_id })),
  })
  await deps.live.changed(trx, `tender:${id}`)
  await deps.live.changed(trx, 'notices')
}

/** SEALING.md §2: a day before the opening whoever has not drilled again is told of. */
export const raiseDrillAlarms = (deps: AlarmDeps) => async (): Promise<void> => {
  const at = await now(deps.db)
  for (const { id, deadline } of await drills.unalarmed(deps.db))
    if (deadline !== null && drillDueFrom(deadline) <= at)
      await deps.db.transaction().execute((trx) => raise(deps, trx, id))
}

export const drillWorks = (deps: AlarmDeps): DueWork[] => [
  {
    name: 'second-drill',
    next: async (db) => {
      const [first] = await drills.unalarmed(db)
      return first?.deadline ? drillDueFrom(first.deadline) : null
    },
    run: raiseDrillAlarms(deps),
  },
]
