/*
 * A trustee's software, page or offline tool alike.
 *   const made = await makeKey(http, trust, { tenderId, i, signer, client: 'offline', passphrase })   // before publication
 *   await drill(http, trust, { tenderId, i, signer, owner })                                         // then, and again later
 *   await releaseShares(http, trust, { opening, tender, i, signer, owner })                          // fallback
 * `owner` = { key: decryptKey of the certificate } or { passphrase }, and `recovery` where the file is used, not the blob.
 */
import { type Bytes, fromBase64url, toBase64url } from '../log/bytes.ts'
import type { Signer } from '../seal/cms.ts'
import { ENVELOPE_KINDS, type EnvelopeKind } from '../seal/context.ts'
import { openWrap } from '../seal/escrow.ts'
import { type BidManifest, manifestHash, parseManifest } from '../seal/manifest.ts'
import { verifyPromise } from '../seal/promise.ts'
import { parseReceipt } from '../seal/receipt.ts'
import { manifestContext } from '../seal/seal.ts'
import { type DecryptKey, makeRecovery, openRecovery } from '../seal/selfslot.ts'
import {
  generateTrusteeKey,
  importTrusteeKey,
  signDrill,
  signKeyStatement,
  type TrusteeKey,
  type TrusteeRole,
} from '../seal/trustees.ts'
import { bytesOf, type Http, problem } from './http.ts'
import type { VerifiedOpening } from './opening.ts'
import { assertOpen, type Released, releaseFile, type SignedRelease, signedRelease } from './release.ts'
import type { VerifiedTender } from './tender.ts'
import { nowOf, type TrustContext } from './trust.ts'

/** Seats, terms and groups as the platform tells them. */
export type TrusteesView = {
  tenderId: string
  terms: { n: number; k: number; opening: number | null; window: number; bidderWindow: number } | null
  groups: {
    code: string
    name: string
    relation: 'purchaser' | 'agency' | 'supervisor' | 'independent'
    members: number[]
  }[]
  seats: { i: number; role: TrusteeRole; statement: string | null; cms: string | null }[]
  setHash: string | null
}
export type KeyOwner = ({ key: DecryptKey } | { passphrase: string }) & {
  /** The recovery file; default: the blob that the platform keeps. */
  recovery?: Uint8Array
}
export type SeatPlace = { tenderId: string; i: number }
export type Seat = SeatPlace & { signer: Signer }

export const readTrustees = (http: Http, tenderId: string): Promise<TrusteesView> =>
  http.json<TrusteesView>('GET', `/api/tenders/${tenderId}/trustees`)

export type StatedKey = { statement: string; cms: string; blob: string }
type KeyToMake = Seat & { client: 'page' | 'offline'; passphrase?: string }

/**
 * Makes a key for this tender and states it under the trustee's signature; the private half stands in `posted` only
 * encrypted to the trustee's own certificate. Nothing is sent.
 * @returns the recovery file, which the trustee must keep: a renewed certificate opens no blob
 */
export const prepareKey = async (
  http: Http,
  trust: TrustContext,
  { tenderId, i, signer, client, passphrase }: KeyToMake,
): Promise<{ recoveryFile: Bytes; pk: Bytes; posted: StatedKey }> => {
  const { terms, seats } = await readTrustees(http, tenderId)
  const seat = seats.find((one) => one.i === i)
  if (!terms || terms.opening === null || !seat)
    throw problem('trustee-terms-missing', 'The tender has no terms for this seat yet')
  const { n, k, opening, window } = terms
  const key = await generateTrusteeKey()
  const statement = { tenderId, i, n, k, role: seat.role, opening, window, client }
  const { bytes, cms } = await signKeyStatement(statement, key, signer, nowOf(trust))
  const { certificateDer } = signer
  const recoveryFile = await makeRecovery('trustee-key', key.pkcs8, {
    certificateDer,
    ...(passphrase && { passphrase }),
  })
  const blob = await makeRecovery('trustee-key', key.pkcs8, { certificateDer })
  const posted = { statement: toBase64url(bytes), cms: toBase64url(cms), blob: toBase64url(blob) }
  return { recoveryFile, pk: key.pk, posted }
}

