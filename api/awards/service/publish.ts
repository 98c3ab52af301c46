import { readAll } from '../../../storage/port.ts'
import { refundDeposits } from '../../deposits/service.ts'
import { type EvaluatedLot, evaluatedLot, settleTender } from '../../evaluations/service.ts'
import { organisationById } from '../../identity/service.ts'
import { type Actor, withoutAddress } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { Database } from '../../kernel/database.ts'
import type { Deps } from '../../kernel/deps.ts'
import { storeFile } from '../../kernel/files.ts'
import { type PdfModel, renderPdf } from '../../kernel/pdf/document.ts'
import { found, refuse, refuseIf } from '../../kernel/problem.ts'
import { makeSignable } from '../../kernel/signing.ts'
import { sha256, toBase64url, utf8 } from '../../log/bytes.ts'
import { openedFile } from '../../openings/service.ts'
import { setLotStatus } from '../../tenders/service/shared.ts'
import type { ResultNotice } from '../contract/notice.ts'
import { record } from '../events.ts'
import { isSmePolicy, mayPublish, type PassedOver } from '../rules.ts'
import * as store from '../store.ts'
import { letterModel, noticeModel } from './print.ts'
import { assertSide, dueOn } from './shared.ts'

export type Publication = {
  subject: ResultNotice['subject']
  /** Which file of the winner's bid is its 《中小企业声明函》. */
  smeDeclaration?: { kind: 'qualification' | 'technical' | 'price-detail'; index: number } | undefined
}

type Declaration = { fileId: string; name: string; sha256: string }

/** 46号 第十三条: the winner's declaration is published with the result, so its bytes leave the bid and become a public file. */
const takeDeclaration = async (
  deps: Deps,
  trx: Database,
  actor: Actor,
  bidId: string,
  wish: Publication['smeDeclaration'],
): Promise<Declaration | null> => {
  if (!wish) return null
  const { file, stream } = await openedFile(deps)(trx, bidId, wish.kind, wish.index)
  const bytes = new Uint8Array(await readAll(stream))
  const stored = await storeFile({ db: trx, files: deps.files }, actor, {
    name: file.name,
    mime: file.mime === 'application/pdf' ? file.mime : 'application/octet-stream',
    bytes,
  })
  return { fileId: stored.id, name: stored.name, sha256: toBase64url(stored.sha256) }
}

type Party = ResultNotice['purchaser']
const party = ({ name, address, contact }: Party): Party => ({ name, address, contact })

/** Who is named in the notice: both sides, the winner with its registered address, and the evaluators. */
const namesFor = async (trx: Database, { room, report }: EvaluatedLot, award: store.AwardRow) => {
  const { notice } = room
  const bid = found(report.bids.find((one) => one.bidId === award.bid_id))
  const organisation = found(await organisationById(trx, bid.organisationId))
  const standing = report.ranking.standings.find((one) => one.letter === bid.letter)!
  const members = found(room.bids.find((one) => one.id === bid.bidId)).consortium
  const nameOf = (bidId: string) => report.bids.find((one) => one.bidId === bidId)?.name ?? ''
  return {
    standing,
    contactPhone: organisation.contact_phone,
    purchaser: party(notice.purchaser),
    agency: notice.agency ? party(notice.agency) : null,
    winner: {
      bidId: bid.bidId,
      organisationId: bid.organisationId,
      name: bid.name,
      uscc: organisation.uscc,
      address: organisation.address,
      amount: award.price.toString(),
      totalScore: standing.total,
      rank: award.rank,
      // A member that the register does not know has signed nothing: such a bid is invalid and never wins.
      consortium: members.map(({ name, uscc }) => ({ name: found(name), uscc: found(uscc) })),
    },
    passedOver: (award.passed_over as PassedOver[]).map(({ bidId, ground, reason }) => ({
      name: nameOf(bidId),
      ground,
      reason,
    })),
    evaluators: report.committee.members.map(({ name, expert, chair }) => ({ name, expert, chair })),
  }
}

