import type { Generated, Kysely, Selectable } from 'kysely'
import type { Database } from '../kernel/database.ts'
import type { DB } from '../kernel/schema.gen.ts'

/** What the schema's check constraints say and its generated types cannot: closed lists instead of any text. */
type Narrow = {
  organisation: {
    size: 'large' | 'medium' | 'small' | 'micro'
    status: Generated<'active' | 'suspended' | 'closed'>
  }
  certificate: { purpose: 'organisation' | 'personal'; bound_by: 'issued' | 'proof'; chain: Uint8Array[] }
  mandate: { chain: Uint8Array[] }
  login_nonce: { purpose: 'login' | 'bind' }
}
type Plain = 'person' | 'person_session' | 'membership' | 'invitation' | 'certificate_crl' | 'demo_certificate'

/** The tables of 0003_identity; people and sessions are written by better-auth and read here. */
export type IdentityTables = Pick<DB, Plain> & {
  [T in keyof Narrow]: Omit<DB[T], keyof Narrow[T]> & Narrow[T]
}

export type OrganisationRow = Selectable<IdentityTables['organisation']>
export type MembershipRow = Selectable<IdentityTables['membership']>
export type CertificateRow = Selectable<IdentityTables['certificate']>
export type MandateRow = Selectable<IdentityTables['mandate']>

/** This feature's tables on any connection or transaction: the one place where the type is narrowed. */
export const tables = (db: Database): Kysely<IdentityTables> => db as unknown as Kysely<IdentityTables>
