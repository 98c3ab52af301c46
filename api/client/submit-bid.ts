/*
 * Handing a sealed bid in.
 *   const received = await submitBid(http, trust, tender, prepared, { sink, onProgress })   // state `received`
 *   const { witnessed, zip } = await fetchReceipt(http, trust, received.bidId)              // state `witnessed`
 * Running `submitBid` again after an interruption uploads only what is missing and answers the same promise.
 */
import { type Bytes, toBase64url } from '../log/bytes.ts'
import { type Signer, signDetached } from '../seal/cms.ts'
import { buildManifest, manifestHash } from '../seal/manifest.ts'
import { type LogPromise, verifyPromise } from '../seal/promise.ts'
import { verifyReceipt } from '../seal/receipt.ts'
import { anyFails, type Check, worded } from './checks.ts'
import { bytesOf, type Http, isProblem, problem } from './http.ts'
import { type ChainHead, type ManifestMaker, manifestFacts, type PreparedBid } from './prepare-bid.ts'
import type { VerifiedTender } from './tender.ts'
import { nowOf, type TrustContext } from './trust.ts'

/** A bid as the platform tells its own bidder. */
export type BidView = {
  id: string
  number: string
  tenderId: string
  lotId: string
  kind: 'bid' | 'withdraw'
  bidSeq: number
  state: 'uploading' | 'received' | 'replaced' | 'withdrawn' | 'abandoned'
  noticeN: number
  /** The notice under which its bidder has confirmed it after a correction. */
  confirmedN: number | null
  manifestHash: string
  receivedAt: string | null
  witnessed: boolean
  receipt: { promise: string; signature: string } | null
  manifest: string
  cms: string
  envelopes: { no: number; kind: string; size: number }[]
}
/** Where one part is to be put, as the platform says for a bid and for a rehearsal alike. */
export type Address = {
  envelopeNo: number
  part: number
  size: number
  stored: boolean
  url: string | null
  headers: Record<string, string>
}
type Upload = { bid: BidView; parts: Address[] }

/** 已收到: the log's own signed promise, the legal receipt. */
export type ReceivedBid = {
  state: 'received'
  bidId: string
  number: string
  manifestHash: string
  /** Of the leaf, UTC ms. */
  receivedAt: number
  promise: { bytes: Bytes; signature: Bytes; value: LogPromise }
  bid: BidView
}

const AT_ONCE = 4
const TRIES = 4

/** Own bids, all chains. */
export const ownBids = async (http: Http, tenderId?: string): Promise<BidView[]> => {
  const query = tenderId === undefined ? '' : `?tenderId=${tenderId}`
  return (await http.json<{ bids: BidView[] }>('GET', `/api/bids${query}`)).bids
}

/** Head of one's own chain in a lot, as the next manifest must name it. */
export const chainHead = async (http: Http, tenderId: string, lotId: string): Promise<ChainHead> => {
  const counted = (await ownBids(http, tenderId)).filter(
    (bid) => bid.lotId === lotId && ['received', 'replaced', 'withdrawn'].includes(bid.state),
  )
  const head = counted.sort((a, b) => b.bidSeq - a.bidSeq)[0]
  return head ? { bidSeq: head.bidSeq, manifestHash: head.manifestHash } : null
}

export type SubmitOptions = {
  /** Sealed parts as bytes, or as a file of the device that is sent without being held in memory. */
  sink: { read: (envelopeNo: number, part: number) => Promise<Uint8Array | Blob> }
  onProgress?: (progress: { stored: number; parts: number }) => void
}

/** The store's addresses live for a quarter of an hour, and an upload may be paused for days. */
const FRESH = 10 * 60_000

type Book = { of: (part: Address) => Promise<Address>; renew: () => Promise<void> }

/** Addresses of the parts; when they have aged or one did not serve, all are asked for anew in one question. */
const addressBook = (http: Http, path: string, first: readonly Address[]): Book => {
  const key = ({ envelopeNo, part }: Address) => `${envelopeNo}/${part}`
  let known = new Map(first.map((address) => [key(address), address]))
  let at = Date.now()
  let asking: Promise<void> | null = null
  const ask = async (): Promise<void> => {
    const { parts } = await http.json<{ parts: Address[] }>('GET', path)
    known = new Map(parts.map((address) => [key(address), address]))
    at = Date.now()
  }
  const renew = (): Promise<void> => {
    asking ??= ask().finally(() => {
      asking = null
    })
    return asking
  }
  return {
    renew,
    of: async (part) => {
      if (Date.now() - at > FRESH) await renew()
      return known.get(key(part)) ?? part
    },
  }
}

const uploadPart = async (http: Http, path: string, part: Address, book: Book, sink: SubmitOptions['sink']) => {
  for (let left = TRIES; ; ) {
    try {
      const address = await book.of(part)
      if (address.stored) return
      const bytes = await sink.read(part.envelopeNo, part.part)
      // A second PUT to an object that exists is refused: then the bytes are there already, and the check follows.
      if (address.url !== null) await http.put(address.url, address.headers, bytes).catch(unlessThere)
      await http.json('POST', path, { envelopeNo: part.envelopeNo, part: part.part })
      return
    } catch (error) {
      left -= 1
      if (left === 0 || isProblem(error, 'bid-not-encrypted')) throw error
      await book.renew()
    }
  }
}

const unlessThere = (error: unknown): void => {
  if (!isProblem(error) || error.status !== 412) throw error
}

