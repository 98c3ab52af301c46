import { readFileSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'

/**
 * `node bench/commit/load.ts IN OUT`: every supplier commits its bids one after another, all suppliers at once, each over
 * its own kept-alive connection; beside them somebody reads the log's newest witnessed checkpoint. Its own process, so
 * that the server is not measured together with who asks it. Instants in ms since 1970.
 */
export type LoadIn = { origin: string; suppliers: { cookie: string; bids: string[] }[] }
export type LoadOut = {
  seconds: number
  acts: { bid: string; sent: number; answered: number }[]
  /** When a checkpoint of so many leaves was first to be had. */
  witnessed: { at: number; size: number }[]
}

const LOOK = 50
const MOST = 30_000
const clock = (): number => performance.timeOrigin + performance.now()

type Answer = { status: number; text: string }

const ask = (agent: Agent, origin: string, path: string, method: string, headers: Record<string, string>) =>
  new Promise<Answer>((done, failed) => {
    const asked = request(origin + path, { agent, method, headers }, (answer) => {
      const pieces: Buffer[] = []
      answer.on('data', (piece: Buffer) => pieces.push(piece))
      answer.once('end', () => done({ status: answer.statusCode ?? 0, text: Buffer.concat(pieces).toString('utf8') }))
    })
    asked.once('error', failed)
    asked.end()
  })

const commitAll = async (origin: string, { cookie, bids }: LoadIn['suppliers'][number], acts: LoadOut['acts']) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  for (const bid of bids) {
    const sent = clock()
    const headers = { cookie, origin, 'idempotency-key': crypto.randomUUID() }
    const { status, text } = await ask(agent, origin, `/api/bids/${bid}/commit`, 'POST', headers)
    acts.push({ bid, sent, answered: clock() })
    // The promise is what the act is for: an answer without one is no commit.
    const view = JSON.parse(text) as { state?: string; receipt?: { signature?: string } | null }
    if (status !== 200 || view.state !== 'received' || !view.receipt?.signature) throw new Error(`${status}: ${text}`)
  }
  agent.destroy()
}

const watch = (origin: string, agent: Agent) => {
  const seen: LoadOut['witnessed'] = []
  const look = async (): Promise<void> => {
    const { status, text } = await ask(agent, origin, '/log/checkpoint', 'GET', {})
    const size = status === 200 ? Number(text.split('\n')[1]) : 0
    if (size > (seen.at(-1)?.size ?? 0)) seen.push({ at: clock(), size })
  }
  return { seen, look }
}

const main = async (input: string, output: string): Promise<void> => {
  const { origin, suppliers } = JSON.parse(readFileSync(input, 'utf8')) as LoadIn
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const { seen, look } = watch(origin, agent)
  await look()
  const acts: LoadOut['acts'] = []
  let done = Number.POSITIVE_INFINITY
  const watching = (async () => {
    // Until the second checkpoint after the last commit: that one was begun when all was committed.
    while (seen.filter(({ at }) => at > done).length < 2 && clock() < done + MOST) {
      await look()
      await new Promise((next) => setTimeout(next, LOOK))
    }
  })()
  const began = performance.now()
  await Promise.all(suppliers.map((supplier) => commitAll(origin, supplier, acts)))
  const seconds = (performance.now() - began) / 1000
  done = clock()
  await watching
  agent.destroy()
  writeFileSync(output, JSON.stringify({ seconds, acts, witnessed: seen } satisfies LoadOut))
}

await main(process.argv[2]!, process.argv[3]!)
