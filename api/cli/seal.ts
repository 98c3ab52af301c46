/**
 * Sealing a bid without the page, on a computer that need not have a network (docs/bidders.md).
 *   npm run seal -- template --data FILE --out FOLDER              lays out a folder: answers.csv and a place for the files
 *   npm run seal -- pack --data FILE --from FOLDER --p12 FILE      seals, tests, signs: a package and a recovery file
 * `--data` is the data file of the lot's bid page. Nothing is sent: the page takes the package and hands it in.
 * Exit codes: 0 done, 1 refused (a check does not hold, an answer is missing), 2 wrong arguments.
 */
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { fileSize } from '../../web/lib/i18n/amount.ts'
import { faultOf } from '../../web/lib/seal/faults.ts'
import { type Draft, draftBytes, formsOf } from '../../web/lib/supplier/bid/draft.ts'
import { type BidFacts, openBidData } from '../client/bid-data.ts'
import { writePackage } from '../client/bid-package.ts'
import { isProblem, problem } from '../client/http.ts'
import { type PreparedBid, prepareBid } from '../client/prepare-bid.ts'
import { openSigners } from '../client/signers.ts'
import { lotOf, type VerifiedTender, verifyTender } from '../client/tender.ts'
import { type GivenTrust, loadTrust, pemBlocks, type TrustContext } from '../client/trust.ts'
import { sha256, toBase64url } from '../log/bytes.ts'
import { ANSWERS, answersFaults, answersTemplate, readAnswers } from './seal/answers.ts'
import { folderSink, layOut, papersOf } from './seal/folder.ts'
import { askPin, firstLine, readBytes, writeNew } from './terminal.ts'

const USAGE = `usage: npm run seal -- template --data FILE [--out FOLDER]
       npm run seal -- pack --data FILE --p12 FILE [options]
  --data FILE         the data file 数据文件 that the lot's bid page offers
  --from FOLDER       pack: the folder that template laid out, filled in (default: here)
  --out FOLDER        where to write (default: here); no file is ever overwritten
  --p12 FILE          pack: your organisation's certificate file
  --pin FILE          its PIN is the first line of this file (default: SUNLIT_PIN, else asked for)
  --co-signer FILE    certificate file of a consortium member, in the order of the answers; then of whoever signs besides
                      (may be repeated; PINs: SUNLIT_PIN_1, SUNLIT_PIN_2 …, else asked for)
  --passphrase FILE   its first line opens the recovery file besides your certificate, 12 characters or more
  --policy FILE       the witness policy you trust (needed outside a sandbox)
  --ca FILE           PEM of the certificate authorities you trust (needed outside a sandbox)
  --en                speak English
`

const parse = (args: string[]) => {
  const text = { type: 'string' } as const
  const options = { data: text, from: text, out: text, p12: text, pin: text, passphrase: text, policy: text, ca: text }
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { ...options, 'co-signer': { ...text, multiple: true }, en: { type: 'boolean' } },
  })
  const [act, ...more] = positionals
  if ((act !== 'template' && act !== 'pack') || more.length > 0) throw new RangeError('template or pack is needed')
  if (values.data === undefined) throw new RangeError('--data is needed')
  const { data, from = '.', out = '.', p12 = '' } = values
  if (act === 'pack' && p12 === '') throw new RangeError('--p12 is needed')
  return { ...values, act, data, from, out, p12 } as const
}
type Arguments = ReturnType<typeof parse>

const givenOf = ({ policy, ca }: Arguments): GivenTrust => ({
  ...(policy !== undefined && { policy: readFileSync(policy, 'utf8') }),
  ...(ca !== undefined && { authorities: pemBlocks(readFileSync(ca, 'utf8'), 'CERTIFICATE') }),
})

const say = (line: string): void => void process.stdout.write(`${line}\n`)

type Work = { options: Arguments; facts: BidFacts; trust: TrustContext; tender: VerifiedTender }

/** The tender as the data file shows it, verified here; for a bid that does not hold nothing is made. */
const begin = async (options: Arguments): Promise<Work> => {
  const { http, facts } = openBidData(readBytes(options.data))
  const trust = await loadTrust(http, givenOf(options))
  const tender = await verifyTender(http, trust, facts.tenderId)
  if (!tender.ok) throw problem('tender-unverifiable', 'Not every check holds', { checks: tender.checks })
  say(`${tender.notice.title} · ${lotOf(tender, facts.lotId).title} · ${tender.notice.deadline}`)
  return { options, facts, trust, tender }
}

const template = ({ options, facts, tender }: Work): void => {
  say(writeNew(options.out, ANSWERS, answersTemplate(tender, facts.lotId)))
  layOut(options.out)
}

const pinOf = async (name: string, file: string, given?: string): Promise<string> =>
  given === undefined ? (process.env[name] ?? (await askPin(`PIN ${file}: `))) : firstLine(given)