export const postKey = (http: Http, { tenderId, i }: SeatPlace, posted: StatedKey): Promise<TrusteesView> =>
  http.json<TrusteesView>('POST', `/api/tenders/${tenderId}/trustees/${i}/key`, posted)

/** Makes a key, states it and leaves the private half at the platform, encrypted to the trustee's own certificate. */
export const makeKey = async (
  http: Http,
  trust: TrustContext,
  request: KeyToMake,
): Promise<{ recoveryFile: Bytes; pk: Bytes; view: TrusteesView }> => {
  const { posted, ...made } = await prepareKey(http, trust, request)
  return { ...made, view: await postKey(http, request, posted) }
}

/** The tender key, opened locally from the blob or the recovery file. @throws Problem recovery-unreadable */
export const openKey = async (http: Http, { tenderId, i }: SeatPlace, owner: KeyOwner): Promise<TrusteeKey> => {
  const file =
    owner.recovery ??
    bytesOf((await http.json<{ blob: string }>('GET', `/api/tenders/${tenderId}/trustees/${i}/key`)).blob)
  const opened = await openRecovery(file, 'trustee-key', owner)
  if (!opened.ok) throw problem('recovery-unreadable', 'The key cannot be opened with this certificate or passphrase')
  return importTrusteeKey(opened.secret)
}

/** Seals and opens a canary of one's own with the key as it lies stored; only a signed statement of that comes out. */
export const prepareDrill = async (
  http: Http,
  trust: TrustContext,
  { tenderId, i, signer, owner }: Seat & { owner: KeyOwner },
): Promise<SignedRelease> => {
  const key = await openKey(http, { tenderId, i }, owner)
  const { nonce } = await http.json<{ nonce: string }>('POST', `/api/tenders/${tenderId}/trustees/${i}/drill-nonce`)
  const signed = await signDrill({ tenderId, i, nonce, at: nowOf(trust) }, key, signer)
  if (!signed) throw problem('drill-failed', 'The key does not open what was sealed to it')
  return { statement: toBase64url(signed.bytes), cms: toBase64url(signed.cms) }
}

export const postDrill = (http: Http, { tenderId, i }: SeatPlace, posted: SignedRelease): Promise<TrusteesView> =>
  http.json<TrusteesView>('POST', `/api/tenders/${tenderId}/trustees/${i}/drill`, posted)

export const drill = async (
  http: Http,
  trust: TrustContext,
  request: Seat & { owner: KeyOwner },
): Promise<TrusteesView> => postDrill(http, request, await prepareDrill(http, trust, request))

/** Releases in one request: a platform takes a body of 1 MiB. */
const AT_ONCE = 40

type Waiting = { i: number; bids: { manifest: string; kinds: string[] }[] }

export type SharesToRelease = {
  opening: VerifiedOpening
  tender: VerifiedTender
  i: number
  signer: Signer
  owner: KeyOwner
  /** Receipts that bidders handed over: a later manifest with the log's promise stops the release for an earlier one. */
  receipts?: readonly Uint8Array[]
}

export type SharesReleased = Released & { refused: { manifestHash: string; reason: string }[] }

/** Manifests that a later one of the same chain replaces, proven by the log's own promise from before the deadline. */
const replacedBy = async (
  receipts: readonly Uint8Array[],
  trust: TrustContext,
  tender: VerifiedTender,
): Promise<Set<string>> => {
  const replaced = new Set<string>()
  for (const zip of receipts) {
    const receipt = parseReceipt(zip)
    const manifest = receipt && parseManifest(receipt.manifest)
    if (!receipt || !manifest?.ok || manifest.manifest.prevManifest === null) continue
    const promise = await verifyPromise(receipt.promise, receipt.promiseSignature, trust.policy.log.publicKey)
    const name = toBase64url(await manifestHash(receipt.manifest))
    const counts = promise.ok && promise.promise.manifestHash === name && promise.leafTime < tender.deadline
    if (counts && promise.promise.tender === tender.tenderId) replaced.add(manifest.manifest.prevManifest)
  }
  return replaced
}

