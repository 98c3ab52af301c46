import { type Bytes, fromBase64url, toBase64url } from '../../log/bytes.ts'
import type { ORGANISATION_KINDS } from '../rules.ts'
import type { MandateListRow } from '../store/organisations.ts'
import type { CertificateRow, MandateRow, OrganisationRow } from '../store.ts'
import { certificatePem, crlPem, type Trusted } from './authorities.ts'
import type { readCurrent } from './sessions.ts'

type Kind = (typeof ORGANISATION_KINDS)[number]
const iso = (at: Date): string => at.toISOString()

/** Rows as the contract shows them. */
export const publicOrganisationView = (row: OrganisationRow) => ({
  id: row.id,
  uscc: row.uscc,
  name: row.name,
  kinds: row.kinds as Kind[],
  status: row.status,
})

export const organisationView = (row: OrganisationRow) => ({
  ...publicOrganisationView(row),
  address: row.address,
  contactName: row.contact_name,
  contactPhone: row.contact_phone,
  contactEmail: row.contact_email,
  size: row.size,
  promise:
    row.promise_version !== null && row.promise_sha256 !== null
      ? { version: row.promise_version, sha256: toBase64url(row.promise_sha256) }
      : null,
  registeredAt: iso(row.registered_at),
})

export const membershipView = (row: {
  id: string
  role: string
  manages: boolean
  organisation_id: string
  name: string
  uscc: string
  kinds: string[]
  status: OrganisationRow['status']
}) => ({
  id: row.id,
  role: row.role,
  manages: row.manages,
  organisation: {
    id: row.organisation_id,
    name: row.name,
    uscc: row.uscc,
    kinds: row.kinds as Kind[],
    status: row.status,
  },
})

export const mandateView = (row: MandateRow & { holds: boolean }) => ({
  id: row.id,
  agencyId: row.agency_id,
  purchaserId: row.purchaser_id,
  scope: row.scope,
  from: iso(row.valid_from),
  until: iso(row.valid_until),
  madeAt: iso(row.made_at),
  revokedAt: row.revoked_at && iso(row.revoked_at),
  holds: row.holds,
})

export const certificateView = (row: CertificateRow) => ({
  id: row.id,
  purpose: row.purpose,
  personId: row.person_id,
  organisationId: row.organisation_id,
  subject: row.subject,
  issuer: row.issuer,
  serial: row.serial,
  sha256: toBase64url(row.sha256),
  notBefore: iso(row.not_before),
  notAfter: iso(row.not_after),
  boundBy: row.bound_by,
  boundAt: iso(row.bound_at),
  der: toBase64url(row.der),
})

export const issuedView = (row: CertificateRow, chain: readonly Uint8Array[]) => ({
  ...certificateView(row),
  chain: chain.map(toBase64url),
})

export const authorityView = ({ authority, crl }: Trusted, fingerprint: string) => ({
  subject: authority.subject,
  fingerprint,
  demo: authority.demo,
  pem: certificatePem(authority.der),
  crl: crl && { pem: crlPem(crl.der), thisUpdate: iso(crl.thisUpdate), nextUpdate: iso(crl.nextUpdate) },
})

export const mandateListView = (row: MandateListRow & { holds: boolean }) => ({
  ...mandateView(row),
  agencyName: row.agency_name,
  purchaserName: row.purchaser_name,
})

export const signedMandateView = (row: MandateRow & { holds: boolean }) => ({
  ...mandateView(row),
  statement: toBase64url(row.statement),
  cms: toBase64url(row.cms),
})

export const memberView = (row: {
  id: string
  person_id: string
  name: string
  email: string
  role: string
  manages: boolean
  since: Date
}) => ({
  id: row.id,
  personId: row.person_id,
  name: row.name,
  email: row.email,
  role: row.role,
  manages: row.manages,
  since: iso(row.since),
})

export const sessionView = (current: Awaited<ReturnType<ReturnType<typeof readCurrent>>>) => ({
  ...current,
  expiresAt: current.expiresAt && iso(current.expiresAt),
  memberships: current.memberships.map(membershipView),
  now: iso(current.now),
})

/** A partial body without its absent keys: an absent key and `undefined` are the same to JSON, not to the store. */
export const defined = <T extends object>(body: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }

/** Bytes as the contract carries them, whose schema has already held them to base64url. */
export const bytesOf = (text: string): Bytes => fromBase64url(text)

export const signedBytes = (body: { statement: string; cms: string }) => ({
  statement: fromBase64url(body.statement),
  cms: fromBase64url(body.cms),
})
