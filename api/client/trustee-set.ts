/*
 * The purchaser's software builds the trustee set, verifies it as any bidder will, signs and posts it.
 *   const set = await signSet(http, trust, { tenderId, signer })
 */
import { type Bytes, toBase64url } from '../log/bytes.ts'
import type { Signer } from '../seal/cms.ts'
import { signTrusteeSet, verifyTrusteeSet } from '../seal/trustee-set.ts'
import { fingerprint } from '../seal/trustees.ts'
import { bytesOf, type Http, problem } from './http.ts'
import { nowOf, type TrustContext, trustAt } from './trust.ts'
import { readTrustees } from './trustee.ts'

export type SignedSet = { bytes: Bytes; cms: Bytes; hash: string; fingerprint: string }

/**
 * Takes the statements of all seats in their order; deadline and opening are the floor that the trustees stated.
 * @throws Problem trustees-incomplete, trustee-set-unverified (with `reason`)
 */
export const signSet = async (
  http: Http,
  trust: TrustContext,
  { tenderId, signer }: { tenderId: string; signer: Signer },
): Promise<SignedSet> => {
  const { terms, groups, seats } = await readTrustees(http, tenderId)
  const statements = seats.flatMap(({ statement, cms }) =>
    statement && cms ? [{ bytes: bytesOf(statement), cms: bytesOf(cms) }] : [],
  )
  if (!terms || terms.opening === null || statements.length !== terms.n) {
    throw problem('trustees-incomplete', 'Not every trustee has stated a key')
  }
  const { n, k, opening } = terms
  const draft = {
    tenderId,
    n,
    k,
    statements,
    groups: groups.map(({ code, relation, members }) => ({ code, relation, members })),
    windows: { bidder: terms.bidderWindow, trustee: terms.window },
    deadline: opening,
    opening,
  }
  const at = nowOf(trust)
  const signed = await signTrusteeSet(draft, signer, at)
  const verdict = await verifyTrusteeSet(signed, { ...trustAt(trust, at), production: !trust.sandbox })
  if (!verdict.ok) throw problem('trustee-set-unverified', 'The set would not verify', { reason: verdict.code })
  await http.json('POST', `/api/tenders/${tenderId}/trustee-set`, {
    bytes: toBase64url(signed.bytes),
    cms: toBase64url(signed.cms),
  })
  return { ...signed, hash: toBase64url(verdict.hash), fingerprint: fingerprint(verdict.hash) }
}
