import { evaluatedLot } from '../../evaluations/service.ts'
import type { Actor } from '../../kernel/actor.ts'
import type { Deps } from '../../kernel/deps.ts'
import { refuse, refuseIf } from '../../kernel/problem.ts'
import { sha256, toBase64url } from '../../log/bytes.ts'
import { record } from '../events.ts'
import { mayAward, type PassedOver } from '../rules.ts'
import * as store from '../store.ts'
import { assertPurchaser, dueOn } from './shared.ts'

export type Decision = { bidId: string; passedOver: PassedOver[] }

/** 87号令 第六十八条 定标: the purchaser decides on the signed report, in its order. Repeating the same decision changes nothing. */
export const decideAward = (deps: Deps) => (actor: Actor, lotId: string, command: Decision) =>
  deps.db.transaction().execute(async (trx) => {
    const { room, report, reportBytes, finishedAt } = await evaluatedLot(trx, lotId, 'update')
    assertPurchaser(actor, room.tender)
    const before = await store.awardOf(trx, lotId, 'update')
    if (before?.bid_id === command.bidId) return { lotId, bidId: before.bid_id, price: before.price.toString() }
    if (before) refuse('award-decided-already')
    if (room.lot.status !== 'evaluated') refuse('lot-status-conflict', { params: { status: room.lot.status } })
    const bidOf = (letter: string) => report.bids.find((bid) => bid.letter === letter)!
    const ranked = report.ranking.standings.flatMap(({ letter, rank }) =>
      rank === null ? [] : [{ bidId: bidOf(letter).bidId, rank }],
    )
    refuseIf(mayAward(ranked, command.bidId, command.passedOver))
    const { rank } = ranked.find((one) => one.bidId === command.bidId)!
    const price = report.bids.find((bid) => bid.bidId === command.bidId)!.price!
    const event = await record(trx, actor, 'award.decided/1', room.tender.id, {
      lotId,
      bidId: command.bidId,
      rank,
      // 46号 9 and 87号令 55: deductions serve the comparison; the contract price is the price that was bid.
      price,
      passedOver: command.passedOver,
      reportSha256: toBase64url(await sha256(reportBytes)),
      dueOn: await dueOn(trx, room.notice, 'report-received', finishedAt),
    })
    await store.insertAward(trx, {
      lot_id: lotId,
      bid_id: command.bidId,
      price: BigInt(price),
      rank,
      passed_over: command.passedOver,
      decided_by: actor.personId!,
      decided_at: new Date(event.at),
      event_id: event.eventId,
    })
    await deps.live.changed(trx, `tender:${room.tender.id}`)
    return { lotId, bidId: command.bidId, price }
  })
