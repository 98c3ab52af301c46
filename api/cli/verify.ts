/**
 * Recomputes a tender or a whole log from public data, a receipt or an evidence bundle offline, or watches a log.
 *   node api/cli/verify.ts https://example.cn/tenders/<id> --policy witnesses.txt --ca authorities.pem [--complete]
 *   node api/cli/verify.ts https://example.cn --policy witnesses.txt --ca authorities.pem          (the whole log)
 *   node api/cli/verify.ts evidence.zip --policy witnesses.txt --ca authorities.pem [--complete]
 *   node api/cli/verify.ts receipt.zip --policy witnesses.txt --ca authorities.pem
 *   node api/cli/verify.ts attempt.json --policy witnesses.txt                  (what a refused bidder was given)
 *   node api/cli/verify.ts receipt.zip --from http://localhost:3000            (demo and sandbox: their own pins)
 *   node api/cli/verify.ts --watch https://example.cn --state watch.json --policy witnesses.txt --ca authorities.pem
 * Exit codes: 0 nothing is wrong, 1 a check failed or an alarm, 2 wrong arguments or nothing to check.
 */
import { existsSync, openAsBlob, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { readBundle, verifyBundle } from '../client/bundle.ts'
import { anyFails, type Check, check } from '../client/checks.ts'
import { createHttp, isProblem } from '../client/http.ts'
import { parseProbeFile } from '../client/probe-log.ts'
import { checkReceipt } from '../client/submit-bid.ts'
import { type GivenTrust, loadTrust, pemBlocks } from '../client/trust.ts'
import { auditLog, verifyTenderPublic } from '../client/verify.ts'
import type { Bytes } from '../log/bytes.ts'
import { formatPolicy, parsePolicy } from '../log/policy.ts'
import { parseAttemptFile, verifyAttempt } from '../seal/attempt.ts'
import type { SignedProbe } from '../seal/probe.ts'
import { watch } from './watch.ts'

const USAGE = `usage: npm run verify -- <address of a tender or a platform | evidence.zip | receipt.zip | attempt.json> [options]
       npm run verify -- --watch <address of a platform> [--state FILE] [--once] [--interval SECONDS]
  --policy FILE     the witness policy you trust (needed outside a sandbox)
  --ca FILE         PEM of the certificate authorities you trust (needed outside a sandbox)
  --tsa FILE        PEM of the time-stamp authority you trust, for a receipt
  --complete        of a tender: also that no bid was dropped or added
  --probes FILE     a probe's own state file, for what the platform does not tell (may be given again)
  --paper FILE      an evaluation report or award letter that you were given (may be given again)
  --remember FILE   checkpoint note of an earlier audit
  --from URL        for a file: take policy and authorities from this sandbox
  --state FILE      what the monitor has seen (default watch.json)
  --zh              print the checks in Chinese
  --json            print them as JSON
`
const ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/

type Arguments = {
  what: string
  given: GivenTrust
  stampers: Uint8Array[]
  from: string | undefined
  complete: boolean
  remembered: string | undefined
  handed: SignedProbe[]
  papers: Bytes[]
  language: 'zh' | 'en'
  json: boolean
  watching: { state: string; once: boolean; seconds: number } | null
}

const read = (file: string): string => readFileSync(file, 'utf8')

const text = { type: 'string' } as const
const texts = { type: 'string', multiple: true } as const
const flag = { type: 'boolean' } as const
const OPTIONS = {
  ...{ probes: texts, paper: texts },
  ...{ policy: text, ca: text, tsa: text, from: text, remember: text, state: text, interval: text },
  ...{ complete: flag, zh: flag, json: flag, watch: flag, once: flag },
} as const

const parse = (args: string[]): Arguments => {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS })
  const [what, ...more] = positionals
  if (what === undefined || more.length > 0) throw new RangeError('one address or one file is needed')
  const seconds = Number(values.interval ?? 10)
  if (!(seconds >= 1)) throw new RangeError('an interval of at least one second is needed')
  return {
    what,
    given: {
      ...(values.policy !== undefined && { policy: read(values.policy) }),
      ...(values.ca !== undefined && { authorities: pemBlocks(read(values.ca), 'CERTIFICATE') }),
    },
    stampers: values.tsa === undefined ? [] : pemBlocks(read(values.tsa), 'CERTIFICATE'),
    from: values.from,
    complete: values.complete ?? false,
    remembered: values.remember === undefined ? undefined : read(values.remember),
    handed: (values.probes ?? []).flatMap((file) => parseProbeFile(read(file))),
    papers: (values.paper ?? []).map((file) => new Uint8Array(readFileSync(file))),
    language: values.zh ? 'zh' : 'en',
    json: values.json ?? false,
    watching: values.watch ? { state: values.state ?? 'watch.json', once: values.once ?? false, seconds } : null,
  }
}

const checksOfReceipt = async ({ what, given, from, stampers }: Arguments): Promise<Check[]> => {
  const { policy, authorities } = given
  const zip = new Uint8Array(readFileSync(what))
  if (policy !== undefined && authorities) {
    const trusted = authorities.map((der) => new Uint8Array(der))
    return (await checkReceipt(zip, { policy: parsePolicy(policy), trusted, stampers })).checks
  }
  if (from === undefined) throw new RangeError('a receipt needs --policy and --ca, or --from a sandbox')
  const trust = await loadTrust(createHttp({ origin: new URL(from).origin }), given)
  return (await checkReceipt(zip, { ...trust, stampers })).checks
}

