import { base64url, defineRoute, done, idParams, instant, jsonAnswer, jsonBody, uuid, z } from '../../kernel/http.ts'
import { MEMBER_ROLES, ORGANISATION_KINDS, SIZES, STATUSES } from '../rules.ts'
import { signedBody } from './session.ts'

const kind = z.enum(ORGANISATION_KINDS)
const text = (max: number) => z.string().trim().min(1).max(max)

const facts = {
  address: text(300),
  contactName: text(100),
  contactPhone: z
    .string()
    .trim()
    .regex(/^[0-9+() -]{5,30}$/),
  contactEmail: z.email().max(200),
  size: z.enum(SIZES),
}
const identity = {
  uscc: z.string().trim().toUpperCase().max(64).meta({ description: '统一社会信用代码, GB 32100-2015' }),
  name: z.string().trim().min(2).max(200),
}

const publicOrganisation = z.strictObject({
  id: uuid,
  uscc: z.string(),
  name: z.string(),
  kinds: z.array(kind),
  status: z.enum(STATUSES),
})
const organisation = publicOrganisation.extend({
  address: z.string(),
  contactName: z.string(),
  contactPhone: z.string(),
  contactEmail: z.string(),
  size: z.enum(SIZES),
  promise: z.strictObject({ version: z.string(), sha256: z.string() }).nullable(),
  registeredAt: instant,
})

export const readPromise = defineRoute({
  method: 'get',
  path: '/organisations/promise',
  'x-who': 'anyone',
  tags: ['organisations'],
  summary: 'The promise a supplier makes when it registers (告知承诺)',
  responses: { 200: jsonAnswer(z.strictObject({ version: z.string(), text: z.string(), sha256: z.string() })) },
})

export const registerSupplier = defineRoute({
  method: 'post',
  path: '/organisations',
  'x-who': 'anyone',
  tags: ['organisations'],
  summary: 'Register a supplier by promise; usable at once',
  description: 'Refusals: sign-in-needed, uscc-invalid, organisation-exists, promise-outdated',
  request: jsonBody(z.strictObject({ ...identity, ...facts, promiseSha256: base64url.length(43) })),
  responses: { 201: jsonAnswer(organisation, 'Registered') },
})

export const enterOrganisation = defineRoute({
  method: 'post',
  path: '/registry/organisations',
  'x-who': ['administrator'],
  tags: ['organisations'],
  summary: 'Enter an organisation of any kind',
  description: 'Refusals: uscc-invalid, organisation-exists',
  request: jsonBody(z.strictObject({ ...identity, ...facts, kinds: z.array(kind).min(1).max(7) })),
  responses: { 201: jsonAnswer(organisation, 'Entered') },
})

export const searchOrganisations = defineRoute({
  method: 'get',
  path: '/organisations',
  'x-who': 'anyone',
  tags: ['organisations'],
  summary: 'Organisations by name or code; suppliers only for the centre and supervisors',
  request: {
    query: z.strictObject({
      kind: kind.optional(),
      text: z.string().trim().max(100).optional(),
      after: uuid.optional(),
      limit: z.coerce.number().int().min(1).max(100).default(50),
    }),
  },
  responses: { 200: jsonAnswer(z.strictObject({ organisations: z.array(publicOrganisation) })) },
})

export const readOrganisation = defineRoute({
  method: 'get',
  path: '/organisations/{id}',
  'x-who': 'anyone',
  tags: ['organisations'],
  summary: 'One organisation: in full for itself, the centre and supervisors',
  description: 'Refusals: not-found',
  request: { params: idParams },
  responses: { 200: jsonAnswer(z.union([organisation, publicOrganisation])) },
})

export const changeOrganisation = defineRoute({
  method: 'patch',
  path: '/organisations/{id}',
  'x-who': 'signed-in',
  tags: ['organisations'],
  summary: 'Keep the particulars of your organisation up to date',
  description: 'Refusals: not-found',
  request: { params: idParams, ...jsonBody(z.strictObject(facts).partial()) },
  responses: { 200: jsonAnswer(organisation) },
})

export const setOrganisationStatus = defineRoute({
  method: 'post',
  path: '/organisations/{id}/status',
  'x-who': ['administrator'],
  tags: ['organisations'],
  summary: 'Suspend, close or reactivate an organisation',
  request: { params: idParams, ...jsonBody(z.strictObject({ status: z.enum(STATUSES), reason: text(500) })) },
  responses: { 200: jsonAnswer(organisation) },
})

