import type { Actor } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { Deps } from '../../kernel/deps.ts'
import { found, refuseIf } from '../../kernel/problem.ts'
import { append } from '../../log/append.ts'
import { currentNotice, lockTender } from '../../tenders/service/shared.ts'
import { mayConfirm, mayHandIn } from '../rules.ts'
import * as store from '../store.ts'
import { viewBid } from './shared.ts'

/** After a correction: the bid that was received stands, and its bidder has read why it might not. Repeating changes nothing. */
export const confirmBid = (deps: Deps) => async (actor: Actor, bidId: string, n: number) => {
  const bid = await deps.db.transaction().execute(async (trx) => {
    const before = found(await store.bidOf(trx, bidId, actor.organisationId!))
    await store.lockBidder(trx, before.tender_id, actor.organisationId!)
    const tender = await lockTender(trx, before.tender_id, 'share')
    const row = found(await store.lockBid(trx, bidId, actor.organisationId!))
    if (row.confirmed_notice_n === n) return row
    refuseIf(mayHandIn(tender, await now(trx)))
    const notice = await currentNotice(trx, tender.id)
    refuseIf(mayConfirm({ kind: row.kind, state: row.state, noticeN: row.notice_n }, n, notice.n))
    await append(trx, actor, {
      type: 'bid.confirmed/1',
      tenderId: row.tender_id,
      lotId: row.lot_id,
      scope: 'bidder',
      data: { bidId: row.id, organisationId: row.organisation_id, noticeN: n },
    })
    return store.updateBid(trx, row.id, { confirmed_notice_n: n })
  })
  return viewBid(deps, bid)
}
