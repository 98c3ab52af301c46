import { refundDeposits } from '../../deposits/service.ts'
import type { Actor } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { Database } from '../../kernel/database.ts'
import { found, refuse, refuseIf } from '../../kernel/problem.ts'
import { setLotStatus } from '../../tenders/service/shared.ts'
import { record } from '../events.ts'
import { invalidConsortium } from '../rules/consortium.ts'
import { decideCount, lowPrices } from '../rules/ranking.ts'
import {
  failedItems,
  inStatus,
  invalidByFact,
  LOW_PRICE,
  mayWork,
  missingVotes,
  type Rejection,
  type ReviewItem,
  reviewItems,
  type Vote,
} from '../rules.ts'
import * as store from '../store.ts'
import { advance } from './attend.ts'
import {
  accessOf,
  actingMember,
  asMember,
  type EvaluationDeps,
  type FormedRoom,
  formedRoom,
  type RoomBid,
  rejectBids,
  settleTender,
  standingBids,
  votesOf,
} from './shared.ts'

export type ReviewCommand = {
  stage: 'qualification' | 'conformity'
  bidId: string
  itemId: string
  passed: boolean
  reason: string
}

const sameItem = (item: ReviewItem, command: Pick<ReviewCommand, 'stage' | 'itemId'>): boolean =>
  item.stage === command.stage && item.id === command.itemId

/** Keep one verdict on one item of one bid; it may be changed until its stage is closed. No reason, no refusal of a bid. */
export const saveReview = (deps: EvaluationDeps) => (actor: Actor, lotId: string, command: ReviewCommand) =>
  deps.db.transaction().execute(async (trx) => {
    const room = await formedRoom(trx, lotId, 'share')
    const access = await accessOf(trx, actor, room)
    const items = reviewItems(room.notice.regime, room.noticeLot)
    const isPurchasers = items.purchaser.some((item) => sameItem(item, command))
    if (isPurchasers) {
      if (access !== 'purchaser-side') refuse(access === 'member' ? 'review-of-purchaser' : 'not-found')
      if (room.committee.qualification_closed_at !== null) refuse('review-closed')
    } else {
      actingMember(room, actor)
      refuseIf(mayWork(room.members.map(asMember)))
      refuseIf(inStatus(room.committee.status, 'reviewing'))
      if (![...items.committee, LOW_PRICE].some((item) => sameItem(item, command)))
        refuse('review-item-unknown', { field: 'itemId' })
    }
    found((await standingBids(trx, room)).find((bid) => bid.id === command.bidId))
    const needsReason = !command.passed || command.itemId === LOW_PRICE.id
    if (needsReason && command.reason.trim() === '') refuse('reason-needed', { field: 'reason' })
    const key = {
      lot_id: lotId,
      bid_id: command.bidId,
      stage: command.stage,
      item_id: command.itemId,
      person_id: actor.personId!,
    }
    if (isPurchasers) await store.dropReviewsOfOthers(trx, key)
    await store.saveReview(trx, { ...key, passed: command.passed, reason: command.reason })
    await deps.live.changed(trx, `evaluation:${lotId}`)
    return { saved: true as const }
  })

const refuseMissing = (missing: readonly { bidId: string; itemId: string; personId?: string }[]): void => {
  if (missing.length === 0) return
  const errors = missing.slice(0, 100).map((one) => ({ field: `${one.bidId}.${one.itemId}`, code: 'missing' }))
  refuse('review-incomplete', { errors, params: { missing: missing.length } })
}

type Outcome = { bidId: string; passed: boolean; reasons: Rejection[] }
const outcomeOf = (bidId: string, reasons: Rejection[]): Outcome => ({ bidId, passed: reasons.length === 0, reasons })

/** 87号令 第四十四条: the purchaser's side closes the qualification review; fewer than the law asks for → no evaluation. */
export const closeQualification = (deps: EvaluationDeps) => (actor: Actor, lotId: string) =>
  deps.db.transaction().execute(async (trx) => {
    const room = await formedRoom(trx, lotId, 'update')
    if ((await accessOf(trx, actor, room)) !== 'purchaser-side') refuse('not-found')
    refuseIf(inStatus(room.committee.status, 'forming'))
    if (room.committee.qualification_closed_at !== null) refuse('review-closed')
    const items = reviewItems(room.notice.regime, room.noticeLot).purchaser
    const bids = await standingBids(trx, room)
    const votes = await votesOf(trx, lotId)
    const anybody = votes.map((vote) => ({ ...vote, personId: '' }))
    refuseMissing(
      missingVotes(
        bids.map((bid) => bid.id),
        items,
        [''],
        anybody,
      ),
    )
    const outcomes = bids.map((bid) => outcomeOf(bid.id, failedItems(bid.id, items, votes)))
    await rejectBids(
      trx,
      lotId,
      'qualification',
      outcomes.filter((one) => !one.passed),
    )
    const passed = outcomes.filter((one) => one.passed).length
    const verdict = decideCount(room.count, 'qualification', passed, room.context)
    await store.updateCommittee(trx, lotId, { qualification_closed_at: await now(trx) })
    const { decision } = verdict
    await record(trx, actor, 'qualification.reviewed/1', room.tender.id, { lotId, decision, bids: outcomes })
    if (decision !== 'continue') await failLot(deps, trx, actor, room, 'qualification', passed, verdict)
    else await advance(trx, await formedRoom(trx, lotId, 'update'))
    await deps.live.changed(trx, `evaluation:${lotId}`)
    return { decision, qualified: passed }
  })

type Failure = { decision: string; article: string | null; remedy: string | null }

/**
 * 废标: the lot ends here, the reason is kept for every bidder (政府采购法 36), and the deposits go back as for any end
 * without award (87号令 29); 撤销 is not forgiven by it.
 */
