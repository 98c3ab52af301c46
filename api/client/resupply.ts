/*
 * A bidder supplies again what the store lost of its sealed bid, before any key of the lot is out.
 *   const { whole } = await resupplyBid(http, lotId, manifestHash, sink)
 * The bytes must be those that were sealed: nothing is sealed anew, and the platform compares each part with the manifest.
 */
import { type Http, isProblem, problem } from './http.ts'

type LostPart = {
  envelopeNo: number
  part: number
  size: number
  stored: boolean
  url: string | null
  headers: Record<string, string>
}
export type LostParts = { bidId: string; manifestHash: string; parts: LostPart[] }

/** What is lost of one's own bid. @throws Problem resupply-after-first-key, resupply-window-over, tender-suspended */
export const lostParts = (http: Http, lotId: string): Promise<LostParts> =>
  http.json<LostParts>('GET', `/api/lots/${lotId}/lost-parts`)

/**
 * Puts each lost part back and has it checked; running it again goes on where it stopped.
 * @param sink the sealed bid of this very manifest
 * @throws Problem of the platform, or keys-of-another-bid when another bid is lost than the one at hand
 */
export const resupplyBid = async (
  http: Http,
  lotId: string,
  manifestHash: string,
  sink: { read: (envelopeNo: number, part: number) => Promise<Uint8Array | Blob> },
): Promise<{ whole: boolean }> => {
  const lost = await lostParts(http, lotId)
  if (lost.manifestHash !== manifestHash) throw problem('keys-of-another-bid', 'Another bid than this one was lost')
  let whole = lost.parts.every(({ stored }) => stored)
  for (const { envelopeNo, part, stored, url, headers } of lost.parts) {
    if (stored || url === null) continue
    const bytes = await sink.read(envelopeNo, part)
    // A second PUT to an object that exists is refused: then the bytes are there already, and the check follows.
    await http.put(url, headers, bytes).catch((error) => {
      if (!isProblem(error) || error.status !== 412) throw error
    })
    const answer = await http.json<{ whole: boolean }>('POST', `/api/lots/${lotId}/lost-parts`, { envelopeNo, part })
    whole = answer.whole
  }
  return { whole }
}
