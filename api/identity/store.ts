import type { ColumnType, Generated, Kysely, Selectable } from 'kysely'
import type { Database } from '../kernel/database.ts'

type When = ColumnType<Date, Date | string, Date | string>
type MaybeWhen = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>
type MadeWhen = ColumnType<Date, Date | string | undefined, Date | string>
type Bytes = ColumnType<Uint8Array, Uint8Array, Uint8Array>
type MaybeBytes = ColumnType<Uint8Array | null, Uint8Array | null | undefined, Uint8Array | null>
type ByteList = ColumnType<Uint8Array[], Uint8Array[], Uint8Array[]>

/** The tables of 0003_identity; people and sessions are written by better-auth and read here. */
export type IdentityTables = {
  person: { id: string; name: string; email: string; two_factor_enabled: Generated<boolean> }
  person_session: {
    id: string
    token: string
    person_id: string
    via: string
    membership_id: string | null
    created_at: When
    expires_at: When
  }
  login_nonce: {
    nonce_sha256: Bytes
    purpose: 'login' | 'bind'
    person_id: string | null
    origin: string
    expires_at: When
  }
  organisation: {
    id: string
    uscc: string
    name: string
    kinds: string[]
    address: string
    contact_name: string
    contact_phone: string
    contact_email: string
    size: 'large' | 'medium' | 'small' | 'micro'
    status: Generated<'active' | 'suspended' | 'closed'>
    promise_version: string | null
    promise_sha256: MaybeBytes
    registered_by: string | null
    registered_at: MadeWhen
  }
  membership: {
    id: string
    person_id: string
    organisation_id: string
    role: string
    manages: Generated<boolean>
    since: MadeWhen
    ended_at: MaybeWhen
  }
  invitation: {
    id: string
    organisation_id: string
    email: string
    role: string
    manages: Generated<boolean>
    code_sha256: Bytes
    invited_by: string
    made_at: MadeWhen
    expires_at: When
    used_at: MaybeWhen
    used_by: string | null
  }
  certificate: {
    id: string
    der: Bytes
    sha256: Bytes
    chain: ByteList
    person_id: string
    organisation_id: string | null
    purpose: 'organisation' | 'personal'
    subject: string
    issuer: string
    serial: string
    not_before: When
    not_after: When
    bound_by: 'issued' | 'proof'
    statement: MaybeBytes
    statement_cms: MaybeBytes
    bound_at: MadeWhen
    unbound_at: MaybeWhen
  }
  certificate_crl: {
    sha256: Bytes
    authority_sha256: Bytes
    der: Bytes
    this_update: When
    next_update: When
    stored_at: MadeWhen
  }
  demo_certificate: { serial: string; certificate_id: string; revoked_at: MaybeWhen }
  mandate: {
    id: string
    agency_id: string
    purchaser_id: string
    scope: string
    valid_from: When
    valid_until: When
    statement: Bytes
    statement_sha256: Bytes
    cms: Bytes
    certificate_id: string
    chain: ByteList
    crl: MaybeBytes
    made_by: string
    made_at: MadeWhen
    revoked_at: MaybeWhen
    revoked_by: string | null
  }
}

export type OrganisationRow = Selectable<IdentityTables['organisation']>
export type MembershipRow = Selectable<IdentityTables['membership']>
export type CertificateRow = Selectable<IdentityTables['certificate']>
export type MandateRow = Selectable<IdentityTables['mandate']>

/** This feature's tables on any connection or transaction: the one place where the type is narrowed. */
export const tables = (db: Database): Kysely<IdentityTables> => db as unknown as Kysely<IdentityTables>
