import {
  type BidRow,
  checkPart,
  markFound,
  markStored,
  type PartRow,
  partAddress,
  partsOf,
  validBids,
} from '../../bids/service.ts'
import { type Actor, withoutAddress } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { Database } from '../../kernel/database.ts'
import type { Deps } from '../../kernel/deps.ts'
import { found, refuse, refuseIf } from '../../kernel/problem.ts'
import type { PutPart } from '../../kernel/upload-contract.ts'
import { append } from '../../log/append.ts'
import { toBase64url } from '../../log/bytes.ts'
import { lockTender, lotById, tenderById } from '../../tenders/service/shared.ts'
import { mayResupply } from '../rules.ts'
import * as store from '../store.ts'
import { closingState } from './windows.ts'

type Own = { bid: BidRow; parts: PartRow[]; closing: store.ClosingRow }

/** One's own listed bid of a lot and what the store lost of it; whoever has none there gets 404. */
const ownLost = async (db: Database, actor: Actor, lotId: string): Promise<Own> => {
  await lotById(db, lotId)
  const closing = found(await store.closingOf(db, lotId))
  const bid = found((await validBids(db, lotId)).find((one) => one.organisation_id === actor.organisationId))
  const parts = (await partsOf(db, bid.id)).filter((part) => part.lost_key !== null)
  return { bid, parts, closing }
}

type Tender = { id: string; suspended: boolean }

const assertOpen = async (db: Database, closing: store.ClosingRow, tender: Tender): Promise<void> => {
  const at = await now(db)
  const state = await closingState(db, closing, tender.id, at)
  refuseIf(mayResupply(state, tender.suspended, await store.isKeyAccepted(db, closing.lot_id), at))
}

/** The lost parts of one's own bid, each with an address for as long as it may still be supplied. */
export const lostPartsOf = (deps: Deps) => async (actor: Actor, lotId: string) => {
  const { bid, parts, closing } = await ownLost(deps.db, actor, lotId)
  const waits = parts.some((part) => part.stored_at === null)
  if (waits) await assertOpen(deps.db, closing, await tenderById(deps.db, bid.tender_id))
  return {
    bidId: bid.id,
    manifestHash: toBase64url(bid.manifest_hash),
    parts: await Promise.all(parts.map((part) => partAddress(deps, part, true))),
  }
}

const partIn = (parts: readonly PartRow[], { envelopeNo, part }: PutPart): PartRow =>
  parts.find((one) => one.envelope_no === envelopeNo && one.part === part) ?? refuse('part-not-lost')

/**
 * A lost part lies in the store again: its bytes must be those of the logged manifest. Whether it still counts is decided
 * under the closing's row lock, which every accepted key takes too: no key of the lot, nobody's, came before it.
 */
export const resupplyPart = (deps: Deps) => async (actor: Actor, lotId: string, command: PutPart) => {
  const { bid, parts, closing } = await ownLost(deps.db, actor, lotId)
  const part = partIn(parts, command)
  if (part.stored_at !== null) return { stored: true as const, whole: parts.every((one) => one.stored_at !== null) }
  await assertOpen(deps.db, closing, await tenderById(deps.db, bid.tender_id))
  const { versionId } = await checkPart(deps)(part)
  return deps.db.transaction().execute(async (trx) => {
    const tender = await lockTender(trx, bid.tender_id, 'share')
    const locked = found(await store.lockClosing(trx, lotId, 'update'))
    const known = await ownLost(trx, actor, lotId)
    const fresh = partIn(known.parts, command).stored_at === null
    const whole = known.parts.every((one) => one.stored_at !== null || isSame(one, part))
    if (!fresh) return { stored: true as const, whole }
    await assertOpen(trx, locked, tender)
    await markStored(trx, part, versionId, await now(trx))
    if (whole) await markFound(trx, bid.id)
    await append(trx, withoutAddress(actor), {
      type: 'part.resupplied/1',
      tenderId: tender.id,
      lotId,
      scope: 'bidder',
      data: { lotId, manifestHash: toBase64url(bid.manifest_hash), ...command, whole },
    })
    await deps.live.changed(trx, `tender:${tender.id}`)
    return { stored: true as const, whole }
  })
}

const isSame = (a: PartRow, b: PartRow): boolean => a.envelope_no === b.envelope_no && a.part === b.part
