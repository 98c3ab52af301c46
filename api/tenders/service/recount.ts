import { SYSTEM } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { DueWork } from '../../kernel/due.ts'
import { beijingDate } from '../../law/beijing.ts'
import { lawAt, nextRecount, type Recount, recount } from '../../regulations/service.ts'
import { record } from '../events.ts'
import { movedDates, newFaults } from '../rules/recount.ts'
import { timelineOf } from '../rules/timeline.ts'
import * as dates from '../store/dates.ts'
import * as store from '../store.ts'
import type { TenderDeps } from './deps.ts'
import { currentNotice, lockTender } from './shared.ts'

type RecountDeps = Pick<TenderDeps, 'db' | 'live'>

/** One tender under one plan: told once, on its trail, on its page and on the purchaser's desk. */
const recountOne = async (deps: RecountDeps, trx: store.Db, id: string, plan: Recount): Promise<void> => {
  const tender = await lockTender(trx, id, 'share')
  const { notice } = await currentNotice(trx, id)
  const published = new Date(notice.publishedAt)
  // Made under the new plan already.
  if (published >= plan.approvedAt) return
  const notices = await store.noticesOf(trx, id)
  const at = await now(trx)
  const law = await lawAt(trx, published, notice.rowSets)
  const [before, after] = [plan.before, plan.after].map((calendar) => ({ ...law, calendar })) as [
    typeof law,
    typeof law,
  ]
  const history = notices.map((one) => ({ n: one.n, publishedAt: one.published_at, affecting: one.affecting }))
  const facts = { ...tender, notice, now: at, history, endedAt: tender.ended_at }
  const changes = movedDates(timelineOf(facts, before), timelineOf(facts, after))
  const isOpen = tender.status === 'published' && Date.parse(notice.deadline) > at.getTime()
  const firstDay = beijingDate((notices.find(({ n }) => n === 0)?.published_at ?? published).getTime())
  const faults = isOpen ? newFaults(notice, firstDay, before, after) : []
  if (changes.length === 0 && faults.length === 0) return
  const { year, source, planId } = plan
  if (!(await dates.insertDateChange(trx, { tender_id: id, plan_id: planId, year, source, changes, findings: faults })))
    return
  await record(trx, SYSTEM, id, 'tender.dates-recounted/1', {
    year,
    source,
    changes,
    faults: faults.map(({ code, field }) => ({ code, field })),
  })
  await deps.live.changed(trx, `tender:${id}`)
}

/** RULES §16: after a plan came, every running tender's dates are counted again; a deadline of submission stays. */
export const recountTenders = (deps: RecountDeps) => (): Promise<void> =>
  recount(deps.db, 'tenders', async (plan) => {
    for (const { id } of await dates.runningTenders(deps.db))
      await deps.db.transaction().execute((trx) => recountOne(deps, trx, id, plan))
  })

export const tenderWorks = (deps: RecountDeps): DueWork[] => [
  { name: 'recount-tenders', next: nextRecount('tenders'), run: recountTenders(deps) },
]
