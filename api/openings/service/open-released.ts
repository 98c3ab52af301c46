import { type BidRow, bidsByIds, envelopesOf, markMissing } from '../../bids/service.ts'
import { SYSTEM } from '../../kernel/actor.ts'
import type { Database } from '../../kernel/database.ts'
import type { Deps } from '../../kernel/deps.ts'
import { gate } from '../../kernel/gate.ts'
import { append } from '../../log/append.ts'
import { toBase64url } from '../../log/bytes.ts'
import { recoverDek, type TrusteeTerms } from '../../seal/seal.ts'
import { currentNotice, lockTender } from '../../tenders/service/shared.ts'
import * as store from '../store.ts'
import { ENVELOPES } from './make-record.ts'
import { entryOf, type Opening, openEnvelope, trusteeFacts } from './open-envelope.ts'

type Key = { dek: Uint8Array; how: 'bidder' | 'trustees' }

/** The key that was released for an envelope: its bidder's own, or the one that true shares make; null while there is none. */
const keyOf = async (
  bid: BidRow,
  kind: string,
  releases: readonly store.ReleaseRow[],
  facts: TrusteeTerms,
): Promise<Key | null> => {
  const accepted = releases.filter((one) => one.bid_id === bid.id && one.envelope_kind === kind && one.accepted)
  const own = accepted.find((one) => one.source === 0)
  if (own) return { dek: new Uint8Array(own.value), how: 'bidder' }
  const { manifest, entry } = entryOf(bid, kind)
  const shares = accepted.map((one) => ({ i: one.source, share: new Uint8Array(one.value) }))
  const recovered = await recoverDek(shares, manifest, entry, facts.setHash)
  return recovered.ok ? { dek: recovered.dek, how: 'trustees' } : null
}

/** Envelopes of a bid that are shut although a key of theirs was taken. What the store lost stays shut, and its key is kept. */
const shutOf = async (db: Database, bid: BidRow) => {
  const releases = await store.releasesOf(db, [bid.id])
  const done = await store.openedOf(db, [bid.id])
  const facts = await trusteeFacts(db, bid.tender_id)
  const shut = []
  for (const envelope of await envelopesOf(db, [bid.id])) {
    if (envelope.missing || done.some((one) => one.kind === envelope.kind)) continue
    const key = await keyOf(bid, envelope.kind, releases, facts)
    if (key) shut.push({ envelope, key, facts })
  }
  return shut
}

/** Openings read and decrypt whole bids: so many at once, the others in the order in which their keys came. */
const inTurn = gate(4)
/** By bid, so that the clock does not decrypt beside the bidder's own request. */
const underWay = new Map<string, Promise<void>>()

/** Opens what keys that were taken open in a bid; idempotent. No connection is held while a bid is read. */
export const openReleased =
  (deps: Deps) =>
  (bid: BidRow): Promise<void> => {
    const begun = underWay.get(bid.id)
    // A key may have come after the other had looked: this one looks when that one is done.
    const opening = (begun ?? Promise.resolve())
      .catch(() => {})
      .then(() => inTurn(() => openBid(deps, bid)))
      .finally(() => {
        if (underWay.get(bid.id) === opening) underWay.delete(bid.id)
      })
    underWay.set(bid.id, opening)
    return opening
  }

const openBid = async (deps: Deps, bid: BidRow): Promise<void> => {
  for (const { envelope, key, facts } of await shutOf(deps.db, bid)) {
    const opening = await openEnvelope(deps, bid, envelope, key.dek, facts)
    if (!(await keepOpening(deps, bid, envelope.kind, key, opening))) return
  }
}

/** Whether the bid's next envelope may follow. */
const keepOpening = (deps: Deps, bid: BidRow, kind: string, { dek, how }: Key, opening: Opening): Promise<boolean> =>
  deps.db.transaction().execute(async (trx) => {
    const tender = await lockTender(trx, bid.tender_id, 'share')
    const closing = await store.lockClosing(trx, bid.lot_id, 'update')
    // What was stopped meanwhile is opened when it goes on.
    if (tender.suspended || tender.status !== 'closed' || !closing || closing.decided_at !== null) return false
    const before = await store.openedOf(trx, [bid.id])
    if (before.some((one) => one.kind === kind)) return true
    if (opening.verdict === 'unopenable') {
      // The store spoiled it since: not the bidder's fault.
      await markMissing(trx, [bid.manifest_hash])
      return false
    }
    const treatedAs = opening.verdict === 'valid' ? 'valid' : 'revoked'
    const event = await append(trx, SYSTEM, {
      type: 'envelope.opened/1',
      tenderId: bid.tender_id,
      lotId: bid.lot_id,
      scope: 'bidder',
      data: {
        lotId: bid.lot_id,
        manifestHash: toBase64url(bid.manifest_hash),
        kind,
        how,
        verdict: opening.verdict,
        treatedAs,
      },
    })
    await store.insertOpened(trx, {
      bid_id: bid.id,
      kind,
      how,
      dek,
      header: opening.header,
      signers: opening.signers,
      verdict: opening.verdict,
      treated_as: treatedAs,
      event_id: event.eventId,
    })
    // Viewers are woken when the count of open bids moves and never by a try: its time alone would tell of work.
    if (before.length + 1 === ENVELOPES) await deps.live.changed(trx, `tender:${bid.tender_id}`)
    return true
  })

/** What a crash left between a key's coming and its opening, of every tender. */
export const leftBehind = async (db: Database): Promise<BidRow[]> =>
  (await awaitingOpening(db)).filter((bid) => !underWay.has(bid.id))

/** Bids of a tender that a taken key would still open: nothing is decided while there is one. */
export const awaitingOpening = async (db: Database, tenderId?: string): Promise<BidRow[]> => {
  const shut = await store.keysOfShut(db, tenderId)
  const enough = new Map<string, number>()
  for (const { tenderId: id, own } of shut)
    if (own === 0n && !enough.has(id)) enough.set(id, (await currentNotice(db, id)).notice.trustees.k)
  // A share or two wait for more, perhaps for half an hour: no bid is looked at for them each second.
  const ready = shut.filter(({ tenderId: id, own, shares }) => own > 0n || shares >= (enough.get(id) ?? 0))
  const waiting: BidRow[] = []
  for (const bid of await bidsByIds(db, [...new Set(ready.map(({ bidId }) => bidId))]))
    if ((await shutOf(db, bid)).length > 0) waiting.push(bid)
  return waiting
}
