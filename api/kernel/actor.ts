/** The roles of INTERFACE.md §1; `public` acts without an account, `system` is the platform's own due work. */
export const ROLES = [
  'public',
  'supplier-preparer',
  'supplier-signer',
  'purchaser',
  'purchaser-approver',
  'agency',
  'evaluator',
  'centre',
  'supervisor',
  'trustee',
  'bank',
  'administrator',
  'system',
] as const
export type Role = (typeof ROLES)[number]

/** Who acts, for whom, how they proved it and from where. Ids are UUIDs. */
export type Actor = {
  personId: string | null
  organisationId: string | null
  role: Role
  via: 'password' | 'certificate' | 'system' | 'none'
  networkAddress: string | null
}

/** Of an act whose event everybody may read: it names no desk. */
export const withoutAddress = (actor: Actor): Actor => ({ ...actor, networkAddress: null })

export const SYSTEM: Actor = {
  personId: null,
  organisationId: null,
  role: 'system',
  via: 'system',
  networkAddress: null,
}
