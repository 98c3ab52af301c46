/**
 * A trustee's tool without the page, for a laptop that need not have a network (SEALING.md §2 Offline tool).
 *   npm run trustee -- key     --data FILE --p12 FILE            makes the key of a tender: an answer file and a recovery file
 *   npm run trustee -- drill   --data FILE --p12 FILE            proves that the key opens: an answer file
 *   npm run trustee -- release --data FILE --p12 FILE            verifies the opening, then signs the shares: a release file
 *   npm run trustee -- drill   --server URL --tender ID --seat N --p12 FILE       the same, fetched and posted directly
 * Exit codes: 0 done, 1 refused (a check does not hold, a key does not fit), 2 wrong arguments.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createHttp, type Http, isProblem, problem, signIn } from '../client/http.ts'
import { answerFile, assertFresh, type Errand, openData } from '../client/offline.ts'
import { checkOpening } from '../client/opening.ts'
import { verifyTender } from '../client/tender.ts'
import { type GivenTrust, loadTrust, nowOf, pemBlocks, type TrustContext } from '../client/trust.ts'
import {
  type KeyOwner,
  postDrill,
  postKey,
  postShares,
  prepareDrill,
  prepareKey,
  prepareShares,
} from '../client/trustee.ts'
import { type OpenedPkcs12, openPkcs12 } from '../seal/pkcs12.ts'
import { fingerprint } from '../seal/trustees.ts'
import { askPin, firstLine, readBytes, writeNew } from './terminal.ts'
import { lineOf } from './verify.ts'

const USAGE = `usage: npm run trustee -- key|drill|release --p12 FILE [options]
  --data FILE         the data file that your page on the platform offers; nothing is sent
  --server URL --tender ID --seat N [--lot ID]   instead of a data file: fetch and post directly
  --p12 FILE          your organisation's certificate file
  --pin FILE          its PIN is the first line of this file (default: asked for)
  --out FOLDER        where to write (default: here)
  --policy FILE       the witness policy you trust (needed outside a sandbox)
  --ca FILE           PEM of the certificate authorities you trust (needed outside a sandbox)
  --recovery FILE     drill, release: open the key from your recovery file instead of the platform's copy
  --passphrase FILE   its passphrase is the first line of this file; for key: protects the recovery file besides
  --receipt FILE      release: a receipt that a bidder handed over (may be repeated)
  --zh                print the checks in Chinese
`

const parse = (args: string[]) => {
  const text = { type: 'string' } as const
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      data: text,
      server: text,
      tender: text,
      seat: text,
      lot: text,
      p12: text,
      pin: text,
      out: text,
      policy: text,
      ca: text,
      recovery: text,
      passphrase: text,
      receipt: { ...text, multiple: true },
      zh: { type: 'boolean' },
    },
  })
  const [purpose, ...more] = positionals
  if ((purpose !== 'key' && purpose !== 'drill' && purpose !== 'release') || more.length > 0)
    throw new RangeError('one of key, drill, release is needed')
  if (values.p12 === undefined) throw new RangeError('--p12 is needed')
  if ((values.data === undefined) === (values.server === undefined))
    throw new RangeError('either --data or --server is needed')
  return { ...values, purpose, p12: values.p12, out: values.out ?? '.' } as const
}
type Arguments = ReturnType<typeof parse>

const openP12 = async ({ p12, pin }: Arguments): Promise<OpenedPkcs12> => {
  const opened = await openPkcs12(readBytes(p12), pin === undefined ? await askPin() : firstLine(pin))
  if (!opened.ok) throw problem(opened.code, 'The certificate file cannot be opened')
  return opened
}

const givenOf = ({ policy, ca }: Arguments): GivenTrust => ({
  ...(policy !== undefined && { policy: readFileSync(policy, 'utf8') }),
  ...(ca !== undefined && { authorities: pemBlocks(readFileSync(ca, 'utf8'), 'CERTIFICATE') }),
})

const ownerOf = ({ recovery, passphrase }: Arguments, signer: OpenedPkcs12): KeyOwner => ({
  ...(passphrase === undefined ? { key: signer.decryptKey } : { passphrase: firstLine(passphrase) }),
  ...(recovery !== undefined && { recovery: readBytes(recovery) }),
})

/** Where to work: over a data file, which takes nothing, or as this trustee at the platform itself. */
const placeOf = async (options: Arguments, signer: OpenedPkcs12): Promise<{ http: Http; facts: Errand }> => {
  const { purpose, data, server, tender, seat, lot } = options
  if (data !== undefined) {
    const opened = openData(readBytes(data))
    if (opened.facts.purpose !== purpose) throw problem('data-of-another-errand', 'The data file is for another errand')
    return opened
  }
  const i = Number(seat)
  if (server === undefined || tender === undefined || !Number.isInteger(i) || (purpose === 'release' && !lot))
    throw new RangeError('--server needs --tender and --seat, and for a release --lot')
  const http = createHttp({ origin: new URL(server).origin, cookies: new Map() })
  await signIn(http, signer, nowOf(await loadTrust(http, givenOf(options))))
  const at = { tenderId: tender, i }
  return { http, facts: purpose === 'release' ? { purpose, ...at, lotId: lot! } : { purpose, ...at } }
}

