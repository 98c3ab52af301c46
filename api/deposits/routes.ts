import type { Deps } from '../kernel/deps.ts'
import { createRouter } from '../kernel/http.ts'
import * as contract from './contract.ts'
import { myDeposit, openAccount } from './service/account.ts'
import { assertBank, demoTransfer, takeReceipt, takeRefund } from './service/bank.ts'

export const depositRoutes = (deps: Deps) =>
  createRouter()
    .openapi(contract.openAccount, async (c) =>
      c.json(await openAccount(deps)(c.var.actor, c.req.valid('param').id), 200),
    )
    .openapi(contract.myDeposit, async (c) => c.json(await myDeposit(deps)(c.var.actor, c.req.valid('param').id), 200))
    .openapi(contract.bankReceipt, async (c) => {
      assertBank(deps)(await c.req.text(), c.req.valid('header')['x-bank-signature'])
      return c.json(await takeReceipt(deps)(c.req.valid('json')), 200)
    })
    .openapi(contract.bankRefund, async (c) => {
      assertBank(deps)(await c.req.text(), c.req.valid('header')['x-bank-signature'])
      return c.json(await takeRefund(deps)(c.req.valid('json')), 200)
    })
    .openapi(contract.demoTransfer, async (c) => c.json(await demoTransfer(deps)(c.req.valid('json')), 200))
