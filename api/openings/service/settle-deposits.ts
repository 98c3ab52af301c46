import { validBids } from '../../bids/service.ts'
import { refundOthers, refundShort } from '../../deposits/service.ts'
import { now } from '../../kernel/clock.ts'
import type { Deps } from '../../kernel/deps.ts'
import { lockTender, lotById } from '../../tenders/service/shared.ts'

/** Lots whose bidders' deposits are held; what a lot that ended holds is found by the deposits themselves. */
const HOLDING = ['closed', 'stored', 'opened', 'evaluated', 'awarded']

/**
 * Job: the bank reported money after the deadline that was paid before it. A bidder's counts as any other; whoever did
 * not bid, or is still short, gets it back as if it had been known in time.
 */
export const settleDeposits =
  (deps: Deps) =>
  (job: { lotId: string }): Promise<void> =>
    deps.db.transaction().execute(async (trx) => {
      const lot = await lotById(trx, job.lotId)
      await lockTender(trx, lot.tender_id, 'share')
      if (!HOLDING.includes((await lotById(trx, job.lotId)).status)) return
      const at = await now(trx)
      const bidders = (await validBids(trx, lot.id)).map((bid) => bid.organisation_id)
      await refundOthers(deps)(trx, lot.id, bidders, at)
      await refundShort(deps)(trx, lot.id, at)
    })
