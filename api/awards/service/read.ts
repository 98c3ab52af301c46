import { evaluatedLot, failureOf, type OwnResult, reasonText, resultOf } from '../../evaluations/service.ts'
import type { Actor } from '../../kernel/actor.ts'
import type { Deps } from '../../kernel/deps.ts'
import { found, refuse } from '../../kernel/problem.ts'
import { storedBytes } from '../../kernel/signing.ts'
import { sha256, toBase64url } from '../../log/bytes.ts'
import { currentNotice, isPurchaserSide, lotById, publicTender } from '../../tenders/service/shared.ts'
import { type Ground, isSmePolicy, type PassedOver } from '../rules.ts'
import * as store from '../store.ts'
import { dueOn, noticeIn, published } from './shared.ts'

/** The published results of a tender, with their contracts. */
export const listAwards = (deps: Deps) => async (tenderId: string) => {
  const { db } = deps
  await publicTender(db, tenderId)
  const contracts = await store.contractsOf(db, tenderId)
  const { notice: tenderNotice } = await currentNotice(db, tenderId)
  return {
    awards: await Promise.all(
      (await store.awardsOf(db, tenderId)).map(async (award) => {
        const notice = noticeIn(award)
        const contract = contracts.find((one) => one.lot_id === award.lot_id)
        return {
          lotId: award.lot_id,
          lotNo: award.no,
          lotTitle: award.title,
          winner: { name: notice.winner.name, uscc: notice.winner.uscc, consortium: notice.winner.consortium },
          price: award.price.toString(),
          totalScore: notice.winner.totalScore,
          publishedAt: award.published_at!.toISOString(),
          noticeEnds: notice.noticeEnds,
          noticeSha256: toBase64url(await sha256(new Uint8Array(award.notice!))),
          hasSmeDeclaration: award.sme_declaration_file_id !== null,
          contract: contract
            ? {
                amount: contract.amount.toString(),
                signedOn: contract.signed_on as unknown as string,
                publishedAt: contract.published_at.toISOString(),
                publicationDue: await dueOn(
                  db,
                  tenderNotice,
                  'contract-signed',
                  contract.signed_on as unknown as string,
                ),
                fileSha256: toBase64url(contract.sha256),
              }
            : null,
        }
      }),
    ),
  }
}

/** The exact bytes of the notice; 'result.published/1' holds their hash. */
export const readNotice = (deps: Deps) => async (lotId: string) =>
  new Uint8Array((await published(deps.db, lotId)).notice!)

export const readNoticePdf = (deps: Deps) => async (lotId: string) =>
  storedBytes(deps)(deps.db, (await published(deps.db, lotId)).notice_pdf_file_id!)

export const readSmeDeclaration = (deps: Deps) => async (lotId: string) => {
  const { sme_declaration_file_id: id } = await published(deps.db, lotId)
  const { name } = await store.storedFile(deps.db, found(id))
  return { name, bytes: await storedBytes(deps)(deps.db, found(id)) }
}

export const readContract = (deps: Deps) => async (lotId: string) => {
  const contract = found(await store.contractOf(deps.db, lotId))
  return storedBytes(deps)(deps.db, contract.file_id)
}

/** 87号令 第六十九条: each bidder privately gets its own score and rank, or why it is out; after the result, or a failure. */
export const myResult = (deps: Deps) => async (actor: Actor, lotId: string) => {
  const { db } = deps
  const lot = await lotById(db, lotId)
  const own = found(actor.organisationId === null ? null : await resultOf(db, lotId, actor.organisationId))
  const award = await store.awardOf(db, lotId)
  const failure = lot.status === 'failed' ? await failureOf(db, lotId) : null
  if (!award?.published_at && lot.status !== 'failed') return refuse('result-not-out')
  const isWinner = award?.published_at ? noticeIn(award).winner.organisationId === actor.organisationId : false
  const { notice } = award?.published_at
    ? await evaluatedLot(db, lotId, 'read').then(({ room }) => room)
    : { notice: null }
  return {
    lotId,
    outcome: outcomeOf(own, isWinner, lot.status === 'failed'),
    total: own.total,
    rank: own.rank,
    reasons: own.reasons.map((reason) => ({ ...reason, text: reasonText(reason) })),
    failure,
    contractBy: isWinner && notice ? await dueOn(db, notice, 'award-notice', award!.published_at!) : null,
  }
}

const outcomeOf = (own: OwnResult, isWinner: boolean, failed: boolean): 'won' | 'lost' | 'rejected' | 'lot-failed' => {
  if (isWinner) return 'won'
  if (own.verdict === 'rejected') return 'rejected'
  return failed ? 'lot-failed' : 'lost'
}

/**
 * What everybody may see of an evaluation once its result is out: order, points by seat, reasons. What bidders wrote and
 * what members said in words stays with those entitled.
 */
export const readEvaluation = (deps: Deps) => async (lotId: string) => {
  const { db } = deps
  await published(db, lotId)
  const { report, reportBytes } = await evaluatedLot(db, lotId, 'read')
  const bidOf = (letter: string) => report.bids.find((bid) => bid.letter === letter)!
  return {
    lotId,
    madeAt: report.madeAt,
    reportSha256: toBase64url(await sha256(reportBytes)),
    openingRecordSha256: report.opening.recordSha256,
    items: report.items,
    bids: report.bids.map(({ letter, bidId, name, price, treatedAs }) => ({ letter, bidId, name, price, treatedAs })),
    rejected: report.rejected.map(({ letter, stage, reasons }) => ({
      letter,
      name: bidOf(letter).name,
      stage,
      codes: reasons.map((reason) => reason.code),
    })),
    /** `rankLot(input)` gives `standings` again. */
    input: report.ranking.input,
    standings: report.ranking.standings,
  }
}

/** Where a lot's award stands, for the purchaser's side: who may be taken, what is due by when. */
export const readAward = (deps: Deps) => async (actor: Actor, lotId: string) => {
  const { db } = deps
  const { room, report, finishedAt } = await evaluatedLot(db, lotId, 'read')
  if (!(await isPurchaserSide(db, actor, room.tender))) refuse('not-found')
  const award = await store.awardOf(db, lotId)
  const bidOf = (letter: string) => report.bids.find((bid) => bid.letter === letter)!
  const needsDeclaration = (letter: string) =>
    room.noticeLot.smeReserved ||
    (report.ranking.standings.find((one) => one.letter === letter)?.reductions ?? []).some(isSmePolicy)
  return {
    lotId,
    candidates: report.ranking.standings
      .filter((one) => one.rank !== null)
      .map((one) => ({
        bidId: bidOf(one.letter).bidId,
        name: bidOf(one.letter).name,
        price: bidOf(one.letter).price!,
        total: one.total,
        rank: one.rank!,
        needsSmeDeclaration: needsDeclaration(one.letter),
      }))
      .sort((a, b) => a.rank - b.rank),
    decisionDue: await dueOn(db, room.notice, 'report-received', finishedAt),
    award: award
      ? {
          bidId: award.bid_id,
          price: award.price.toString(),
          rank: award.rank,
          passedOver: award.passed_over as { bidId: string; ground: Ground; reason: string }[] & PassedOver[],
          decidedAt: award.decided_at.toISOString(),
          publicationDue: await dueOn(db, room.notice, 'award-decided', award.decided_at),
          publishedAt: award.published_at?.toISOString() ?? null,
          contractDue: award.published_at ? await dueOn(db, room.notice, 'award-notice', award.published_at) : null,
        }
      : null,
  }
}