const fitOf = (manifest: BidManifest, { tender, opening }: SharesToRelease): boolean =>
  manifest.tender === tender.tenderId &&
  manifest.lot === opening.lotId &&
  manifest.trusteeSetHash === toBase64url(tender.trusteeSetHash)

/** The shares of one manifest; a fault of the bidder's is told, never worked around. */
const sharesOf = async (
  request: SharesToRelease,
  key: TrusteeKey,
  manifest: BidManifest,
  hash: string,
  kinds: readonly string[],
  at: number,
) => {
  const closed = assertOpen(request.opening, 'trustee')
  const releases: SignedRelease[] = []
  for (const entry of manifest.envelopes.filter(({ kind }) => kinds.includes(kind))) {
    const slot = entry.escrow.slots.find(({ i }) => i === request.i)
    const ctx = await manifestContext(manifest, entry)
    const opened = slot && (await openWrap(slot, key.keys, ctx, fromBase64url(entry.head56)))
    if (!opened?.ok) return { releases, reason: `${entry.kind}: ${opened?.code ?? 'no slot'}` }
    const of = { kind: entry.kind, manifestHash: hash }
    releases.push(await signedRelease('share', request.opening, closed, of, opened.share, request.signer, at))
  }
  return { releases, reason: null }
}

/**
 * Signs this trustee's shares for the bids of a lot that are still closed. `opening` must come from `checkOpening` with
 * `as: 'trustee'`. A manifest that CLOSED does not list, or that a receipt shows to be replaced, is refused.
 */
export const prepareShares = async (
  http: Http,
  trust: TrustContext,
  request: SharesToRelease,
): Promise<SharesReleased> => {
  const { opening, tender, i, owner } = request
  const closed = assertOpen(opening, 'trustee')
  const key = await openKey(http, { tenderId: tender.tenderId, i }, owner)
  const stated = tender.trustees.find((one) => one.i === i)
  if (!stated || toBase64url(stated.pk) !== toBase64url(key.pk))
    throw problem('trustee-key-differs', 'This is not the key that the logged set names')
  const waiting = await http.json<Waiting>('GET', `/api/lots/${opening.lotId}/closed-manifests`)
  const replaced = await replacedBy(request.receipts ?? [], trust, tender)
  const releases: SignedRelease[] = []
  const refused: SharesReleased['refused'] = []
  for (const one of waiting.bids) {
    const bytes = bytesOf(one.manifest)
    const hash = toBase64url(await manifestHash(bytes))
    const read = parseManifest(bytes)
    const kinds = one.kinds.filter((kind) => ENVELOPE_KINDS.includes(kind as EnvelopeKind))
    const fits = read.ok && read.manifest.type === 'bid' && fitOf(read.manifest, request)
    const listed = closed.manifestHashes.includes(hash) && !replaced.has(hash)
    if (!fits || !listed) {
      refused.push({
        manifestHash: hash,
        reason: fits ? (replaced.has(hash) ? 'replaced' : 'not in CLOSED') : 'not of this lot',
      })
      continue
    }
    const made = await sharesOf(request, key, read.manifest as BidManifest, hash, kinds, nowOf(trust))
    releases.push(...made.releases)
    if (made.reason !== null) refused.push({ manifestHash: hash, reason: made.reason })
  }
  return { releases, file: releaseFile(opening, releases), refused }
}

export const postShares = async (http: Http, lotId: string, releases: readonly SignedRelease[]): Promise<void> => {
  for (let at = 0; at < releases.length; at += AT_ONCE) {
    await http.json('POST', `/api/lots/${lotId}/shares`, { releases: releases.slice(at, at + AT_ONCE) })
  }
}

/** Signs and releases; `onFile` gets the file first, so that it is at hand when the platform does not answer. */
export const releaseShares = async (
  http: Http,
  trust: TrustContext,
  request: SharesToRelease,
  onFile?: (file: Bytes) => void | Promise<void>,
): Promise<SharesReleased> => {
  const released = await prepareShares(http, trust, request)
  await onFile?.(released.file)
  await postShares(http, request.opening.lotId, released.releases)
  return released
}