/** Pins of one's own, or those of the sandbox that `--from` names. */
const pinsOf = async ({ given, from }: Arguments): Promise<GivenTrust> => {
  if (from === undefined) return given
  const { policy, trusted } = await loadTrust(createHttp({ origin: new URL(from).origin }), given)
  return { policy: formatPolicy(policy), authorities: trusted }
}

/** V-95: what the platform answered to somebody who tried to hand in, and when. */
const checksOfAttempt = async (signed: SignedProbe, options: Arguments): Promise<Check[]> => {
  const { policy } = await pinsOf(options)
  if (policy === undefined) throw new RangeError('an attempt receipt needs --policy, or --from a sandbox')
  const verdict = await verifyAttempt(signed, parsePolicy(policy).log)
  if (!verdict.ok) return [check('V-95', false, verdict.code)]
  const { at, clock, status, code, path } = verdict.attempt
  return [check('V-95', true, `${new Date(at).toISOString()} (${clock}): POST ${path}, ${status} ${code}`)]
}

const checksOfFile = async (options: Arguments): Promise<Check[]> => {
  const attempt = options.what.endsWith('.json') && parseAttemptFile(new Uint8Array(readFileSync(options.what)))
  if (attempt) return checksOfAttempt(attempt, options)
  const bundle = await readBundle(await openAsBlob(options.what))
  if (!bundle) return checksOfReceipt(options)
  const { complete, handed, papers } = options
  return verifyBundle(bundle, await pinsOf(options), { complete, handed, papers })
}

const checksOfAddress = async (options: Arguments): Promise<Check[]> => {
  const { what, given, complete, remembered, handed, papers } = options
  const address = new URL(what)
  const tenderId = ID.exec(address.pathname)?.[0]
  if (tenderId === undefined && address.pathname !== '/') throw new RangeError('the address names no tender')
  const http = createHttp({ origin: address.origin })
  const trust = await loadTrust(http, given)
  if (tenderId === undefined) return (await auditLog(http, trust, remembered)).checks
  return verifyTenderPublic(http, trust, tenderId, {
    complete,
    handed,
    papers,
    ...(remembered !== undefined && { remembered }),
  })
}

const COMPLETE: ReadonlySet<string> = new Set(['V-10', 'V-11', 'V-12'])

/**
 * SEALING §3: *complete* only when no leaf between NOTICE and CLOSED is undisclosed and each bid leaf is in CLOSED or
 * replaced by one that is, for each lot; never a number of leaves otherwise.
 */
export const completeness = (checks: readonly Check[]): string => {
  const own = checks.filter(({ id }) => COMPLETE.has(id))
  const open = checks.some(({ id, ok }) => id === 'V-40' && ok === null)
  if (own.some(({ ok }) => ok === false)) return 'not complete'
  if (own.length > 0 && !open && own.every(({ ok }) => ok === true)) return 'complete'
  const why = own.find(({ id, ok }) => id === 'V-10' && ok === null)?.detail
  return why ?? 'not yet: nothing is closed'
}

const MARK = { true: 'ok  ', false: 'FAIL', null: '-   ' } as const

/** One line for each check; what was not checked is marked so. */
export const lineOf = ({ id, ok, text, detail, lot }: Check, language: 'zh' | 'en'): string =>
  `${MARK[`${ok}`]} ${id}${lot === undefined ? '' : ` [${lot}]`} ${text[language]}${detail ? ` (${detail})` : ''}`

const print = (checks: readonly Check[], { language, json, complete }: Arguments): void => {
  if (json) return void process.stdout.write(`${JSON.stringify(checks)}\n`)
  const failed = checks.filter(({ ok }) => ok === false).length
  const open = checks.filter(({ ok }) => ok === null).length
  const total = `${checks.length - failed - open} hold, ${failed} fail, ${open} not checked here`
  process.stdout.write(`${checks.map((one) => lineOf(one, language)).join('\n')}\n${total}\n`)
  if (complete) process.stdout.write(`${completeness(checks)}\n`)
}

/** Runs the command; gives its exit code. */
export const run = async (args: string[]): Promise<0 | 1 | 2> => {
  try {
    const options = parse(args)
    const { what: address, watching, given, language } = options
    const say = (line: string): void => void process.stdout.write(`${line}\n`)
    if (watching) return await watch({ address, given, language, say, ...watching })
    const checks = existsSync(options.what) ? await checksOfFile(options) : await checksOfAddress(options)
    print(checks, options)
    return anyFails(checks) ? 1 : 0
  } catch (error) {
    const text = isProblem(error)
      ? `${error.code}: ${error.title}`
      : error instanceof Error
        ? error.message
        : String(error)
    process.stderr.write(`${text}\n${isProblem(error) ? '' : USAGE}`)
    return 2
  }
}

if (import.meta.main) process.exitCode = await run(process.argv.slice(2))
