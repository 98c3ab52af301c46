import { depositWorks, sendRefund } from './deposits/service.ts'
import type { Deps } from './kernel/deps.ts'
import type { DueWork } from './kernel/due.ts'
import { deleteCiphertext, openingWorks, printOpeningRecord, settleDeposits } from './openings/service.ts'
import { rehearsalWorks } from './rehearsals/service.ts'
import { tenderWorks } from './tenders/service/recount.ts'
import { drillWorks } from './tenders/service/second-drill.ts'

/** What the clock makes due, in the order it is looked at. */
export const dueWorks = (deps: Deps): DueWork[] => [
  ...openingWorks(deps),
  ...depositWorks(deps),
  ...tenderWorks(deps),
  ...drillWorks(deps),
  ...rehearsalWorks(deps),
]

/** What follows a transaction and is retried until it succeeds. */
export const jobHandlers = (deps: Deps) => ({
  'send-refund': sendRefund(deps),
  'settle-deposits': settleDeposits(deps),
  'delete-ciphertext': deleteCiphertext(deps),
  'print-opening-record': printOpeningRecord(deps),
})