export const listMembers = defineRoute({
  method: 'get',
  path: '/organisations/{id}/members',
  'x-who': 'signed-in',
  tags: ['organisations'],
  summary: 'Who belongs to your organisation',
  request: { params: idParams },
  responses: {
    200: jsonAnswer(
      z.strictObject({
        members: z.array(
          z.strictObject({
            id: uuid,
            personId: uuid,
            name: z.string(),
            email: z.string(),
            role: z.string(),
            manages: z.boolean(),
            since: instant,
          }),
        ),
      }),
    ),
  },
})

export const invite = defineRoute({
  method: 'post',
  path: '/organisations/{id}/invitations',
  'x-who': 'signed-in',
  tags: ['organisations'],
  summary: 'Make a one-time code by which somebody joins in a role; it is shown once',
  description: 'Refusals: not-found, role-not-allowed, role-not-in-organisation',
  request: {
    params: idParams,
    ...jsonBody(
      z.strictObject({ email: z.email().max(200), role: z.enum(MEMBER_ROLES), manages: z.boolean().default(false) }),
    ),
  },
  responses: { 201: jsonAnswer(z.strictObject({ id: uuid, code: z.string(), expiresAt: instant }), 'Invited') },
})

export const acceptInvitation = defineRoute({
  method: 'post',
  path: '/invitations/accept',
  'x-who': 'anyone',
  tags: ['organisations'],
  summary: 'Join an organisation by a code made for your address',
  description: 'Refusals: sign-in-needed, invitation-not-valid, membership-exists',
  request: jsonBody(z.strictObject({ code: base64url.length(43) })),
  responses: {
    200: jsonAnswer(z.strictObject({ membershipId: uuid, organisationId: uuid, role: z.string() })),
  },
})

export const endMembership = defineRoute({
  method: 'post',
  path: '/memberships/{id}/end',
  'x-who': 'signed-in',
  tags: ['organisations'],
  summary: 'Take a role from somebody in your organisation',
  description: 'Refusals: not-found, last-manager',
  request: { params: idParams },
  responses: { 200: jsonAnswer(done) },
})

const mandate = z.strictObject({
  id: uuid,
  agencyId: uuid,
  purchaserId: uuid,
  scope: z.string(),
  from: instant,
  until: instant,
  madeAt: instant,
  revokedAt: instant.nullable(),
  holds: z.boolean(),
})

export const makeMandate = defineRoute({
  method: 'post',
  path: '/mandates',
  'x-who': ['purchaser', 'purchaser-approver'],
  tags: ['mandates'],
  summary: 'Mandate an agency (委托协议) by a statement signed with the seal certificate of the purchaser',
  description:
    'Statement {v,type:"mandate",purchaserId,agencyId,scope,from,until,at}. Refusals: those of a signed statement, ' +
    'mandate-of-another, mandate-agency-unknown, mandate-term-wrong, mandate-exists (政府采购法 第二十条)',
  request: jsonBody(signedBody),
  responses: { 201: jsonAnswer(mandate, 'Made') },
})

export const listMandates = defineRoute({
  method: 'get',
  path: '/mandates',
  'x-who': 'signed-in',
  tags: ['mandates'],
  summary: 'Mandates your organisation is a side of; all of them for the centre and supervisors',
  responses: {
    200: jsonAnswer(
      z.strictObject({ mandates: z.array(mandate.extend({ agencyName: z.string(), purchaserName: z.string() })) }),
    ),
  },
})

export const readMandate = defineRoute({
  method: 'get',
  path: '/mandates/{id}',
  'x-who': 'signed-in',
  tags: ['mandates'],
  summary: 'One mandate with its signed bytes',
  request: { params: idParams },
  responses: { 200: jsonAnswer(mandate.extend({ statement: base64url, cms: base64url })) },
})

export const revokeMandate = defineRoute({
  method: 'post',
  path: '/mandates/{id}/revoke',
  'x-who': ['purchaser', 'purchaser-approver'],
  tags: ['mandates'],
  summary: 'End a mandate before its term',
  request: { params: idParams, ...jsonBody(z.strictObject({ reason: text(500) })) },
  responses: { 200: jsonAnswer(done) },
})
