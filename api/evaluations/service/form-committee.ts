import type { Actor } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { Database } from '../../kernel/database.ts'
import { found, refuse, refuseIf } from '../../kernel/problem.ts'
import { record } from '../events.ts'
import { type Candidate, type CommitteeStatus, inStatus, mayForm, mayReplace, type Seat } from '../rules.ts'
import * as store from '../store.ts'
import {
  accessOf,
  asMember,
  biddersOf,
  type EvaluationDeps,
  formedRoom,
  loadRoom,
  memberOf,
  type Room,
} from './shared.ts'

/** The pool from which a committee is put together. */
export const listEvaluators = (deps: EvaluationDeps) => async (text?: string) => {
  const rows = await store.evaluators(deps.db, { text })
  return {
    evaluators: rows.map((row) => ({
      personId: row.person_id,
      name: row.name,
      organisationId: row.organisation_id,
      organisationName: row.organisation_name,
    })),
  }
}

const candidatesFor = async (trx: Database, ids: readonly string[]): Promise<Candidate[]> => {
  const pool = await store.evaluators(trx, { ids })
  const all = await store.belongings(trx, ids)
  return ids.map((personId) => ({
    personId,
    evaluatorFor: pool.filter((row) => row.person_id === personId).map((row) => row.organisation_id),
    belongsTo: all.filter((row) => row.person_id === personId).map((row) => row.organisation_id),
  }))
}

const judge = async (trx: Database, room: Room, seats: readonly Seat[]): Promise<void> => {
  const candidates = await candidatesFor(
    trx,
    seats.map((seat) => seat.personId),
  )
  refuseIf(
    mayForm(seats, candidates, {
      notice: room.notice,
      purchaserId: room.tender.purchaser_id,
      agencyId: room.tender.agency_id,
      bidders: biddersOf(room).map((one) => one.organisationId),
      context: room.context,
    }),
  )
}

/** Purchaser, its agency, or the centre put the committee together; members themselves and supervisors do not. */
const assertForms = async (trx: Database, actor: Actor, room: Room): Promise<void> => {
  const access = await accessOf(trx, actor, room)
  if (access !== 'purchaser-side' && access !== 'centre') refuse('not-found')
}

/** 87号令 第四十七条: form the committee of an opened lot. Its list stays secret until the result notice. */
export const formCommittee = (deps: EvaluationDeps) => (actor: Actor, lotId: string, command: { members: Seat[] }) =>
  deps.db.transaction().execute(async (trx) => {
    const room = await loadRoom(trx, lotId, 'share')
    await assertForms(trx, actor, room)
    if (room.lot.status !== 'opened') refuse('lot-not-in-evaluation', { params: { status: room.lot.status } })
    await judge(trx, room, command.members)
    // 招标投标法 family: the committee itself reviews qualification, so that stage has nothing of its own to close.
    const closedAt = room.notice.regime === 'TB' ? await now(trx) : null
    const fresh = await store.insertCommittee(trx, {
      lot_id: lotId,
      status: 'forming',
      made_by: actor.personId!,
      qualification_closed_at: closedAt,
    })
    if (!fresh) refuse('committee-formed-already')
    const members = command.members.map((seat, at) => ({ ...seat, seat: at + 1 }))
    await store.insertMembers(
      trx,
      members.map((seat) => ({
        lot_id: lotId,
        person_id: seat.personId,
        organisation_id: seat.organisationId,
        seat: seat.seat,
        is_expert: seat.isExpert,
        is_chair: seat.isChair,
      })),
    )
    await record(trx, actor, 'committee.formed/1', room.tender.id, {
      lotId,
      size: members.length,
      experts: members.filter((seat) => seat.isExpert).length,
      members: members.map(({ seat, personId, isExpert, isChair }) => ({
        seat,
        personId,
        expert: isExpert,
        chair: isChair,
      })),
    })
    await deps.live.changed(trx, `evaluation:${lotId}`)
    return { lotId, size: members.length }
  })

export type Replacement = { out: string; reason: 'conflict' | 'absent'; in: Seat }

/** 87号令 第四十九条: put another in the place of a member who steps out; what that member gave is void. */
export const replaceMember = (deps: EvaluationDeps) => (actor: Actor, lotId: string, command: Replacement) =>
  deps.db.transaction().execute(async (trx) => {
    const room = await formedRoom(trx, lotId, 'update')
    await assertForms(trx, actor, room)
    const leaving = found(memberOf(room, command.out))
    refuseIf(mayReplace(room.committee.status, asMember(leaving), command.reason))
    if ([...room.members, ...room.left].some((member) => member.person_id === command.in.personId)) {
      refuse('member-twice')
    }
    const staying = room.members.filter((member) => member !== leaving).map(asMember)
    await judge(trx, room, [...staying, command.in])
    await store.voidOpinions(trx, lotId, leaving.person_id)
    const left = { left_at: await now(trx), left_reason: command.reason, is_chair: false }
    await store.updateMember(trx, lotId, leaving.person_id, left)
    await store.insertMembers(trx, [
      {
        lot_id: lotId,
        person_id: command.in.personId,
        organisation_id: command.in.organisationId,
        seat: leaving.seat,
        is_expert: command.in.isExpert,
        is_chair: command.in.isChair,
      },
    ])
    await reopenConformity(trx, lotId, room.committee.status)
    const { personId } = command.in
    await record(trx, actor, 'committee.member-replaced/1', room.tender.id, {
      lotId,
      seat: leaving.seat,
      out: leaving.person_id,
      in: personId,
      reason: command.reason,
    })
    await deps.live.changed(trx, `evaluation:${lotId}`)
    return { lotId, size: room.members.length }
  })

/** A conformity review that counted a void vote is held again; the others' votes and drafts stay. */
const reopenConformity = async (trx: Database, lotId: string, status: CommitteeStatus): Promise<void> => {
  if (inStatus(status, 'scoring')) return
  await store.deleteResults(trx, lotId, 'conformity')
  await store.updateCommittee(trx, lotId, { status: 'reviewing', conformity_closed_at: null, competition_reason: null })
}
