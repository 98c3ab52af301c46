import { z } from 'zod'
import { now } from '../../kernel/clock.ts'
import type { Database } from '../../kernel/database.ts'
import { refuse } from '../../kernel/problem.ts'
import { type Bytes, fromBase64url } from '../../log/bytes.ts'
import { type TrustPolicy, verifyChain } from '../../seal/chain.ts'
import { verifyDetached } from '../../seal/cms.ts'
import { parseJson } from '../../seal/json.ts'
import * as store from '../store/certificates.ts'
import type { CertificateRow } from '../store.ts'
import { certificateAndTrust, type Trusted, trustedAuthorities } from './authorities.ts'
import type { IdentityDeps } from './deps.ts'

export type CertificateRefusal =
  | 'certificate-malformed'
  | 'certificate-expired'
  | 'certificate-revoked'
  | 'certificate-not-trusted'
  | 'certificate-status-unknown'
  | 'certificate-foreign'
  | 'signature-invalid'

/** The faults of chain and signature in the words people read; everything about the bytes themselves is one answer. */
const REFUSALS: Record<string, CertificateRefusal> = {
  'certificate-unreadable': 'certificate-malformed',
  'certificate-expired': 'certificate-expired',
  'certificate-not-yet-valid': 'certificate-expired',
  'certificate-revoked': 'certificate-revoked',
  'certificate-not-trusted': 'certificate-not-trusted',
  'certificate-not-for-signing': 'certificate-not-trusted',
  'crl-stale': 'certificate-status-unknown',
  'certificate-mismatch': 'certificate-foreign',
}
const refusalOf = (fault: string): CertificateRefusal => REFUSALS[fault] ?? 'signature-invalid'

/** What a verdict rested on, to be stored beside it: certificates leaf first, pinned authority last, and its list. */
export type Evidence = { chain: Bytes[]; crl: Bytes | null }

const policyOf = (trusted: readonly Trusted[], at: Date): TrustPolicy => ({
  at: at.getTime(),
  trusted: trusted.map(({ authority }) => authority.der),
  crls: trusted.flatMap(({ crl }) => (crl ? [crl.der] : [])),
})

/** The pinned authorities and their lists as of an instant, for signatures that are checked outside of a statement. */
export const trustPolicyAt =
  (deps: IdentityDeps) =>
  async (trx: Database, at: Date): Promise<TrustPolicy> =>
    policyOf(await trustedAuthorities(deps)(trx, at), at)

const evidenceOf = (chain: Bytes[], trusted: readonly Trusted[]): Evidence => {
  const anchor = Buffer.from(chain.at(-1) ?? [])
  const used = trusted.find(({ authority }) => anchor.equals(authority.der))
  return { chain, crl: used?.crl ? new Uint8Array(used.crl.der) : null }
}

const assertBound = (row: CertificateRow | undefined, at: Date): CertificateRow =>
  row && (row.unbound_at === null || row.unbound_at > at) ? row : refuse('certificate-not-registered')

/**
 * A certificate bound here by its SHA-256 and good at `at`: for a signature that was verified before and counts as of now.
 * @param others certificates of the chain that came along then
 * Throws certificate-not-registered, -expired, -revoked, -not-trusted, -status-unknown.
 */
export const boundCertificate =
  (deps: IdentityDeps) =>
  async (
    trx: Database,
    { sha256, at, others }: { sha256: Uint8Array; at: Date; others: readonly Uint8Array[] },
  ): Promise<{ certificate: CertificateRow; evidence: Evidence }> => {
    const { row, trusted } = (await certificateAndTrust(deps)(trx, sha256, at)) ?? refuse('certificate-not-registered')
    const certificate = assertBound(row, at)
    const chain = await verifyChain(certificate.der, [...others, ...certificate.chain], policyOf(trusted, at))
    if (!chain.ok) return refuse(refusalOf(chain.code))
    const path = chain.path.map(({ der }) => der)
    return { certificate, evidence: evidenceOf(path, trusted) }
  }

export type SignedStatement<S extends z.ZodType> = {
  /** The exact bytes that were signed. */
  bytes: Uint8Array
  cms: Uint8Array
  /** What the JSON's `type` must say; any other signed statement is refused before it is read. */
  type: string
  /** Strict schema of the statement; a caller that reads the bytes by its own rules may leave it out. */
  schema?: S
}

export type Proven<S extends z.ZodType> = {
  value: z.output<S>
  /** SHA-256 of the signer's certificate (32 bytes), its DER and what it says of its holder. */
  certSha256: Bytes
  certificateDer: Bytes
  organisation: { name: string | null; code: string | null }
  subject: { commonName: string | null; text: string }
  evidence: Evidence
}

const anyTyped = z.looseObject({ type: z.string() })

/** Check a signed statement by whoever holds a trusted certificate, bound here or not. Throws the refusal. */
export const verifyProof =
  (deps: IdentityDeps) =>
  async <S extends z.ZodType = typeof anyTyped>(
    trx: Database,
    statement: SignedStatement<S>,
    at: Date,
  ): Promise<Proven<S>> => {
    const typed = parseJson(statement.bytes, anyTyped)
    if (!typed.ok) return refuse('invalid-input', { field: 'statement' })
    if (typed.value.type !== statement.type) refuse('signed-type-wrong')
    const read = statement.schema ? parseJson(statement.bytes, statement.schema) : typed
    if (!read.ok) return refuse('invalid-input', { field: 'statement' })
    const trusted = await trustedAuthorities(deps)(trx, at)
    const verified = await verifyDetached(statement.bytes, statement.cms, policyOf(trusted, at))
    if (!verified.ok) return refuse(refusalOf(verified.code))
    return {
      value: read.value as z.output<S>,
      certSha256: fromBase64url(verified.signer.certSha256),
      certificateDer: verified.signer.der,
      organisation: verified.signer.organisation,
      subject: verified.signer.subject,
      evidence: evidenceOf(verified.chainDer, trusted),
    }
  }

export type VerifiedStatement<S extends z.ZodType> = {
  value: z.output<S>
  certificate: CertificateRow
  /** SHA-256 of its DER, 32 bytes. */
  certSha256: Bytes
  evidence: Evidence
}

/** A bound certificate must belong to whom the caller names; an organisation's must be that organisation's. */
const belongs = (row: CertificateRow, organisationId: string | undefined, personId: string | undefined): boolean => {
  if (personId !== undefined && row.person_id !== personId) return false
  if (organisationId === undefined) return true
  // A personal certificate speaks for an organisation only together with its holder.
  return row.organisation_id === organisationId || (row.purpose === 'personal' && personId !== undefined)
}

/**
 * Check a signed statement by a certificate bound here, of this organisation or person, as of `at` (default now).
 * Throws certificate-expired, -revoked, -not-trusted, -status-unknown, -not-registered, -foreign, signature-invalid,
 * signed-type-wrong, invalid-input.
 */
export const verifySigned =
  (deps: IdentityDeps) =>
  async <S extends z.ZodType = typeof anyTyped>(
    trx: Database,
    request: SignedStatement<S> & { organisationId?: string; personId?: string; at?: Date },
  ): Promise<VerifiedStatement<S>> => {
    const at = request.at ?? (await now(trx))
    const proven = await verifyProof(deps)(trx, request, at)
    const certificate = assertBound(await store.certificateBySha256(trx, proven.certSha256), at)
    if (!belongs(certificate, request.organisationId, request.personId)) refuse('certificate-foreign')
    return { value: proven.value, certificate, certSha256: proven.certSha256, evidence: proven.evidence }
  }
