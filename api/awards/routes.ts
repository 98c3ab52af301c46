import type { Deps } from '../kernel/deps.ts'
import { createRouter } from '../kernel/http.ts'
import { signingHandlers } from '../kernel/signing-routes.ts'
import { attachment } from '../kernel/streams.ts'
import * as contract from './contract.ts'
import { keepContract } from './service/contract.ts'
import { decideAward } from './service/decide.ts'
import { letterActs, letterSigners, readLetter } from './service/letter.ts'
import { publishResult } from './service/publish.ts'
import * as read from './service/read.ts'

type Body = Uint8Array<ArrayBuffer>
const PDF = { 'content-type': 'application/pdf' }
const PRIVATE_PDF = { ...PDF, 'cache-control': 'private, no-store' }

const letterRoutes = (deps: Deps) => {
  const signing = signingHandlers(letterActs(deps))
  return createRouter()
    .openapi(contract.readLetter, async (c) => {
      const bytes = await readLetter(deps)(c.var.actor, c.req.valid('param').id)
      return c.body(bytes as Body, 200, PRIVATE_PDF)
    })
    .openapi(contract.letterSigners, async (c) =>
      c.json(await letterSigners(deps)(c.var.actor, c.req.valid('param').id), 200),
    )
    .openapi(contract.letterSigning.prepare, (c) => signing.prepare(c))
    .openapi(contract.letterSigning.prepared, (c) => signing.prepared(c))
    .openapi(contract.letterSigning.sign, (c) => signing.sign(c))
}

const resultRoutes = (deps: Deps) =>
  createRouter()
    .openapi(contract.readAward, async (c) =>
      c.json(await read.readAward(deps)(c.var.actor, c.req.valid('param').id), 200),
    )
    .openapi(contract.decideAward, async (c) =>
      c.json(await decideAward(deps)(c.var.actor, c.req.valid('param').id, c.req.valid('json')), 200),
    )
    .openapi(contract.publishResult, async (c) =>
      c.json(await publishResult(deps)(c.var.actor, c.req.valid('param').id, c.req.valid('json')), 200),
    )
    .openapi(contract.listAwards, async (c) => c.json(await read.listAwards(deps)(c.req.valid('param').id), 200))
    .openapi(contract.readNotice, async (c) => {
      const bytes = await read.readNotice(deps)(c.req.valid('param').id)
      // The stored bytes themselves: what 'result.published/1' holds the hash of.
      return c.body(bytes as Body, 200, { 'content-type': 'application/json; charset=utf-8' }) as never
    })
    .openapi(contract.readNoticePdf, async (c) =>
      c.body((await read.readNoticePdf(deps)(c.req.valid('param').id)) as Body, 200, PDF),
    )
    .openapi(contract.readSmeDeclaration, async (c) => {
      const { name, bytes } = await read.readSmeDeclaration(deps)(c.req.valid('param').id)
      const headers = { 'content-type': 'application/octet-stream', 'content-disposition': attachment(name) }
      return c.body(bytes as Body, 200, headers)
    })
    .openapi(contract.keepContract, async (c) => {
      const { file, amount, signedOn } = c.req.valid('form')
      const bytes = new Uint8Array(await file.arrayBuffer())
      const upload = { name: file.name, mime: file.type, bytes, amount: BigInt(amount), signedOn }
      return c.json(await keepContract(deps)(c.var.actor, c.req.valid('param').id, upload), 201)
    })
    .openapi(contract.readContract, async (c) =>
      c.body((await read.readContract(deps)(c.req.valid('param').id)) as Body, 200, {
        ...PDF,
        'content-disposition': attachment('contract.pdf'),
      }),
    )
    .openapi(contract.myResult, async (c) =>
      c.json(await read.myResult(deps)(c.var.actor, c.req.valid('param').id), 200),
    )
    .openapi(contract.readEvaluation, async (c) =>
      c.json(await read.readEvaluation(deps)(c.req.valid('param').id), 200),
    )

export const awardRoutes = (deps: Deps) => createRouter().route('/', resultRoutes(deps)).route('/', letterRoutes(deps))
