import { strFromU8, type UnzipFileInfo, unzipSync, zipSync } from 'fflate'
import { z } from 'zod'
import { type Bytes, equal, fromBase64url, toBase64url, utf8 } from '../log/bytes.ts'
import { leafCommitsTo, outerCommitsTo, parseOuter } from '../log/leaf.ts'
import type { Policy } from '../log/policy.ts'
import { parseProof, verifyProof } from '../log/proof.ts'
import { parseConsistency, seenFault } from '../log/seen.ts'
import { type VerifyOptions, verifyDetached } from './cms.ts'
import { bytesField, encodeJson, parseJson } from './json.ts'
import { type Manifest, manifestHash, parseManifest, trusteeSetHash } from './manifest.ts'
import { verifyPromise } from './promise.ts'
import { checkpointImprint, verifyTimestamp } from './timestamp.ts'

/** What a bidder keeps: enough to prove, offline and for ever, what it handed in and when. */
export type Receipt = {
  promise: Bytes
  /** Ed25519, 64 bytes. */
  promiseSignature: Bytes
  manifest: Bytes
  manifestCms: Bytes
  /** The event of the submission: both layers and both salts. */
  outer: Bytes
  outerSalt: Bytes
  body: Bytes
  bodySalt: Bytes
  trusteeSet: Bytes
  trusteeSetCms: Bytes
  /** C2SP tlog-proof with the witnessed checkpoint; absent in a receipt fetched before witnesses answered. */
  proof?: string
  /** That the log of that proof continues the checkpoint the manifest names: RFC 6962 consistency, see `seen.ts`. */
  consistency?: string
  /** Revocation lists of the time of receipt. */
  crls?: readonly Bytes[]
  /** RFC 3161 answer over a witnessed checkpoint, where a TSA is configured, and the leaf's proof under that checkpoint. */
  timestamp?: Bytes
  timestampProof?: string
  pdf?: Bytes
}

const NAMES = {
  promise: 'promise.json',
  promiseSignature: 'promise.sig',
  manifest: 'manifest.json',
  manifestCms: 'manifest.p7s',
  outer: 'event-outer.json',
  body: 'event-body.json',
  trusteeSet: 'trustees.json',
  trusteeSetCms: 'trustees.p7s',
  timestamp: 'timestamp.tsr',
  pdf: 'receipt.pdf',
} as const
const SALTS = 'event-salts.json'
const PROOF = 'log-proof.txt'
const STAMP_PROOF = 'timestamp-proof.txt'
const CONSISTENCY = 'log-consistency.txt'
const CRL = /^crl-\d{1,2}\.crl$/
/** A receipt is some hundred kB; a bomb is not unpacked. */
const MAX_FILE = 8 * 1024 * 1024
const MAX_FILES = 40
const saltsSchema = z.strictObject({ outer: bytesField(32), body: bytesField(32) })

/** The receipt as a zip. Its bytes depend on its contents only: every entry carries the same date. */
export const buildReceipt = (receipt: Receipt): Bytes => {
  const files: Record<string, Uint8Array> = {}
  for (const [field, name] of Object.entries(NAMES)) {
    const bytes = receipt[field as keyof typeof NAMES]
    if (bytes) files[name] = bytes
  }
  const salts = { outer: toBase64url(receipt.outerSalt), body: toBase64url(receipt.bodySalt) }
  files[SALTS] = encodeJson(salts)
  if (receipt.proof !== undefined) files[PROOF] = utf8(receipt.proof)
  if (receipt.consistency !== undefined) files[CONSISTENCY] = utf8(receipt.consistency)
  if (receipt.timestampProof !== undefined) files[STAMP_PROOF] = utf8(receipt.timestampProof)
  for (const [at, crl] of (receipt.crls ?? []).entries()) files[`crl-${at}.crl`] = crl
  return new Uint8Array(zipSync(files, { mtime: new Date(1980, 0, 1) }))
}

const isWanted = (file: UnzipFileInfo): boolean =>
  file.originalSize <= MAX_FILE &&
  (file.name === SALTS ||
    file.name === PROOF ||
    file.name === STAMP_PROOF ||
    file.name === CONSISTENCY ||
    CRL.test(file.name) ||
    Object.values<string>(NAMES).includes(file.name))

