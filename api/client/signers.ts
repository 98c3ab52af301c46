/* Certificate files of those who sign a bid: the bidder's, then each member of its consortium and whoever signs besides. */
import { isValidAt } from '../seal/certificate.ts'
import { type OpenedPkcs12, openPkcs12 } from '../seal/pkcs12.ts'
import { problem } from './http.ts'
import { nowOf, type TrustContext } from './trust.ts'

/** `uscc` 统一社会信用代码 that the certificate must carry; null: any valid certificate. */
export type CertificateFile = { p12: Uint8Array; pin: string; uscc: string | null }

const openSigner = async (trust: TrustContext, one: CertificateFile, signer: number): Promise<OpenedPkcs12> => {
  const opened = await openPkcs12(one.p12, one.pin)
  if (!opened.ok) throw problem(opened.code, 'The certificate file cannot be opened', { signer })
  const { certificate } = opened
  if (!isValidAt(certificate, nowOf(trust))) {
    throw problem('certificate-expired', 'The certificate is not valid now', { signer })
  }
  if (one.uscc !== null && certificate.organisation.code !== one.uscc) {
    const code = signer === 0 ? 'certificate-other-organisation' : 'certificate-other-member'
    throw problem(code, 'The certificate is of another organisation', { signer })
  }
  return opened
}

/**
 * @throws Problem wrong-pin, not-pkcs12, certificate-expired, certificate-other-organisation, certificate-other-member; its
 * `signer` says whose: 0 the bidder, 1… the others in order
 */
export const openSigners = async (
  trust: TrustContext,
  bidder: CertificateFile,
  coSigners: readonly CertificateFile[],
) => {
  const own = await openSigner(trust, bidder, 0)
  const others: OpenedPkcs12[] = []
  for (const [at, one] of coSigners.entries()) others.push(await openSigner(trust, one, at + 1))
  return { own, others }
}
