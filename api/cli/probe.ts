/**
 * A probe that anyone outside can run: every few seconds it looks whether a bid could be handed in, signs what it saw of
 * each minute, and delivers it; what could not be delivered during an outage is delivered after it.
 *   node api/cli/probe.ts https://example.cn --key probe.key --state probe.json --name university
 * Exit codes: 2 for wrong arguments, 0 when it is stopped.
 */
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { fromBase64url, randomBytes, toBase64url, toHex } from '../log/bytes.ts'
import { newSeed, signerOf } from '../log/ed25519.ts'
import { ED25519, formatVkey, type NoteSigner, noteSigner } from '../log/note.ts'
import { writeDurably } from './durable.ts'
import { createProbe, type ProbeState } from './probe/run.ts'
import { endWithParent } from './tied.ts'

const USAGE = `usage: npm run probe -- <address of a platform> --key FILE [options]
  --state FILE      what it signed, and what is not delivered yet (default beside the key)
  --name NAME       the probe's own name, when its key is made (default probe-<random>)
  --seconds N       between two looks, 2 to 20 (default 5)
`
const keyFile = z.strictObject({ name: z.string().min(1), seed: z.string() })
const stateFile = z.strictObject({
  origin: z.string().nullable(),
  statements: z.array(
    z.strictObject({ statement: z.string(), signature: z.string(), minute: z.int(), delivered: z.boolean() }),
  ),
})

export type ProbeOptions = { address: string; key: string; state: string; name: string; seconds: number }

const loadSigner = async ({ key: file, name }: ProbeOptions): Promise<NoteSigner> => {
  if (!existsSync(file)) writeDurably(file, `${JSON.stringify({ name, seed: toBase64url(newSeed()) })}\n`, 0o600)
  const key = keyFile.parse(JSON.parse(readFileSync(file, 'utf8')))
  return noteSigner(key.name, ED25519, await signerOf(fromBase64url(key.seed)))
}

/** A state that cannot be read stops the probe: forgetting would lose what was not delivered. */
const loadState = (file: string): ProbeState =>
  existsSync(file) ? stateFile.parse(JSON.parse(readFileSync(file, 'utf8'))) : { origin: null, statements: [] }

const say = (line: string): void => void process.stdout.write(`${line}\n`)

/** Looks until it is told to stop. */
export const runProbe = async (options: ProbeOptions, signal: AbortSignal): Promise<void> => {
  const signer = await loadSigner(options)
  const state = loadState(options.state)
  const save = (one: ProbeState) => writeDurably(options.state, `${JSON.stringify(one)}\n`, 0o600)
  const address = { origin: new URL(options.address).origin, fetch }
  const { seconds } = options
  const probe = createProbe({ address, signer, seconds, state, save, say, clock: Date.now })
  say(`vkey ${formatVkey(signer)}`)
  let under: Promise<void> = Promise.resolve()
  for (let next = Date.now(); !signal.aborted; ) {
    // Reports do not wait for a look that gets no answer.
    if (Date.now() >= next) {
      // A machine that slept does not catch up on looks that it could not have.
      next = Math.max(next + seconds * 1000, Date.now())
      const before = under
      under = probe.look().then(() => before)
    }
    await probe.report()
    await pause(500, undefined, { signal }).catch(() => undefined)
  }
  await under
}

const parseOptions = (args: string[]): ProbeOptions => {
  const text = { type: 'string' } as const
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { key: text, state: text, name: text, seconds: text },
  })
  const [address, ...more] = positionals
  const seconds = Number(values.seconds ?? 5)
  if (!address || more.length > 0 || !values.key) throw new RangeError('an address and --key are needed')
  if (!/^https?:\/\//.test(address)) throw new RangeError('the address begins with https://')
  if (!(seconds >= 2 && seconds <= 20)) throw new RangeError('--seconds is 2 to 20')
  const name = values.name ?? `probe-${toHex(randomBytes(4))}`
  return { address, key: values.key, state: values.state ?? `${values.key}.state.json`, name, seconds }
}

if (import.meta.main) {
  endWithParent()
  let options: ProbeOptions
  try {
    options = parseOptions(process.argv.slice(2))
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n${USAGE}`)
    process.exit(2)
  }
  const stopped = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort())
  await runProbe(options, stopped.signal)
}
