import { bidsByIds, markCiphertextDeleted, markMissing, partsOf, validBids } from '../../bids/service.ts'
import { SYSTEM } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { Deps } from '../../kernel/deps.ts'
import { append } from '../../log/append.ts'
import { toBase64url } from '../../log/bytes.ts'
import { setLotStatus } from '../../tenders/service/shared.ts'
import * as store from '../store.ts'
import { isStoredWhole } from './ciphertext.ts'

const MINUTE = 60_000

/** After CLOSED every stored part is hashed again; STORED names what is missing, and the windows start with it. */
export const checkStored = (deps: Deps) => async (): Promise<void> => {
  const waiting = await store.unstoredClosings(deps.db)
  for (const closing of waiting) {
    const missing = await missingBids(deps, closing.lot_id)
    await deps.db.transaction().execute(async (trx) => {
      const row = await store.lockClosing(trx, closing.lot_id)
      if (!row || row.stored_at !== null) return
      const at = await now(trx)
      const windowEndsAt = new Date(at.getTime() + closing.bidder_window_minutes * MINUTE)
      const fallbackEndsAt = new Date(windowEndsAt.getTime() + closing.trustee_window_minutes * MINUTE)
      const event = await append(trx, SYSTEM, {
        type: 'lot.stored/1',
        tenderId: closing.tender_id,
        lotId: closing.lot_id,
        scope: 'public',
        subject: { name: 'STORED', n: 0 },
        data: {
          lotId: closing.lot_id,
          missing: missing.map(toBase64url),
          windowEndsAt: windowEndsAt.toISOString(),
          fallbackEndsAt: fallbackEndsAt.toISOString(),
        },
      })
      await store.updateClosing(trx, closing.lot_id, {
        stored_event_id: event.eventId,
        stored_at: new Date(event.at),
        window_ends_at: windowEndsAt,
        fallback_ends_at: fallbackEndsAt,
      })
      await markMissing(trx, missing)
      await setLotStatus(trx, closing.lot_id, 'stored')
      await deps.live.changed(trx, 'notices')
      await deps.live.changed(trx, `tender:${closing.tender_id}`)
    })
  }
  if (waiting.length === 0) return
  await deps.log.flush()
  // Its place in the log is known only now.
  for (const { tender_id } of waiting) await deps.live.changed(deps.db, `tender:${tender_id}`)
}

const missingBids = async (deps: Deps, lotId: string): Promise<Uint8Array[]> => {
  const missing: Uint8Array[] = []
  for (const bid of await validBids(deps.db, lotId)) {
    if (!(await isStoredWhole(deps, bid.id))) missing.push(bid.manifest_hash)
  }
  return missing
}

/** A replaced, withdrawn or unfinished bid: its ciphertext goes in every version, read back as absent, with an event. */
export const deleteCiphertext =
  (deps: Deps) =>
  async (job: { bidId: string }): Promise<void> => {
    const [bid] = await bidsByIds(deps.db, [job.bidId])
    if (!bid || bid.state === 'received' || bid.ciphertext_deleted_at !== null) return
    for (const part of await partsOf(deps.db, bid.id)) await deps.files.remove(part.object_key)
    await deps.db.transaction().execute(async (trx) => {
      await append(trx, SYSTEM, {
        type: 'ciphertext.deleted/1',
        tenderId: bid.tender_id,
        lotId: bid.lot_id,
        scope: 'bidder',
        data: { lotId: bid.lot_id, manifestHashes: [toBase64url(bid.manifest_hash)] },
      })
      await markCiphertextDeleted(trx, bid, await now(trx))
    })
  }
