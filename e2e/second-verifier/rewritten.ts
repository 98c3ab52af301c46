import * as w from '../../api/bids/world.testing.ts'
import { begin, prepare } from '../../api/client/bidder.testing.ts'
import { DEADLINE } from '../../api/client/notice.testing.ts'
import { openUp } from '../../api/client/opened.testing.ts'
import { memorySink } from '../../api/client/prepare-bid.ts'
import { submitBid } from '../../api/client/submit-bid.ts'
import type { BidManifest } from '../../api/seal/manifest.ts'

/**
 * A tender of one bid whose manifest its bidder wrote otherwise than the client does, on a platform in memory that takes it
 * and records it as valid all the same.
 */
export const openRewritten = async (change: (manifest: BidManifest) => BidManifest) => {
  const begun = await begin()
  const { platform, http, trust, tender, signer } = begun
  const sink = memorySink()
  const honest = await prepare(begun, sink)
  const rewritten = await w.rewritten({ ...honest, read: sink.read }, change, signer)
  const prepared = { ...rewritten, keys: { ...honest.keys, manifestHash: rewritten.manifestHash } }
  const received = await submitBid(http, trust, tender, prepared, { sink })
  await platform.tick(platform.state.now + 1000)
  await platform.tick(DEADLINE - 60_000)
  await platform.close()
  await openUp(platform, { ...begun, prepared, received }, http)
  return { ...begun, prepared, received }
}
