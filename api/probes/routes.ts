import type { Deps } from '../kernel/deps.ts'
import { createRouter } from '../kernel/http.ts'
import * as contract from './contract.ts'
import { probeStatus, takeStatements } from './service.ts'

export const probeRoutes = (deps: Deps) =>
  createRouter()
    .openapi(contract.probeStatus, async (c) => c.json(await probeStatus(deps)(), 200))
    .openapi(contract.takeStatements, async (c) =>
      c.json(await takeStatements(deps)(c.var.actor, c.req.valid('json').statements), 200),
    )
