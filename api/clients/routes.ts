import type { Deps } from '../kernel/deps.ts'
import { createRouter } from '../kernel/http.ts'
import * as contract from './contract.ts'
import { clientList, publishedClients } from './service.ts'

export const clientRoutes = (deps: Deps) =>
  createRouter()
    .openapi(contract.clients, async (c) => c.json(await publishedClients(deps)(), 200))
    .openapi(contract.clientList, async (c) => c.text(await clientList(deps)(c.req.valid('param').sha256), 200))
