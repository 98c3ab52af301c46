import type { Deps } from '../kernel/deps.ts'
import { createRouter } from '../kernel/http.ts'
import { signingHandlers } from '../kernel/signing-routes.ts'
import * as contract from './contract.ts'
import { closedManifests, hall, openedBids, openingRecord, summaryCiphertext } from './service/hall.ts'
import { probeLog } from './service/probe-log.ts'
import { handOverDeks, releaseDeks, releaseShares } from './service/release-keys.ts'
import { lostPartsOf, resupplyPart } from './service/resupply.ts'
import { openingRecordPdf, recordActs, recordSigners } from './service/sign-record.ts'

const bytesOf = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes)

const hallRoutes = (deps: Deps) =>
  createRouter()
    .openapi(contract.hall, async (c) => c.json(await hall(deps)(c.var.actor, c.req.valid('param').id), 200))
    .openapi(contract.probeLog, async (c) => c.json(await probeLog(deps)(c.req.valid('param').id), 200))
    .openapi(contract.releaseDeks, async (c) =>
      c.json(await releaseDeks(deps)(c.var.actor, c.req.valid('param').id, c.req.valid('json').releases), 200),
    )
    .openapi(contract.handOverDeks, async (c) =>
      c.json(await handOverDeks(deps)(c.var.actor, c.req.valid('param').id, c.req.valid('json').releases), 200),
    )
    .openapi(contract.closedManifests, async (c) =>
      c.json(await closedManifests(deps)(c.var.actor, c.req.valid('param').id), 200),
    )
    .openapi(contract.releaseShares, async (c) =>
      c.json(await releaseShares(deps)(c.var.actor, c.req.valid('param').id, c.req.valid('json').releases), 200),
    )
    .openapi(contract.lostParts, async (c) =>
      c.json(await lostPartsOf(deps)(c.var.actor, c.req.valid('param').id), 200),
    )
    .openapi(contract.resupplyPart, async (c) =>
      c.json(await resupplyPart(deps)(c.var.actor, c.req.valid('param').id, c.req.valid('json')), 200),
    )
    .openapi(contract.openingRecord, async (c) => {
      const record = await openingRecord(deps)(c.req.valid('param').id)
      // The stored bytes themselves: what OPENING holds the hash of.
      return c.body(bytesOf(record.bytes), 200, { 'content-type': 'application/json' }) as never
    })
    .openapi(contract.openedBids, async (c) => c.json(await openedBids(deps)(c.req.valid('param').id), 200))
    .openapi(contract.summaryCiphertext, async (c) => {
      const { id, bidId } = c.req.valid('param')
      const ciphertext = await summaryCiphertext(deps)(id, bidId)
      return c.body(bytesOf(ciphertext), 200, { 'content-type': 'application/octet-stream' })
    })

const recordRoutes = (deps: Deps) => {
  const signing = signingHandlers(recordActs(deps))
  return createRouter()
    .openapi(contract.openingRecordPdf, async (c) => {
      const pdf = await openingRecordPdf(deps)(c.req.valid('param').id)
      return c.body(bytesOf(pdf), 200, { 'content-type': 'application/pdf' })
    })
    .openapi(contract.recordSigners, async (c) =>
      c.json(await recordSigners(deps)(c.var.actor, c.req.valid('param').id), 200),
    )
    .openapi(contract.recordSigning.prepare, (c) => signing.prepare(c))
    .openapi(contract.recordSigning.prepared, (c) => signing.prepared(c))
    .openapi(contract.recordSigning.sign, (c) => signing.sign(c))
}

export const openingRoutes = (deps: Deps) => createRouter().route('/', hallRoutes(deps)).route('/', recordRoutes(deps))
