import type { Actor } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { Database } from '../../kernel/database.ts'
import { found, refuse, refuseIf } from '../../kernel/problem.ts'
import { record } from '../events.ts'
import { mayGive, missingScores, objectiveDifferences } from '../rules/scores.ts'
import { inStatus, mayWork } from '../rules.ts'
import * as store from '../store.ts'
import {
  actingMember,
  asMember,
  type EvaluationDeps,
  type FormedRoom,
  formedRoom,
  scoresOf,
  standingBids,
} from './shared.ts'

export type ScoreCommand = { bidId: string; itemId: string; points: string; opinion: string }

/** 87号令 64: what may still be corrected after a member has finished: objective items on which the members differ. */
const mayCorrect = async (trx: Database, room: FormedRoom, command: ScoreCommand): Promise<boolean> => {
  if (room.members.some((member) => member.finished_at === null)) return false
  const bidIds = (await standingBids(trx, room)).map((bid) => bid.id)
  const differing = objectiveDifferences(bidIds, room.noticeLot.scoring, await scoresOf(trx, room.lot.id))
  return differing.some((one) => one.bidId === command.bidId && one.itemId === command.itemId)
}

/** Keep one score; each member sees its own alone. Final once the member has finished. */
export const saveScore = (deps: EvaluationDeps) => (actor: Actor, lotId: string, command: ScoreCommand) =>
  deps.db.transaction().execute(async (trx) => {
    // A correction must not race with the closing, nor two of them with each other's view of what differs.
    const room = await formedRoom(trx, lotId, 'share')
    const member = actingMember(room, actor)
    refuseIf(mayWork(room.members.map(asMember)))
    refuseIf(inStatus(room.committee.status, 'scoring'))
    found((await standingBids(trx, room)).find((bid) => bid.id === command.bidId))
    refuseIf(
      mayGive(
        room.noticeLot.scoring.find((item) => item.id === command.itemId),
        command.points,
      ),
    )
    if (member.finished_at !== null) {
      if (!(await mayCorrect(trx, room, command))) refuse('scores-finished')
      const { bidId, itemId } = command
      const personId = member.person_id
      await record(trx, actor, 'scores.corrected/1', room.tender.id, { lotId, personId, bidId, itemId })
    }
    await store.saveScore(trx, {
      lot_id: lotId,
      bid_id: command.bidId,
      item_id: command.itemId,
      person_id: member.person_id,
      points: command.points,
      opinion: command.opinion,
    })
    return { saved: true as const }
  })

/** A member's scores are complete and final; the others learn that, and nothing else. */
export const finishScores = (deps: EvaluationDeps) => (actor: Actor, lotId: string) =>
  deps.db.transaction().execute(async (trx) => {
    const room = await formedRoom(trx, lotId, 'update')
    const member = actingMember(room, actor)
    refuseIf(mayWork(room.members.map(asMember)))
    refuseIf(inStatus(room.committee.status, 'scoring'))
    if (member.finished_at !== null) refuse('scores-finished')
    const bidIds = (await standingBids(trx, room)).map((bid) => bid.id)
    const own = await scoresOf(trx, lotId, member.person_id)
    const missing = missingScores(bidIds, room.noticeLot.scoring, member.person_id, own)
    if (missing.length > 0) {
      const errors = missing.slice(0, 100).map((one) => ({ field: `${one.bidId}.${one.itemId}`, code: 'missing' }))
      refuse('scores-incomplete', { errors, params: { missing: missing.length } })
    }
    const at = await now(trx)
    await store.updateMember(trx, lotId, member.person_id, { finished_at: at })
    await record(trx, actor, 'scores.finished/1', room.tender.id, { lotId, personId: member.person_id })
    await deps.live.changed(trx, `evaluation:${lotId}`)
    return { finishedAt: at.toISOString() }
  })
