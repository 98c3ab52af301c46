import { organisationById, trustPolicyAt, verifySigned } from '../../identity/service.ts'
import type { Actor } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import { refuse } from '../../kernel/problem.ts'
import { equal, toBase64url } from '../../log/bytes.ts'
import { leafIndexOf } from '../../log/store.ts'
import { type TrusteeSet, trusteeSetSchema, type VerifiedSet, verifyTrusteeSet } from '../../seal/trustee-set.ts'
import { fingerprint } from '../../seal/trustees.ts'
import { record } from '../events.ts'
import * as store from '../store.ts'
import type { TenderDeps } from './deps.ts'
import { assertPurchaserSide, isPurchaserSide, lockTender, tenderById, trusteeSetOf } from './shared.ts'
import { groupsOf, termsOf } from './trustees.ts'

/** Whether the set says of the seats exactly what stands here: statements byte for byte, groups, windows, floor. */
const isOfThisTender = async (db: store.Db, tender: store.TenderRow, set: TrusteeSet): Promise<boolean> => {
  const seats = await store.seatsOf(db, tender.id)
  const terms = termsOf(tender, seats)
  const groups = await groupsOf(db, tender, seats)
  const same = (members: readonly number[]) => [...members].sort().join()
  return (
    set.tenderId === tender.id &&
    set.n === terms.n &&
    set.k === terms.k &&
    set.opening === terms.opening &&
    set.deadline <= set.opening &&
    set.windows.trustee === terms.window &&
    set.windows.bidder === terms.bidderWindow &&
    set.statements.every((one, at) => {
      const seat = seats[at]
      return (
        seat?.statement &&
        seat.cms &&
        toBase64url(seat.statement) === one.statement &&
        toBase64url(seat.cms) === one.cms
      )
    }) &&
    set.groups.length === groups.length &&
    groups.every((group) =>
      set.groups.some(
        (one) =>
          one.code === group.code && one.relation === group.relation && same(one.members) === same(group.members),
      ),
    )
  )
}

const verified = async (
  deps: TenderDeps,
  trx: store.Db,
  tender: store.TenderRow,
  signed: { bytes: Uint8Array; cms: Uint8Array },
  at: Date,
): Promise<VerifiedSet> => {
  const purchaser = (await organisationById(trx, tender.purchaser_id)) ?? refuse('purchaser-unknown')
  const result = await verifyTrusteeSet(signed, {
    ...(await trustPolicyAt(deps)(trx, at)),
    production: deps.settings.SUNLIT_MODE === 'production',
    usedKeys: await store.keysOfOtherTenders(trx, tender.id),
    operatorCodes: await store.operatorCodes(trx),
  })
  if (!result.ok) return refuse('trustee-set-invalid', { params: { reason: result.code } })
  const isOurs = result.signer.organisation.code === purchaser.uscc && (await isOfThisTender(trx, tender, result.set))
  return isOurs ? result : refuse('trustee-set-invalid', { params: { reason: 'set-of-another-tender' } })
}

/**
 * The purchaser signs the set its own client built; logged once-only as TRUSTEES before the notice, and never changed again.
 * An agency may carry it here, but the signature is the purchaser's.
 */
export const signSet =
  (deps: TenderDeps) => (actor: Actor, id: string, signed: { bytes: Uint8Array; cms: Uint8Array }) =>
    deps.db.transaction().execute(async (trx) => {
      const tender = await lockTender(trx, id, 'update')
      await assertPurchaserSide(trx, actor, tender)
      const before = await store.trusteeSetOf(trx, id)
      if (before)
        return equal(new Uint8Array(before.bytes), signed.bytes) ? viewSet(trx, before) : refuse('trustees-fixed')
      if (tender.status !== 'draft' && tender.status !== 'in-review')
        refuse('tender-not-draft', { params: { status: tender.status } })
      const at = await now(trx)
      const { certSha256 } = await verifySigned(deps)(trx, {
        ...signed,
        type: 'trustee-set',
        schema: trusteeSetSchema,
        organisationId: tender.purchaser_id,
        at,
      })
      const { set, hash } = await verified(deps, trx, tender, signed, at)
      const event = await record(
        trx,
        actor,
        id,
        'trustees.signed/1',
        { setHash: toBase64url(hash), n: set.n, k: set.k, certSha256: toBase64url(certSha256) },
        { name: 'TRUSTEES', n: 0 },
      )
      const row = { tender_id: id, bytes: signed.bytes, cms: signed.cms, hash, event_id: event.eventId, signed_at: at }
      await store.insertTrusteeSet(trx, row)
      await store.updateTender(trx, id, { trustee_set_hash: hash })
      await deps.live.changed(trx, `tender:${id}`)
      return viewSet(trx, row)
    })

const viewSet = async (db: store.Db, row: store.SetRow) => ({
  bytes: toBase64url(row.bytes),
  cms: toBase64url(row.cms),
  hash: toBase64url(row.hash),
  fingerprint: fingerprint(new Uint8Array(row.hash)),
  signedAt: row.signed_at.toISOString(),
  eventId: row.event_id,
  leafIndex: await leafIndexOf(db, row.event_id),
})

/** The exact bytes and signature: to its own side and its trustees at once, to everybody with the notice. */
export const readSet =
  ({ db }: TenderDeps) =>
  async (actor: Actor, id: string) => {
    const tender = await tenderById(db, id)
    const seats = await store.seatsOf(db, id)
    const isTrustee = seats.some(
      (seat) => seat.person_id === actor.personId && seat.organisation_id === actor.organisationId,
    )
    if (tender.published_at === null && !isTrustee && !(await isPurchaserSide(db, actor, tender))) refuse('not-found')
    return viewSet(db, await trusteeSetOf(db, id))
  }
