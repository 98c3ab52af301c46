import type { PreparedBid } from '../../../api/client/prepare-bid.ts'
import { fromBase64url } from '../../../api/log/bytes.ts'
import { PART_SIZE, partCount, partLength } from '../../../api/seal/parts.ts'
import { listKept, partName, readKept, removeKept, sealedFolder } from './private-files.ts'

/**
 * A sealed bid as it waits on this device: everything its upload needs, and its keys only under the bidder's own
 * certificate. The typed summary stays beside it, so that the bidder sees its own price on this device.
 */
export type SealedBid = {
  /** Folder of its parts. */
  key: string
  tenderId: string
  lotId: string
  /** Instant of sealing by the platform's clock, UTC ms. */
  at: number
  /** Of the notice it was sealed under, UTC ms. */
  deadline: number
  noticeN: number
  manifest: string
  cms: string
  manifestHash: string
  partHashes: PreparedBid['partHashes']
  recoveryFile: string
  envelopes: { no: number; kind: string; size: number; root: string }[]
  summary: Record<string, string>
  /** How long sealing and self-test took, ms, and over how many bytes. */
  took: number
  bytes: number
  /** It came as a package of the offline packager, which wrote the recovery file apart. */
  packed?: true
}

const FILE = 'sealed.json'

export const sealedFile = FILE

/** The part of it that the upload takes. */
export const preparedOf = (bid: SealedBid) => ({
  manifest: fromBase64url(bid.manifest),
  cms: fromBase64url(bid.cms),
  partHashes: bid.partHashes,
  manifestHash: bid.manifestHash,
})

export const recoveryOf = (bid: SealedBid): Uint8Array<ArrayBuffer> => fromBase64url(bid.recoveryFile)

export const encodeSealed = (bid: SealedBid): string => JSON.stringify(bid)

const read = async (path: readonly string[]): Promise<SealedBid | null> => {
  const file = await readKept(path, FILE)
  if (!file) return null
  try {
    const bid = JSON.parse(await file.text()) as SealedBid
    return typeof bid.manifestHash === 'string' && Array.isArray(bid.partHashes) ? bid : null
  } catch {
    return null
  }
}

/** Sealed bids of a lot on this device, newest first; folders of a sealing that was interrupted are removed. */
export const sealedBids = async (organisationId: string, lotId: string): Promise<SealedBid[]> => {
  const path = sealedFolder(organisationId, lotId)
  const found: SealedBid[] = []
  for (const key of await listKept(path)) {
    const bid = await read([...path, key])
    if (bid) found.push({ ...bid, key })
  }
  return found.sort((a, b) => b.at - a.at)
}

/** Parts for the upload, as files that lie on this device. */
export const sealedParts = (organisationId: string, bid: SealedBid) =>
  partsIn([...sealedFolder(organisationId, bid.lotId), bid.key])

/** The same of any folder that the Worker sealed into. */
export const partsIn = (path: readonly string[]) => ({
  read: async (envelopeNo: number, part: number): Promise<File> => {
    const file = await readKept(path, partName(envelopeNo, part))
    if (!file) throw new RangeError('a sealed part is gone from this device')
    return file
  },
})

/** Whether every part is still here: up to the opening the store might lose one, and only its bidder has it then. */
export const keptParts = async (organisationId: string, bid: SealedBid): Promise<boolean> => {
  const names = new Set(await listKept([...sealedFolder(organisationId, bid.lotId), bid.key]))
  return bid.partHashes.every(({ envelopeNo, sha256 }) =>
    sha256.every((_, part) => names.has(partName(envelopeNo, part))),
  )
}

/** All envelopes one after another, as one file to keep elsewhere; sealed as they are, nobody can read it. */
export const sealedCopy = async (organisationId: string, bid: SealedBid): Promise<Blob> => {
  const path = [...sealedFolder(organisationId, bid.lotId), bid.key]
  const pieces: File[] = []
  for (const { no, size } of ordered(bid.envelopes))
    for (let part = 0; part < partCount(size); part++) {
      const file = await readKept(path, partName(no, part))
      if (!file) throw new RangeError('a sealed part is gone from this device')
      pieces.push(file)
    }
  return new Blob(pieces)
}

type Sized = { no: number; size: number }
const ordered = <T extends Sized>(envelopes: readonly T[]): T[] => [...envelopes].sort((a, b) => a.no - b.no)

/** Bytes that such a copy must have. */
export const copySize = (envelopes: readonly Sized[]): number => envelopes.reduce((sum, { size }) => sum + size, 0)

/** Parts out of such a copy. */
export const copyParts = (copy: Blob, envelopes: readonly Sized[]) => ({
  read: async (envelopeNo: number, part: number): Promise<Uint8Array> => {
    const before = ordered(envelopes).filter(({ no }) => no < envelopeNo)
    const envelope = envelopes.find(({ no }) => no === envelopeNo)
    if (!envelope) throw new RangeError('no such envelope')
    const from = copySize(before) + part * PART_SIZE
    return new Uint8Array(await copy.slice(from, from + partLength(envelope.size, part)).arrayBuffer())
  },
})

/** Once the bid is open, or does not count: only the manifest and the wrapped keys stay here. */
export const dropParts = async (organisationId: string, bid: SealedBid): Promise<void> => {
  const path = [...sealedFolder(organisationId, bid.lotId), bid.key]
  for (const name of await listKept(path)) if (name !== FILE) await removeKept(path, name)
}

export const dropSealed = (organisationId: string, bid: SealedBid): Promise<void> =>
  removeKept(sealedFolder(organisationId, bid.lotId), bid.key)