/**
 * Puts every part that is missing, four at a time, and has each checked.
 * @param path where the parts are asked for and confirmed: those of a bid, or of a rehearsal
 */
export const uploadParts = async (
  http: Http,
  path: string,
  parts: readonly Address[],
  { sink, onProgress }: SubmitOptions,
): Promise<void> => {
  const waiting = parts.filter((part) => !part.stored)
  const book = addressBook(http, path, parts)
  let stored = parts.length - waiting.length
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      await uploadPart(http, path, next, book, sink)
      stored += 1
      onProgress?.({ stored, parts: parts.length })
    }
  }
  onProgress?.({ stored, parts: parts.length })
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
  } finally {
    // One has failed for good: the others finish the part they have and take no further one.
    waiting.length = 0
  }
}

/** The answer of a commit is believed only as far as the log's key signed it. */
const received = async (
  trust: TrustContext,
  bid: BidView,
  hash: string,
  deadline: number | null,
): Promise<ReceivedBid> => {
  if (!bid.receipt) throw problem('promise-missing', 'The platform answered without a receipt')
  const [bytes, signature] = [bytesOf(bid.receipt.promise), bytesOf(bid.receipt.signature)]
  const read = await verifyPromise(bytes, signature, trust.policy.log.publicKey)
  const isOurs =
    read.ok &&
    read.promise.manifestHash === hash &&
    read.promise.tender === bid.tenderId &&
    read.promise.lot === bid.lotId
  if (!read.ok || !isOurs) throw problem('promise-invalid', 'The receipt is not signed by the log for this bid')
  if (deadline !== null && read.leafTime >= deadline)
    throw problem('promise-late', 'The receipt is dated after the deadline')
  return {
    state: 'received',
    bidId: bid.id,
    number: bid.number,
    manifestHash: hash,
    receivedAt: read.leafTime,
    promise: { bytes, signature, value: read.promise },
    bid,
  }
}

/**
 * Uploads and commits. Needs a session of the bidder's signer.
 * @throws Problem of the platform, or promise-missing, promise-invalid, promise-late
 */
export const submitBid = async (
  http: Http,
  trust: TrustContext,
  tender: Pick<VerifiedTender, 'deadline'>,
  prepared: Pick<PreparedBid, 'manifest' | 'cms' | 'partHashes' | 'manifestHash'>,
  options: SubmitOptions,
): Promise<ReceivedBid> => {
  const upload = await http.json<Upload>('POST', '/api/bids', {
    manifest: toBase64url(prepared.manifest),
    cms: toBase64url(prepared.cms),
    partHashes: prepared.partHashes,
  })
  await uploadParts(http, `/api/bids/${upload.bid.id}/parts`, upload.parts, options)
  const bid = await http.json<BidView>('POST', `/api/bids/${upload.bid.id}/commit`)
  return received(trust, bid, prepared.manifestHash, tender.deadline)
}

export type WitnessedReceipt = { witnessed: boolean; checks: Check[]; zip: Bytes }

/**
 * Fetches and verifies the receipt, waiting up to `timeout` ms for the witnesses.
 * @throws Problem receipt-not-witnessed-yet when they are slower
 */
export const fetchReceipt = async (
  http: Http,
  trust: TrustContext,
  bidId: string,
  timeout = 15_000,
): Promise<WitnessedReceipt> => {
  const until = Date.now() + timeout
  for (;;) {
    try {
      const zip = await http.bytes(`/api/bids/${bidId}/receipt`)
      if (!zip) throw problem('not-found', 'No such receipt', { status: 404 })
      return { zip, ...(await checkReceipt(zip, trust)) }
    } catch (error) {
      if (!isProblem(error, 'receipt-not-witnessed-yet') || Date.now() >= until) throw error
      await new Promise((done) => setTimeout(done, 500))
    }
  }
}

/** Checks of a receipt that say more than their words: an instant, sizes, a reason. */
const TOLD: ReadonlySet<string> = new Set(['V-29', 'V-84'])

/** Verifies a receipt, offline. */
export const checkReceipt = async (
  zip: Uint8Array,
  trust: Pick<TrustContext, 'policy' | 'trusted'> & { stampers?: readonly Uint8Array[] },
): Promise<{ witnessed: boolean; checks: Check[] }> => {
  const made = await verifyReceipt(zip, trust)
  const checks = worded(made.map(({ id, ok, text }) => ({ id, ok, detail: TOLD.has(id) ? text : '' })))
  const isLogged = checks.some(({ id, ok }) => id === 'V-25' && ok === true)
  return { witnessed: isLogged && !anyFails(checks), checks }
}

/** Withdraws the bid that is the head of one's chain; answers with its own receipt. */
export const withdrawBid = async (
  http: Http,
  trust: TrustContext,
  bid: ManifestMaker & { tender: VerifiedTender; signer: Signer; head: NonNullable<ChainHead> },
): Promise<ReceivedBid> => {
  const at = nowOf(trust)
  const { bytes } = buildManifest({
    type: 'withdraw',
    ...(await manifestFacts(bid, at)),
    bidSeq: bid.head.bidSeq + 1,
    prevManifest: bid.head.manifestHash,
    envelopes: [],
  })
  const cms = await signDetached(bytes, bid.signer, at)
  const view = await http.json<BidView>('POST', '/api/bids/withdrawals', {
    manifest: toBase64url(bytes),
    cms: toBase64url(cms),
  })
  return received(trust, view, toBase64url(await manifestHash(bytes)), bid.tender.deadline)
}
