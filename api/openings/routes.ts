import type { Context } from 'hono'
import type { Deps } from '../kernel/deps.ts'
import { createRouter, type HttpEnv } from '../kernel/http.ts'
import { fromBase64url } from '../log/bytes.ts'
import * as contract from './contract.ts'
import { closedManifests, hall, openedBids, openingRecord, summaryCiphertext } from './service/hall.ts'
import { probeLog } from './service/probe-log.ts'
import { handOverDeks, releaseDeks, releaseShares } from './service/release-keys.ts'
import { lostPartsOf, resupplyPart } from './service/resupply.ts'
import {
  openingRecordPdf,
  preparedRecord,
  prepareRecordSignature,
  recordSigners,
  signRecord,
} from './service/sign-record.ts'

const bytesOf = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes)

const pdfAnswer = (c: Context<HttpEnv>, pdf: Uint8Array) =>
  c.body(bytesOf(pdf), 200, { 'content-type': 'application/pdf' }) as never

export const openingRoutes = (deps: Deps) =>
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
    .openapi(contract.openingRecordPdf, async (c) =>
      pdfAnswer(c, await openingRecordPdf(deps)(c.req.valid('param').id)),
    )
    .openapi(contract.recordSigners, async (c) =>
      c.json(await recordSigners(deps)(c.var.actor, c.req.valid('param').id), 200),
    )
    .openapi(contract.prepareRecordSignature, async (c) =>
      c.json(await prepareRecordSignature(deps)(c.var.actor, c.req.valid('param').id), 200),
    )
    .openapi(contract.preparedRecord, async (c) =>
      pdfAnswer(c, await preparedRecord(deps)(c.var.actor, c.req.valid('param').id)),
    )
    .openapi(contract.signRecord, async (c) => {
      const { version, cms } = c.req.valid('json')
      const command = { version, cms: fromBase64url(cms) }
      return c.json(await signRecord(deps)(c.var.actor, c.req.valid('param').id, command), 200)
    })
