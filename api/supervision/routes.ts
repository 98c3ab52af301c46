import type { Deps } from '../kernel/deps.ts'
import { createRouter } from '../kernel/http.ts'
import * as contract from './contract.ts'
import { trail } from './service.ts'

export const supervisionRoutes = (deps: Deps) =>
  createRouter().openapi(contract.trail, async (c) => c.json(await trail(deps)(c.req.valid('param').id), 200))
