import { validBids } from '../../bids/service.ts'
import { refundDeposits, refundOthers, refundShort } from '../../deposits/service.ts'
import { now } from '../../kernel/clock.ts'
import type { Database } from '../../kernel/database.ts'
import type { Deps } from '../../kernel/deps.ts'
import { lockTender, lotById } from '../../tenders/service/shared.ts'
import * as store from '../store.ts'

/** Statuses of a lot after its deadline; what a cancelled or unopened one holds is found by the deposits themselves. */
const CLOSED = ['closed', 'stored', 'opened', 'evaluated', 'awarded', 'failed']

/** Whose deposits a closed lot has to do with: before the decision all bidders, then those whose bids count or are 撤销. */
const holders = async (trx: Database, lotId: string) => {
  const bids = await validBids(trx, lotId)
  const opened = await store.openedOf(
    trx,
    bids.map((bid) => bid.id),
  )
  const isDecided = (await store.closingOf(trx, lotId))?.decided_at != null
  const treated = (bidId: string) => opened.find((one) => one.bid_id === bidId)?.treated_as
  const of = (wanted: (treatedAs: string | undefined) => boolean) =>
    bids.filter((bid) => wanted(treated(bid.id))).map((bid) => bid.organisation_id)
  return {
    held: of((treatedAs) => !isDecided || treatedAs !== 'withdrawn'),
    valid: of((treatedAs) => isDecided && treatedAs === 'valid'),
  }
}

/**
 * Job: the bank reported money after the deadline that was paid before it. A bidder's counts as any other; whoever did
 * not bid, is still short, or whose lot has failed meanwhile, gets it back as if it had been known in time.
 */
export const settleDeposits =
  (deps: Deps) =>
  (job: { lotId: string }): Promise<void> =>
    deps.db.transaction().execute(async (trx) => {
      await lockTender(trx, (await lotById(trx, job.lotId)).tender_id, 'share')
      const lot = await lotById(trx, job.lotId)
      if (!CLOSED.includes(lot.status)) return
      const at = await now(trx)
      const { held, valid } = await holders(trx, lot.id)
      if (lot.status === 'failed') await refundDeposits(deps)(trx, lot.id, valid, 'terminated', at)
      await refundOthers(deps)(trx, lot.id, held, at)
      await refundShort(deps)(trx, lot.id, at)
    })
