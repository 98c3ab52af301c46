import { type BidRow, envelopesOf, validBids } from '../../bids/service.ts'
import { verifySigned } from '../../identity/service.ts'
import { type Actor, withoutAddress } from '../../kernel/actor.ts'
import { heldNow } from '../../kernel/clock.ts'
import type { Database } from '../../kernel/database.ts'
import type { Deps } from '../../kernel/deps.ts'
import { found, refuse, refuseIf } from '../../kernel/problem.ts'
import { append, type LogEvent } from '../../log/append.ts'
import { fromBase64url, toBase64url } from '../../log/bytes.ts'
import { isShareOf } from '../../seal/escrow.ts'
import { parseJson } from '../../seal/json.ts'
import { dekReleaseSchema, type Release, shareReleaseSchema } from '../../seal/release.ts'
import { manifestContext, type TrusteeTerms } from '../../seal/seal.ts'
import { lockTender, lotById, trusteeSeats } from '../../tenders/service/shared.ts'
import { type ClosingState, mayHandOver, mayReleaseDek, mayReleaseShare } from '../rules.ts'
import * as store from '../store.ts'
import { entryOf, opensEnvelope, trusteeFacts } from './open-envelope.ts'
import { openReleased } from './open-released.ts'
import { closingState } from './windows.ts'

export type SignedRelease = { statement: string; cms: string }

/** A lot while keys of it are taken; `facts` are the terms that every envelope of it is opened with. */
type Place = { lotId: string; tenderId: string; closedIndex: number; bids: BidRow[]; facts: TrusteeTerms }

/** A release counts only for this lot, this CLOSED and a manifest that stands in it. */
const bidOfRelease = (place: Place, value: Release): BidRow => {
  const bid = place.bids.find((b) => toBase64url(b.manifest_hash) === value.manifestHash)
  const here = value.tender === place.tenderId && value.lot === place.lotId && value.closedIndex === place.closedIndex
  return bid && here ? bid : refuse('release-mismatch')
}

const placeOf = async (
  deps: Deps,
  trx: Database,
  lotId: string,
): Promise<Place & { closing: ClosingState; suspended: boolean; at: Date }> => {
  const lot = await lotById(trx, lotId)
  const tender = await lockTender(trx, lot.tender_id, 'share')
  // Shared: keys need not wait for one another, and none may come between a lost part and its answer (resupply.ts).
  const closing = found(await store.lockClosing(trx, lotId, 'share'))
  const closedIndex = await deps.log.indexOf(trx, closing.event_id)
  if (closedIndex === null) return refuse('lot-not-in-window')
  const bids = await validBids(trx, lotId)
  const at = await heldNow(trx)
  const state = await closingState(trx, closing, tender.id, at)
  const facts = await trusteeFacts(trx, tender.id)
  return { lotId, tenderId: tender.id, closedIndex, bids, facts, closing: state, suspended: tender.suspended, at }
}

type Kept = { kind: string; source: number; bytes: Uint8Array; cms: Uint8Array; value: Uint8Array; accepted: boolean }

/** Stores a release as it was signed; one that is accepted for the first time is logged, without the key. */
const keepRelease = async (trx: Database, actor: Actor, bid: BidRow, at: Date, kept: Kept): Promise<void> => {
  const { kind, source, bytes, cms, value, accepted } = kept
  const written = await store.upsertRelease(trx, {
    bid_id: bid.id,
    envelope_kind: kind,
    source,
    statement: bytes,
    cms,
    value,
    person_id: actor.personId,
    accepted,
  })
  if (!written?.accepted) return
  const event: LogEvent = {
    type: 'release.accepted/1',
    tenderId: bid.tender_id,
    lotId: bid.lot_id,
    scope: 'bidder',
    data: { lotId: bid.lot_id, manifestHash: toBase64url(bid.manifest_hash), kind, source },
  }
  await append(trx, withoutAddress(actor), event, at)
}

/** What was taken: the bids that may be open by it, and the kinds whose key or share does not fit. */
type Taken = { released: number; wrong: string[]; bids: BidRow[] }

/** A value that does not fit is refused after all the others have been taken, and stays on record with who sent it. */
const refusedRelease = (trx: Database, actor: Actor, bid: BidRow, kind: string, source: number) =>
  append(trx, actor, {
    type: 'release.refused/1',
    tenderId: bid.tender_id,
    lotId: bid.lot_id,
    scope: 'bidder',
    data: { lotId: bid.lot_id, manifestHash: toBase64url(bid.manifest_hash), kind, source },
  })

/**
 * A key counts from when it came: that is kept before anything is decrypted. Then what it opens is opened, and whoever sent
 * it waits for that; after a crash in between the clock opens it (open-released.ts).
 */
const opened = async (
  deps: Deps,
  { released, wrong, bids }: Taken,
  code: string,
  params: Record<string, number> = {},
) => {
  for (const bid of bids) await openReleased(deps)(bid)
  return wrong.length > 0 ? refuse(code, { params: { ...params, kinds: [...new Set(wrong)].join(',') } }) : { released }
}

