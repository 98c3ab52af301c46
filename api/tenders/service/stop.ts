import type { Actor } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import { refuseIf } from '../../kernel/problem.ts'
import { tenderEnded } from '../../log/disclose.ts'
import { record } from '../events.ts'
import { mayCancel, mayResume, maySuspend } from '../rules.ts'
import * as store from '../store.ts'
import type { TenderDeps } from './deps.ts'
import { assertPurchaserSide, lockTender, setLotStatus, setTenderStatus } from './shared.ts'

const wake = async (deps: TenderDeps, trx: store.Db, id: string): Promise<void> => {
  await deps.live.changed(trx, 'notices')
  await deps.live.changed(trx, `tender:${id}`)
}

/** 94号令 第二十八条: the supervisor stops a tender, up to the end of its opening; SUSPENDED n is once-only and every client looks for it. */
export const suspendTender = (deps: TenderDeps) => (actor: Actor, id: string, reason: string) =>
  deps.db.transaction().execute(async (trx) => {
    const tender = await lockTender(trx, id, 'update')
    refuseIf(maySuspend(tender, await now(trx)))
    const n = tender.suspension_n + 1
    const event = await record(trx, actor, id, 'tender.suspended/1', { n, reason }, { name: 'SUSPENDED', n })
    await store.insertStop(trx, { tender_id: id, n, stopped_at: new Date(event.at) })
    await store.updateTender(trx, id, { suspended: true, suspension_n: n, suspension_reason: reason })
    await wake(deps, trx, id)
    return { suspended: true, n }
  })

/** RESUMED carries the n of the suspension it ends; windows that ran meanwhile end later by its length. */
export const resumeTender = (deps: TenderDeps) => (actor: Actor, id: string, reason: string) =>
  deps.db.transaction().execute(async (trx) => {
    const tender = await lockTender(trx, id, 'update')
    refuseIf(mayResume(tender, await now(trx)))
    const n = tender.suspension_n
    const event = await record(trx, actor, id, 'tender.resumed/1', { n, reason }, { name: 'RESUMED', n })
    await store.endStop(trx, id, n, new Date(event.at))
    await store.updateTender(trx, id, { suspended: false, suspension_reason: null })
    await wake(deps, trx, id)
    return { suspended: false, n }
  })

/** 终止招标 (87号令 第二十九条): with its reason, before the deadline; a draft is simply given up. */
export const cancelTender = (deps: TenderDeps) => (actor: Actor, id: string, reason: string) =>
  deps.db.transaction().execute(async (trx) => {
    const tender = await lockTender(trx, id, 'update')
    await assertPurchaserSide(trx, actor, tender)
    if (tender.status === 'cancelled') return { status: 'cancelled' }
    const at = await now(trx)
    refuseIf(mayCancel(tender, at))
    await setTenderStatus(trx, tender, 'cancelled')
    await store.updateTender(trx, id, { end_reason: reason })
    await store.deleteCorrection(trx, id)
    for (const lot of await store.lotsOf(trx, id)) await setLotStatus(trx, lot.id, 'cancelled')
    const event = await record(trx, actor, id, 'tender.cancelled/1', { reason })
    if (tender.published_at !== null) await tenderEnded(trx, id, new Date(event.at))
    await wake(deps, trx, id)
    return { status: 'cancelled' }
  })
