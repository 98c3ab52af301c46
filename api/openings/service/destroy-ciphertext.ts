import { ADDRESS_SECONDS, lockUndeleted, markCiphertextDeleted } from '../../bids/service.ts'
import { SYSTEM } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { Database } from '../../kernel/database.ts'
import type { Deps } from '../../kernel/deps.ts'
import { beijingDate, beijingInstant } from '../../law/beijing.ts'
import { remedyEnds } from '../../law/remedy.ts'
import type { Method, Regime } from '../../law/rows/schema.ts'
import { append } from '../../log/append.ts'
import { toBase64url } from '../../log/bytes.ts'
import { lawAt } from '../../regulations/service.ts'
import * as store from '../store.ts'
import { removeCiphertext } from './ciphertext.ts'

const DAY = 86_400_000

/**
 * SEALING.md §4 Close: what was never opened is kept as evidence while somebody may still attack that end, and destroyed
 * when the last day for it is over. Withdrawn and unfinished bids of a cancelled tender are nobody's evidence: they go as
 * soon as no address to put a part is valid any more.
 */
const dueOf = async (db: Database, bid: store.SealedBid): Promise<{ at: Date; remedyEndedOn: string }> => {
  const ended = bid.ended_at.getTime()
  const asked = { regime: bid.regime as Regime, method: bid.method as Method, date: beijingDate(ended) }
  const { date } = remedyEnds(asked, await lawAt(db, bid.ended_at))
  const at = bid.state === 'received' ? beijingInstant(date, '00:00') + DAY : ended + ADDRESS_SECONDS * 1000
  return { at: new Date(at), remedyEndedOn: date }
}

export const nextDestruction = async (db: Database): Promise<Date | null> => {
  const dues = await Promise.all((await store.sealedOfEnded(db)).map((bid) => dueOf(db, bid)))
  return dues.reduce<Date | null>((a, { at }) => (a === null || at < a ? at : a), null)
}

/** Deletes what is due, in every version, read back as absent; then the log says so, once. */
export const destroyCiphertext = (deps: Deps) => async (): Promise<void> => {
  const at = await now(deps.db)
  const sealed = await store.sealedOfEnded(deps.db)
  const dues = await Promise.all(sealed.map((bid) => dueOf(deps.db, bid)))
  const due = sealed.filter((_, i) => dues[i]!.at <= at)
  for (const lotId of new Set(due.map((bid) => bid.lot_id))) {
    const bids = due.filter((bid) => bid.lot_id === lotId)
    for (const { id } of bids) await removeCiphertext(deps, id)
    await deps.db.transaction().execute((trx) => logDestroyed(trx, lotId, bids))
  }
}

const logDestroyed = async (trx: Database, lotId: string, due: readonly store.SealedBid[]): Promise<void> => {
  const ids = due.map((bid) => bid.id)
  const bids = await lockUndeleted(trx, ids)
  const [first] = due
  if (bids.length === 0 || !first) return
  const place = { tenderId: first.tender_id, lotId }
  const manifestHashes = bids.map((bid) => toBase64url(bid.manifest_hash))
  // CLOSED has listed them to everybody; how many bids a cancelled tender had was never told.
  if (first.lot_status === 'not-opened') {
    const data = { lotId, manifestHashes, remedyEndedOn: (await dueOf(trx, first)).remedyEndedOn }
    await append(trx, SYSTEM, { type: 'lot.ciphertext-deleted/1', ...place, scope: 'public', data })
  } else {
    const data = { lotId, manifestHashes }
    await append(trx, SYSTEM, { type: 'ciphertext.deleted/1', ...place, scope: 'bidder', data })
  }
  const at = await now(trx)
  for (const bid of bids) await markCiphertextDeleted(trx, bid, at)
}
