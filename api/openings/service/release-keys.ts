import { type BidRow, envelopesOf, markMissing, validBids } from '../../bids/service.ts'
import { verifySigned } from '../../identity/service.ts'
import { type Actor, SYSTEM, withoutAddress } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { Database } from '../../kernel/database.ts'
import type { Deps } from '../../kernel/deps.ts'
import { gate } from '../../kernel/gate.ts'
import { found, refuse, refuseIf } from '../../kernel/problem.ts'
import { append } from '../../log/append.ts'
import { fromBase64url, toBase64url } from '../../log/bytes.ts'
import { ENVELOPE_KINDS } from '../../seal/context.ts'
import { isShareOf } from '../../seal/escrow.ts'
import { parseJson } from '../../seal/json.ts'
import { dekReleaseSchema, type Release, shareReleaseSchema } from '../../seal/release.ts'
import { manifestContext, recoverDek, type TrusteeTerms } from '../../seal/seal.ts'
import { lockTender, lotById, trusteeSeats } from '../../tenders/service/shared.ts'
import { type ClosingState, mayHandOver, mayReleaseDek, mayReleaseShare } from '../rules.ts'
import * as store from '../store.ts'
import { entryOf, openEnvelope, opensEnvelope, trusteeFacts } from './open-envelope.ts'
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
  const closing = found(await store.lockClosing(trx, lotId))
  const closedIndex = await deps.log.indexOf(trx, closing.event_id)
  if (closedIndex === null) return refuse('lot-not-in-window')
  const bids = await validBids(trx, lotId)
  const at = await now(trx)
  const state = await closingState(trx, closing, tender.id, at)
  const facts = await trusteeFacts(trx, tender.id)
  return { lotId, tenderId: tender.id, closedIndex, bids, facts, closing: state, suspended: tender.suspended, at }
}

type Kept = { kind: string; source: number; bytes: Uint8Array; cms: Uint8Array; value: Uint8Array; accepted: boolean }

/** Stores a release as it was signed; one that is accepted for the first time is logged, without the key. */
const keepRelease = async (trx: Database, actor: Actor, bid: BidRow, kept: Kept): Promise<void> => {
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
  await append(trx, withoutAddress(actor), {
    type: 'release.accepted/1',
    tenderId: bid.tender_id,
    lotId: bid.lot_id,
    scope: 'bidder',
    data: { lotId: bid.lot_id, manifestHash: toBase64url(bid.manifest_hash), kind, source },
  })
}

/** `7 of 9`: the bids of a lot that are open in all their envelopes. */
const openCount = async (trx: Database, { bids }: Place): Promise<number> => {
  const opened = await store.openedOf(
    trx,
    bids.map((bid) => bid.id),
  )
  return bids.filter((bid) => opened.filter((one) => one.bid_id === bid.id).length === ENVELOPE_KINDS.length).length
}

/** Viewers are woken when the count moves and never by a try: its time alone would tell that somebody was at work. */
const tellCount = async (deps: Deps, trx: Database, place: Place, before: number): Promise<void> => {
  if ((await openCount(trx, place)) !== before) await deps.live.changed(trx, `tender:${place.tenderId}`)
}

/** An opening reads and decrypts the whole bid while it holds a connection; others are needed for who still hands in. */
const inTurn = gate(4)

type Outcome = { released: number; wrong: string[] }

/** A value that does not fit is refused after all the others have been taken, and stays on record with who sent it. */
const refusedRelease = (trx: Database, actor: Actor, bid: BidRow, kind: string, source: number) =>
  append(trx, actor, {
    type: 'release.refused/1',
    tenderId: bid.tender_id,
    lotId: bid.lot_id,
    scope: 'bidder',
    data: { lotId: bid.lot_id, manifestHash: toBase64url(bid.manifest_hash), kind, source },
  })

const answerOf = ({ released, wrong }: Outcome, code: string, params: Record<string, number> = {}) =>
  wrong.length > 0 ? refuse(code, { params: { ...params, kinds: [...new Set(wrong)].join(',') } }) : { released }

/** The bidder releases the keys of its own bid; each is stored signed, tried at once, and opened when it fits. */
export const releaseDeks = (deps: Deps) => async (actor: Actor, lotId: string, releases: readonly SignedRelease[]) =>
  answerOf(await inTurn(() => takeDeks(deps)(actor, lotId, releases)), 'release-wrong-key')

