import { leftoverBids, validBids } from '../../bids/service.ts'
import { refundDeposits, refundLate, refundOthers, refundShort } from '../../deposits/service.ts'
import { SYSTEM } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { Database } from '../../kernel/database.ts'
import type { Deps } from '../../kernel/deps.ts'
import { append } from '../../log/append.ts'
import { toBase64url } from '../../log/bytes.ts'
import { tenderClosed, tenderEnded } from '../../log/disclose.ts'
import type { Judged, Outage } from '../../seal/outage.ts'
import { prepareMovedDeadline, publishMovedDeadline } from '../../tenders/service/outage.ts'
import {
  type LotRow,
  lockTender,
  lotsOf,
  setLotStatus,
  setTenderStatus,
  type TenderRow,
} from '../../tenders/service/shared.ts'
import * as store from '../store.ts'
import { judged, recordMoved } from './outages.ts'

/**
 * SEALING.md §4 Close: at the deadline the list of valid manifests of each lot is frozen in a once-only CLOSED.
 * The log is flushed first, so that every bid's leaf lies before it, and after, so that the witnesses see it at once.
 */
export const closeDueTenders = (deps: Deps) => async (): Promise<void> => {
  const due = await store.dueTenders(deps.db, await now(deps.db))
  if (due.length === 0) return
  // No bid can come in after the deadline, so one flush serves all tenders that end now.
  await deps.log.flush()
  for (const { id } of due) {
    const outage = await deps.db.transaction().execute((trx) => closeTender(deps, trx, id))
    if (outage) await moveDeadline(deps, id, outage)
  }
  await deps.log.flush()
  // Its place in the log is known only now.
  for (const { id } of due) await deps.live.changed(deps.db, `tender:${id}`)
}

/** The tender and the time when its deadline has passed and nothing else stops its closing. */
const dueTender = async (trx: Database, tenderId: string): Promise<{ tender: TenderRow; at: Date } | null> => {
  const tender = await lockTender(trx, tenderId, 'update')
  const at = await now(trx)
  // Another replica was quicker, a correction moved the deadline, or the supervisor stopped the tender.
  const isDue = tender.status === 'published' && !tender.suspended && tender.deadline !== null && at >= tender.deadline
  return isDue ? { tender, at } : null
}

const deadlineVerdict = (trx: Database, { tender, at }: { tender: TenderRow; at: Date }): Promise<Judged> =>
  judged(trx, { tender, phase: 'deadline', instant: tender.deadline!.getTime(), at })

/** Held back while the last minute is red or not heard of; the outage when one lay over the deadline and is over. */
const closeTender = async (deps: Deps, trx: Database, tenderId: string): Promise<Outage | null> => {
  const due = await dueTender(trx, tenderId)
  if (!due) return null
  const verdict = await deadlineVerdict(trx, due)
  if (verdict.act !== 'go') return verdict.act === 'outage' ? verdict.outage : null
  const { tender, at } = due
  const lots = await lotsOf(trx, tenderId)
  const outcomes: ('closed' | 'not-opened')[] = []
  for (const lot of lots) outcomes.push(await closeLot(deps, trx, tender, lot, at))
  await tenderClosed(trx, tenderId, at)
  const opens = outcomes.includes('closed')
  await setTenderStatus(trx, tenderId, opens ? 'closed' : 'not-opened')
  if (!opens) await tenderEnded(trx, tenderId, at)
  await deps.live.changed(trx, 'notices')
  await deps.live.changed(trx, `tender:${tenderId}`)
  return null
}

/**
 * SEALING.md §4 Close, outage rule: the deadline moves later by NOTICE n + 1, which every client honours. The platform
 * decides nothing here: the probes' words and the document's clause do, and both are public.
 */
const moveDeadline = async (deps: Deps, tenderId: string, outage: Outage): Promise<void> => {
  const prepared = await prepareMovedDeadline(deps, tenderId, outage)
  if (!prepared) return
  await deps.db.transaction().execute(async (trx) => {
    const due = await dueTender(trx, tenderId)
    const { n, deadline } = prepared.notice
    if (!due || due.tender.notice_n !== n - 1) return
    const verdict = await deadlineVerdict(trx, due)
    // A probe that spoke meanwhile may have lengthened it: then it is rendered again.
    if (verdict.act !== 'outage' || verdict.outage.from !== outage.from || verdict.outage.to !== outage.to) return
    await publishMovedDeadline(deps, trx, prepared)
    await recordMoved(trx, due.tender, { n, deadline }, outage)
  })
}

type Closing = { bidders: readonly string[]; opens: boolean; at: Date }

/** What came after the deadline goes back, then what is not held for a bid of this lot. */
const settleMoney = async (
  deps: Deps,
  trx: Database,
  lotId: string,
  { bidders, opens, at }: Closing,
): Promise<void> => {
  await refundLate(deps)(trx, lotId, at)
  // 87号令 29: of a lot that is not opened nobody's deposit is held. An unfinished upload counts as withdrawn.
  if (!opens) await refundDeposits(deps)(trx, lotId, bidders, 'terminated', at)
  await refundOthers(deps)(trx, lotId, bidders, at)
  await refundShort(deps)(trx, lotId, at)
}

const closeLot = async (deps: Deps, trx: Database, tender: TenderRow, lot: LotRow, at: Date) => {
  const bids = await validBids(trx, lot.id)
  const hashes = bids.map((bid) => bid.manifest_hash)
  const event = await append(trx, SYSTEM, {
    type: 'lot.closed/1',
    tenderId: tender.id,
    lotId: lot.id,
    scope: 'public',
    subject: { name: 'CLOSED', n: 0 },
    data: {
      lotId: lot.id,
      deadline: tender.deadline!.toISOString(),
      noticeN: tender.notice_n!,
      suspensionN: tender.suspension_n,
      minimumBidders: lot.minimum_bidders,
      count: bids.length,
      manifestHashes: hashes.map(toBase64url),
    },
  })
  await store.insertClosing(trx, {
    lot_id: lot.id,
    event_id: event.eventId,
    body: event.body,
    manifest_hashes: hashes,
    closed_at: at,
  })
  for (const bid of await leftoverBids(trx, lot.id))
    await deps.jobs.enqueue(trx, 'delete-ciphertext', { bidId: bid.id })
  const opens = bids.length >= lot.minimum_bidders
  const bidders = bids.map((bid) => bid.organisation_id)
  await settleMoney(deps, trx, lot.id, { bidders, opens, at })
  if (opens) {
    await setLotStatus(trx, lot.id, 'closed')
    return 'closed'
  }
  // 87号令 41: fewer bidders than the law asks for: nothing is opened, no key is released.
  await append(trx, SYSTEM, {
    type: 'lot.not-opened/1',
    tenderId: tender.id,
    lotId: lot.id,
    scope: 'public',
    subject: { name: 'NOT_OPENED', n: 0 },
    data: { lotId: lot.id, count: bids.length, minimumBidders: lot.minimum_bidders },
  })
  await setLotStatus(trx, lot.id, 'not-opened')
  return 'not-opened'
}
