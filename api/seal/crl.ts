import { CertificateRevocationList } from 'pkijs'
import { equal, plain, toHex } from '../log/bytes.ts'
import { type CertificateInfo, KEY_USAGE } from './certificate.ts'
import { isDer } from './der.ts'
import { failed, type Verdict } from './json.ts'
import { verifySignature } from './signature.ts'

const readCrl = (der: Uint8Array): CertificateRevocationList | null => {
  try {
    return isDer(der) ? CertificateRevocationList.fromBER(plain(der)) : null
  } catch {
    return null
  }
}

/** Facts of a CRL for storage and renewal; null for garbage. Instants in UTC milliseconds. */
export const crlFacts = (der: Uint8Array): { thisUpdate: number; nextUpdate: number; revoked: number } | null => {
  const crl = readCrl(der)
  if (!crl?.nextUpdate) return null
  return {
    thisUpdate: crl.thisUpdate.value.getTime(),
    nextUpdate: crl.nextUpdate.value.getTime(),
    revoked: crl.revokedCertificates?.length ?? 0,
  }
}

/** Whether this issuer signed this list, and the list is complete (no delta, no partition). */
const isListOf = async (crl: CertificateRevocationList, issuer: CertificateInfo): Promise<boolean> => {
  const critical = crl.crlExtensions?.extensions.some((one) => one.critical) ?? false
  if (critical || crl.signature.algorithmId !== crl.signatureAlgorithm.algorithmId) return false
  if (issuer.keyUsage !== null && (issuer.keyUsage & KEY_USAGE.crlSign) === 0) return false
  if (!equal(new Uint8Array(crl.issuer.valueBeforeDecode), issuer.subjectDer)) return false
  const signature = crl.signatureValue.valueBlock.valueHexView
  return verifySignature(issuer.publicKey, crl.signatureAlgorithm, crl.tbsView, signature)
}

/**
 * Revocation of one certificate as of an instant: a list of its issuer, rightly signed and in force at that instant
 * (thisUpdate ≤ at ≤ nextUpdate), must not name it with a date at or before it. Never throws.
 * @returns nextUpdate of the list used, UTC milliseconds
 */
export const checkRevocation = async (
  certificate: CertificateInfo,
  issuer: CertificateInfo,
  crls: readonly Uint8Array[],
  at: number,
): Promise<Verdict<{ nextUpdate: number }, 'certificate-revoked' | 'crl-stale'>> => {
  let newest: { crl: CertificateRevocationList; from: number; nextUpdate: number } | null = null
  for (const der of crls) {
    const crl = readCrl(der)
    if (!crl?.nextUpdate) continue
    const [from, nextUpdate] = [crl.thisUpdate.value.getTime(), crl.nextUpdate.value.getTime()]
    if (from > at || at > nextUpdate || (newest && from <= newest.from)) continue
    if (await isListOf(crl, issuer).catch(() => false)) newest = { crl, from, nextUpdate }
  }
  if (!newest) return failed('crl-stale')
  const entry = newest.crl.revokedCertificates?.find(
    (one) => toHex(one.userCertificate.valueBlock.valueHexView) === certificate.serialHex,
  )
  if (entry && entry.revocationDate.value.getTime() <= at) return failed('certificate-revoked')
  return { ok: true, nextUpdate: newest.nextUpdate }
}
