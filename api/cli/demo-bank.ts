/**
 * A bank for demo and sandbox: takes transfers and refund orders, keeps them in one file, and tells the platform by a
 * signed webhook, again and again until it is acknowledged, as a real bank port does.
 *   BANK_SECRET=… node api/cli/demo-bank.ts --port 0 --state FILE --platform http://127.0.0.1:3000
 */
import { randomInt } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { isSignedByBank, signForBank } from '../deposits/service/bank-signature.ts'
import { endWithParent } from './tied.ts'

const text = { type: 'string' } as const
const { values } = parseArgs({ options: { port: text, state: text, platform: text } })
const { port = '0', state, platform } = values
const secret = process.env.BANK_SECRET
if (!state || !platform || !secret) {
  console.error('usage: BANK_SECRET=… node api/cli/demo-bank.ts --port PORT --state FILE --platform URL')
  process.exit(2)
}
endWithParent()

const fen = z.string().regex(/^\d{1,15}$/)
const transfer = z.strictObject({
  accountNumber: z.string(),
  amount: fen,
  payerName: z.string(),
  payerAccount: z.string(),
})
const refund = z.strictObject({ refundId: z.uuid(), toName: z.string(), toAccount: z.string(), amount: fen })
const word = z.strictObject({ path: z.string(), body: z.record(z.string(), z.string()) })
const book = z.strictObject({ next: z.int(), refunds: z.array(z.string()), unsent: z.array(word) })

const seconds = (): number => Math.floor(Date.now() / 1000)
const kept: z.infer<typeof book> = existsSync(state)
  ? book.parse(JSON.parse(readFileSync(state, 'utf8')))
  : { next: randomInt(1_000_000, 9_999_999), refunds: [], unsent: [] }

const keep = (): void => {
  mkdirSync(dirname(state), { recursive: true })
  writeFileSync(`${state}.new`, JSON.stringify(kept), { mode: 0o600 })
  renameSync(`${state}.new`, state)
}

const platformNow = async (): Promise<string> => {
  const answer = await fetch(new URL('/api/clock', platform), { signal: AbortSignal.timeout(2000) })
  return z.object({ now: z.iso.datetime() }).parse(await answer.json()).now
}

/** Tell the platform what it has not acknowledged yet, in order. */
let telling = Promise.resolve()
const tell = (): Promise<void> => {
  telling = telling.then(async () => {
    while (kept.unsent.length > 0) {
      const { path, body } = kept.unsent[0]!
      const bytes = JSON.stringify(body)
      const headers = { 'content-type': 'application/json', 'x-bank-signature': signForBank(secret, bytes, seconds()) }
      const answer = await fetch(new URL(path, platform), { method: 'POST', headers, body: bytes }).catch(() => null)
      if (!answer?.ok) return
      kept.unsent.shift()
      keep()
    }
  })
  return telling
}
setInterval(() => void tell(), 1000).unref()

const acts: Record<string, (body: unknown) => Promise<object>> = {
  '/transfers': async (body) => {
    const order = transfer.parse(body)
    const bankReference = `DB${kept.next++}`
    kept.unsent.push({ path: '/api/bank/receipts', body: { bankReference, ...order, paidAt: await platformNow() } })
    return { bankReference }
  },
  '/refunds': async (body) => {
    const { refundId } = refund.parse(body)
    // The same order again is the same refund.
    if (!kept.refunds.includes(refundId)) {
      kept.refunds.push(refundId)
      kept.unsent.push({ path: '/api/bank/refunds', body: { refundId, refundedAt: await platformNow() } })
    }
    return { taken: true }
  },
}

const server = createServer(async (request, response) => {
  const end = (status: number, body: object) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  try {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece)
    const body = Buffer.concat(pieces).toString('utf8')
    const act = acts[request.url ?? '']
    if (request.method !== 'POST' || !act) return end(404, {})
    if (!isSignedByBank(secret, body, String(request.headers['x-bank-signature'] ?? ''), seconds())) return end(401, {})
    const answer = await act(JSON.parse(body))
    keep()
    end(200, answer)
    void tell()
  } catch {
    end(400, {})
  }
})
server.listen(Number(port), '127.0.0.1', () => {
  const address = server.address()
  process.stdout.write(`url http://127.0.0.1:${typeof address === 'object' && address ? address.port : port}\n`)
})
process.once('SIGTERM', () => server.close(() => process.exit(0)))
