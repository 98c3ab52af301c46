import type { Deps } from '../kernel/deps.ts'
import { createRouter } from '../kernel/http.ts'
import * as contract from './contract.ts'
import { commitBid, myBids, withdrawBid } from './service/commit-bid.ts'
import { confirmBid } from './service/confirm-bid.ts'
import { confirmPart } from './service/confirm-part.ts'
import { documentsObtained, myDocuments, obtainDocuments } from './service/obtain-documents.ts'
import { receiptZip } from './service/receipt.ts'
import { startBid, uploadState } from './service/start-bid.ts'

/** The act of bidding answers a repetition by the promise that stands: at the deadline's rush nothing else is kept of it. */
export const REPEATING = [contract.commitBid.getRoutingPath()]

export const bidRoutes = (deps: Deps) =>
  createRouter()
    .openapi(contract.obtainDocuments, async (c) =>
      c.json(await obtainDocuments(deps)(c.var.actor, c.req.valid('param').id), 200),
    )
    .openapi(contract.documentsObtained, async (c) =>
      c.json(await documentsObtained(deps)(c.var.actor, c.req.valid('param').id), 200),
    )
    .openapi(contract.myDocuments, async (c) => c.json(await myDocuments(deps)(c.var.actor), 200))
    .openapi(contract.startBid, async (c) => c.json(await startBid(deps)(c.var.actor, c.req.valid('json')), 200))
    .openapi(contract.uploadState, async (c) =>
      c.json(await uploadState(deps)(c.var.actor, c.req.valid('param').id), 200),
    )
    .openapi(contract.confirmPart, async (c) =>
      c.json(await confirmPart(deps)(c.var.actor, c.req.valid('param').id, c.req.valid('json')), 200),
    )
    .openapi(contract.commitBid, async (c) => c.json(await commitBid(deps)(c.var.actor, c.req.valid('param').id), 200))
    .openapi(contract.confirmBid, async (c) =>
      c.json(await confirmBid(deps)(c.var.actor, c.req.valid('param').id, c.req.valid('json').n), 200),
    )
    .openapi(contract.withdrawBid, async (c) => c.json(await withdrawBid(deps)(c.var.actor, c.req.valid('json')), 200))
    .openapi(contract.myBids, async (c) => c.json(await myBids(deps)(c.var.actor, c.req.valid('query').tenderId), 200))
    .openapi(contract.receipt, async (c) => {
      const zip = await receiptZip(deps)(c.var.actor, c.req.valid('param').id)
      return c.body(zip as Uint8Array<ArrayBuffer>, 200, { 'content-type': 'application/zip' })
    })