const makeNotice = async (
  trx: Database,
  evaluated: EvaluatedLot,
  award: store.AwardRow,
  command: Publication,
  declaration: Declaration | null,
  at: Date,
): Promise<ResultNotice> => {
  const { notice, noticeLot, tender, lot } = evaluated.room
  const { standing, contactPhone, ...names } = await namesFor(trx, evaluated, award)
  refuseIf(
    mayPublish({
      ...names,
      winner: { ...names.winner, contact: contactPhone },
      comprehensive: notice.evaluationMethod === 'comprehensive',
      totalScore: standing.total,
      subject: command.subject,
      smePolicyUsed: noticeLot.smeReserved || standing.reductions.some(isSmePolicy),
      hasSmeDeclaration: declaration !== null,
    }),
  )
  const noticeEnds = await dueOn(trx, notice, 'result-notice', at)
  return {
    v: 'sunlit/v1',
    type: 'result-notice',
    tenderId: tender.id,
    number: notice.number,
    title: notice.title,
    regime: notice.regime,
    method: notice.method,
    evaluationMethod: notice.evaluationMethod,
    lotId: lot.id,
    lotNo: noticeLot.no,
    lotTitle: noticeLot.title,
    ...names,
    subject: command.subject,
    smeDeclaration: declaration,
    reportSha256: toBase64url(await sha256(evaluated.reportBytes)),
    decidedAt: award.decided_at.toISOString(),
    publishedAt: at.toISOString(),
    noticeEnds,
    challengeUntil: noticeEnds === null ? null : await dueOn(trx, notice, 'result-notice-end', noticeEnds),
  }
}

const print = async (deps: Deps, trx: Database, actor: Actor, name: string, model: PdfModel, at: Date) => {
  const bytes = await deps.seal(await renderPdf(model), model.title, at, 'stamped')
  return storeFile({ db: trx, files: deps.files }, actor, { name, mime: 'application/pdf', bytes })
}

/**
 * 87号令 第六十九条: the result notice and the 中标通知书 go out together. The losers' deposits go back from here
 * (87号令 38); who was treated as having revoked its bid is left to the purchaser's own decision (RULES DEP-9).
 */
export const publishResult = (deps: Deps) => (actor: Actor, lotId: string, command: Publication) =>
  deps.db.transaction().execute(async (trx) => {
    const evaluated = await evaluatedLot(trx, lotId, 'update')
    const { room } = evaluated
    await assertSide(trx, actor, room.tender)
    const award = (await store.awardOf(trx, lotId, 'update')) ?? refuse('award-not-decided')
    if (award.published_at !== null) return { lotId, publishedAt: award.published_at.toISOString() }
    const at = await now(trx)
    const declaration = await takeDeclaration(deps, trx, actor, award.bid_id, command.smeDeclaration)
    const notice = await makeNotice(trx, evaluated, award, command, declaration, at)
    const bytes = utf8(JSON.stringify(notice))
    const hash = toBase64url(await sha256(bytes))
    const suffix = `${notice.number}-${notice.lotNo}.pdf`
    const noticePdf = await print(deps, trx, actor, `中标结果公告-${suffix}`, noticeModel(notice, hash), at)
    const contractBy = await dueOn(trx, room.notice, 'award-notice', at)
    const letterPdf = await print(deps, trx, actor, `中标通知书-${suffix}`, letterModel(notice, contractBy), at)
    // Public at once, body and all: without the network address.
    const event = await record(trx, withoutAddress(actor), 'result.published/1', room.tender.id, {
      lotId,
      bidId: award.bid_id,
      noticeSha256: hash,
      noticePdfSha256: toBase64url(noticePdf.sha256),
      letterPdfSha256: toBase64url(letterPdf.sha256),
      dueOn: await dueOn(trx, room.notice, 'award-decided', award.decided_at),
    })
    await store.updateAward(trx, lotId, {
      notice: bytes,
      notice_pdf_file_id: noticePdf.id,
      letter_document_id: await makeSignable(trx, letterPdf.id),
      sme_declaration_file_id: declaration?.fileId ?? null,
      published_at: at,
      published_event_id: event.eventId,
    })
    await setLotStatus(trx, lotId, 'awarded')
    await settleTender(trx, room.tender.id)
    const losers = room.bids.filter((bid) => bid.id !== award.bid_id && bid.treatedAs !== 'revoked')
    const organisations = losers.map((bid) => bid.organisationId)
    await refundDeposits(deps)(trx, lotId, organisations, 'award-notice', at)
    await deps.live.changed(trx, `tender:${room.tender.id}`)
    return { lotId, publishedAt: at.toISOString() }
  })
