import type { Deps } from '../kernel/deps.ts'
import { createRouter } from '../kernel/http.ts'
import * as contract from './contract.ts'
import { type Ask, evidenceZip } from './service/evidence.ts'

/** `ask`: a request to this very platform by nobody in particular. */
export const archiveRoutes = (deps: Deps, ask: Ask) =>
  createRouter().openapi(contract.evidence, async (c) => {
    const { name, body } = await evidenceZip(deps, ask)(c.req.valid('param').id, c.req.valid('query').leaves === '1')
    return c.body(body, 200, {
      'content-type': 'application/zip',
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    })
  })
