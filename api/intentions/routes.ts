import { createRouter } from '../kernel/http.ts'
import * as contract from './contract.ts'
import type { IntentionDeps } from './service/deps.ts'
import * as read from './service/read.ts'
import * as write from './service/write.ts'

export const intentionRoutes = (deps: IntentionDeps) =>
  createRouter()
    .openapi(contract.recordApproval, async (c) =>
      c.json(await write.recordApproval(deps)(c.var.actor, c.req.valid('json')), 201),
    )
    .openapi(contract.listApprovals, async (c) => c.json(await read.listApprovals(deps)(c.var.actor), 200))
    .openapi(contract.createIntention, async (c) =>
      c.json(await write.createIntention(deps)(c.var.actor, c.req.valid('json')), 201),
    )
    .openapi(contract.saveIntention, async (c) =>
      c.json(await write.saveIntention(deps)(c.var.actor, c.req.valid('param').id, c.req.valid('json')), 200),
    )
    .openapi(contract.readWork, async (c) =>
      c.json(await read.readWork(deps)(c.var.actor, c.req.valid('param').id), 200),
    )
    .openapi(contract.checkIntention, async (c) =>
      c.json(await write.checkIntention(deps)(c.var.actor, c.req.valid('param').id, c.req.valid('json').version), 200),
    )
    .openapi(contract.publishIntention, async (c) =>
      c.json(await write.publishIntention(deps)(c.var.actor, c.req.valid('param').id, c.req.valid('json')), 200),
    )
    .openapi(contract.changeIntention, async (c) =>
      c.json(await write.changeIntention(deps)(c.var.actor, c.req.valid('param').id, c.req.valid('json')), 200),
    )
    .openapi(contract.withdrawIntention, async (c) =>
      c.json(
        await write.withdrawIntention(deps)(c.var.actor, c.req.valid('param').id, c.req.valid('json').reason),
        200,
      ),
    )
    .openapi(contract.listIntentions, async (c) => c.json(await read.listIntentions(deps)(c.req.valid('query')), 200))
    .openapi(contract.readIntention, async (c) => c.json(await read.readIntention(deps)(c.req.valid('param').id), 200))
    .openapi(contract.myIntentions, async (c) => c.json(await read.myIntentions(deps)(c.var.actor), 200))
