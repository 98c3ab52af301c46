/** That every bidder was shown this history and no other: V-84. Used by `verifyOpened`. */
import { fromBase64url } from '../log/bytes.ts'
import { seenFaultIn } from '../log/seen.ts'
import { tileHashReader } from '../log/tiles.ts'
import { parseManifest } from '../seal/manifest.ts'
import { type Check, merged } from './checks.ts'
import { bytesOf, type Http } from './http.ts'
import type { VerifiedTender } from './tender.ts'

type Bid = { bidId: string; manifest: string }

/** Each bid's checkpoint against the newest: one that the log does not continue is the proof of a second history. */
export const seenCheck = async (
  { http, tender }: { http: Http; tender: Pick<VerifiedTender, 'checkpoint'> },
  bids: readonly Bid[],
): Promise<Check> => {
  const newest = tender.checkpoint
  const read = tileHashReader(http.bytes, newest.size)
  const findings = []
  for (const { bidId, manifest } of bids) {
    const parsed = parseManifest(bytesOf(manifest))
    if (!parsed.ok) {
      findings.push({ ok: null, detail: 'not a manifest' })
      continue
    }
    const seen = parsed.manifest.logCheckpointSeen
    const fault = await seenFaultIn({ ...seen, root: fromBase64url(seen.root) }, newest, read)
    findings.push({
      ok: fault === null ? null : fault === '',
      detail: `${bidId}: ${fault ?? 'tiles are missing or false'}`,
    })
  }
  return merged('V-84', findings)
}
