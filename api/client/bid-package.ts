/*
 * A bid sealed elsewhere, as one file: what the offline packager writes and the bid page hands in.
 *   await writePackage(prepared, sink, write)                                        offline
 *   const pack = await openPackage(file); await fitsPackage(pack, place, trust)      in the page, before anything is sent
 * It holds what the platform is told anyway (manifest, signature, ciphertext) and the recovery file, which only the bidder's
 * key or passphrase opens. No price stands in it.
 */
import { type BlobLike, type Bytes, equal, fromBase64url, plain, sha256, toBase64url } from '../log/bytes.ts'
import { createZip, openZip } from '../log/zip.ts'
import { verifyDetached } from '../seal/cms.ts'
import { type BidManifest, MAX_MANIFEST, manifestHash, parseManifest } from '../seal/manifest.ts'
import { PART_SIZE, partCount, partLength, partsRoot } from '../seal/parts.ts'
import { problem } from './http.ts'
import type { ChainHead, PartSink, PreparedBid } from './prepare-bid.ts'
import type { SealTender } from './tender.ts'
import { nowOf, type TrustContext, trustAt } from './trust.ts'

const MANIFEST = 'manifest.json'
const SIGNATURE = 'manifest.p7s'
const RECOVERY = 'recovery.json'
const MAX_SMALL = 200_000
const partEntry = (no: number, part: number): string => `parts/${no}-${part}`

/** Nothing is packed: ciphertext does not get smaller, and the page reads each part where it lies. @throws RangeError beyond 4 GiB */
export const writePackage = async (
  prepared: PreparedBid,
  sink: Pick<PartSink, 'read'>,
  write: (bytes: Bytes) => Promise<void>,
): Promise<void> => {
  const zip = createZip({ sink: write, deflate: async (bytes) => bytes })
  await zip.add(MANIFEST, prepared.manifest)
  await zip.add(SIGNATURE, prepared.cms)
  await zip.add(RECOVERY, prepared.recoveryFile)
  for (const { envelopeNo, sha256: hashes } of prepared.partHashes)
    for (const part of hashes.keys())
      await zip.add(partEntry(envelopeNo, part), plain(await sink.read(envelopeNo, part)))
  await zip.finish()
}

export type BidPackage = {
  manifest: BidManifest
  bytes: Bytes
  cms: Bytes
  recoveryFile: Bytes
  manifestHash: string
  /** Where a sealed part lies in the file. */
  place: (envelopeNo: number, part: number) => { start: number; end: number }
}

const torn = (): never => {
  throw problem('package-malformed', 'This is no package of the offline packager, or it is not whole')
}

/** Reads a package; its parts stay in the file. @throws Problem package-malformed */
export const openPackage = async (file: BlobLike): Promise<BidPackage> => {
  const zip = await openZip(file).catch(torn)
  const small = async (name: string, most: number): Promise<Bytes> => {
    if ((zip.sizeOf(name) ?? 0) > most) return torn()
    return (await zip.read(name).catch(torn)) ?? torn()
  }
  const bytes = await small(MANIFEST, MAX_MANIFEST)
  const read = parseManifest(bytes)
  if (!read.ok || read.manifest.type !== 'bid') return torn()
  const { manifest } = read
  const places = new Map<string, { start: number; end: number }>()
  for (const { no, size, partSize } of manifest.envelopes) {
    for (let part = 0; part < partCount(size); part++) {
      const name = partEntry(no, part)
      const place = (await zip.placeOf(name).catch(torn)) ?? torn()
      if (partSize !== PART_SIZE || place.end - place.start !== partLength(size, part)) torn()
      places.set(name, place)
    }
  }
  return {
    manifest,
    bytes,
    cms: await small(SIGNATURE, MAX_SMALL),
    recoveryFile: await small(RECOVERY, MAX_SMALL),
    manifestHash: toBase64url(await manifestHash(bytes)),
    place: (no, part) => places.get(partEntry(no, part)) ?? torn(),
  }
}

export type PackagePlace = { tender: SealTender; lotId: string; organisationId: string; head: ChainHead }

const faultOf = ({ manifest }: BidPackage, { tender, lotId, organisationId, head }: PackagePlace): string | null => {
  if (manifest.tender !== tender.tenderId) return 'package-other-tender'
  if (manifest.lot !== lotId) return 'package-other-lot'
  if (manifest.bidder.orgId !== organisationId) return 'package-other-bidder'
  const isCurrent =
    manifest.notice.n === tender.noticeN &&
    manifest.notice.hash === toBase64url(tender.noticeHash) &&
    manifest.trusteeSetHash === toBase64url(tender.trusteeSetHash)
  if (!isCurrent) return 'package-other-notice'
  const follows = manifest.bidSeq === (head?.bidSeq ?? 0) + 1 && manifest.prevManifest === (head?.manifestHash ?? null)
  return follows ? null : 'package-out-of-turn'
}

/**
 * Whether a package is a bid for this very lot, under the newest notice, next in its bidder's chain, and signed by the
 * certificate it names. An upload of it that had begun is its own successor and is taken up again by the platform.
 * @throws Problem package-other-tender, package-other-lot, package-other-bidder, package-other-notice,
 * package-out-of-turn, package-unsigned
 */
export const fitsPackage = async (pack: BidPackage, place: PackagePlace, trust: TrustContext): Promise<void> => {
  const fault = faultOf(pack, place)
  if (fault) throw problem(fault, 'The package is not for here', { notice: pack.manifest.notice.n })
  const options = { ...trustAt(trust, nowOf(trust)), expectedCertSha256: pack.manifest.bidder.certSha256 }
  const verdict = await verifyDetached(pack.bytes, pack.cms, options)
  if (!verdict.ok) throw problem('package-unsigned', 'The package is not validly signed', { detail: verdict.code })
}

/** Hashes of an envelope's parts against the signed root. @throws Problem package-malformed */
export const wholeEnvelope = async (pack: BidPackage, no: number, hashes: readonly Uint8Array[]): Promise<void> => {
  const envelope = pack.manifest.envelopes.find((one) => one.no === no)
  if (!envelope || !equal(await partsRoot(hashes), fromBase64url(envelope.partsRoot))) torn()
}

/** Parts of a package as `submitBid` takes them, each hashed and compared before any is given. @throws Problem package-malformed */
export const packageParts = async (pack: BidPackage, file: BlobLike) => {
  const read = async (no: number, part: number): Promise<Bytes> => {
    const { start, end } = pack.place(no, part)
    return new Uint8Array(await file.slice(start, end).arrayBuffer())
  }
  const partHashes: PreparedBid['partHashes'] = []
  for (const { no, size } of pack.manifest.envelopes) {
    const hashes: Bytes[] = []
    for (let part = 0; part < partCount(size); part++) hashes.push(await sha256(await read(no, part)))
    await wholeEnvelope(pack, no, hashes)
    partHashes.push({ envelopeNo: no, sha256: hashes.map(toBase64url) })
  }
  return { sink: { read }, partHashes }
}
