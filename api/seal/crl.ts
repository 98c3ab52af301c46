import { CertificateRevocationList } from 'pkijs'
import { equal, sha256, toHex } from '../log/bytes.ts'
import { remembering, rememberingPairs } from '../log/remember.ts'
import { type CertificateInfo, KEY_USAGE } from './certificate.ts'
import { isDer } from './der.ts'
import { failed, type Verdict } from './json.ts'
import { algorithmOf, signatureOf, verifySignature } from './signature.ts'

type Crl = {
  parsed: CertificateRevocationList
  /** UTC milliseconds. */
  from: number
  nextUpdate: number
  /** When each certificate was revoked, by the hexadecimal serial number. */
  revoked: ReadonlyMap<string, number>
}

const remembered = remembering<Crl | null>(64)

/** Null for garbage and for a list that does not say until when it holds. The same bytes give the same object. */
const readCrl = async (der: Uint8Array): Promise<Crl | null> =>
  remembered(toHex(await sha256(der)), () => {
    try {
      const parsed = isDer(der) ? CertificateRevocationList.fromBER(new Uint8Array(der)) : null
      if (!parsed?.nextUpdate) return null
      const revoked = (parsed.revokedCertificates ?? []).map(
        (one) => [toHex(one.userCertificate.valueBlock.valueHexView), one.revocationDate.value.getTime()] as const,
      )
      const [from, nextUpdate] = [parsed.thisUpdate.value.getTime(), parsed.nextUpdate.value.getTime()]
      // A list that names one certificate twice: the earliest date counts, whichever comes first.
      const earliest = new Map<string, number>()
      for (const [serial, at] of revoked) earliest.set(serial, Math.min(at, earliest.get(serial) ?? at))
      return { parsed, from, nextUpdate, revoked: earliest }
    } catch {
      return null
    }
  })

/** Facts of a CRL for storage and renewal; null for garbage. Instants in UTC milliseconds. */
export const crlFacts = async (
  der: Uint8Array,
): Promise<{ thisUpdate: number; nextUpdate: number; revoked: number } | null> => {
  const crl = await readCrl(der)
  return crl && { thisUpdate: crl.from, nextUpdate: crl.nextUpdate, revoked: crl.revoked.size }
}

/** Whether this issuer signed this list, and the list is complete (no delta, no partition). */
const isListOf = rememberingPairs(async ({ parsed }: Crl, issuer: CertificateInfo): Promise<boolean> => {
  const critical = parsed.crlExtensions?.extensions.some((one) => one.critical) ?? false
  if (critical || parsed.signature.algorithmId !== parsed.signatureAlgorithm.algorithmId) return false
  if (issuer.keyUsage !== null && (issuer.keyUsage & KEY_USAGE.crlSign) === 0) return false
  if (!equal(new Uint8Array(parsed.issuer.valueBeforeDecode), issuer.subjectDer)) return false
  return verifySignature(
    issuer.publicKey,
    algorithmOf(parsed.signatureAlgorithm),
    parsed.tbsView,
    signatureOf(parsed.signatureValue),
  )
})

/**
 * Revocation of one certificate as of an instant: a list of its issuer, rightly signed and in force at that instant
 * (thisUpdate ≤ at ≤ nextUpdate), must not name it with a date at or before it. Never throws.
 */
export const checkRevocation = async (
  certificate: CertificateInfo,
  issuer: CertificateInfo,
  crls: readonly Uint8Array[],
  at: number,
): Promise<Verdict<object, 'certificate-revoked' | 'crl-stale'>> => {
  let newest: Crl | null = null
  for (const der of crls) {
    const crl = await readCrl(der)
    if (!crl || crl.from > at || at > crl.nextUpdate || (newest && crl.from <= newest.from)) continue
    if (await isListOf(crl, issuer).catch(() => false)) newest = crl
  }
  if (!newest) return failed('crl-stale')
  const revokedAt = newest.revoked.get(certificate.serialHex)
  if (revokedAt !== undefined && revokedAt <= at) return failed('certificate-revoked')
  return { ok: true }
}
