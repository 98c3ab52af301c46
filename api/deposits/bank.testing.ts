/* A bank on the other side of the port, and what it tells the platform. Test files only. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { BiddingWorld } from '../bids/world.testing.ts'
import { isSignedByBank, signForBank } from './service/bank-signature.ts'

export const SECRET = 'secret-of-the-test-bank'
export type Order = { refundId: string; toName: string; toAccount: string; amount: string }
export type Deposit = {
  accountNumber: string | null
  amountPaid: string
  state: string
  payBy: string
  receipts: { bankReference: string; verdict: string }[]
  refunds: { id: string; amount: string; reason: string; dueOn: string; refundedAt: string | null }[]
}

/** Keeps the orders to pay back; its first answers are failures, as after a restart. */
export const openBank = async (failures = 1) => {
  const orders: Order[] = []
  let left = failures
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece as Buffer)
    const body = Buffer.concat(pieces).toString('utf8')
    const header = String(request.headers['x-bank-signature'])
    const good = request.url === '/refunds' && isSignedByBank(SECRET, body, header, Math.floor(Date.now() / 1000))
    const works = good && left-- <= 0
    if (works) orders.push(JSON.parse(body) as Order)
    response.writeHead(works ? 200 : 500, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const waitFor = async (wanted: (order: Order) => boolean): Promise<Order> => {
    for (let looks = 0; looks < 200; looks++) {
      const order = orders.find(wanted)
      if (order) return order
      await new Promise((look) => setTimeout(look, 50))
    }
    return assert.fail('the bank was not told to pay back')
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    orders,
    ordered: (refundId: string) => waitFor((order) => order.refundId === refundId),
    waitFor,
    close: () =>
      new Promise<void>((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}

export type Word = {
  sign?: (body: string, seconds: number) => string
  sent?: (body: string) => string
  seconds?: number
}

/** The bank tells the platform something, rightly or not. */
export const teller =
  (world: BiddingWorld) =>
  async (path: 'receipts' | 'refunds', message: object, { sign, sent, seconds }: Word = {}) => {
    const body = JSON.stringify(message)
    const at = seconds ?? Math.floor(Date.now() / 1000)
    const signature = (sign ?? ((text, time) => signForBank(SECRET, text, time)))(body, at)
    const headers = { 'content-type': 'application/json', 'x-bank-signature': signature }
    const given = sent ? sent(body) : body
    const answer = await world.fetch(`${world.stage.origin}/api/bank/${path}`, { method: 'POST', headers, body: given })
    return { status: answer.status, code: ((await answer.json()) as { code?: string }).code }
  }
