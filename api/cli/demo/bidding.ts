import { anyFails, type Check } from '../../client/checks.ts'
import { type Http, isProblem } from '../../client/http.ts'
import { memorySink, openBidKeys, prepareBid } from '../../client/prepare-bid.ts'
import { chainHead, fetchReceipt, type ReceivedBid, submitBid, type WitnessedReceipt } from '../../client/submit-bid.ts'
import { type TenderOptions, type VerifiedTender, verifyTender } from '../../client/tender.ts'
import { loadTrust, type TrustContext } from '../../client/trust.ts'
import type { EnvelopeKind } from '../../seal/context.ts'
import type { FileSource } from '../../seal/plaintext.ts'
import { offlineSoftware } from '../../start/client-software.ts'
import { bundleSha256 } from '../bundle.ts'
import { declarationPaper, scannedPaper, technicalPaper } from './papers.ts'
import type { DemoPerson } from './people.ts'

export type DemoBid = {
  price: bigint
  delivery: number
  size: 'large' | 'medium' | 'small' | 'micro'
  scanPages: number
  /** A price and nothing else, as a replay asks for. */
  bare?: boolean
}

export type HandedIn = {
  received: ReceivedBid
  receipt: WitnessedReceipt | null
  recoveryFile: Uint8Array
  bytes: number
}

/** Which software made the bid; read once, since a replay makes thousands. */
let software: string | undefined
const ownSha256 = (): string => {
  software ??= bundleSha256(offlineSoftware())
  return software
}

const fileOf = (name: string, bytes: Uint8Array, mime = 'application/pdf'): FileSource =>
  Object.assign(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: mime }), { name, mime })

/** Documents obtained, deposit paid from the bidder's own account through the bank, state polled until it has matched. */
export const payDeposit = async (supplier: DemoPerson, tenderId: string, lotId: string): Promise<string> => {
  await supplier.http.json('POST', `/api/tenders/${tenderId}/documents`)
  type Deposit = { accountNumber: string; amountDue: string; state: string }
  const deposit = await supplier.http.json<Deposit>('GET', `/api/lots/${lotId}/deposit`)
  if (deposit.state === 'not-required') return deposit.state
  const { accountNumber, amountDue } = await supplier.http.json<Deposit>('POST', `/api/lots/${lotId}/deposit`)
  await supplier.http.json('POST', '/api/demo/bank/transfers', {
    accountNumber,
    amount: amountDue,
    payerName: supplier.organisation,
    payerAccount: `6222${supplier.email.replace(/\D/g, '').padStart(12, '0')}`,
  })
  for (let looks = 0; looks < 100; looks++) {
    const { state } = await supplier.http.json<Deposit>('GET', `/api/lots/${lotId}/deposit`)
    if (state === 'paid') return state
    await new Promise((look) => setTimeout(look, 100))
  }
  throw new Error('the bank did not report the deposit within 10 s')
}

type Judged = { ok: boolean; checks: readonly Check[] }

const failing = (checks: readonly Check[]): string =>
  checks
    .filter((check) => check.ok !== true)
    .map((check) => `${check.id} ${check.detail}`)
    .join('; ')

/** Looks until everything holds; what has just happened waits a second or two for its witnesses. */
export const witnessed = async <T extends Judged>(look: () => Promise<T>): Promise<T> => {
  for (let looks = 0; ; looks++) {
    try {
      const judged = await look()
      if (judged.ok) return judged
      if (looks >= 30 || anyFails(judged.checks)) throw new Error(`it does not verify: ${failing(judged.checks)}`)
    } catch (error) {
      if (looks >= 30 || !isProblem(error, 'tender-unverifiable')) throw error
    }
    await new Promise((soon) => setTimeout(soon, 300))
  }
}

/** What the log bears out of a tender. */
export const witnessedTender = (http: Http, trust: TrustContext, tenderId: string, options: TenderOptions = {}) =>
  witnessed(() => verifyTender(http, trust, tenderId, options))

const filesOf = async (supplier: DemoPerson, { notice }: VerifiedTender, bid: DemoBid, at: Date) => {
  const technical = [fileOf('技术应答.pdf', await technicalPaper(supplier.organisation, notice.title, at))]
  if (bid.scanPages > 0) technical.push(fileOf('证明材料扫描件.pdf', await scannedPaper(bid.scanPages)))
  return { qualification: [fileOf('中小企业声明函.pdf', await declarationPaper(supplier.organisation, at))], technical }
}

/** Seal, sign, hand in, and check the promise; the witnessed receipt where it is asked for. */
export const handIn = async (
  supplier: DemoPerson,
  tenderId: string,
  lotId: string,
  bid: DemoBid,
  /** What was verified of the tender before, by the same software; else it is verified now and a receipt awaited. */
  known?: { trust: TrustContext; tender: VerifiedTender },
): Promise<HandedIn> => {
  const { http, signer } = supplier
  const trust = known?.trust ?? (await loadTrust(http))
  const tender = known?.tender ?? (await witnessedTender(http, trust, tenderId))
  const sink = memorySink()
  const files: Partial<Record<EnvelopeKind, FileSource[]>> = bid.bare
    ? {}
    : await filesOf(supplier, tender, bid, new Date(trust.clockOffset + Date.now()))
  const price = bid.price.toString()
  const prepared = await prepareBid({
    tender,
    trust,
    lotId,
    organisationId: supplier.organisationId,
    signer,
    forms: bid.bare
      ? { summary: { price } }
      : {
          summary: { price, delivery: bid.delivery, size: bid.size },
          qualification: { licence: true, record: true },
          'price-detail': { p1: price },
        },
    files,
    // A replayed bidder bids once in a lot.
    head: known ? null : await chainHead(http, tenderId, lotId),
    bundleSha256: ownSha256(),
    sink,
  })
  const received = await submitBid(http, trust, tender, prepared, { sink })
  const receipt = known === undefined ? await fetchReceipt(http, trust, received.bidId) : null
  const bytes = Object.values(files)
    .flat()
    .reduce((sum, file) => sum + file.size, 0)
  return { received, receipt, recoveryFile: prepared.recoveryFile, bytes }
}

export const keysOf = (supplier: DemoPerson, recoveryFile: Uint8Array) =>
  openBidKeys(recoveryFile, { key: supplier.decryptKey })
