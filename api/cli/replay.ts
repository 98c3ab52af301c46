/**
 * `npm run replay -- FILE.csv [--limit N] [--concurrency N]`: each recorded auction becomes a tender by lowest evaluated
 * price: published, every bid sealed, signed and handed in over HTTP, closed, opened, evaluated, awarded, verified. The
 * auctions are Japanese, so the replay runs on the row set `replay/jp`: rules are data. The clock moves for the whole batch.
 * Exit 1 when a winner differs from the recorded one and the data does not explain it.
 */
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Http } from '../client/http.ts'
import type { ScanMemory } from '../client/scan.ts'
import type { VerifiedTender } from '../client/tender.ts'
import { loadTrust, refreshClock, type TrustContext } from '../client/trust.ts'
import { auditLog, verifyTenderPublic } from '../client/verify.ts'
import { yuanFromFen } from '../kernel/money.ts'
import { usccCheckDigit } from '../law/uscc.ts'
import { handIn, witnessedTender } from './demo/bidding.ts'
import { type City, makeCity } from './demo/city.ts'
import { award, openEvaluation, scoreAlone, signReport } from './demo/evaluation.ts'
import { openOwn } from './demo/opening.ts'
import { requirementPaper } from './demo/papers.ts'
import { type DemoPerson, registerSupplier, type Stage } from './demo/people.ts'
import { startPlatform } from './demo/platform.ts'
import { clockOf, prepareTender, publishTender, walkTo } from './demo/tender.ts'
import { type Auction, explanation, parseAuctions } from './replay/auctions.ts'
import { keepingImmutable } from './replay/immutable.ts'
import { inParallel } from './replay/parallel.ts'

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: { limit: { type: 'string' }, concurrency: { type: 'string' } },
})
const [file] = positionals
if (file === undefined) {
  console.error('usage: npm run replay -- FILE.csv [--limit N] [--concurrency N]')
  process.exit(2)
}
const limit = Number(values.limit ?? Number.POSITIVE_INFINITY)
const concurrency = Number(values.concurrency ?? 16)