/** Reads a receipt; null for anything else. Nothing is verified yet. Never throws. */
export const parseReceipt = (zip: Uint8Array): Receipt | null => {
  try {
    let count = 0
    const files = unzipSync(zip, { filter: (file) => ++count <= MAX_FILES && isWanted(file) })
    const bytes = (name: string): Bytes => {
      const found = files[name]
      if (!found) throw new RangeError('incomplete')
      return new Uint8Array(found)
    }
    const salts = parseJson(bytes(SALTS), saltsSchema)
    if (!salts.ok) return null
    const crls = Object.keys(files).filter((name) => CRL.test(name))
    return {
      promise: bytes(NAMES.promise),
      promiseSignature: bytes(NAMES.promiseSignature),
      manifest: bytes(NAMES.manifest),
      manifestCms: bytes(NAMES.manifestCms),
      outer: bytes(NAMES.outer),
      outerSalt: fromBase64url(salts.value.outer),
      body: bytes(NAMES.body),
      bodySalt: fromBase64url(salts.value.body),
      trusteeSet: bytes(NAMES.trusteeSet),
      trusteeSetCms: bytes(NAMES.trusteeSetCms),
      ...(files[PROOF] && { proof: strFromU8(files[PROOF]) }),
      ...(files[CONSISTENCY] && { consistency: strFromU8(files[CONSISTENCY]) }),
      ...(files[STAMP_PROOF] && { timestampProof: strFromU8(files[STAMP_PROOF]) }),
      ...(crls.length > 0 && { crls: crls.map(bytes) }),
      ...(files[NAMES.timestamp] && { timestamp: bytes(NAMES.timestamp) }),
      ...(files[NAMES.pdf] && { pdf: bytes(NAMES.pdf) }),
    }
  } catch {
    return null
  }
}

/** One numbered check; `ok` null = not checkable here, never counted as passed. */
export type ReceiptCheck = { id: string; ok: boolean | null; text: string }

export type ReceiptTrust = {
  /** Log key and witnesses. */
  policy: Policy
  /** Pinned CAs. */
  trusted: readonly Uint8Array[]
  /** Pinned time-stamp authorities, where one has any. */
  stampers?: readonly Uint8Array[]
}

type Facts = Awaited<ReturnType<typeof gather>>

const gather = async (receipt: Receipt, { policy, trusted }: ReceiptTrust) => {
  const promise = await verifyPromise(receipt.promise, receipt.promiseSignature, policy.log.publicKey)
  const manifest = parseManifest(receipt.manifest)
  const hash = await manifestHash(receipt.manifest)
  const options: VerifyOptions = {
    at: promise.ok ? promise.leafTime : 0,
    trusted,
    crls: receipt.crls ?? 'unchecked',
    ...(manifest.ok && { expectedCertSha256: manifest.manifest.bidder.certSha256 }),
  }
  const signature = await verifyDetached(receipt.manifest, receipt.manifestCms, options)
  const { expectedCertSha256: _, ...setOptions } = options
  const set = await verifyDetached(receipt.trusteeSet, receipt.trusteeSetCms, setOptions)
  return { receipt, promise, manifest: manifest.ok ? manifest.manifest : null, hash, signature, set, policy }
}

const isPromised = ({ promise, manifest, hash }: Facts): boolean =>
  promise.ok &&
  manifest !== null &&
  promise.promise.tender === manifest.tender &&
  promise.promise.lot === manifest.lot &&
  promise.promise.manifestHash === toBase64url(hash)

const eventNames = ({ receipt, hash }: Facts, manifest: Manifest): boolean => {
  try {
    const outer = parseOuter(receipt.outer)
    const prev = outer.bid?.prevManifest ? toBase64url(outer.bid.prevManifest) : null
    return (
      outer.tenderId === manifest.tender &&
      outer.bid?.lotId === manifest.lot &&
      equal(outer.bid.manifestHash, hash) &&
      prev === manifest.prevManifest
    )
  } catch {
    return false
  }
}

const eventChecks = async (facts: Facts): Promise<ReceiptCheck[]> => {
  const { receipt, promise, manifest } = facts
  const isCommitted = promise.ok && (await leafCommitsTo(promise.leaf, receipt.outerSalt, receipt.outer))
  const hasBody = await outerCommitsTo(receipt.outer, receipt.bodySalt, receipt.body)
  return [
    { id: 'V-23', ok: isCommitted && hasBody, text: 'the promised leaf commits to the event of this submission' },
    {
      id: 'V-24',
      ok: manifest !== null && eventNames(facts, manifest),
      text: 'the event names this manifest and its predecessor',
    },
  ]
}

