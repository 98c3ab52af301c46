import type { InferResponseType } from 'hono/client'
import type { Client } from '../api.ts'
import type { Me, RoleGroup } from '../nav.ts'

/** `GET /api/session`: who looks at this page, for whom, until when. */
export type Session = InferResponseType<Client['api']['session']['$get'], 200>

const GROUPS: Readonly<Record<string, RoleGroup>> = {
  'supplier-preparer': 'supplier',
  'supplier-signer': 'supplier',
  purchaser: 'purchaser',
  'purchaser-approver': 'purchaser',
  agency: 'purchaser',
  evaluator: 'evaluator',
  centre: 'centre',
  administrator: 'centre',
  supervisor: 'supervisor',
  trustee: 'trustee',
}

/** Which pages a role works on; a role without pages of its own reads the public ones. */
export const groupOf = (role: string): RoleGroup => GROUPS[role] ?? 'public'

/** What every page's head shows of a session; null when nobody is signed in. */
export const meOf = (session: Session | null): Me | null => {
  if (!session?.person) return null
  const acting = session.memberships.find((one) => one.id === session.active)
  const sandbox = session.clockOffset
  return {
    personId: session.person.id,
    name: session.person.name,
    email: session.person.email,
    organisationId: acting?.organisation.id ?? null,
    organisation: acting?.organisation.name ?? null,
    membershipId: session.active,
    role: session.role,
    group: groupOf(session.role),
    via: session.via === 'certificate' ? 'certificate' : 'password',
    secondFactorNeeded: session.secondFactor.needed,
    // sessions end by real time, while every clock of the page shows the platform's
    endsAt: session.expiresAt ? new Date(Date.parse(session.expiresAt) + sandbox).toISOString() : null,
  }
}