/** A trustee of the tender or a supervisor brings a bidder's release file; the bidder's own signature is what counts. */
export const handOverDeks = (deps: Deps) => async (actor: Actor, lotId: string, releases: readonly SignedRelease[]) =>
  answerOf(await inTurn(() => takeDeks(deps, true)(actor, lotId, releases)), 'release-wrong-key')

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
  (actor: Actor, lotId: string, releases: readonly SignedRelease[]): Promise<Outcome> =>
    deps.db.transaction().execute(async (trx) => {
      const wrong: string[] = []
      const place = await placeOf(deps, trx, lotId)
      const { at } = place
      if (isHanded && !(await mayBring(trx, actor, place.tenderId))) refuse('not-a-trustee')
      refuseIf((isHanded ? mayHandOver : mayReleaseDek)(place.closing, place.suspended, at))
      const before = await openCount(trx, place)
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
        await keepRelease(trx, actor, bid, { kind: value.kind, source: 0, bytes, cms, value: dek, accepted })
        if (accepted) await open(deps, trx, place, bid, value.kind, dek, 'bidder')
        else {
          await refusedRelease(trx, actor, bid, value.kind, 0)
          wrong.push(value.kind)
        }
      }
      await tellCount(deps, trx, place, before)
      return { released: releases.length - wrong.length, wrong }
    })

/** A trustee releases shares after the bidders' window; k true ones open an envelope. A false share is refused and known. */
export const releaseShares =
  (deps: Deps) => async (actor: Actor, lotId: string, releases: readonly SignedRelease[]) => {
    const { i, ...outcome } = await inTurn(() => takeShares(deps)(actor, lotId, releases))
    return answerOf(outcome, 'share-false', { trustee: i })
  }

const takeShares = (deps: Deps) => (actor: Actor, lotId: string, releases: readonly SignedRelease[]) =>
  deps.db.transaction().execute(async (trx): Promise<Outcome & { i: number }> => {
    const wrong: string[] = []
    const place = await placeOf(deps, trx, lotId)
    const { at } = place
    const seats = await trusteeSeats(trx, place.tenderId)
    const seat = seats.find((s) => s.person_id === actor.personId)
    if (!seat) return refuse('not-a-trustee')
    refuseIf(mayReleaseShare(place.closing, place.suspended, at))
    const before = await openCount(trx, place)
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
      await keepRelease(trx, actor, bid, { kind: value.kind, source: seat.i, bytes, cms, value: share, accepted })
      if (accepted) await openByShares(deps, trx, place, bid, value.kind)
      else {
        await refusedRelease(trx, actor, bid, value.kind, seat.i)
        wrong.push(value.kind)
      }
    }
    await tellCount(deps, trx, place, before)
    return { released: releases.length - wrong.length, wrong, i: seat.i }
  })

const openByShares = async (deps: Deps, trx: Database, place: Place, bid: BidRow, kind: string): Promise<void> => {
  const { manifest, entry } = entryOf(bid, kind)
  const releases = (await store.releasesOf(trx, [bid.id])).filter((r) => r.envelope_kind === kind && r.source > 0)
  const shares = releases.map((r) => ({ i: r.source, share: new Uint8Array(r.value) }))
  const recovered = await recoverDek(shares, manifest, entry, place.facts.setHash)
  if (recovered.ok) await open(deps, trx, place, bid, kind, recovered.dek, 'trustees')
}

const open = async (
  deps: Deps,
  trx: Database,
  { facts }: Place,
  bid: BidRow,
  kind: string,
  dek: Uint8Array,
  how: 'bidder' | 'trustees',
): Promise<void> => {
  if ((await store.openedOf(trx, [bid.id])).some((o) => o.kind === kind)) return
  const envelope = found((await envelopesOf(trx, [bid.id])).find((e) => e.kind === kind))
  // STORED has named it as lost: it stays closed, whole parts of it too, and the key is kept.
  if (envelope.missing) return
  const opening = await openEnvelope(deps, trx, bid, envelope, dek, facts)
  // The store spoiled it since: not the bidder's fault either.
  if (opening.verdict === 'unopenable') return markMissing(trx, [bid.manifest_hash])
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
}
