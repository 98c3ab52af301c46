import * as w from '../../api/bids/world.testing.ts'
import { type Begun, begin, prepare } from '../../api/client/bidder.testing.ts'
import { DEADLINE } from '../../api/client/notice.testing.ts'
import { openUp } from '../../api/client/opened.testing.ts'
import { memorySink } from '../../api/client/prepare-bid.ts'
import { submitBid } from '../../api/client/submit-bid.ts'
import { type Bytes, toBase64url } from '../../api/log/bytes.ts'
import { type BidManifest, type ManifestEnvelope, parseManifest } from '../../api/seal/manifest.ts'

/** The summary of a bid, sealed otherwise than the client does. */
export type Resealed = { dek: Bytes; entry: ManifestEnvelope; ciphertext: Bytes }
type Reseal = (begun: Begun, manifest: BidManifest) => Promise<Resealed>

const manifestOf = (bytes: Uint8Array): BidManifest => {
  const read = parseManifest(bytes)
  if (!read.ok || read.manifest.type !== 'bid') throw new Error('not a bid')
  return read.manifest
}

/**
 * A tender of one bid whose manifest its bidder wrote, or whose summary it sealed, otherwise than the client does, on a
 * platform in memory that takes it and records it as valid all the same.
 */
export const openRewritten = async (change: (manifest: BidManifest) => BidManifest, reseal?: Reseal) => {
  const begun = await begin()
  const { platform, http, trust, tender, signer } = begun
  const sink = memorySink()
  const honest = await prepare(begun, sink)
  const resealed = await reseal?.(begun, manifestOf(honest.manifest))
  const both = (manifest: BidManifest): BidManifest => {
    const envelopes = manifest.envelopes.map((one) => (one.kind === 'summary' && resealed ? resealed.entry : one))
    return change({ ...manifest, envelopes })
  }
  const rewritten = await w.rewritten({ ...honest, read: sink.read }, both, signer)
  const keys = { ...honest.keys.keys, ...(resealed && { summary: toBase64url(resealed.dek) }) }
  const prepared = { ...rewritten, keys: { ...honest.keys, keys, manifestHash: rewritten.manifestHash } }
  const received = await submitBid(http, trust, tender, prepared, { sink })
  if (resealed) platform.store.set('/objects/1/0', resealed.ciphertext)
  await platform.tick(platform.state.now + 1000)
  await platform.tick(DEADLINE - 60_000)
  await platform.close()
  const { published } = await openUp(platform, { ...begun, prepared, received }, http)
  return { ...begun, prepared, received, published }
}
