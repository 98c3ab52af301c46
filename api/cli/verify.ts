/**
 * Recomputes a tender from public data, or a receipt offline.
 *   node api/cli/verify.ts https://example.cn/tenders/<id> --policy witnesses.txt --ca authorities.pem [--complete]
 *   node api/cli/verify.ts receipt.zip --policy witnesses.txt --ca authorities.pem
 *   node api/cli/verify.ts receipt.zip --from http://localhost:3000            (demo and sandbox: their own pins)
 * Exit codes: 0 nothing is wrong, 1 a check failed, 2 wrong arguments or nothing to check.
 */
import { existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { anyFails, type Check } from '../client/checks.ts'
import { createHttp, isProblem } from '../client/http.ts'
import { checkReceipt } from '../client/submit-bid.ts'
import { type GivenTrust, loadTrust, pemBlocks } from '../client/trust.ts'
import { verifyTenderPublic } from '../client/verify.ts'
import { parsePolicy } from '../log/policy.ts'

const USAGE = `usage: npm run verify -- <address of a tender | receipt.zip> [options]
  --policy FILE     the witness policy you trust (needed outside a sandbox)
  --ca FILE         PEM of the certificate authorities you trust (needed outside a sandbox)
  --complete        also that no bid was dropped or added
  --remember FILE   checkpoint note of an earlier audit
  --from URL        for a receipt: take policy and authorities from this sandbox
  --zh              print the checks in Chinese
  --json            print them as JSON
`
const ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/

type Arguments = {
  what: string
  given: GivenTrust
  from: string | undefined
  complete: boolean
  remembered: string | undefined
  language: 'zh' | 'en'
  json: boolean
}

const read = (file: string): string => readFileSync(file, 'utf8')

const parse = (args: string[]): Arguments => {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { policy: text, ca: text, from: text, remember: text, complete: flag, zh: flag, json: flag },
  })
  const [what, ...more] = positionals
  if (what === undefined || more.length > 0) throw new RangeError('one address or one receipt is needed')
  return {
    what,
    given: {
      ...(values.policy !== undefined && { policy: read(values.policy) }),
      ...(values.ca !== undefined && { authorities: pemBlocks(read(values.ca), 'CERTIFICATE') }),
    },
    from: values.from,
    complete: values.complete ?? false,
    remembered: values.remember === undefined ? undefined : read(values.remember),
    language: values.zh ? 'zh' : 'en',
    json: values.json ?? false,
  }
}

const checksOfReceipt = async ({ what, given, from }: Arguments): Promise<Check[]> => {
  const { policy, authorities } = given
  const zip = new Uint8Array(readFileSync(what))
  if (policy !== undefined && authorities) {
    const trusted = authorities.map((der) => new Uint8Array(der))
    return (await checkReceipt(zip, { policy: parsePolicy(policy), trusted })).checks
  }
  if (from === undefined) throw new RangeError('a receipt needs --policy and --ca, or --from a sandbox')
  return (await checkReceipt(zip, await loadTrust(createHttp({ origin: new URL(from).origin }), given))).checks
}

const checksOfTender = async ({ what, given, complete, remembered }: Arguments): Promise<Check[]> => {
  const address = new URL(what)
  const tenderId = ID.exec(address.pathname)?.[0]
  if (tenderId === undefined) throw new RangeError('the address names no tender')
  const http = createHttp({ origin: address.origin })
  const trust = await loadTrust(http, given)
  return verifyTenderPublic(http, trust, tenderId, { complete, ...(remembered !== undefined && { remembered }) })
}

const MARK = { true: 'ok  ', false: 'FAIL', null: '-   ' } as const

/** One line for each check; what was not checked is marked so. */
export const lineOf = ({ id, ok, text, detail, lot }: Check, language: 'zh' | 'en'): string =>
  `${MARK[`${ok}`]} ${id}${lot === undefined ? '' : ` [${lot}]`} ${text[language]}${detail ? ` (${detail})` : ''}`

const print = (checks: readonly Check[], { language, json }: Arguments): void => {
  if (json) return void process.stdout.write(`${JSON.stringify(checks)}\n`)
  const failed = checks.filter(({ ok }) => ok === false).length
  const open = checks.filter(({ ok }) => ok === null).length
  const total = `${checks.length - failed - open} hold, ${failed} fail, ${open} not checked here`
  process.stdout.write(`${checks.map((one) => lineOf(one, language)).join('\n')}\n${total}\n`)
}

/** Runs the command; gives its exit code. */
export const run = async (args: string[]): Promise<0 | 1 | 2> => {
  try {
    const options = parse(args)
    const checks = existsSync(options.what) ? await checksOfReceipt(options) : await checksOfTender(options)
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
