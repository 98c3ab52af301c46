/*
 * Sealing a bid, in the bidder's Worker or on the command line. Nothing here speaks with anybody.
 *   const sink = memorySink()                                  // or a folder, or the origin private file system
 *   const prepared = await prepareBid({ tender, trust, lotId, organisationId, signer, forms, files, head, bundleSha256, sink })
 * The order is fixed: seal → decrypt all of it back and recompute the escrow → only then sign the manifest.
 */
import { z } from 'zod'
import { toBase64url } from '../log/bytes.ts'
import { certSha256 } from '../seal/certificate.ts'
import type { Signer } from '../seal/cms.ts'
import { ENVELOPE_KINDS } from '../seal/context.ts'
import { bytesField, idField, V } from '../seal/json.ts'
import { buildManifest, manifestHash } from '../seal/manifest.ts'
import type { DecryptKey } from '../seal/selfslot.ts'
import { problem } from './http.ts'
import { type Contents, openKeys, type Prepared, type Scheme, sealEnvelopes } from './seal-envelopes.ts'
import { lotOf, type SealTender } from './tender.ts'
import { nowOf } from './trust.ts'

export { dekOf, memorySink, type PartSink, type Progress } from './seal-envelopes.ts'

/** The bid this one follows in its lot; null for the first. */
export type ChainHead = { bidSeq: number; manifestHash: string } | null

export type BidToPrepare = Contents & {
  tender: SealTender
  lotId: string
  organisationId: string
  /** The organisation's seal certificate; its key stays where it is. */
  signer: Signer
  head: ChainHead
  /** SHA-256 of the client's own bundle, base64url. */
  bundleSha256: string
}

export type PreparedBid = Prepared<BidKeys> & { tenderId: string; lotId: string }

const keysSchema = z.strictObject({
  v: z.literal(V),
  type: z.literal('bid-keys'),
  tender: idField,
  lot: idField,
  manifestHash: bytesField(32),
  keys: z.partialRecord(z.enum(ENVELOPE_KINDS), bytesField(32)),
})
/** DEKs of one bid, base64url by envelope. */
export type BidKeys = z.output<typeof keysSchema>

/** The keys in a recovery file. @throws Problem recovery-unreadable */
export const openBidKeys = (file: Uint8Array, owner: { key: DecryptKey } | { passphrase: string }): Promise<BidKeys> =>
  openKeys(file, 'bid-keys', keysSchema, owner)

/** 政府采购法 第二十四条: the notice accepts consortia, and every member signs each envelope but the summary. */
const consortiumFault = ({ tender, consortium = [], coSigners = {} }: BidToPrepare): string | null => {
  if (consortium.length === 0) return null
  if (!tender.notice.consortium) return 'consortium-not-accepted'
  const signed = ENVELOPE_KINDS.every(
    (kind) => kind === 'summary' || (coSigners[kind]?.length ?? 0) >= consortium.length,
  )
  return signed ? null : 'consortium-unsigned'
}

const refuseUnfit = (bid: BidToPrepare): void => {
  const lot = lotOf(bid.tender, bid.lotId)
  const answers = bid.forms.summary ?? {}
  const missing = lot.summaryFields.filter((field) => field.required && (answers[field.key] ?? '') === '')
  if (missing.length > 0) {
    throw problem('summary-incomplete', 'Answers of the summary are missing', { fields: missing.map(({ key }) => key) })
  }
  const fault = consortiumFault(bid)
  if (fault) throw problem(fault, 'The consortium is not accepted, or not all of its members sign')
  if ((bid.files?.summary?.length ?? 0) > 0 || (bid.coSigners?.summary?.length ?? 0) > 0) {
    throw problem('summary-malformed', 'The summary carries no files and no personal signatures')
  }
}

const schemeOf = async (bid: BidToPrepare, at: number): Promise<Scheme<BidKeys>> => {
  const { tender, lotId, head } = bid
  const bidSeq = (head?.bidSeq ?? 0) + 1
  const facts = await manifestFacts(bid, at)
  return {
    place: { tenderId: tender.tenderId, lotId, bidSeq },
    trustees: tender,
    build: (envelopes) => {
      const built = buildManifest({
        type: 'bid',
        ...facts,
        bidSeq,
        prevManifest: head?.manifestHash ?? null,
        envelopes,
      })
      if (built.manifest.type !== 'bid') throw new RangeError('not a bid')
      return { manifest: built.manifest, bytes: built.bytes }
    },
    hash: manifestHash,
    recovery: 'bid-keys',
    secret: (hash, keys) => ({ v: V, type: 'bid-keys', tender: tender.tenderId, lot: lotId, manifestHash: hash, keys }),
  }
}

/**
 * Seals the four envelopes of a bid for one lot, tests them and signs the manifest.
 * @throws Problem summary-incomplete, summary-malformed, consortium-not-accepted, consortium-unsigned, self-test-failed
 */
export const prepareBid = async (bid: BidToPrepare): Promise<PreparedBid> => {
  refuseUnfit(bid)
  const at = nowOf(bid.trust)
  const prepared = await sealEnvelopes(await schemeOf(bid, at), bid, at)
  return { tenderId: bid.tender.tenderId, lotId: bid.lotId, ...prepared }
}

export type ManifestMaker = Pick<BidToPrepare, 'tender' | 'lotId' | 'organisationId' | 'signer' | 'bundleSha256'>

/** What a bid and a withdrawal say alike. */
export const manifestFacts = async (bid: ManifestMaker, at: number) => ({
  tender: bid.tender.tenderId,
  lot: bid.lotId,
  notice: { n: bid.tender.noticeN, hash: toBase64url(bid.tender.noticeHash) },
  trusteeSetHash: toBase64url(bid.tender.trusteeSetHash),
  bidder: { certSha256: await certSha256(bid.signer.certificateDer), orgId: bid.organisationId },
  client: { bundleSha256: bid.bundleSha256 },
  createdAt: at,
  logCheckpointSeen: {
    origin: bid.tender.checkpoint.origin,
    size: bid.tender.checkpoint.size,
    root: toBase64url(bid.tender.checkpoint.root),
  },
})
