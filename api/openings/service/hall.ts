import { bidsByIds, envelopesOf, manifestOf, validBids } from '../../bids/service.ts'
import type { Actor } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { Database } from '../../kernel/database.ts'
import type { Deps } from '../../kernel/deps.ts'
import { found, refuse } from '../../kernel/problem.ts'
import { toBase64url } from '../../log/bytes.ts'
import type { Moves } from '../../seal/windows.ts'
import {
  type LotRow,
  lotById,
  lotsOf,
  publicTender,
  type TenderRow,
  tenderById,
  trusteeSeats,
} from '../../tenders/service/shared.ts'
import { holdOf, outagesOf } from '../store/outages.ts'
import * as store from '../store.ts'
import { readCiphertext } from './ciphertext.ts'
import { ENVELOPES } from './make-record.ts'
import { closingState, movesOf, stateOf } from './windows.ts'

/** The opening hall: times, counts and commitments for everybody, and one's own state for a bidder. No names before the end. */
export const hall = (deps: Deps) => async (actor: Actor, tenderId: string) => {
  const { db } = deps
  const tender = await publicTender(db, tenderId)
  const lots = await lotsOf(db, tenderId)
  const [at, moves] = [await now(db), await movesOf(db, tenderId)]
  return {
    tenderId,
    now: at.toISOString(),
    deadline: tender.deadline!.toISOString(),
    status: tender.status,
    suspended: tender.suspended,
    namesOutAt: tender.names_out_at?.toISOString() ?? null,
    heldSince: await heldSince(db, tender, at),
    outages: (await outagesOf(db, tenderId)).map((row) => ({
      phase: row.phase as 'deadline' | 'window',
      from: row.began_at.toISOString(),
      to: row.ended_at.toISOString(),
      declaredAt: row.declared_at.toISOString(),
    })),
    lots: await Promise.all(lots.map((lot) => hallLot(deps, actor, lot, { moves, at }))),
  }
}

/** Since when the closing of this deadline waits for the probes (outage rule); null when it does not. */
const heldSince = async (db: Database, tender: TenderRow, at: Date): Promise<string | null> => {
  const { status, deadline, notice_n: n } = tender
  if (status !== 'published' || deadline === null || at < deadline || n === null) return null
  return (await holdOf(db, { tender_id: tender.id, phase: 'deadline', n }))?.held_at.toISOString() ?? null
}

const hallLot = async (deps: Deps, actor: Actor, lot: LotRow, clock: { moves: Moves; at: Date }) => {
  const closing = await store.closingOf(deps.db, lot.id)
  const state = closing && stateOf(closing, clock.moves, clock.at)
  const bids = closing ? await validBids(deps.db, lot.id) : []
  const opened = await store.openedOf(
    deps.db,
    bids.map((bid) => bid.id),
  )
  const own = bids.filter((bid) => actor.organisationId !== null && bid.organisation_id === actor.organisationId)
  const ownIds = own.map((bid) => bid.id)
  const [envelopes, keys] = [await envelopesOf(deps.db, ownIds), await store.ownKeysOf(deps.db, ownIds)]
  const isOpen = (bidId: string) => opened.filter((o) => o.bid_id === bidId).length === ENVELOPES
  const isTaken = (bidId: string) => keys.some((one) => one.bid_id === bidId && Number(one.count) === ENVELOPES)
  return {
    lotId: lot.id,
    no: lot.no,
    title: lot.title,
    status: lot.status,
    minimumBidders: lot.minimum_bidders,
    closedIndex: closing ? await deps.log.indexOf(deps.db, closing.event_id) : null,
    storedIndex: closing?.stored_event_id ? await deps.log.indexOf(deps.db, closing.stored_event_id) : null,
    count: closing?.manifest_hashes.length ?? null,
    manifestHashes: closing?.manifest_hashes.map((hash) => toBase64url(hash)) ?? [],
    windowEndsAt: state?.windowEndsAt?.toISOString() ?? null,
    fallbackEndsAt: state?.fallbackEndsAt?.toISOString() ?? null,
    decidedAt: state?.decidedAt?.toISOString() ?? null,
    opened: bids.filter((bid) => isOpen(bid.id)).length,
    own: own.map((bid) => ({
      bidId: bid.id,
      manifestHash: toBase64url(bid.manifest_hash),
      keys: isTaken(bid.id) ? ('taken' as const) : ('none' as const),
      opened: isOpen(bid.id),
      lost: !isOpen(bid.id) && envelopes.some((envelope) => envelope.bid_id === bid.id && envelope.missing),
    })),
  }
}

