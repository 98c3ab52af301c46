import type { Deps } from '../kernel/deps.ts'
import { createRouter } from '../kernel/http.ts'
import { signingHandlers } from '../kernel/signing-routes.ts'
import { attachment } from '../kernel/streams.ts'
import * as contract from './contract.ts'
import { declareConflict, signIn } from './service/attend.ts'
import { closeEvaluation } from './service/close-evaluation.ts'
import { formCommittee, listEvaluators, replaceMember } from './service/form-committee.ts'
import { myEvaluations, readBidFile, readBids, readReport, readReportPdf, readRoom } from './service/read-room.ts'
import { closeConformity, closeQualification, saveReview } from './service/review-bids.ts'
import { finishScores, saveScore } from './service/score-bids.ts'
import { reportActs } from './service/sign-report.ts'

type Body = Uint8Array<ArrayBuffer>
const PDF = { 'content-type': 'application/pdf', 'cache-control': 'private, no-store' }
const JSON_BYTES = { 'content-type': 'application/json', 'cache-control': 'private, no-store' }
/** A bidder's file is a stranger's: it is saved, never shown as a page of this site. */
const fileHeaders = (file: { name: string; size: number }) => ({
  'content-type': 'application/octet-stream',
  'content-disposition': attachment(file.name),
  'content-length': String(file.size),
  'cache-control': 'private, no-store',
})

const roomRoutes = (deps: Deps) =>
  createRouter()
    .openapi(contract.listEvaluators, async (c) => c.json(await listEvaluators(deps)(c.req.valid('query').text), 200))
    .openapi(contract.myEvaluations, async (c) => c.json(await myEvaluations(deps)(c.var.actor), 200))
    .openapi(contract.formCommittee, async (c) =>
      c.json(await formCommittee(deps)(c.var.actor, c.req.valid('param').id, c.req.valid('json')), 200),
    )
    .openapi(contract.replaceMember, async (c) =>
      c.json(await replaceMember(deps)(c.var.actor, c.req.valid('param').id, c.req.valid('json')), 200),
    )
    .openapi(contract.signIn, async (c) => c.json(await signIn(deps)(c.var.actor, c.req.valid('param').id), 200))
    .openapi(contract.declareConflict, async (c) =>
      c.json(await declareConflict(deps)(c.var.actor, c.req.valid('param').id, c.req.valid('json')), 200),
    )
    .openapi(contract.readRoom, async (c) => c.json(await readRoom(deps)(c.var.actor, c.req.valid('param').id), 200))
    .openapi(contract.readBids, async (c) => c.json(await readBids(deps)(c.var.actor, c.req.valid('param').id), 200))
    .openapi(contract.readBidFile, async (c) => {
      const { id, ...wish } = c.req.valid('param')
      const { file, stream } = await readBidFile(deps)(c.var.actor, id, wish)
      return c.body(stream, 200, fileHeaders(file))
    })
    .openapi(contract.saveReview, async (c) =>
      c.json(await saveReview(deps)(c.var.actor, c.req.valid('param').id, c.req.valid('json')), 200),
    )
    .openapi(contract.closeQualification, async (c) =>
      c.json(await closeQualification(deps)(c.var.actor, c.req.valid('param').id), 200),
    )
    .openapi(contract.closeConformity, async (c) =>
      c.json(await closeConformity(deps)(c.var.actor, c.req.valid('param').id, c.req.valid('json')), 200),
    )
    .openapi(contract.saveScore, async (c) =>
      c.json(await saveScore(deps)(c.var.actor, c.req.valid('param').id, c.req.valid('json')), 200),
    )
    .openapi(contract.finishScores, async (c) =>
      c.json(await finishScores(deps)(c.var.actor, c.req.valid('param').id), 200),
    )

const reportRoutes = (deps: Deps) => {
  const signing = signingHandlers(reportActs(deps))
  return createRouter()
    .openapi(contract.closeEvaluation, async (c) =>
      c.json(await closeEvaluation(deps)(c.var.actor, c.req.valid('param').id), 200),
    )
    .openapi(contract.readReport, async (c) => {
      const bytes = await readReport(deps)(c.var.actor, c.req.valid('param').id)
      // The stored bytes themselves: what the event holds the hash of.
      return c.body(bytes as Body, 200, JSON_BYTES) as never
    })
    .openapi(contract.readReportPdf, async (c) =>
      c.body((await readReportPdf(deps)(c.var.actor, c.req.valid('param').id)) as Body, 200, PDF),
    )
    .openapi(contract.reportSigning.prepare, (c) => signing.prepare(c))
    .openapi(contract.reportSigning.prepared, (c) => signing.prepared(c))
    .openapi(contract.reportSigning.sign, (c) => signing.sign(c))
}

export const evaluationRoutes = (deps: Deps) =>
  createRouter().route('/', roomRoutes(deps)).route('/', reportRoutes(deps))