const logChecks = async ({ receipt, promise, policy }: Facts): Promise<ReceiptCheck[]> => {
  const included = 'the leaf is in the log under a checkpoint cosigned by the quorum of witnesses'
  const inTime = 'the quorum had cosigned by the promised instant'
  if (receipt.proof === undefined || !promise.ok) {
    const ok = promise.ok ? null : false
    return [
      { id: 'V-25', ok, text: included },
      { id: 'V-26', ok, text: inTime },
    ]
  }
  const proof = await verifyProof(receipt.proof, promise.leaf, policy)
  // a proof fetched later carries a later checkpoint: that says nothing against the promise, so it is not judged
  const isInTime = proof?.seenBy != null && proof.seenBy * 1000 <= promise.promise.mergeBy
  return [
    { id: 'V-25', ok: proof !== null, text: included },
    { id: 'V-26', ok: proof === null ? false : isInTime || null, text: inTime },
  ]
}

/** V-84: the log that holds the bid is the one its maker saw; a receipt of before there was such a proof does not say. */
const seenCheck = async ({ receipt, promise, manifest, policy }: Facts): Promise<ReceiptCheck> => {
  const told = (ok: boolean | null, text: string): ReceiptCheck => ({ id: 'V-84', ok, text })
  if (receipt.proof === undefined || !promise.ok || !manifest) return told(null, 'no proof under a checkpoint')
  const proof = await verifyProof(receipt.proof, promise.leaf, policy)
  if (!proof) return told(null, 'no proof under a witnessed checkpoint')
  const seen = { ...manifest.logCheckpointSeen, root: fromBase64url(manifest.logCheckpointSeen.root) }
  if (receipt.consistency === undefined && seen.size !== proof.size)
    return told(null, 'the receipt holds no proof of it')
  try {
    const fault = seenFault(seen, proof, parseConsistency(receipt.consistency ?? ''))
    return told(fault === '', fault || `from ${seen.size} to ${proof.size} leaves`)
  } catch {
    return told(false, 'not a consistency proof')
  }
}

/** A token cannot be older than what it is over; clocks of two houses differ by so much at most, milliseconds. */
const CLOCKS = 60_000

/** The authority's word over a witnessed checkpoint that covers the leaf: the bid was in the log by its instant. */
const stampCheck = async ({ receipt, promise, policy }: Facts, { stampers }: ReceiptTrust): Promise<ReceiptCheck> => {
  const told = (ok: boolean | null, text: string): ReceiptCheck => ({ id: 'V-29', ok, text })
  const { timestamp, timestampProof } = receipt
  if (!timestamp) return told(null, 'no time-stamp yet, or no authority is configured')
  if (!stampers?.length) return told(null, 'time-stamp token: no authority is pinned here')
  const proof = promise.ok && timestampProof ? await verifyProof(timestampProof, promise.leaf, policy) : null
  if (!promise.ok || !timestampProof || !proof) return told(false, 'no proof under the stamped checkpoint')
  const imprint = await checkpointImprint(parseProof(timestampProof).checkpoint)
  const verdict = await verifyTimestamp(timestamp, imprint, { trusted: stampers })
  if (!verdict.ok) return told(false, verdict.code)
  // A sandbox's leaves are of moved time, the authority's clock is not.
  const isMoved = policy.log.name.endsWith('/sandbox')
  const at = new Date(verdict.time).toISOString()
  return told(isMoved || verdict.time >= promise.leafTime - CLOCKS, `${at} ${verdict.authority.subject.text}`)
}

/**
 * Verifies a receipt offline. Certificates are judged as of the leaf's time, with the revocation lists in the receipt
 * where it has some. Never throws.
 * @returns numbered checks; the receipt holds when none is `false`
 */
export const verifyReceipt = async (zip: Uint8Array, trust: ReceiptTrust): Promise<ReceiptCheck[]> => {
  const receipt = parseReceipt(zip)
  const complete = { id: 'V-20', ok: receipt !== null, text: 'the receipt is complete' }
  if (!receipt) return [complete]
  const facts = await gather(receipt, trust)
  const { manifest, set, signature } = facts
  const setName = toBase64url(await trusteeSetHash(receipt.trusteeSet))
  return [
    complete,
    { id: 'V-21', ok: manifest !== null && signature.ok, text: 'the manifest is signed by the certificate it names' },
    { id: 'V-22', ok: isPromised(facts), text: 'the log signed the promise for this manifest' },
    ...(await eventChecks(facts)),
    ...(await logChecks(facts)),
    {
      id: 'V-27',
      ok: set.ok && manifest?.trusteeSetHash === setName,
      text: 'the trustee set is signed and the one sealed for',
    },
    {
      id: 'V-28',
      ok: receipt.crls ? signature.ok && set.ok : null,
      text: 'no certificate was revoked when the bid was received',
    },
    await stampCheck(facts, trust),
    await seenCheck(facts),
  ]
}
