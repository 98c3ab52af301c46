import type { OpenedPkcs12 } from '../../../api/seal/pkcs12.ts'
import { answer, api, type Problem } from '../api.ts'

/** `from` and `until` in UTC ms: from ≤ t < until. */
export type Mandate = { purchaserId: string; agencyId: string; scope: string; from: number; until: number; at: number }

/** 政府采购法 第二十条: the purchaser's own client writes and signs the mandate; the platform composes nothing of it. */
export const makeMandate = async (
  mandate: Mandate,
  signer: OpenedPkcs12,
): Promise<{ ok: true } | { ok: false; problem: Problem }> => {
  const [{ signJson }, { toBase64url }] = await Promise.all([
    import('../../../api/seal/signed-json.ts'),
    import('../../../api/log/bytes.ts'),
  ])
  const { purchaserId, agencyId, scope, from, until, at } = mandate
  const { bytes, cms } = await signJson('mandate', { purchaserId, agencyId, scope, from, until, at }, signer, at)
  const json = { statement: toBase64url(bytes), cms: toBase64url(cms) }
  const got = await answer(api(fetch).api.mandates.$post({ json }))
  return got.ok ? { ok: true } : got
}
