import { now } from '../kernel/clock.ts'
import type { Database } from '../kernel/database.ts'
import type { Deps } from '../kernel/deps.ts'
import type { DueWork } from '../kernel/due.ts'
import { lastHeard } from '../probes/service.ts'
import { checkStored } from './service/check-stored.ts'
import { closeDueTenders } from './service/close-lots.ts'
import { decideTenders } from './service/decide-lots.ts'
import { destroyCiphertext, nextDestruction } from './service/destroy-ciphertext.ts'
import { leftBehind, openReleased } from './service/open-released.ts'
import { declareOutages, nextReading, windowHold } from './service/outages.ts'
import { movesOf, stateOf } from './service/windows.ts'
import * as outages from './store/outages.ts'
import * as store from './store.ts'

export { type OpeningRecord, openingRecordSchema } from '../seal/opening-record.ts'
export { deleteCiphertext } from './service/check-stored.ts'
export { printOpeningRecord } from './service/print-record.ts'
/** What other features may ask of openings. */
export { openedEnvelopes, openedFile } from './service/read-opened.ts'
export { settleDeposits } from './service/settle-deposits.ts'

/** The opening record of a lot, parsed by the caller with `openingRecordSchema`; undefined before names are out. */
export const openingRecordOf = (db: Database, lotId: string) => store.recordOf(db, lotId)

/** Due since ever. */
const AT_ONCE = new Date(0)

/** What the clock makes due around an opening: freeze at the deadline, re-hash, decide at the windows' end. */
export const openingWorks = (deps: Deps): DueWork[] => [
  {
    name: 'close',
    next: async (db) => outages.nextDeadline(db, await lastHeard(db)),
    run: closeDueTenders(deps),
  },
  {
    name: 'check-stored',
    // At once: an instant read from the clock would already lie after the one the round began with.
    next: async (db) => ((await store.unstoredClosings(db)).length > 0 ? AT_ONCE : null),
    run: checkStored(deps),
  },
  {
    name: 'open-released',
    next: async (db) => ((await leftBehind(db)).length > 0 ? AT_ONCE : null),
    run: async () => {
      for (const bid of await leftBehind(deps.db)) await openReleased(deps)(bid)
    },
  },
  { name: 'declare-outages', next: nextReading, run: declareOutages(deps) },
  {
    name: 'decide',
    next: (db) => nextDecision(db),
    run: decideTenders(deps),
  },
  { name: 'destroy-ciphertext', next: nextDestruction, run: destroyCiphertext(deps) },
]

const lastWindow = async (db: Database, tenderId: string): Promise<Date> => {
  const [moves, at] = [await movesOf(db, tenderId), await now(db)]
  const ends = (await store.closingsOf(db, tenderId)).map((row) => stateOf(row, moves, at).fallbackEndsAt?.getTime())
  const end = new Date(Math.max(0, ...ends.filter((one) => one !== undefined)))
  return (await windowHold(db, tenderId, end)) ?? end
}

/** A tender whose bids are all open is due at once; any other when the last trustees' window ends. */
const nextDecision = async (db: Database): Promise<Date | null> => {
  const instants: Date[] = []
  for (const { tender_id, all_open } of await store.undecidedTenders(db))
    instants.push(all_open ? AT_ONCE : await lastWindow(db, tender_id))
  return instants.reduce<Date | null>((a, b) => (a === null || b < a ? b : a), null)
}
