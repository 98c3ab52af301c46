/* A bidder and its software before the platform in memory. Test files only. */
import { randomBytes } from '../log/bytes.ts'
import { BIDDER, fileOf, LOT, ORG, TENDER } from '../seal/actors.testing.ts'
import type { Check } from './checks.ts'
import { createHttp, isProblem } from './http.ts'
import { type Beginning, CLIENT, makePlatform, type Platform } from './platform.testing.ts'
import { memorySink, type PartSink, prepareBid } from './prepare-bid.ts'
import { submitBid } from './submit-bid.ts'
import { verifyTender } from './tender.ts'
import { loadTrust } from './trust.ts'

export const failed = (checks: readonly Check[]) => checks.filter(({ ok }) => ok !== true).map(({ id }) => id)
export const code = (wanted: string) => (error: unknown) => isProblem(error, wanted)
export const PASSPHRASE = '云城-2026-密封'

/** A platform with one bid handed in; the bidder's and everybody's software around it. */
export const begin = async (beginning?: Beginning) => {
  const platform = await makePlatform(beginning)
  const http = createHttp({ origin: platform.origin, fetch: platform.fetch })
  const trust = await loadTrust(http)
  const tender = await verifyTender(http, trust, TENDER)
  const signer = await platform.world.enrol(BIDDER)
  return { platform, http, trust, tender, signer }
}
export type Begun = Awaited<ReturnType<typeof begin>>

/** What its summary says, and every record of it must. */
export const SUMMARY = { price: '128000000', size: 'small' }

export const prepare = ({ tender, trust, signer }: Begun, sink: PartSink) =>
  prepareBid({
    tender,
    trust,
    lotId: LOT,
    organisationId: ORG,
    signer,
    forms: { summary: SUMMARY },
    files: { technical: [fileOf('技术方案.pdf', randomBytes(5000))] },
    head: null,
    bundleSha256: CLIENT,
    sink,
    passphrase: PASSPHRASE,
  })

export const handIn = async (beginning?: Beginning) => {
  const begun = await begin(beginning)
  const sink = memorySink()
  const prepared = await prepare(begun, sink)
  const received = await submitBid(begun.http, begun.trust, begun.tender, prepared, { sink })
  await begun.platform.tick(begun.platform.state.now + 1000)
  return { ...begun, prepared, received }
}

/** Trust and tender as a client reads them at the opening, weeks later. */
export const later = async ({ platform, http }: { platform: Platform; http: Begun['http'] }) => {
  await platform.renewCrl()
  const trust = await loadTrust(http)
  return { trust, tender: await verifyTender(http, trust, TENDER, { asOf: 'signed' }) }
}
