/**
 * A witness that anyone can run: it cosigns a log's checkpoints as long as they continue one another.
 *   node api/cli/witness.ts --port 8080 --key witness.key --state witness.json --log-origin example.cn/log --log-key VKEY
 * Exit codes: 2 for wrong arguments, 1 when it cannot listen.
 */
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { fromBase64url, randomBytes, toBase64url, toHex } from '../log/bytes.ts'
import { newSeed, signerOf } from '../log/ed25519.ts'
import { COSIGNATURE, formatVkey, type NoteKey, type NoteSigner, noteSigner, parseVkey } from '../log/note.ts'
import { createWitness, type WitnessRecord, type WitnessStorage } from '../log/witness.ts'
import { writeDurably } from './durable.ts'
import { endWithParent } from './tied.ts'

const USAGE = `usage: node api/cli/witness.ts --port PORT --key FILE --state FILE --log-origin NAME --log-key VKEY
  [--host 127.0.0.1] [--name NAME]   the witness's own name, when its key is made (default witness-<random>)
  [--clock URL]                      sandbox: take the time from {"now": ISO 8601} at URL, sign only …/sandbox logs
`
const MOST_BYTES = 64 * 1024

const keyFile = z.strictObject({ name: z.string().min(1), seed: z.string() })
const stateFile = z.record(
  z.string(),
  z.strictObject({ size: z.int().positive(), root: z.string(), seconds: z.int().positive() }),
)
const clockAnswer = z.object({ now: z.iso.datetime({ offset: true }) })

const loadSigner = async (file: string, name: string): Promise<NoteSigner> => {
  if (!existsSync(file)) writeDurably(file, `${JSON.stringify({ name, seed: toBase64url(newSeed()) })}\n`, 0o600)
  const key = keyFile.parse(JSON.parse(readFileSync(file, 'utf8')))
  return noteSigner(key.name, COSIGNATURE, await signerOf(fromBase64url(key.seed)))
}

/** Records by origin in one file. A file that cannot be read stops the witness: forgetting would let it cosign a fork. */
const fileStorage = (file: string): WitnessStorage => {
  const load = (): Record<string, WitnessRecord> =>
    existsSync(file) ? stateFile.parse(JSON.parse(readFileSync(file, 'utf8'))) : {}
  const records = load()
  return {
    load: async (origin) => records[origin] ?? null,
    save: async (origin, record) => {
      writeDurably(file, `${JSON.stringify({ ...records, [origin]: record }, null, 2)}\n`, 0o600)
      records[origin] = record
    },
  }
}

const readBody = async (request: IncomingMessage): Promise<Uint8Array | null> => {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of request) {
    length += part.length
    if (length > MOST_BYTES) return null
    parts.push(part)
  }
  return new Uint8Array(Buffer.concat(parts))
}

const sandboxClock = (url: string) => async (): Promise<number> => {
  const response = await fetch(url, { signal: AbortSignal.timeout(2000) })
  return Date.parse(clockAnswer.parse(await response.json()).now)
}

/** `clock` set = sandbox mode. Gives the listening server and the witness's vkey. */
export type WitnessOptions = {
  host?: string
  port: number
  key: string
  state: string
  logOrigin: string
  logKey: string
  name?: string
  clock?: string
}

/** The log's key, once it fits its origin and the mode; throws RangeError otherwise. */
const trustedLog = (options: WitnessOptions): NoteKey => {
  const key = parseVkey(options.logKey)
  if (key.name !== options.logOrigin) throw new RangeError('--log-key belongs to another origin')
  // Sandbox time is moved at will: a cosignature over it must never pass for one over a real log.
  if (options.logOrigin.endsWith('/sandbox') !== (options.clock !== undefined))
    throw new RangeError('--clock is for origins that end in /sandbox, and they need it')
  return key
}

/** Starts a witness; resolves when it listens. */
export const startWitness = async (options: WitnessOptions): Promise<{ server: Server; vkey: string; url: string }> => {
  const log = trustedLog(options)
  const signer = await loadSigner(options.key, options.name ?? `witness-${toHex(randomBytes(4))}`)
  const witness = createWitness({
    signer,
    logKey: (origin) => (origin === log.name ? log : null),
    storage: fileStorage(options.state),
    now: options.clock === undefined ? async () => Date.now() : sandboxClock(options.clock),
  })
  const server = createServer(async (request, response) => {
    const end = (status: number, type: string, body: string) =>
      response.writeHead(status, { 'Content-Type': type }).end(body)
    try {
      if (request.method !== 'POST' || request.url !== '/add-checkpoint') return end(404, 'text/plain', 'not found\n')
      const body = await readBody(request)
      if (!body) return end(413, 'text/plain', 'too large\n')
      const answer = await witness(body)
      return end(answer.status, answer.contentType, answer.body)
    } catch {
      return end(503, 'text/plain', 'no cosignature now\n')
    }
  })
  const host = options.host ?? '127.0.0.1'
  await new Promise<void>((done, failed) => server.once('error', failed).listen(options.port, host, done))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : options.port
  return { server, vkey: formatVkey(signer), url: `http://${host.includes(':') ? `[${host}]` : host}:${port}` }
}

const parseOptions = (args: string[]): WitnessOptions => {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args,
    options: {
      port: text,
      host: text,
      key: text,
      state: text,
      name: text,
      clock: text,
      'log-origin': text,
      'log-key': text,
    },
  })
  const { port, key, state, 'log-origin': logOrigin, 'log-key': logKey, host, name, clock } = values
  const number = Number(port)
  if (!key || !state || !logOrigin || !logKey || !Number.isInteger(number) || number < 0 || number > 65535)
    throw new RangeError('an argument is missing')
  const optional = { ...(host && { host }), ...(name && { name }), ...(clock && { clock }) }
  return { port: number, key, state, logOrigin, logKey, ...optional }
}

if (import.meta.main) {
  endWithParent()
  let options: WitnessOptions
  try {
    options = parseOptions(process.argv.slice(2))
    trustedLog(options)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n${USAGE}`)
    process.exit(2)
  }
  const { server, vkey, url } = await startWitness(options).catch((error: unknown) => {
    process.stderr.write(`the witness cannot start: ${error instanceof Error ? error.message : error}\n`)
    process.exit(1)
  })
  process.stdout.write(`vkey ${vkey}\nurl ${url}\n`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => server.close(() => process.exit(0)))
}
