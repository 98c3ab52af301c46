import { defineRoute, done, instant, jsonAnswer, jsonBody, uuid, z } from '../../kernel/http.ts'
import { base64urlField } from '../../seal/json.ts'
import { ORGANISATION_KINDS, STATUSES } from '../rules.ts'

/** Exact bytes of a signed statement and its detached CMS, both base64url. */
export const signedBody = z.strictObject({ statement: base64urlField(1, 15_000), cms: base64urlField(1, 45_000) })

const membership = z.strictObject({
  id: uuid,
  role: z.string(),
  manages: z.boolean(),
  organisation: z.strictObject({
    id: uuid,
    name: z.string(),
    uscc: z.string(),
    kinds: z.array(z.enum(ORGANISATION_KINDS)),
    status: z.enum(STATUSES),
  }),
})

export const currentSession = z.strictObject({
  person: z.strictObject({ id: uuid, name: z.string(), email: z.string() }).nullable(),
  via: z.enum(['password', 'certificate', 'none']),
  expiresAt: instant.nullable(),
  memberships: z.array(membership),
  active: uuid.nullable().meta({ description: 'the membership acted for' }),
  role: z.string(),
  secondFactor: z.strictObject({ enabled: z.boolean(), needed: z.boolean() }),
  mode: z.enum(['demo', 'sandbox', 'production']),
  city: z.string(),
  now: instant,
  clockOffset: z.number().int().meta({ description: 'milliseconds by which the platform clock is ahead of real time' }),
})

export const readSession = defineRoute({
  method: 'get',
  path: '/session',
  'x-who': 'anyone',
  tags: ['session'],
  summary: 'Who looks at this page, for whom, and what time it is here',
  responses: { 200: jsonAnswer(currentSession) },
})

export const chooseMembership = defineRoute({
  method: 'post',
  path: '/session/membership',
  'x-who': 'anyone',
  tags: ['session'],
  summary: 'Act for another of your memberships',
  description: 'Refusals: sign-in-needed, not-found, organisation-not-active',
  request: jsonBody(z.strictObject({ membershipId: uuid })),
  responses: { 200: jsonAnswer(done) },
})

export const signOut = defineRoute({
  method: 'post',
  path: '/session/sign-out',
  'x-who': 'anyone',
  tags: ['session'],
  summary: 'End this session',
  responses: { 200: jsonAnswer(done) },
})

export const makeNonce = defineRoute({
  method: 'post',
  path: '/session/nonce',
  'x-who': 'anyone',
  tags: ['session'],
  summary: 'A nonce for a signed statement: five minutes, one use',
  description: 'Refusals: origin-not-allowed, sign-in-needed (purpose bind)',
  request: jsonBody(z.strictObject({ purpose: z.enum(['login', 'bind']).default('login') })),
  responses: { 200: jsonAnswer(z.strictObject({ nonce: z.string().length(43), origin: z.string() })) },
})

export const signInByCertificate = defineRoute({
  method: 'post',
  path: '/session/certificate',
  'x-who': 'anyone',
  tags: ['session'],
  summary: 'Sign in with a bound certificate',
  description:
    'Statement {v,type:"login",origin,nonce,at}. Refusals: login-nonce-invalid, login-origin-wrong, signature-invalid, ' +
    'signed-type-wrong, certificate-expired, certificate-revoked, certificate-not-trusted, certificate-not-registered',
  request: jsonBody(signedBody),
  responses: { 200: jsonAnswer(done) },
})
