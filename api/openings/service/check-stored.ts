import { bidsByIds, markCiphertextDeleted, markLost, markMissing, type PartRow, validBids } from '../../bids/service.ts'
import { SYSTEM } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { Deps } from '../../kernel/deps.ts'
import { secretId } from '../../kernel/ids.ts'
import { append } from '../../log/append.ts'
import { toBase64url } from '../../log/bytes.ts'
import { lockTender, setLotStatus } from '../../tenders/service/shared.ts'
import * as store from '../store.ts'
import { lostParts, removeCiphertext } from './ciphertext.ts'

const MINUTE = 60_000

/** After CLOSED every stored part is hashed again; STORED names what is missing, and the windows start with it. */
export const checkStored = (deps: Deps) => async (): Promise<void> => {
  const waiting = await store.unstoredClosings(deps.db)
  for (const closing of waiting) {
    const lost = await lostBids(deps, closing.lot_id)
    const missing = lost.map(({ manifestHash }) => manifestHash)
    await deps.db.transaction().execute(async (trx) => {
      // Hashing takes its time: a tender that was stopped meanwhile starts its windows when it goes on.
      if ((await lockTender(trx, closing.tender_id, 'share')).suspended) return
      const row = await store.lockClosing(trx, closing.lot_id, 'update')
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
      for (const part of lost.flatMap(({ parts }) => parts))
        await markLost(trx, part, `bids/${secretId()}/${part.envelope_no}/${part.part}`)
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

const lostBids = async (deps: Deps, lotId: string) => {
  const lost: { manifestHash: Uint8Array; parts: PartRow[] }[] = []
  for (const bid of await validBids(deps.db, lotId)) {
    const parts = await lostParts(deps, bid.id)
    if (parts.length > 0) lost.push({ manifestHash: bid.manifest_hash, parts })
  }
  return lost
}

/** A replaced, withdrawn or unfinished bid: its ciphertext goes in every version, read back as absent, with an event. */
export const deleteCiphertext =
  (deps: Deps) =>
  async (job: { bidId: string }): Promise<void> => {
    const [bid] = await bidsByIds(deps.db, [job.bidId])
    if (!bid || bid.state === 'received' || bid.ciphertext_deleted_at !== null) return
    await removeCiphertext(deps, bid.id)
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
