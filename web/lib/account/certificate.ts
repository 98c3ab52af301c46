import type { OpenedPkcs12 } from '../../../api/seal/pkcs12.ts'
import { answer, api, type Problem } from '../api.ts'

export type Purpose = 'organisation' | 'personal'
export type Made = { ok: true; file: Blob; name: string } | { ok: false; problem: Problem }

/** A key made in this browser, certified by the demo authority, in a file under a PIN. The key never leaves the page. */
export const makeDemoCertificate = async (purpose: Purpose, holder: string, pin: string): Promise<Made> => {
  const [{ makeKeyAndCsr }, { makePkcs12 }, { fromBase64url, toBase64url }] = await Promise.all([
    import('../../../api/seal/csr.ts'),
    import('../../../api/seal/pkcs12.ts'),
    import('../../../api/log/bytes.ts'),
  ])
  const { keys, csr } = await makeKeyAndCsr({ country: 'CN', commonName: holder })
  const json = { purpose, csr: toBase64url(csr) }
  const got = await answer(api(fetch).api.demo.certificates.$post({ json }))
  if (!got.ok) return got
  const chain = [got.value.der, ...got.value.chain].map(fromBase64url)
  const bytes = await makePkcs12(keys.privateKey, chain, pin)
  return { ok: true, file: new Blob([bytes], { type: 'application/x-pkcs12' }), name: `${holder}.p12` }
}

type Binding = { purpose: Purpose; personId: string; organisationId: string | null; at: number }

/** Proves possession of a certificate's key by signing the platform's nonce, and binds it. */
export const bindCertificate = async (
  signer: OpenedPkcs12,
  { purpose, personId, organisationId, at }: Binding,
): Promise<{ ok: true } | { ok: false; problem: Problem }> => {
  const [{ signJson }, { toBase64url }] = await Promise.all([
    import('../../../api/seal/signed-json.ts'),
    import('../../../api/log/bytes.ts'),
  ])
  const client = api(fetch).api
  const asked = await answer(client.session.nonce.$post({ json: { purpose: 'bind' } }))
  if (!asked.ok) return asked
  const { nonce } = asked.value
  const value = {
    origin: location.origin,
    nonce,
    purpose,
    personId,
    organisationId: purpose === 'organisation' ? organisationId : null,
    at,
  }
  const { bytes, cms } = await signJson('bind', value, signer, at)
  const json = { statement: toBase64url(bytes), cms: toBase64url(cms) }
  const got = await answer(client.certificates.$post({ json }))
  return got.ok ? { ok: true } : got
}
