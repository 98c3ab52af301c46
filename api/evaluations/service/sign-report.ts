import { ownCertificate } from '../../identity/service.ts'
import { type Actor, SYSTEM } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { Database } from '../../kernel/database.ts'
import { found, refuseIf } from '../../kernel/problem.ts'
import type { CompletedSignature } from '../../kernel/signing.ts'
import { signingActs } from '../../kernel/signing-acts.ts'
import { beijingDate, beijingTime } from '../../law/beijing.ts'
import { sha256, toBase64url } from '../../log/bytes.ts'
import { setLotStatus } from '../../tenders/service/shared.ts'
import { record } from '../events.ts'
import { inStatus } from '../rules.ts'
import * as store from '../store.ts'
import { fieldOf } from './print-report.ts'
import { actingMember, type EvaluationDeps, type FormedRoom, formedRoom, settleTender } from './shared.ts'

type OwnReport = { room: FormedRoom; member: store.MemberRow; documentId: string }

const ownReport = async (db: Database, actor: Actor, lotId: string, mode: 'read' | 'update'): Promise<OwnReport> => {
  const room = await formedRoom(db, lotId, mode)
  const member = actingMember(room, actor)
  refuseIf(inStatus(room.committee.status, 'signing', 'done'))
  return { room, member, documentId: found(room.committee.document_id) }
}

/** In the field printed for this member's seat. */
const wishOf = async (db: Database, _: Actor, { member }: OwnReport) => {
  const { name } = found((await store.peopleNames(db, [member.person_id]))[0])
  const ms = (await now(db)).getTime()
  return {
    by: 'person' as const,
    name,
    reason: '评标报告签字确认',
    fieldName: fieldOf(member.seat),
    appearance: [name, `${beijingDate(ms)} ${beijingTime(ms)}`],
  }
}

/** 87号令 第六十一条: every member signs; with the last signature the lot is evaluated. Repeating it changes nothing. */
export const reportActs = (deps: EvaluationDeps) =>
  signingActs(deps, {
    own: ownReport,
    wish: wishOf,
    check: ownCertificate(deps),
    keep: async (trx, actor, { room, member }, signed) => {
      const lotId = room.lot.id
      const answer = { version: signed.version, signed: signed.signers.length, all: room.members.length }
      if (!signed.isNew) return answer
      await store.updateMember(trx, lotId, member.person_id, { report_signed_at: await now(trx) })
      await record(trx, actor, 'evaluation.report-signed/1', room.tender.id, {
        lotId,
        personId: member.person_id,
        version: signed.version,
        pdfSha256: toBase64url(signed.sha256),
      })
      const isLast = room.members.every((one) => one === member || one.report_signed_at !== null)
      if (isLast) await finish(trx, room, signed)
      await deps.live.changed(trx, `evaluation:${lotId}`)
      return answer
    },
  })

const finish = async (trx: Database, room: FormedRoom, signed: CompletedSignature): Promise<void> => {
  const lotId = room.lot.id
  const ranked = (await store.resultsOf(trx, lotId)).filter((row) => row.verdict === 'ranked').length
  // By the platform: this event is public at once, and who signed last is nobody's business before the result notice.
  const event = await record(trx, SYSTEM, 'evaluation.reported/1', room.tender.id, {
    lotId,
    reportJsonSha256: toBase64url(await sha256(new Uint8Array(room.committee.report!))),
    reportSha256: toBase64url(signed.sha256),
    ranked,
  })
  await store.updateCommittee(trx, lotId, {
    status: 'done',
    report_event_id: event.eventId,
    finished_at: new Date(event.at),
  })
  await setLotStatus(trx, lotId, 'evaluated')
  await settleTender(trx, room.tender.id)
}
