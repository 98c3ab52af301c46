import { organisationsByIds } from '../../identity/service.ts'
import type { Database } from '../../kernel/database.ts'
import { sha256, toBase64url } from '../../log/bytes.ts'
import type { EvaluationReport } from '../contract/report.ts'
import { lowPrices, type Ranking, type RankingInput, rankingMinimum } from '../rules/ranking.ts'
import { deviations, type Score } from '../rules/scores.ts'
import { LOW_PRICE, majorityPasses, type Rejection, reviewItems, type Vote } from '../rules.ts'
import * as store from '../store.ts'
import { type FormedRoom, type RoomBid, scoresOf, votesOf } from './shared.ts'

const seatsOf = (room: FormedRoom) => new Map(room.members.map((member) => [member.person_id, member.seat]))

/** All that the order follows from, taken out of the room; bids by letter, members by seat. */
export const rankingInput = (room: FormedRoom, bids: readonly RoomBid[], scores: readonly Score[]): RankingInput => {
  const { notice, noticeLot, count } = room
  const letters = new Map(bids.map((bid) => [bid.id, bid.letter]))
  const seats = seatsOf(room)
  const isScored = notice.evaluationMethod === 'comprehensive'
  const { smeReserved, ...rest } = count
  return {
    ...rest,
    evaluationMethod: notice.evaluationMethod,
    priceWeight: noticeLot.priceWeight,
    smeRate: noticeLot.smeRate,
    smeReserved,
    ...(noticeLot.consortiumRate ? { consortiumRate: noticeLot.consortiumRate } : {}),
    minimum: rankingMinimum(count, room.committee.competition_reason !== null, room.context),
    items: isScored ? noticeLot.scoring.map(({ id, max, kind }) => ({ id, max, kind })) : [],
    bids: bids.map(({ letter, price, size, brand, smallShare }) => {
      const share = smallShare === null ? {} : { smallShare }
      return { letter, price: price!.toString(), size, brand, ...share }
    }),
    scores: scores
      .filter((score) => isScored && letters.has(score.bidId) && seats.has(score.personId))
      .map(({ bidId, itemId, personId, points }) => ({
        letter: letters.get(bidId)!,
        itemId,
        seat: seats.get(personId)!,
        points,
      }))
      .sort((a, b) => compareKeys([a.letter, a.itemId, a.seat], [b.letter, b.itemId, b.seat])),
  }
}

const compareKeys = (a: readonly (string | number)[], b: readonly (string | number)[]): number => {
  const at = a.findIndex((value, index) => value !== b[index])
  return at < 0 ? 0 : a[at]! < b[at]! ? -1 : 1
}

const committeeFacts = async (trx: Database, room: FormedRoom): Promise<EvaluationReport['committee']> => {
  const all = [...room.members, ...room.left]
  const people = await store.peopleNames(
    trx,
    all.map((member) => member.person_id),
  )
  const organisations = await organisationsByIds(
    trx,
    all.map((member) => member.organisation_id),
  )
  const nameOf = (id: string) => people.find((person) => person.id === id)?.name ?? ''
  return {
    formedAt: room.committee.made_at.toISOString(),
    members: room.members.map((member) => ({
      seat: member.seat,
      personId: member.person_id,
      name: nameOf(member.person_id),
      organisation: organisations.find((one) => one.id === member.organisation_id)?.name ?? '',
      expert: member.is_expert,
      chair: member.is_chair,
      signedInAt: member.signed_in_at!.toISOString(),
      declaredAt: member.declared_at!.toISOString(),
    })),
    replaced: room.left.map((member) => ({
      seat: member.seat,
      personId: member.person_id,
      name: nameOf(member.person_id),
      reason: member.left_reason ?? '',
    })),
  }
}

const reviewFacts = (room: FormedRoom, votes: readonly Vote[]): EvaluationReport['reviews'] => {
  const { purchaser, committee } = reviewItems(room.notice.regime, room.noticeLot)
  const seats = seatsOf(room)
  return room.bids.flatMap((bid) =>
    [...purchaser, ...committee, LOW_PRICE].flatMap((item) => {
      const own = votes.filter((vote) => vote.bidId === bid.id && vote.stage === item.stage && vote.itemId === item.id)
      if (own.length === 0) return []
      return [
        {
          letter: bid.letter,
          stage: item.stage,
          itemId: item.id,
          title: item.title,
          passed: majorityPasses(own),
          votes: own
            .map(({ personId, passed, reason }) => ({ seat: seats.get(personId) ?? null, passed, reason }))
            .sort((a, b) => (a.seat ?? 0) - (b.seat ?? 0)),
        },
      ]
    }),
  )
}

