import { base64url, defineRoute, idParams, instant, jsonAnswer, jsonBody, uuid, z } from '../../kernel/http.ts'
import { RELATIONS } from '../../seal/trustee-set.ts'
import { TRUSTEE_ROLES } from '../../seal/trustees.ts'
import { SIDE } from './drafting.ts'

const TRUSTEE = ['trustee'] as const
const seatParams = z.strictObject({ id: uuid, i: z.coerce.number().int().min(1).max(5) })
const hash = z.string().length(43)
const statement = base64url.min(1).max(6000)
const cms = base64url.min(1).max(90_000)

const trusteesView = z.strictObject({
  tenderId: uuid,
  terms: z
    .strictObject({
      n: z.int(),
      k: z.int(),
      opening: z.int().nullable().meta({ description: 'UTC ms; null while the draft has no deadline' }),
      window: z.int().meta({ description: 'ms' }),
      bidderWindow: z.int().meta({ description: 'ms' }),
    })
    .nullable(),
  groups: z.array(
    z.strictObject({ code: z.string(), name: z.string(), relation: z.enum(RELATIONS), members: z.array(z.int()) }),
  ),
  seats: z.array(
    z.strictObject({
      i: z.int(),
      organisationId: uuid,
      personId: uuid,
      role: z.enum(TRUSTEE_ROLES),
      statement: base64url.nullable(),
      cms: base64url.nullable(),
      statedAt: instant.nullable(),
      drilledAt: instant.nullable(),
    }),
  ),
  alarm: z
    .array(z.int())
    .meta({ description: 'seats that have not drilled again in the last day before the deadline' }),
  setHash: hash.nullable(),
  signedAt: instant.nullable(),
})

const setView = z.strictObject({
  bytes: base64url.meta({ description: 'the exact bytes signed' }),
  cms: base64url,
  hash,
  fingerprint: z.string(),
  signedAt: instant,
  eventId: uuid,
  leafIndex: z.int().nullable(),
})

export const listTrustees = defineRoute({
  method: 'get',
  path: '/trustees',
  'x-who': SIDE,
  summary: 'Who may be named as a trustee',
  responses: {
    200: jsonAnswer(
      z.strictObject({
        trustees: z.array(
          z.strictObject({
            personId: uuid,
            name: z.string(),
            organisationId: uuid,
            organisationName: z.string(),
            kinds: z.array(z.string()),
          }),
        ),
      }),
    ),
  },
})

export const nameTrustees = defineRoute({
  method: 'put',
  path: '/tenders/{id}/trustees',
  'x-who': SIDE,
  summary: 'Name three or five trustees; k = 2 of 3 or 3 of 5',
  request: {
    params: idParams,
    ...jsonBody(
      z.strictObject({
        seats: z
          .array(z.strictObject({ organisationId: uuid, personId: uuid, role: z.enum(TRUSTEE_ROLES) }))
          .min(3)
          .max(5),
      }),
    ),
  },
  responses: { 200: jsonAnswer(trusteesView) },
})

export const readTrustees = defineRoute({
  method: 'get',
  path: '/tenders/{id}/trustees',
  'x-who': 'anyone',
  summary: 'Seats, key statements, terms and groups',
  request: { params: idParams },
  responses: { 200: jsonAnswer(trusteesView) },
})

export const stateKey = defineRoute({
  method: 'post',
  path: '/tenders/{id}/trustees/{i}/key',
  'x-who': TRUSTEE,
  summary: 'State the key of this tender, with the private half encrypted to your own certificate',
  request: {
    params: seatParams,
    ...jsonBody(z.strictObject({ statement, cms, blob: base64url.min(1).max(90_000) })),
  },
  responses: { 200: jsonAnswer(trusteesView) },
})

export const readKey = defineRoute({
  method: 'get',
  path: '/tenders/{id}/trustees/{i}/key',
  'x-who': TRUSTEE,
  summary: 'Your own statement and encrypted key',
  request: { params: seatParams },
  responses: { 200: jsonAnswer(z.strictObject({ statement: base64url, cms: base64url, blob: base64url })) },
})

export const drillNonce = defineRoute({
  method: 'post',
  path: '/tenders/{id}/trustees/{i}/drill-nonce',
  'x-who': TRUSTEE,
  summary: 'A nonce for one drill',
  request: { params: seatParams },
  responses: { 200: jsonAnswer(z.strictObject({ nonce: hash })) },
})

export const postDrill = defineRoute({
  method: 'post',
  path: '/tenders/{id}/trustees/{i}/drill',
  'x-who': TRUSTEE,
  summary: 'The signed outcome of a drill',
  request: { params: seatParams, ...jsonBody(z.strictObject({ statement, cms })) },
  responses: { 200: jsonAnswer(trusteesView) },
})

export const signSet = defineRoute({
  method: 'post',
  path: '/tenders/{id}/trustee-set',
  'x-who': SIDE,
  summary: "The trustee set, built by the purchaser's client and signed by its certificate",
  request: {
    params: idParams,
    ...jsonBody(z.strictObject({ bytes: base64url.min(1).max(700_000), cms })),
  },
  responses: { 200: jsonAnswer(setView) },
})

export const readSet = defineRoute({
  method: 'get',
  path: '/tenders/{id}/trustee-set',
  'x-who': 'anyone',
  summary: 'Exact bytes, signature, hash and fingerprint of the trustee set',
  request: { params: idParams },
  responses: { 200: jsonAnswer(setView) },
})

export const mySeats = defineRoute({
  method: 'get',
  path: '/my/trustee-seats',
  'x-who': TRUSTEE,
  summary: 'Tenders that wait for your key',
  responses: {
    200: jsonAnswer(
      z.strictObject({
        items: z.array(
          z.strictObject({
            tenderId: uuid,
            number: z.string(),
            title: z.string(),
            purchaser: z.string(),
            status: z.string(),
            suspended: z.boolean(),
            deadline: instant.nullable(),
            i: z.int(),
            role: z.string(),
            statedAt: instant.nullable(),
            drilledAt: instant.nullable(),
            next: z.enum(['make-key', 'drill', 'wait', 'open', 'over']),
          }),
        ),
      }),
    ),
  },
})
