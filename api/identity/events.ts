import { z } from 'zod'

const id = z.uuid()
const hash = z.string().regex(/^[A-Za-z0-9_-]{43}$/)

/** Everything that happens to accounts, organisations and certificates: ids and hashes, never names or addresses. */
export const identityEvents = {
  'person.registered/1': z.strictObject({ personId: id }),
  'session.opened/1': z.strictObject({ personId: id, via: z.enum(['password', 'certificate']) }),
  'session.closed/1': z.strictObject({ personId: id }),
  'session.membership-chosen/1': z.strictObject({ personId: id, membershipId: id }),
  'second-factor.enabled/1': z.strictObject({ personId: id }),
  'second-factor.disabled/1': z.strictObject({ personId: id }),
  'organisation.registered/1': z.strictObject({
    organisationId: id,
    kinds: z.array(z.string()),
    promiseSha256: hash.nullable(),
  }),
  'organisation.changed/1': z.strictObject({ organisationId: id, fields: z.array(z.string()) }),
  'organisation.status-set/1': z.strictObject({ organisationId: id, status: z.string(), reason: z.string() }),
  'membership.added/1': z.strictObject({
    membershipId: id,
    personId: id,
    organisationId: id,
    role: z.string(),
    manages: z.boolean(),
  }),
  'membership.ended/1': z.strictObject({ membershipId: id }),
  'invitation.made/1': z.strictObject({ invitationId: id, organisationId: id, role: z.string() }),
  'mandate.made/1': z.strictObject({
    mandateId: id,
    agencyId: id,
    purchaserId: id,
    statementSha256: hash,
    certSha256: hash,
  }),
  'mandate.revoked/1': z.strictObject({ mandateId: id, reason: z.string() }),
  'certificate.bound/1': z.strictObject({
    certificateId: id,
    personId: id,
    organisationId: id.nullable(),
    certSha256: hash,
    boundBy: z.enum(['issued', 'proof']),
  }),
  'certificate.unbound/1': z.strictObject({ certificateId: id }),
  'certificate.revoked/1': z.strictObject({ certificateId: id }),
  'certificate.crl-stored/1': z.strictObject({ authoritySha256: hash, crlSha256: hash }),
} as const

export type IdentityEventType = keyof typeof identityEvents
export type IdentityEvent = {
  [T in IdentityEventType]: { type: T } & z.infer<(typeof identityEvents)[T]>
}[IdentityEventType]