export const failLot = async (
  deps: EvaluationDeps,
  trx: Database,
  actor: Actor,
  room: FormedRoom,
  stage: 'qualification' | 'conformity' | 'ranking',
  count: number,
  { decision, article, remedy }: Failure,
): Promise<void> => {
  const lotId = room.lot.id
  const at = await now(trx)
  await store.updateCommittee(trx, lotId, {
    status: 'failed',
    failed_reason: JSON.stringify({ stage, decision, count, article, remedy }),
    finished_at: at,
  })
  const data = { lotId, stage, decision, count, article, remedy }
  await record(trx, actor, 'evaluation.failed/1', room.tender.id, data)
  await setLotStatus(trx, lotId, 'failed')
  const bidders = room.bids.filter((bid) => bid.treatedAs !== 'revoked').map((bid) => bid.organisationId)
  await refundDeposits(deps)(trx, lotId, bidders, 'terminated', at)
  await settleTender(trx, room.tender.id)
}

type Judged = { outcomes: Outcome[]; low: { id: string; tests: string[] }[] }

/**
 * What makes a bid invalid whatever the members think of it. 条例 22 looks at every bid that was opened, not only at those
 * still standing.
 */
const factsOf = (room: FormedRoom, bids: readonly RoomBid[]): { bid: RoomBid; reasons: Rejection[] }[] => {
  const { notice, noticeLot, count, context } = room
  const opened = room.bids.filter((other) => other.treatedAs === 'valid')
  return bids.map((bid) => ({
    bid,
    reasons: [
      ...invalidByFact(bid, noticeLot, { regime: notice.regime, date: count.date, context }),
      ...invalidConsortium(
        bid,
        notice.consortium,
        opened.filter((other) => other !== bid),
      ),
    ],
  }))
}

/** Facts, the members' majority on every item, and the explanations of prices that are conspicuously low. */
const judgeConformity = (room: FormedRoom, bids: readonly RoomBid[], votes: readonly Vote[]): Judged => {
  const items = reviewItems(room.notice.regime, room.noticeLot).committee
  const voters = room.members.map((member) => member.person_id)
  const facts = factsOf(room, bids)
  const open = facts.filter((one) => one.reasons.length === 0).map((one) => one.bid)
  refuseMissing(
    missingVotes(
      open.map((bid) => bid.id),
      items,
      voters,
      votes,
    ),
  )
  const first = new Map(open.map((bid) => [bid.id, failedItems(bid.id, items, votes)]))
  const passing = open.filter((bid) => first.get(bid.id)!.length === 0)
  const low = lowPrices(
    room.count,
    BigInt(room.noticeLot.ceiling),
    passing.map((bid) => ({ id: bid.id, price: bid.price! })),
    room.context,
  )
  const toExplain = missingVotes(
    low.map((hit) => hit.id),
    [LOW_PRICE],
    voters,
    votes,
  )
  if (toExplain.length > 0) {
    const errors = low.map((hit) => ({ field: hit.id, code: hit.tests.join() }))
    refuse('abnormally-low-open', { errors, params: { missing: toExplain.length } })
  }
  const isLow = (bid: RoomBid) => low.some((hit) => hit.id === bid.id)
  return {
    low,
    outcomes: facts.map(({ bid, reasons }) => {
      const failed = [...reasons, ...(first.get(bid.id) ?? [])]
      return outcomeOf(bid.id, failed.length === 0 && isLow(bid) ? failedItems(bid.id, [LOW_PRICE], votes) : failed)
    }),
  }
}

export type CloseConformity = { competition?: { remains: boolean; reason: string } | undefined }

/** 87号令 第五十条: the chair closes the conformity review when every member has voted; the majority decides. */
export const closeConformity = (deps: EvaluationDeps) => (actor: Actor, lotId: string, command: CloseConformity) =>
  deps.db.transaction().execute(async (trx) => {
    const room = await formedRoom(trx, lotId, 'update')
    if (!actingMember(room, actor).is_chair) refuse('chair-only')
    refuseIf(mayWork(room.members.map(asMember)))
    refuseIf(inStatus(room.committee.status, 'reviewing'))
    const judged = judgeConformity(room, await standingBids(trx, room), await votesOf(trx, lotId))
    const passed = judged.outcomes.filter((one) => one.passed).length
    const verdict = decideCount(room.count, 'conformity', passed, room.context)
    const decision = weighCompetition(verdict.decision, command)
    const reason = verdict.decision === 'committee-decides' ? (command.competition?.reason ?? null) : null
    await rejectBids(
      trx,
      lotId,
      'conformity',
      judged.outcomes.filter((one) => !one.passed),
    )
    await record(trx, actor, 'conformity.reviewed/1', room.tender.id, {
      lotId,
      decision,
      competitionReason: reason,
      abnormallyLow: judged.low.map((hit) => ({ bidId: hit.id, tests: hit.tests })),
      bids: judged.outcomes,
    })
    await store.updateCommittee(trx, lotId, {
      status: 'scoring',
      conformity_closed_at: await now(trx),
      competition_reason: reason,
    })
    if (decision !== 'continue') await failLot(deps, trx, actor, room, 'conformity', passed, { ...verdict, decision })
    await deps.live.changed(trx, `evaluation:${lotId}`)
    return { decision, passed }
  })

/** 12号令 第二十七条: under TB the committee says, with reasons, whether fewer than three bids still compete. */
const weighCompetition = (decision: string, { competition }: CloseConformity): string => {
  if (decision !== 'committee-decides') return decision
  if (!competition || competition.reason.trim() === '') return refuse('committee-must-decide', { field: 'competition' })
  return competition.remains ? 'continue' : 'failed'
}
