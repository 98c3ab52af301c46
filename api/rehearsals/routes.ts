import type { Deps } from '../kernel/deps.ts'
import { createRouter } from '../kernel/http.ts'
import * as contract from './contract.ts'
import { rehearsalsOf } from './service/cards.ts'
import { completeRehearsal } from './service/complete-rehearsal.ts'
import { confirmRehearsalPart, rehearsalCiphertext, rehearsalParts } from './service/parts.ts'
import { startRehearsal } from './service/start-rehearsal.ts'

export const rehearsalRoutes = (deps: Deps) =>
  createRouter()
    .openapi(contract.startRehearsal, async (c) =>
      c.json(await startRehearsal(deps)(c.var.actor, c.req.valid('json')), 200),
    )
    .openapi(contract.rehearsals, async (c) => c.json(await rehearsalsOf(deps)(c.var.actor), 200))
    .openapi(contract.rehearsalParts, async (c) =>
      c.json(await rehearsalParts(deps)(c.var.actor, c.req.valid('param').id), 200),
    )
    .openapi(contract.confirmRehearsalPart, async (c) =>
      c.json(await confirmRehearsalPart(deps)(c.var.actor, c.req.valid('param').id, c.req.valid('json')), 200),
    )
    .openapi(contract.rehearsalCiphertext, async (c) =>
      c.json(await rehearsalCiphertext(deps)(c.var.actor, c.req.valid('param').id), 200),
    )
    .openapi(contract.completeRehearsal, async (c) =>
      c.json(await completeRehearsal(deps)(c.var.actor, c.req.valid('param').id, c.req.valid('json')), 200),
    )
