import type { Actor } from '../../kernel/actor.ts'
import type { Deps } from '../../kernel/deps.ts'
import { found, refuse } from '../../kernel/problem.ts'
import { fromBase64url } from '../../log/bytes.ts'
import { eventById } from '../../log/trail.ts'
import { buildReceipt } from '../../seal/receipt.ts'
import { trusteeSetOf } from '../../tenders/service/shared.ts'
import * as store from '../store.ts'

/**
 * SEALING.md §3 Receipt: promise, manifest, signature, event and salts, trustee set and the witnessed proof in one zip
 * that verifies offline. Refused until the witnesses have cosigned; the promise itself is in force from the commit.
 */
export const receiptZip = (deps: Deps) => async (actor: Actor, bidId: string) => {
  const bid = found(await store.bidOf(deps.db, bidId, actor.organisationId!))
  if (bid.event_id === null || bid.promise === null || bid.promise_signature === null) return refuse('not-found')
  const proof = await deps.log.proofOf(deps.db, bid.event_id)
  if (proof === null) return refuse('receipt-not-witnessed-yet', { retryAfter: 1 })
  const event = found(await eventById(deps.db, bid.event_id))
  const set = await trusteeSetOf(deps.db, bid.tender_id)
  const { crl } = bid.evidence as { crl: string | null }
  return buildReceipt({
    promise: new Uint8Array(bid.promise),
    promiseSignature: new Uint8Array(bid.promise_signature),
    manifest: new Uint8Array(bid.manifest),
    manifestCms: new Uint8Array(bid.cms),
    outer: event.outer,
    outerSalt: event.outerSalt,
    body: event.body,
    bodySalt: event.bodySalt,
    trusteeSet: new Uint8Array(set.bytes),
    trusteeSetCms: new Uint8Array(set.cms),
    proof,
    crls: crl === null ? [] : [fromBase64url(crl)],
  })
}
