import type { Database } from '../kernel/database.ts'
import { refuse } from '../kernel/problem.ts'
import { signableDocument } from '../kernel/signing.ts'
import { fromUtf8 } from '../log/bytes.ts'
import { type EvaluationReport, evaluationReportSchema } from './contract/report.ts'
import type { Rejection } from './rules.ts'
import { loadRoom, type Room } from './service/shared.ts'
import * as store from './store.ts'

export { type EvaluationReport, evaluationReportSchema } from './contract/report.ts'
export { money, reasonText } from './service/print-report.ts'
export { settleTender } from './service/shared.ts'

export type EvaluatedLot = {
  room: Room
  report: EvaluationReport
  reportBytes: Uint8Array
  /** The signed PDF. */
  reportFileId: string
  reportEventId: string
  finishedAt: Date
}

/** What other features may ask of evaluations: the finished one of a lot. Refuses 'evaluation-not-finished'. */
export const evaluatedLot = async (
  trx: Database,
  lotId: string,
  lock: 'read' | 'share' | 'update',
): Promise<EvaluatedLot> => {
  const room = await loadRoom(trx, lotId, lock)
  const { committee } = room
  if (committee?.status !== 'done' || !committee.report || !committee.document_id) {
    return refuse('evaluation-not-finished')
  }
  const reportBytes = new Uint8Array(committee.report)
  return {
    room,
    report: evaluationReportSchema.parse(JSON.parse(fromUtf8(reportBytes))),
    reportBytes,
    reportFileId: (await signableDocument(trx, committee.document_id)).fileId,
    reportEventId: committee.report_event_id!,
    finishedAt: committee.finished_at!,
  }
}

export type OwnResult = {
  verdict: 'ranked' | 'not-candidate' | 'rejected' | 'not-evaluated'
  reasons: Rejection[]
  total: string | null
  rank: number | null
}

/** What became of one organisation's bid in a lot; null when it has none there. */
export const resultOf = async (trx: Database, lotId: string, organisationId: string): Promise<OwnResult | null> => {
  const room = await loadRoom(trx, lotId, 'read')
  const bid = room.bids.find((one) => one.organisationId === organisationId)
  if (!bid) return null
  if (bid.treatedAs !== 'valid') {
    return { verdict: 'rejected', reasons: [{ code: bid.treatedAs }], total: null, rank: null }
  }
  const row = (await store.resultsOf(trx, lotId)).find((one) => one.bid_id === bid.id)
  if (!row) return { verdict: 'not-evaluated', reasons: [], total: null, rank: null }
  const { verdict, reasons, total, rank } = row
  return { verdict: verdict as OwnResult['verdict'], reasons: reasons as Rejection[], total, rank }
}

/** Why a lot failed in its evaluation; null when it did not. */
export const failureOf = async (trx: Database, lotId: string): Promise<Record<string, string | number | null> | null> =>
  ((await store.committeeOf(trx, lotId, 'read'))?.failed_reason ?? null) as Record<
    string,
    string | number | null
  > | null
