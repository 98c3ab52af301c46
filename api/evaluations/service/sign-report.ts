import { ownCertificate } from '../../identity/service.ts'
import { type Actor, SYSTEM } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { Database } from '../../kernel/database.ts'
import { found, refuseIf } from '../../kernel/problem.ts'
import {
  type CompletedSignature,
  completeSignature,
  type HandedSignature,
  preparedPdf,
  prepareSignature,
  stamped,
} from '../../kernel/signing.ts'
import { beijingDate, beijingTime } from '../../law/beijing.ts'
import { sha256, toBase64url } from '../../log/bytes.ts'
import { setLotStatus } from '../../tenders/service/shared.ts'
import { record } from '../events.ts'
import { inStatus } from '../rules.ts'
import * as store from '../store.ts'
import { fieldOf } from './print-report.ts'
import { actingMember, type EvaluationDeps, type FormedRoom, formedRoom, settleTender } from './shared.ts'

const nameOf = async (trx: Database, personId: string): Promise<string> =>
  found((await store.peopleNames(trx, [personId]))[0]).name

/** A hole for this member's signature in the newest version of the report. */
export const prepareReportSignature = (deps: EvaluationDeps) => async (actor: Actor, lotId: string) => {
  const room = await formedRoom(deps.db, lotId, 'read')
  const member = actingMember(room, actor)
  refuseIf(inStatus(room.committee.status, 'signing'))
  const name = await nameOf(deps.db, member.person_id)
  const ms = (await now(deps.db)).getTime()
  return prepareSignature(deps)(actor, room.committee.document_id!, {
    name,
    reason: '评标报告签字确认',
    fieldName: fieldOf(member.seat),
    appearance: [name, `${beijingDate(ms)} ${beijingTime(ms)}`],
  })
}

/** The file with that hole, whose digest the member's own software computes anew. */
export const preparedReport = (deps: EvaluationDeps) => async (actor: Actor, lotId: string) => {
  const room = await formedRoom(deps.db, lotId, 'read')
  actingMember(room, actor)
  return preparedPdf(deps.db, actor, found(room.committee.document_id))
}

/** 87号令 第六十一条: every member signs; with the last signature the lot is evaluated. Repeating it changes nothing. */
export const signReport = (deps: EvaluationDeps) => async (actor: Actor, lotId: string, command: HandedSignature) => {
  const handed = await stamped(deps)(command)
  return deps.db.transaction().execute(async (trx) => {
    const room = await formedRoom(trx, lotId, 'update')
    const member = actingMember(room, actor)
    refuseIf(inStatus(room.committee.status, 'signing', 'done'))
    const name = await nameOf(trx, member.person_id)
    const check = { files: deps.files, check: ownCertificate(deps) }
    const signed = await completeSignature(check)(trx, actor, found(room.committee.document_id), {
      ...handed,
      name,
    })
    const all = room.members.length
    if (member.report_signed_at !== null) return { version: signed.version, signed: signed.signers.length, all }
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
    return { version: signed.version, signed: signed.signers.length, all }
  })
}

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