/** Fallback: the manifests of bids still closed, for this lot's trustees, once the bidders' window has ended. */
export const closedManifests = (deps: Deps) => async (actor: Actor, lotId: string) => {
  const lot = await lotById(deps.db, lotId)
  const seat = (await trusteeSeats(deps.db, lot.tender_id)).find((s) => s.person_id === actor.personId)
  const closing = await store.closingOf(deps.db, lotId)
  if (!seat || !closing) return refuse('not-a-trustee')
  if ((await tenderById(deps.db, lot.tender_id)).suspended) return refuse('tender-suspended')
  const at = await now(deps.db)
  const { windowEndsAt } = await closingState(deps.db, closing, lot.tender_id, at)
  if (windowEndsAt === null || at < windowEndsAt) {
    return refuse('share-too-early', windowEndsAt ? { instant: windowEndsAt.toISOString() } : {})
  }
  const bids = await validBids(deps.db, lotId)
  const opened = await store.openedOf(
    deps.db,
    bids.map((bid) => bid.id),
  )
  const shares = await store.releasesOf(
    deps.db,
    bids.map((bid) => bid.id),
  )
  const isClosed = (bidId: string, kind: string) => !opened.some((o) => o.bid_id === bidId && o.kind === kind)
  const isGiven = (bidId: string, kind: string) =>
    shares.some((s) => s.bid_id === bidId && s.envelope_kind === kind && s.source === seat.i && s.accepted)
  return {
    i: seat.i,
    bids: bids
      .map((bid) => ({
        manifest: toBase64url(bid.manifest),
        kinds: manifestOf(bid.manifest)
          .envelopes.map((e) => e.kind)
          .filter((kind) => isClosed(bid.id, kind) && !isGiven(bid.id, kind)),
      }))
      .filter((bid) => bid.kinds.length > 0),
  }
}

const afterNames = async (db: Database, lotId: string): Promise<LotRow> => {
  const lot = await lotById(db, lotId)
  const tender = await publicTender(db, lot.tender_id)
  if (tender.names_out_at === null) refuse('opening-not-ready')
  return lot
}

/** The exact bytes of the opening record; OPENING in the log holds their hash. */
export const openingRecord = (deps: Deps) => async (lotId: string) => {
  await afterNames(deps.db, lotId)
  return found(await store.recordOf(deps.db, lotId))
}

/** What anybody needs to recompute each announced price: manifests, signatures, evidence, and the summary's key and shares. */
export const openedBids = (deps: Deps) => async (lotId: string) => {
  await afterNames(deps.db, lotId)
  const bids = await validBids(deps.db, lotId)
  const ids = bids.map((bid) => bid.id)
  const [opened, releases, envelopes] = await Promise.all([
    store.openedOf(deps.db, ids),
    store.releasesOf(deps.db, ids),
    envelopesOf(deps.db, ids),
  ])
  return {
    bids: bids.map((bid) => ({
      bidId: bid.id,
      manifest: toBase64url(bid.manifest),
      cms: toBase64url(bid.cms),
      evidence: bid.evidence as { chain: string[]; crl: string | null },
      receivedAt: bid.received_at!.toISOString(),
      summaryNo: envelopes.find((e) => e.bid_id === bid.id && e.kind === 'summary')!.no,
      // Only the summary's values are public; the other envelopes' stay with those entitled.
      summaryDek: keyText(opened.find((o) => o.bid_id === bid.id && o.kind === 'summary')?.dek),
      releases: releases
        .filter((r) => r.bid_id === bid.id && r.envelope_kind === 'summary' && r.accepted)
        .map((r) => ({ source: r.source, statement: toBase64url(r.statement), cms: toBase64url(r.cms) })),
    })),
  }
}

const keyText = (dek: Uint8Array | null | undefined): string | null => (dek ? toBase64url(dek) : null)

/** The summary's ciphertext, as it lay sealed. */
export const summaryCiphertext = (deps: Deps) => async (lotId: string, bidId: string) => {
  await afterNames(deps.db, lotId)
  const [bid] = await bidsByIds(deps.db, [bidId])
  if (!bid || bid.lot_id !== lotId || bid.state !== 'received') return refuse('not-found')
  const envelope = found((await envelopesOf(deps.db, [bidId])).find((e) => e.kind === 'summary'))
  const pieces: Uint8Array[] = []
  for await (const piece of readCiphertext(deps, bidId, envelope.no)) pieces.push(piece)
  return Buffer.concat(pieces)
}
