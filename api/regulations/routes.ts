import { createRouter } from '../kernel/http.ts'
import * as contract from './contract.ts'
import * as amendments from './service/amendments.ts'
import * as calendars from './service/calendars.ts'
import * as read from './service/read.ts'

export const regulationRoutes = (deps: amendments.RegulationDeps) =>
  createRouter()
    .openapi(contract.listRules, async (c) => c.json(await read.listRules(deps)(c.req.valid('query')), 200))
    .openapi(contract.readChanges, async (c) => c.json(await read.readChanges(deps)(), 200))
    .openapi(contract.readCalendar, async (c) => c.json(await read.readCalendar(deps)(), 200))
    .openapi(contract.draftAmendment, async (c) =>
      c.json(await amendments.draftAmendment(deps)(c.var.actor, c.req.valid('json')), 201),
    )
    .openapi(contract.listAmendments, async (c) => c.json(await amendments.listAmendments(deps)(), 200))
    .openapi(contract.approveAmendment, async (c) =>
      c.json(await amendments.approveAmendment(deps)(c.var.actor, c.req.valid('param').id), 200),
    )
    .openapi(contract.rejectAmendment, async (c) =>
      c.json(
        await amendments.rejectAmendment(deps)(c.var.actor, c.req.valid('param').id, c.req.valid('json').reason),
        200,
      ),
    )
    .openapi(contract.draftPlan, async (c) =>
      c.json(await calendars.draftPlan(deps)(c.var.actor, c.req.valid('json')), 201),
    )
    .openapi(contract.listPlans, async (c) => c.json(await calendars.listPlans(deps)(), 200))
    .openapi(contract.approvePlan, async (c) =>
      c.json(await calendars.approvePlan(deps)(c.var.actor, c.req.valid('param').id), 200),
    )
    .openapi(contract.rejectPlan, async (c) =>
      c.json(await calendars.rejectPlan(deps)(c.var.actor, c.req.valid('param').id, c.req.valid('json').reason), 200),
    )
