import { equal } from '../log/bytes.ts'
import { rememberingPairs } from '../log/remember.ts'
import { type CertificateInfo, isValidAt, KEY_USAGE, parseCertificate } from './certificate.ts'
import { checkRevocation } from './crl.ts'
import { failed, type Verdict } from './json.ts'
import { algorithmOf, signatureOf, verifySignature } from './signature.ts'

/** What a verifier brings along: the instant the verdict is for, the pinned CAs, and the revocation lists of that time. */
export type TrustPolicy = {
  /** UTC milliseconds; the certificate is judged as of this instant, never as of the machine's clock. */
  at: number
  /** DER of pinned CA certificates (roots or issuing CAs). */
  trusted: readonly Uint8Array[]
  /** DER of CRLs; `'unchecked'` says openly that revocation was not looked at. */
  crls: readonly Uint8Array[] | 'unchecked'
}

export type ChainFault =
  | 'certificate-unreadable'
  | 'certificate-expired'
  | 'certificate-not-yet-valid'
  | 'certificate-revoked'
  | 'certificate-not-trusted'
  | 'certificate-not-for-signing'
  | 'crl-stale'

export type Chain = {
  /** Leaf first, pinned CA last. */
  path: CertificateInfo[]
}

const MAX_PATH = 5
/** A path and what carries it on up to a root. Whoever sends more cannot be right, and parsing hundreds takes its time. */
export const MOST_CERTIFICATES = 2 * MAX_PATH

const readAll = async (ders: readonly Uint8Array[]): Promise<CertificateInfo[]> => {
  const read = await Promise.all(ders.map(parseCertificate))
  return read.flatMap((one) => (one.ok ? [one.certificate] : []))
}

const isIssuedBy = rememberingPairs(
  async (child: CertificateInfo, issuer: CertificateInfo): Promise<boolean> =>
    issuer.isCa &&
    (issuer.keyUsage === null || (issuer.keyUsage & KEY_USAGE.keyCertSign) !== 0) &&
    equal(child.issuerDer, issuer.subjectDer) &&
    verifySignature(
      issuer.publicKey,
      algorithmOf(child.parsed.signatureAlgorithm),
      child.parsed.tbsView,
      signatureOf(child.parsed.signatureValue),
    ),
)

const firstIssuer = async (child: CertificateInfo, among: readonly CertificateInfo[]) => {
  for (const one of among) if (await isIssuedBy(child, one).catch(() => false)) return one
  return null
}

/** Path from the leaf to a pinned CA; null when there is none. */
const buildPath = async (
  leaf: CertificateInfo,
  others: readonly CertificateInfo[],
  pinned: readonly CertificateInfo[],
): Promise<CertificateInfo[] | null> => {
  const path = [leaf]
  while (path.length < MAX_PATH) {
    const last = path.at(-1)!
    const anchor = await firstIssuer(last, pinned)
    if (anchor) return [...path, anchor]
    const next = await firstIssuer(
      last,
      others.filter((one) => !path.some((used) => equal(used.der, one.der))),
    )
    if (!next) return null
    path.push(next)
  }
  return null
}

const pathFault = (path: readonly CertificateInfo[], at: number): ChainFault | null => {
  for (const [depth, one] of path.entries()) {
    if (at < one.notBefore) return 'certificate-not-yet-valid'
    if (!isValidAt(one, at)) return 'certificate-expired'
    // pathLenConstraint counts the intermediate CAs below (RFC 5280 §4.2.1.9)
    if (depth > 0 && one.pathLength !== null && depth - 1 > one.pathLength) return 'certificate-not-trusted'
  }
  return null
}

/**
 * Chain of an end-entity certificate to a pinned CA, with validity and revocation, all as of `policy.at`
 * (RFC 5280 §6 without name constraints and policies, which a critical extension would refuse). Never throws.
 * @param others certificates that came along, in any order
 */
export const verifyChain = async (
  leafDer: Uint8Array,
  others: readonly Uint8Array[],
  policy: TrustPolicy,
): Promise<Verdict<Chain, ChainFault>> => {
  const read = await parseCertificate(leafDer)
  if (!read.ok) return read
  const leaf = read.certificate
  const signing = KEY_USAGE.digitalSignature | KEY_USAGE.nonRepudiation
  if (leaf.isCa || (leaf.keyUsage !== null && (leaf.keyUsage & signing) === 0)) {
    return failed('certificate-not-for-signing')
  }
  const path = await buildPath(leaf, await readAll(others), await readAll(policy.trusted))
  if (!path) return failed('certificate-not-trusted')
  const fault = pathFault(path, policy.at)
  if (fault) return failed(fault)
  if (policy.crls === 'unchecked') return { ok: true, path }
  for (let depth = 0; depth < path.length - 1; depth++) {
    const status = await checkRevocation(path[depth]!, path[depth + 1]!, policy.crls, policy.at)
    if (!status.ok) return status
  }
  return { ok: true, path }
}

/**
 * Whether every certificate that travelled along beside the path carries it on above a pinned issuing CA, up to a root
 * that signs itself. Anything else would be bytes that nobody signed and nobody checked.
 */
export const isContinuation = async (anchor: CertificateInfo, extras: readonly Uint8Array[]): Promise<boolean> => {
  if (extras.length === 0) return true
  let left = await readAll(extras)
  if (left.length !== extras.length || left.length >= MAX_PATH) return false
  let last = anchor
  while (left.length > 0) {
    const next = await firstIssuer(last, left)
    if (!next) return false
    left = left.filter((one) => one !== next)
    last = next
  }
  return isIssuedBy(last, last)
}