const signersOf = async ({ options, facts, trust }: Work, draft: Draft) => {
  const { p12, pin } = options
  const { uscc } = facts.organisation
  const own = { p12: readBytes(p12), pin: await pinOf('SUNLIT_PIN', p12, pin), uscc }
  const coSigners = []
  for (const [at, file] of (options['co-signer'] ?? []).entries()) {
    const typed = await pinOf(`SUNLIT_PIN_${at + 1}`, file)
    coSigners.push({ p12: readBytes(file), pin: typed, uscc: draft.consortium[at]?.uscc ?? null })
  }
  return openSigners(trust, own, coSigners)
}

/** The very file that runs; of the downloadable one, what the platform shows beside it. */
const bundleSha256 = async (): Promise<string> => toBase64url(await sha256(readBytes(fileURLToPath(import.meta.url))))

const passphraseOf = ({ passphrase }: Arguments): string | undefined => {
  const text = passphrase === undefined ? undefined : firstLine(passphrase)
  if (text !== undefined && text.length < 12) throw problem('passphrase-short', 'The passphrase is too short')
  return text
}

const draftOf = ({ options, facts, tender }: Work): Draft => {
  const draft = readAnswers(join(options.from, ANSWERS), tender, facts.lotId)
  const { id: organisationId, uscc } = facts.organisation
  const faults = answersFaults(draft, lotOf(tender, facts.lotId), { organisationId, uscc })
  if (faults.length === 0) return draft
  throw problem('answers-incomplete', 'Answers are missing or do not read', { detail: faults.join('; ') })
}

/** One file after the other was written or none stays: half a package would be taken for a whole one. */
const packTo = async (file: string, prepared: PreparedBid, sink: ReturnType<typeof folderSink>) => {
  const handle = openSync(file, 'wx')
  try {
    await writePackage(prepared, sink, async (bytes) => {
      for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at)
    })
  } catch (error) {
    rmSync(file, { force: true })
    throw error instanceof RangeError ? problem('package-too-large', 'The bid is too large for one package') : error
  } finally {
    closeSync(handle)
  }
}

const tell = ({ facts, tender }: Work, draft: Draft, prepared: PreparedBid): void => {
  const lot = lotOf(tender, facts.lotId)
  for (const { key, label } of lot.summaryFields) say(`  ${label}  ${draft.summary[key] ?? ''}`)
  say(`  ${prepared.manifestHash}  ${fileSize(draftBytes(draft))}`)
}

const pack = async (work: Work): Promise<void> => {
  const { options, facts, trust, tender } = work
  const draft = draftOf(work)
  const files = papersOf(options.from)
  const passphrase = passphraseOf(options)
  const { own, others } = await signersOf(work, draft)
  const lot = lotOf(tender, facts.lotId)
  const seq = (facts.head?.bidSeq ?? 0) + 1
  const stem = `${facts.tenderId.slice(0, 8)}-${facts.lotId.slice(0, 8)}-${seq}`
  const target = join(options.out, `${stem}.sunlit-bid.zip`)
  if (existsSync(target)) throw problem('package-exists', `${target} is there already`, { detail: target })
  const sink = folderSink(join(options.out, `${stem}.parts`))
  try {
    const prepared = await prepareBid({
      ...{ tender, trust, lotId: facts.lotId, organisationId: facts.organisation.id, signer: own, files, sink },
      forms: formsOf(draft, lot),
      consortium: draft.consortium.map(({ organisationId }) => organisationId),
      coSigners: { qualification: others, technical: others, 'price-detail': others },
      head: facts.head,
      bundleSha256: await bundleSha256(),
      ...(passphrase === undefined ? {} : { passphrase }),
      onProgress: ({ step, kind, part }) => void process.stderr.write(`${step} ${kind ?? ''} ${part + 1}\n`),
    })
    // The recovery file first: a package whose keys were not kept apart is one more thing to lose.
    say(writeNew(options.out, `${stem}.sunlit-recovery.json`, prepared.recoveryFile, 0o600))
    await packTo(target, prepared, sink)
    say(target)
    tell(work, draft, prepared)
  } finally {
    sink.remove()
  }
}

const complain = (error: unknown, lang: 'zh-CN' | 'en'): void => {
  const { code, title, remedy = '' } = faultOf(error, lang)
  const detail = isProblem(error) && typeof error.detail === 'string' ? ` (${error.detail})` : ''
  process.stderr.write(`${code}: ${title}${detail}\n${remedy}\n`)
}

/** Runs the command; gives its exit code. */
export const run = async (args: string[]): Promise<0 | 1 | 2> => {
  const lang = args.includes('--en') ? 'en' : 'zh-CN'
  try {
    const options = parse(args)
    const work = await begin(options)
    if (options.act === 'template') template(work)
    else await pack(work)
    return 0
  } catch (error) {
    if (isProblem(error)) complain(error, lang)
    else process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`)
    return isProblem(error) ? 1 : 2
  }
}

if (import.meta.main) process.exitCode = await run(process.argv.slice(2))
