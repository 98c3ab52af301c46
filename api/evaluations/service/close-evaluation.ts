import type { Actor } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { Database } from '../../kernel/database.ts'
import { storeFile } from '../../kernel/files.ts'
import { renderPdf } from '../../kernel/pdf/document.ts'
import { refuse, refuseIf } from '../../kernel/problem.ts'
import { makeSignable } from '../../kernel/signing.ts'
import { sha256, toBase64url, utf8 } from '../../log/bytes.ts'
import { record } from '../events.ts'
import { decideCount, type Ranking, rankLot } from '../rules/ranking.ts'
import { objectiveDifferences, type Score } from '../rules/scores.ts'
import { inStatus, mayWork } from '../rules.ts'
import * as store from '../store.ts'
import { makeReport, rankingInput } from './make-report.ts'
import { reportModel } from './print-report.ts'
import { failLot } from './review-bids.ts'
import {
  actingMember,
  asMember,
  type EvaluationDeps,
  type FormedRoom,
  formedRoom,
  type RoomBid,
  scoresOf,
  standingBids,
} from './shared.ts'

/** 87号令 第六十四条: everybody has finished, and no objective factor was scored in two ways. */
const assertScored = (room: FormedRoom, bids: readonly RoomBid[], scores: readonly Score[]): void => {
  if (room.notice.evaluationMethod !== 'comprehensive') return
  const waiting = room.members.filter((member) => member.finished_at === null)
  if (waiting.length > 0) refuse('members-not-finished', { params: { waiting: waiting.length } })
  const differing = objectiveDifferences(
    bids.map((bid) => bid.id),
    room.noticeLot.scoring,
    scores,
  )
  if (differing.length === 0) return
  const errors = differing.map((one) => ({ field: `${one.bidId}.${one.itemId}`, code: 'objective-scores-differ' }))
  refuse('objective-scores-differ', { errors })
}

const keepResults = (trx: Database, lotId: string, bids: readonly RoomBid[], ranked: Ranking): Promise<void> =>
  store.insertResults(
    trx,
    ranked.standings.map((one) => ({
      lot_id: lotId,
      bid_id: bids.find((bid) => bid.letter === one.letter)!.id,
      stage: 'ranking',
      verdict: one.verdict,
      reasons: one.reason === '' ? [] : [{ code: one.reason }],
      evaluated_price: one.evaluatedPrice,
      price_score: one.priceScore,
      technical_score: one.technicalScore,
      total: one.total,
      rank: one.rank,
    })),
  )

/** 87号令 第五十六至五十八条: the chair has the sums made; the report stands from then on and is signed, or the lot fails. */
export const closeEvaluation = (deps: EvaluationDeps) => (actor: Actor, lotId: string) =>
  deps.db.transaction().execute(async (trx) => {
    const room = await formedRoom(trx, lotId, 'update')
    if (!actingMember(room, actor).is_chair) refuse('chair-only')
    refuseIf(mayWork(room.members.map(asMember)))
    refuseIf(inStatus(room.committee.status, 'scoring'))
    const bids = await standingBids(trx, room)
    const scores = await scoresOf(trx, lotId)
    assertScored(room, bids, scores)
    const input = rankingInput(room, bids, scores)
    const ranked = rankLot(input, room.context)
    await keepResults(trx, lotId, bids, ranked)
    if (ranked.outcome === 'failed') {
      // 87号令 31: bids of one brand count as one, so the number may fall short only here.
      const count = new Set(bids.map((bid) => bid.brand ?? bid.id)).size
      await failLot(
        deps,
        trx,
        actor,
        room,
        'ranking',
        count,
        decideCount(room.count, 'conformity', count, room.context),
      )
    } else await keepReport(deps, trx, actor, room, bids, input, ranked)
    await deps.live.changed(trx, `evaluation:${lotId}`)
    return { outcome: ranked.outcome }
  })

const keepReport = async (
  deps: EvaluationDeps,
  trx: Database,
  actor: Actor,
  room: FormedRoom,
  bids: readonly RoomBid[],
  input: ReturnType<typeof rankingInput>,
  ranked: Ranking,
): Promise<void> => {
  const lotId = room.lot.id
  const report = await makeReport(trx, room, bids, input, ranked, await now(trx))
  const bytes = utf8(JSON.stringify(report))
  const jsonHash = toBase64url(await sha256(bytes))
  const pdf = await renderPdf(reportModel(report, jsonHash))
  const name = `评标报告-${report.number}-${report.lotNo}.pdf`
  const file = await storeFile({ db: trx, files: deps.files }, actor, { name, mime: 'application/pdf', bytes: pdf })
  await store.updateCommittee(trx, lotId, {
    status: 'signing',
    report: bytes,
    document_id: await makeSignable(trx, file.id),
  })
  await record(trx, actor, 'evaluation.report-made/1', room.tender.id, {
    lotId,
    reportJsonSha256: jsonHash,
    pdfSha256: toBase64url(file.sha256),
  })
}
