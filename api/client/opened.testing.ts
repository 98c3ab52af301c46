/* An opening as the platform publishes it. Test files only. */
import { sha256, toBase64url } from '../log/bytes.ts'
import { BIDDER, LOT, TENDER } from '../seal/actors.testing.ts'
import { encodeJson } from '../seal/json.ts'
import { type Begun, type handIn, later, SUMMARY } from './bidder.testing.ts'
import { checkOpening } from './opening.ts'
import type { Platform } from './platform.testing.ts'
import { signKeys } from './release.ts'

/** Publishes an opening as the platform does, from what its bidder released. */
export const openUp = async (
  platform: Platform,
  { prepared, received, signer }: Awaited<ReturnType<typeof handIn>>,
  http: Begun['http'],
) => {
  const { trust, tender } = await later({ platform, http })
  const opening = await checkOpening(http, trust, tender, LOT, { manifestHash: prepared.manifestHash })
  const { releases } = await signKeys(trust, { opening, keys: prepared.keys, signer })
  const receivedAt = new Date(received.receivedAt).toISOString()
  const bid = {
    bidId: received.bidId,
    manifestHash: prepared.manifestHash,
    uscc: BIDDER.organisationCode,
    receivedAt,
    how: 'bidder',
    verdict: 'valid',
    treatedAs: 'valid',
  }
  const record = {
    tenderId: TENDER,
    lotId: LOT,
    bids: [{ ...bid, form: SUMMARY, consortium: [] }],
  }
  const tell = async (value: object) => {
    const bytes = encodeJson(value)
    platform.state.routes.set(`/api/lots/${LOT}/opening-record`, bytes)
    return toBase64url(await sha256(bytes))
  }
  const recordSha256 = await tell(record)
  const { manifestHash } = prepared
  await platform.add('release.accepted/1', { lotId: LOT, manifestHash, kind: 'summary', source: 0 }, null)
  await platform.tick(platform.state.now + 1000)
  await platform.add(
    'lot.opened/1',
    { lotId: LOT, recordSha256, opened: 1, count: 1, outcome: 'continue' },
    { name: 'OPENING' },
  )
  await platform.tick(platform.state.now + 1000)
  const published = {
    bidId: received.bidId,
    manifest: toBase64url(prepared.manifest),
    cms: toBase64url(prepared.cms),
    evidence: { chain: [], crl: toBase64url(platform.world.crl) },
    receivedAt,
    summaryNo: 1,
    summaryDek: prepared.keys.keys.summary,
    releases: [{ source: 0, ...releases[0]! }],
  }
  platform.state.routes.set(`/api/lots/${LOT}/opened-bids`, { bids: [published] })
  const ciphertext = platform.store.get('/objects/1/0')!
  platform.state.routes.set(`/api/lots/${LOT}/opened-bids/${received.bidId}/summary`, ciphertext)
  return { record, tell, published, ciphertext }
}
