import { SYSTEM } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { Deps } from '../../kernel/deps.ts'
import type { DueWork } from '../../kernel/due.ts'
import { record } from '../events.ts'
import * as store from '../store.ts'

type Doors = Pick<Deps, 'db' | 'files'>

/** Every object of a rehearsal goes, in every version; the store reads back that none is left. */
export const removeParts = async ({ db, files }: Doors, id: string): Promise<void> => {
  for (const part of await store.partsOf(db, id)) await files.remove(part.object_key)
}

/** No address is given out from here on. */
const close = ({ db }: Doors, id: string, at: Date): Promise<boolean> =>
  db.transaction().execute(async (trx) => {
    const row = await store.lockRehearsal(trx, id)
    // Its bidder has just asked for addresses, or another replica was quicker.
    if (!row || row.parts_deleted_at !== null || row.keep_until > at) return false
    if (row.state === 'uploading') await store.updateRehearsal(trx, id, { state: 'abandoned' })
    return true
  })

const logDeleted = ({ db }: Doors, id: string): Promise<void> =>
  db.transaction().execute(async (trx) => {
    const row = await store.lockRehearsal(trx, id)
    if (!row || row.parts_deleted_at !== null) return
    const parts = (await store.partsOf(trx, id)).length
    await store.deleteParts(trx, id)
    await store.updateRehearsal(trx, id, { parts_deleted_at: await now(trx) })
    await record(trx, SYSTEM, 'rehearsal.parts-deleted/1', { rehearsalId: id, parts })
  })

/**
 * What a rehearsal put into the store goes once no address of it is valid any more: abandoned ones, and passed ones a
 * second time, since an address that was not used may have put something there after the first.
 */
export const deleteRehearsalParts = (deps: Doors) => async (): Promise<void> => {
  const at = await now(deps.db)
  for (const { id } of await store.keptTill(deps.db, at)) {
    if (!(await close(deps, id, at))) continue
    await removeParts(deps, id)
    await logDeleted(deps, id)
  }
}

export const rehearsalWorks = (deps: Doors): DueWork[] => [
  {
    name: 'rehearsal-parts',
    next: async (db) => (await store.nextKept(db))?.keep_until ?? null,
    run: deleteRehearsalParts(deps),
  },
]