/** The bidder releases the keys of its own bid; each is stored signed, tried at once, and opened when it fits. */
export const releaseDeks = (deps: Deps) => async (actor: Actor, lotId: string, releases: readonly SignedRelease[]) =>
  opened(deps, await takeDeks(deps)(actor, lotId, releases), 'release-wrong-key')

/** A trustee of the tender or a supervisor brings a bidder's release file; the bidder's own signature is what counts. */
export const handOverDeks = (deps: Deps) => async (actor: Actor, lotId: string, releases: readonly SignedRelease[]) =>
  opened(deps, await takeDeks(deps, true)(actor, lotId, releases), 'release-wrong-key')

/** Whose key it is: one's own, or that of the bid which a handed-over release names. */
const signerOf = (place: Place, actor: Actor, bytes: Uint8Array, isHanded: boolean): string => {
  if (!isHanded) return actor.organisationId!
  const read = parseJson(bytes, dekReleaseSchema)
  return read.ok ? bidOfRelease(place, read.value).organisation_id : refuse('release-mismatch')
}

const mayBring = async (trx: Database, actor: Actor, tenderId: string): Promise<boolean> =>
  actor.role === 'supervisor' || (await trusteeSeats(trx, tenderId)).some((s) => s.person_id === actor.personId)

const takeDeks =
  (deps: Deps, isHanded = false) =>
  (actor: Actor, lotId: string, releases: readonly SignedRelease[]): Promise<Taken> =>
    deps.db.transaction().execute(async (trx) => {
      const [wrong, bids] = [[] as string[], new Map<string, BidRow>()]
      const place = await placeOf(deps, trx, lotId)
      const { at } = place
      if (isHanded && !(await mayBring(trx, actor, place.tenderId))) refuse('not-a-trustee')
      refuseIf((isHanded ? mayHandOver : mayReleaseDek)(place.closing, place.suspended, at))
      for (const release of releases) {
        const [bytes, cms] = [fromBase64url(release.statement), fromBase64url(release.cms)]
        const organisationId = signerOf(place, actor, bytes, isHanded)
        const request = { bytes, cms, type: 'dek', schema: dekReleaseSchema, organisationId, at }
        const { value } = await verifySigned(deps)(trx, request)
        const bid = bidOfRelease(place, value)
        if (bid.organisation_id !== organisationId) refuse('release-mismatch')
        const envelope = found((await envelopesOf(trx, [bid.id])).find((e) => e.kind === value.kind))
        const dek = fromBase64url(value.value)
        const accepted = await opensEnvelope(bid, envelope, dek, place.facts)
        await keepRelease(trx, actor, bid, at, { kind: value.kind, source: 0, bytes, cms, value: dek, accepted })
        if (accepted) bids.set(bid.id, bid)
        else {
          await refusedRelease(trx, actor, bid, value.kind, 0)
          wrong.push(value.kind)
        }
      }
      return { released: releases.length - wrong.length, wrong, bids: [...bids.values()] }
    })

/** A trustee releases shares after the bidders' window; k true ones open an envelope. A false share is refused and known. */
export const releaseShares =
  (deps: Deps) => async (actor: Actor, lotId: string, releases: readonly SignedRelease[]) => {
    const { i, ...taken } = await takeShares(deps)(actor, lotId, releases)
    return opened(deps, taken, 'share-false', { trustee: i })
  }

const takeShares = (deps: Deps) => (actor: Actor, lotId: string, releases: readonly SignedRelease[]) =>
  deps.db.transaction().execute(async (trx): Promise<Taken & { i: number }> => {
    const [wrong, bids] = [[] as string[], new Map<string, BidRow>()]
    const place = await placeOf(deps, trx, lotId)
    const { at } = place
    const seats = await trusteeSeats(trx, place.tenderId)
    const seat = seats.find((s) => s.person_id === actor.personId)
    if (!seat) return refuse('not-a-trustee')
    refuseIf(mayReleaseShare(place.closing, place.suspended, at))
    for (const release of releases) {
      const [bytes, cms] = [fromBase64url(release.statement), fromBase64url(release.cms)]
      const request = {
        bytes,
        cms,
        type: 'share',
        schema: shareReleaseSchema,
        organisationId: seat.organisation_id,
        at,
      }
      const { value } = await verifySigned(deps)(trx, request)
      const bid = bidOfRelease(place, value)
      const { manifest, entry } = entryOf(bid, value.kind)
      const share = fromBase64url(value.value)
      const accepted = await isShareOf(entry.escrow, seat.i, share, await manifestContext(manifest, entry))
      await keepRelease(trx, actor, bid, at, { kind: value.kind, source: seat.i, bytes, cms, value: share, accepted })
      if (accepted) bids.set(bid.id, bid)
      else {
        await refusedRelease(trx, actor, bid, value.kind, seat.i)
        wrong.push(value.kind)
      }
    }
    return { released: releases.length - wrong.length, wrong, bids: [...bids.values()], i: seat.i }
  })
