import type { Actor } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { Database } from '../../kernel/database.ts'
import { refuse, refuseIf } from '../../kernel/problem.ts'
import { record } from '../events.ts'
import { type Conflict, inStatus, mayDeclare, mayWork } from '../rules.ts'
import * as store from '../store.ts'
import { actingMember, asMember, biddersOf, type EvaluationDeps, type FormedRoom, formedRoom } from './shared.ts'

/** 评委签到. Repeating it changes nothing. */
export const signIn = (deps: EvaluationDeps) => (actor: Actor, lotId: string) =>
  deps.db.transaction().execute(async (trx) => {
    const room = await formedRoom(trx, lotId, 'update')
    const member = actingMember(room, actor)
    refuseIf(inStatus(room.committee.status, 'forming', 'reviewing', 'scoring'))
    if (member.signed_in_at !== null) return { signedInAt: member.signed_in_at.toISOString() }
    const at = await now(trx)
    await store.updateMember(trx, lotId, member.person_id, { signed_in_at: at })
    await record(trx, actor, 'committee.signed-in/1', room.tender.id, { lotId, personId: member.person_id })
    await deps.live.changed(trx, `evaluation:${lotId}`)
    return { signedInAt: at.toISOString() }
  })

export type Declaration = { conflict: Conflict; reason: string; bidders: string[] }

/** 政府采购法 第十二条: after seeing who bids, each member declares; who has a conflict steps out and is replaced. */
export const declareConflict = (deps: EvaluationDeps) => (actor: Actor, lotId: string, command: Declaration) =>
  deps.db.transaction().execute(async (trx) => {
    const room = await formedRoom(trx, lotId, 'update')
    const member = actingMember(room, actor)
    refuseIf(inStatus(room.committee.status, 'forming', 'reviewing', 'scoring'))
    const bidders = biddersOf(room).map((one) => one.organisationId)
    refuseIf(mayDeclare(asMember(member), command.conflict, command.bidders, bidders))
    await assertNoBidder(trx, command.conflict, member.person_id, bidders)
    if (member.conflict === command.conflict) return { conflict: command.conflict }
    await store.updateMember(trx, lotId, member.person_id, {
      conflict: command.conflict,
      conflict_reason: command.reason,
      declared_at: await now(trx),
    })
    await record(trx, actor, 'committee.conflict-declared/1', room.tender.id, {
      lotId,
      personId: member.person_id,
      conflict: command.conflict,
      bidders,
    })
    await advance(trx, await formedRoom(trx, lotId, 'update'))
    await deps.live.changed(trx, `evaluation:${lotId}`)
    return { conflict: command.conflict }
  })

/** 政府采购法实施条例 第九条: a member who works for a bidder cannot declare to have no conflict. */
const assertNoBidder = async (trx: Database, conflict: Conflict, personId: string, bidders: readonly string[]) => {
  if (conflict === 'declared') return
  const own = await store.belongings(trx, [personId])
  if (own.some((row) => bidders.includes(row.organisation_id))) refuse('member-of-bidder', { params: { personId } })
}

/** From forming to reviewing once everybody is here, without conflict, and qualification is reviewed. */
export const advance = async (trx: Database, room: FormedRoom): Promise<void> => {
  const isReady = room.committee.qualification_closed_at !== null && mayWork(room.members.map(asMember)) === null
  if (room.committee.status === 'forming' && isReady)
    await store.updateCommittee(trx, room.lot.id, { status: 'reviewing' })
}