const ROW_SETS = ['national', 'city', 'replay/jp']
const began = performance.now()
const say = (what: string): void =>
  console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${what}`)

type Played = Auction & {
  tender?: VerifiedTender
  tenderId: string
  lotId: string
  recoveryFiles: Map<string, Uint8Array>
  result?: { bidder: string; price: bigint }
}

const usccOf = (bidder: string): string => {
  const body = `9199${bidder.padStart(4, '0')}MA${bidder.padStart(7, '0')}`.slice(0, 17).padEnd(17, '0')
  return body + usccCheckDigit(body)
}

/** The recorded bidders register themselves, each once. */
const registerBidders = async (stage: Stage, auctions: readonly Auction[]): Promise<Map<string, DemoPerson>> => {
  const ids = [...new Set(auctions.flatMap((auction) => auction.bids.map((bid) => bid.bidder)))]
  const people = await inParallel(ids, concurrency, (bidder) =>
    registerSupplier(
      stage,
      { uscc: usccOf(bidder), name: `土浦第${bidder}号建设株式会社` },
      { name: `第${bidder}号`, email: `bidder${bidder}@replay.example` },
    ),
  )
  return new Map(ids.map((bidder, at) => [bidder, people[at]!]))
}

const publish = async (city: City, auction: Auction, document: Uint8Array): Promise<Played> => {
  const fen = (yen: bigint): bigint => yen * 100n
  const prepared = await prepareTender(
    city,
    {
      title: `${auction.id} ${auction.title} ${auction.detail}`.slice(0, 190),
      budget: fen(auction.ceiling),
      ceiling: fen(auction.ceiling),
      floor: auction.floor === null ? null : fen(auction.floor),
      deposit: 0n,
      replay: { rowSets: ROW_SETS, minimumBidders: 1 },
    },
    null,
    document,
  )
  await publishTender(city, prepared)
  return { ...auction, ...prepared, recoveryFiles: new Map() }
}

/** The first bids of all auctions, then the second ones, so that no lot is a queue. */
const inTurn = (played: readonly Played[]) => {
  const rounds = Math.max(...played.map((auction) => auction.bids.length))
  return Array.from({ length: rounds }, (_, round) => round).flatMap((round) =>
    played.flatMap((auction) => (auction.bids[round] ? [{ auction, bid: auction.bids[round] }] : [])),
  )
}

/** Bids as they come; the tender is verified once against the log, by the software that then bids in it for everybody. */
const bidIn = async (
  auction: Played,
  people: ReadonlyMap<string, DemoPerson>,
  http: Http,
  trust: TrustContext,
): Promise<void> => {
  auction.tender = await witnessedTender(http, trust, auction.tenderId)
  for (const bid of auction.bids) {
    const supplier = people.get(bid.bidder)!
    await supplier.http.json('POST', `/api/tenders/${auction.tenderId}/documents`)
    const sealed = { price: bid.price * 100n, delivery: 1, size: 'large' as const, scanPages: 0, bare: true }
    const known = { trust, tender: auction.tender }
    const { recoveryFile } = await handIn(supplier, auction.tenderId, auction.lotId, sealed, known)
    auction.recoveryFiles.set(bid.bidder, recoveryFile)
  }
}

const evaluate = async (city: City, auction: Played): Promise<void> => {
  // Only the price decides: one official opens and reports, as the row set says.
  const members = await openEvaluation(city, auction.lotId, city.experts.slice(0, 1))
  await scoreAlone(members, auction.lotId)
  const outcome = await signReport(members, auction.lotId)
  if (outcome !== 'continue') return
  const { name, price } = await award(city, auction.lotId)
  auction.result = { bidder: /第(\d+)号/.exec(name)?.[1] ?? name, price: price / 100n }
}

const report = (auction: Played): boolean => {
  const { result, winner } = auction
  const told = result ? `${result.bidder} at ${result.price}` : 'nobody'
  const why = explanation(auction)
  const same = result?.bidder === winner
  say(
    `${auction.id.padEnd(12)} ${told}${same ? '' : `  recorded: ${winner ?? 'nobody'}  ${why ?? 'NOT EXPLAINED BY THE DATA'}`}`,
  )
  return same || why !== null
}

/** The log as a whole is audited once, and each tender from there on; tells how many checks fail. */
const verifyPlayed = async (http: Http, trust: TrustContext, played: readonly Played[]): Promise<number> => {
  const log = await auditLog(http, trust)
  const faults = log.checks.filter((check) => check.ok === false)
  for (const { id, text, detail } of faults) say(`log ✗ ${id} ${text.en} ${detail}`)
  const failed = await inParallel(played, concurrency, async ({ id, tenderId }) => {
    const checks = await verifyTenderPublic(http, trust, tenderId, log.checkpoint ? { remembered: log.checkpoint } : {})
    const wrong = checks.filter((check) => check.ok === false)
    for (const check of wrong) say(`${id} ✗ ${check.id} ${check.text.en} ${check.detail}`)
    return wrong.length
  })
  return failed.reduce((a, b) => a + b, faults.length)
}

const run = async (origin: string): Promise<void> => {
  const auctions = parseAuctions(readFileSync(file, 'utf8')).slice(0, limit)
  const stage: Stage = { origin, folder: null, fetch: keepingImmutable(fetch) }
  const city = await makeCity(stage, [])
  const { http } = city.purchaser
  const people = await registerBidders(stage, auctions)
  say(`${auctions.length} auctions, ${people.size} bidders registered`)
  const document = await requirementPaper('重放', await clockOf(http))
  const trust = await loadTrust(http)
  const publishing = performance.now()
  // Each is bid in while others are still being published: the platform's work and the bidders' need not wait for each other.
  const played = await inParallel(auctions, concurrency, async (auction) => {
    const published = await publish(city, auction, document)
    await bidIn(published, people, http, trust)
    return published
  })
  const bids = played.reduce((sum, auction) => sum + auction.bids.length, 0)
  const perSecond = bids / ((performance.now() - publishing) / 1000)
  say(`all published, ${bids} bids sealed, signed and handed in: ${perSecond.toFixed(1)} a second`)
  type Hall = { deadline: string }
  const { deadline } = await http.json<Hall>('GET', `/api/tenders/${played[0]!.tenderId}/opening`)
  await walkTo(http, new Date(deadline))
  say('all closed')
  const openings = inTurn(played)
  const moved = await refreshClock(http, trust)
  const memory: ScanMemory = new Map()
  await inParallel(openings, concurrency, ({ auction, bid }) => {
    const known = { trust: moved, tender: auction.tender!, memory }
    const keys = auction.recoveryFiles.get(bid.bidder)!
    return openOwn(people.get(bid.bidder)!, auction.tenderId, auction.lotId, keys, known)
  })
  await walkTo(http, new Date((await clockOf(http)).getTime() + 1000))
  say('all opened')
  await inParallel(played, concurrency, (auction) => evaluate(city, auction))
  say('all evaluated and awarded')
  const failed = await verifyPlayed(http, trust, played)
  const explained = played.map(report)
  const value = played.reduce((sum, auction) => sum + (auction.result?.price ?? 0n), 0n)
  say(
    `${played.length} auctions, ${bids} bids, ${yuanFromFen(value * 100n)} yuan awarded, ${perSecond.toFixed(1)} sealed bids a second`,
  )
  say(`${explained.filter((ok) => !ok).length} winners not explained by the data, ${failed} checks failed`)
  if (failed > 0 || explained.includes(false)) process.exitCode = 1
}

const folder = mkdtempSync(join(tmpdir(), 'sunlit-replay-'))
chmodSync(folder, 0o711)
const platform = await startPlatform(folder)
try {
  await run(platform.origin)
} catch (error) {
  console.error(error)
  process.exitCode = 1
} finally {
  await platform.stop()
  if (process.exitCode === undefined) rmSync(folder, { recursive: true, force: true })
  else console.error(`data kept in ${folder}`)
}
