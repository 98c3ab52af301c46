/* A bidder's keys as the real client checks, signs and sends them. Test files only. */
import type * as w from '../bids/world.testing.ts'
import type { DemoPerson } from '../cli/demo/people.ts'
import { checkOpening } from '../client/opening.ts'
import { signKeys } from '../client/release.ts'
import { verifyTender } from '../client/tender.ts'
import { loadTrust } from '../client/trust.ts'

/** Signs the keys of a bid; what it gives posts them. */
export const signedKeys = async (
  world: w.BiddingWorld,
  { http, signer }: DemoPerson,
  place: w.Place,
  bid: w.Sealed,
) => {
  await world.flush()
  const trust = await loadTrust(http)
  const tender = await verifyTender(http, trust, place.tenderId, { asOf: 'signed' })
  const { keys, manifestHash } = bid
  const opening = await checkOpening(http, trust, tender, place.lotId, { manifestHash })
  const { releases } = await signKeys(trust, { opening, keys, signer })
  return () => http.json<{ released: number }>('POST', `/api/lots/${place.lotId}/releases`, { releases })
}
