import type { Deps } from '../kernel/deps.ts'
import type { DueWork } from '../kernel/due.ts'
import { nextRecount } from '../regulations/service.ts'
import { recountRefunds } from './service/recount.ts'
import { refundEnded } from './service/refunds.ts'
import * as store from './store.ts'

/** What other features may ask of deposits. */
export { depositStates } from './service/account.ts'
export { sendRefund } from './service/bank.ts'
export { refundDeposits, refundLate, refundOthers, refundShort } from './service/refunds.ts'

/** Money that an ended lot still holds is due back at once: an instant in the past. */
const AT_ONCE = new Date(0)

export const depositWorks = (deps: Deps): DueWork[] => [
  {
    name: 'refund-ended',
    next: async (db) => ((await store.heldOfEnded(db)).length > 0 ? AT_ONCE : null),
    run: refundEnded(deps),
  },
  { name: 'recount-refunds', next: nextRecount('deposits'), run: recountRefunds(deps) },
]
