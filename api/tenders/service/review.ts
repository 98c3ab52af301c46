import type { Actor } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import { missingGlyphs } from '../../kernel/pdf/fonts.ts'
import { refuse, refuseIf } from '../../kernel/problem.ts'
import { beijingDate } from '../../law/beijing.ts'
import { noticeLogged } from '../../log/disclose.ts'
import { holdProbes } from '../../probes/service.ts'
import { holdLaw } from '../../regulations/service.ts'
import { parseJson } from '../../seal/json.ts'
import { isAboveFloor, type TrusteeSet, trusteeSetSchema } from '../../seal/trustee-set.ts'
import type { TenderContent } from '../contract/content.ts'
import { record } from '../events.ts'
import { mayEdit, mayReview } from '../rules.ts'
import * as store from '../store.ts'
import type { TenderDeps } from './deps.ts'
import { assertLawful } from './draft.ts'
import { firstNotice, logNotice, type Prepared, prepareNotice, tenderNumber } from './publish.ts'
import { assertPurchaserSide, lockTender, setTenderStatus, tenderById } from './shared.ts'

/** 送审: from here on the text stands still until a second person decides. */
export const submitTender = (deps: TenderDeps) => (actor: Actor, id: string, version: number) =>
  deps.db.transaction().execute(async (trx) => {
    const tender = await lockTender(trx, id, 'update')
    await assertPurchaserSide(trx, actor, tender)
    if (tender.status === 'in-review' && tender.version === version && tender.submitted_by === actor.personId)
      return { status: tender.status }
    refuseIf(mayEdit(tender, version))
    const content = await assertLawful(deps, trx, tender, await now(trx))
    // The paper must be printable: better said now than at the moment of publication.
    const missing = await missingGlyphs(JSON.stringify(content))
    if (missing.length > 0) refuse('pdf-glyph-missing', { detail: missing.join(' ') })
    await setTenderStatus(trx, tender, 'in-review')
    await store.updateTender(trx, id, { submitted_by: actor.personId, returned_reason: null })
    await record(trx, actor, id, 'tender.submitted/1', { version })
    return { status: 'in-review' }
  })

/** 退回修改, with the reason. */
export const returnTender = (deps: TenderDeps) => (actor: Actor, id: string, reason: string) =>
  deps.db.transaction().execute(async (trx) => {
    const tender = await lockTender(trx, id, 'update')
    await assertPurchaserSide(trx, actor, tender)
    refuseIf(mayReview({ ...tender, submitted_by: null }, actor.personId ?? ''))
    await setTenderStatus(trx, tender, 'draft')
    await store.updateTender(trx, id, { submitted_by: null, returned_reason: reason })
    await record(trx, actor, id, 'tender.returned/1', { reason })
    return { status: 'draft' }
  })

/** SEALING.md §2 and §4: signed set, every trustee drilled, deadline not before the set's floor, windows as signed. */
const assertTrusteesReady = async (
  db: store.Db,
  tender: store.TenderRow,
  content: TenderContent,
): Promise<{ row: store.SetRow; set: TrusteeSet }> => {
  const row = (await store.trusteeSetOf(db, tender.id)) ?? refuse('trustee-set-missing')
  const read = parseJson(new Uint8Array(row.bytes), trusteeSetSchema)
  if (!read.ok) throw new Error('a stored trustee set does not fit its schema')
  const { value: set } = read
  const deadline = Date.parse(content.deadline)
  const sameWindows =
    set.windows.bidder === content.bidderWindowMinutes * 60_000 &&
    set.windows.trustee === content.trusteeWindowMinutes * 60_000
  if (!sameWindows || !isAboveFloor(set, { deadline, opening: deadline }))
    refuse('trustee-floor', { field: 'deadline', instant: new Date(set.deadline).toISOString() })
  const seats = await store.seatsOf(db, tender.id)
  if (seats.length !== set.n || seats.some((seat) => seat.drilled_at === null)) refuse('drill-missing')
  return { row, set }
}

/** What the approver may decide on: the text they saw, sent in by somebody else of this side. */
const reviewable = async (db: store.Db, actor: Actor, tender: store.TenderRow, version: number): Promise<void> => {
  await assertPurchaserSide(db, actor, tender)
  refuseIf(mayReview(tender, actor.personId ?? ''))
  if (tender.version !== version) refuse('draft-changed', { params: { version: tender.version, yours: version } })
}

/**
 * Approve and publish: NOTICE 0 with its bytes and PDF, the lots, the number. The notice is made first and everything it rests
 * on is checked again under the lock, so that nothing is published that was not looked at.
 */
export const approveTender = (deps: TenderDeps) => async (actor: Actor, id: string, version: number) => {
  const tender = await tenderById(deps.db, id)
  if (tender.status === 'published' && tender.approved_by === actor.personId && tender.version === version)
    return { id, number: tender.number }
  await reviewable(deps.db, actor, tender, version)
  const at = await now(deps.db)
  const content = await assertLawful(deps, deps.db, tender, at)
  const { row, set } = await assertTrusteesReady(deps.db, tender, content)
  const number = tenderNumber(deps.cityCode ?? 'YC', at, await store.nextTenderNumber(deps.db))
  const notice = await firstNotice(deps, tender, content, { number, at, set: row, n: set.n, k: set.k })
  const prepared = await prepareNotice(deps, actor, notice)
  await deps.db.transaction().execute((trx) => publish(deps, trx, actor, prepared, content, version))
  return { id, number }
}

const publish = async (
  deps: TenderDeps,
  trx: store.Db,
  actor: Actor,
  prepared: Prepared,
  content: TenderContent,
  version: number,
): Promise<void> => {
  const { notice } = prepared
  const tender = await lockTender(trx, notice.tenderId, 'update')
  await reviewable(trx, actor, tender, version)
  const at = await holdLaw(trx)
  // 87号令 85: the day of the notice is where every period starts.
  if (beijingDate(at.getTime()) !== beijingDate(Date.parse(notice.publishedAt))) refuse('notice-stale')
  if ((await holdProbes(trx)) !== notice.probesSha256) refuse('notice-stale')
  await assertLawful(deps, trx, tender, at)
  await assertTrusteesReady(trx, tender, content)
  await record(trx, actor, tender.id, 'tender.approved/1', { version, submittedBy: tender.submitted_by! })
  const event = await logNotice(trx, actor, prepared)
  await noticeLogged(trx, tender.id, new Date(event.at))
  await setTenderStatus(trx, tender, 'published')
  await store.updateTender(trx, tender.id, {
    number: notice.number,
    title: notice.title,
    row_sets: notice.rowSets,
    notice_n: 0,
    deadline: new Date(notice.deadline),
    bidder_window_minutes: notice.bidderWindowMinutes,
    trustee_window_minutes: notice.trusteeWindowMinutes,
    approved_by: actor.personId,
    published_at: new Date(notice.publishedAt),
  })
  await store.insertLots(
    trx,
    notice.lots.map((lot) => ({
      id: lot.lotId,
      tender_id: tender.id,
      no: lot.no,
      title: lot.title,
      budget: BigInt(lot.budget),
      ceiling: BigInt(lot.ceiling),
      floor_price: lot.floor === null ? null : BigInt(lot.floor),
      deposit: BigInt(lot.deposit),
      minimum_bidders: lot.minimumBidders,
      status: 'published',
    })),
  )
  await deps.live.changed(trx, 'notices')
  await deps.live.changed(trx, `tender:${tender.id}`)
}
