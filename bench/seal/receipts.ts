import { begin } from '../../api/client/bidder.testing.ts'
import { memorySink, prepareBid } from '../../api/client/prepare-bid.ts'
import { checkReceipt, fetchReceipt, submitBid } from '../../api/client/submit-bid.ts'
import { toBase64url } from '../../api/log/bytes.ts'
import { BIDDER, LOT, ORG } from '../../api/seal/actors.testing.ts'
import type { Figure } from '../run.ts'

const BIDS = 100
const LIMIT = 3

/** A hundred bidders' receipts of one tender, each verified offline as its bidder does: all of its checks. */
export const verifyReceipts = async (): Promise<Figure> => {
  const { platform, http, trust, tender } = await begin()
  const ids: string[] = []
  for (let at = 0; at < BIDS; at++) {
    const signer = await platform.world.enrol({ ...BIDDER, commonName: `投标人${at}` })
    const sink = memorySink()
    const prepared = await prepareBid({
      tender,
      trust,
      lotId: LOT,
      organisationId: ORG,
      signer,
      forms: { summary: { price: String(128_000_000 + at) } },
      head: null,
      bundleSha256: toBase64url(new Uint8Array(32)),
      sink,
    })
    ids.push((await submitBid(http, trust, tender, prepared, { sink })).bidId)
  }
  await platform.tick(platform.state.now + 1000)
  const receipts = []
  for (const id of ids) receipts.push((await fetchReceipt(http, trust, id)).zip)
  const began = performance.now()
  for (const zip of receipts) {
    const { witnessed, checks } = await checkReceipt(zip, trust)
    if (!witnessed) throw new Error(JSON.stringify(checks.filter(({ ok }) => ok !== true)))
  }
  const seconds = (performance.now() - began) / 1000
  return { name: `${BIDS} receipts verified`, value: seconds, unit: 's', ratio: null, target: LIMIT }
}