const write = ({ out }: Arguments, name: string, bytes: Uint8Array, mode?: number): void =>
  void process.stdout.write(`${writeNew(out, name, bytes, mode)}\n`)

type Work = { options: Arguments; http: Http; facts: Errand; trust: TrustContext; signer: OpenedPkcs12; stem: string }

const makeKey = async ({ options, http, facts, trust, signer, stem }: Work): Promise<void> => {
  const { tenderId, i } = facts
  const recovery = `${stem}.sunlit-trustee.json`
  if (existsSync(join(options.out, recovery))) throw problem('recovery-exists', `${recovery} is there already`)
  const secret = options.passphrase === undefined ? {} : { passphrase: firstLine(options.passphrase) }
  const made = await prepareKey(http, trust, { tenderId, i, signer, client: 'offline', ...secret })
  // The recovery file first: a key that is stated and cannot be opened again would be worse than none.
  write(options, recovery, made.recoveryFile, 0o600)
  if (options.data === undefined) await postKey(http, facts, made.posted)
  else write(options, `${stem}.sunlit-key.json`, answerFile({ purpose: 'key', tenderId, i, posted: made.posted }))
  process.stdout.write(`${fingerprint(made.pk)}\n`)
}

const runDrill = async ({ options, http, facts, trust, signer, stem }: Work): Promise<void> => {
  const { tenderId, i } = facts
  const posted = await prepareDrill(http, trust, { tenderId, i, signer, owner: ownerOf(options, signer) })
  if (options.data === undefined) await postDrill(http, facts, posted)
  else write(options, `${stem}.sunlit-drill.json`, answerFile({ purpose: 'drill', tenderId, i, posted }))
}

const release = async ({ options, http, facts, trust, signer, stem }: Work): Promise<void> => {
  const { tenderId, i, lotId = '' } = facts
  const tender = await verifyTender(http, trust, tenderId, { asOf: 'signed' })
  const opening = await checkOpening(http, trust, tender, lotId, { as: 'trustee' })
  const language = options.zh ? 'zh' : 'en'
  process.stdout.write(`${opening.checks.map((one) => lineOf(one, language)).join('\n')}\n`)
  await assertFresh(http, trust)
  const receipts = (options.receipt ?? []).map(readBytes)
  const owner = ownerOf(options, signer)
  const made = await prepareShares(http, trust, { opening, tender, i, signer, owner, receipts })
  for (const { manifestHash, reason } of made.refused) process.stdout.write(`- ${manifestHash} ${reason}\n`)
  write(options, `${stem}-${lotId.slice(0, 8)}.sunlit-shares.json`, made.file)
  if (options.data === undefined) await postShares(http, lotId, made.releases)
}

const ERRANDS = { key: makeKey, drill: runDrill, release } as const

/** Runs the command; gives its exit code. */
export const run = async (args: string[]): Promise<0 | 1 | 2> => {
  try {
    const options = parse(args)
    const signer = await openP12(options)
    const { http, facts } = await placeOf(options, signer)
    const trust = await loadTrust(http, givenOf(options))
    const stem = `${facts.tenderId.slice(0, 8)}-${facts.i}`
    await ERRANDS[options.purpose]({ options, http, facts, trust, signer, stem })
    return 0
  } catch (error) {
    if (isProblem(error)) process.stderr.write(`${error.code}: ${error.title}\n`)
    else process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`)
    return isProblem(error) ? 1 : 2
  }
}

if (import.meta.main) process.exitCode = await run(process.argv.slice(2))