const scoreFacts = (room: FormedRoom, standing: readonly RoomBid[], scores: readonly Score[]) => {
  const isScored = room.notice.evaluationMethod === 'comprehensive'
  const items = isScored ? room.noticeLot.scoring : []
  const letter = (bidId: string) => room.bids.find((bid) => bid.id === bidId)!.letter
  const seats = seatsOf(room)
  const bidIds = standing.map((bid) => bid.id)
  return {
    items: items.map(({ id, title, max, kind }) => ({ id, title, max, kind })),
    opinions: scores
      .filter((score) => score.opinion !== '' && bidIds.includes(score.bidId) && seats.has(score.personId))
      .map(({ bidId, itemId, personId, opinion }) => ({
        letter: letter(bidId),
        itemId,
        seat: seats.get(personId)!,
        opinion,
      })),
    deviations: deviations(bidIds, items, scores).map(({ bidId, itemId, personId }) => ({
      letter: letter(bidId),
      itemId,
      seat: seats.get(personId)!,
    })),
  }
}

/** The hits are told of all that passed the review, also of those whose explanation failed. */
const lowFacts = (room: FormedRoom, standing: readonly RoomBid[], rejected: readonly store.ResultRow[]) => {
  const failedOnPrice = rejected
    .filter((row) => (row.reasons as Rejection[]).some((reason) => reason.itemId === LOW_PRICE.id))
    .map((row) => row.bid_id)
  const passed = room.bids.filter((bid) => standing.includes(bid) || failedOnPrice.includes(bid.id))
  return lowPrices(
    room.count,
    BigInt(room.noticeLot.ceiling),
    passed.map((bid) => ({ id: bid.letter, price: bid.price! })),
    room.context,
  ).map(({ id, tests }) => ({ letter: id, tests }))
}

const lotFacts = ({ tender, lot, notice, noticeLot }: FormedRoom) => ({
  tenderId: tender.id,
  number: notice.number,
  title: notice.title,
  purchaser: notice.purchaser.name,
  agency: notice.agency?.name ?? null,
  lotId: lot.id,
  lotNo: noticeLot.no,
  lotTitle: noticeLot.title,
  budget: noticeLot.budget,
  ceiling: noticeLot.ceiling,
  floor: noticeLot.floor,
  noticePublishedAt: notice.publishedAt,
})

/** Put the report together from what stands in the database. */
export const makeReport = async (
  trx: Database,
  room: FormedRoom,
  standing: readonly RoomBid[],
  input: RankingInput,
  ranked: Ranking,
  at: Date,
): Promise<EvaluationReport> => {
  const { opening } = room
  const rejected = (await store.resultsOf(trx, room.lot.id)).filter((row) => row.verdict === 'rejected')
  const scores = await scoresOf(trx, room.lot.id)
  return {
    v: 'sunlit/v1',
    type: 'evaluation-report',
    ...lotFacts(room),
    madeAt: at.toISOString(),
    opening: {
      openedAt: opening.openedAt,
      place: opening.place,
      recordSha256: toBase64url(await sha256(room.openingBytes)),
      bids: room.bids.length,
      valid: room.bids.filter((bid) => bid.treatedAs === 'valid').length,
    },
    committee: await committeeFacts(trx, room),
    bids: room.bids.map((bid) => ({
      letter: bid.letter,
      bidId: bid.id,
      number: bid.number,
      manifestHash: bid.manifestHash,
      organisationId: bid.organisationId,
      name: bid.name,
      price: bid.price?.toString() ?? null,
      deposit: bid.deposit,
      treatedAs: bid.treatedAs,
    })),
    reviews: reviewFacts(room, await votesOf(trx, room.lot.id)),
    rejected: rejected.map((row) => ({
      letter: room.bids.find((bid) => bid.id === row.bid_id)!.letter,
      stage: row.stage as 'qualification' | 'conformity',
      reasons: row.reasons as Rejection[],
    })),
    competitionReason: room.committee.competition_reason,
    ...scoreFacts(room, standing, scores),
    abnormallyLow: lowFacts(room, standing, rejected),
    ranking: { input, standings: ranked.standings },
  }
}
