import { base64url, defineRoute, idParams, instant, jsonAnswer, jsonBody, uuid, z } from '../kernel/http.ts'
import { confirmedPart, keptPart, partAddresses, signedManifest } from '../kernel/upload-contract.ts'

const SUPPLIER = ['supplier-preparer', 'supplier-signer'] as const
const SIGNER = ['supplier-signer'] as const
const hash = base64url.length(43)
/** Bytes a second, as the bidder's own device measured it; shown to the bidder alone. */
const speed = z.int().min(1).max(100_000_000_000)

export const pace = z.strictObject({ seal: speed, upload: speed, download: speed })

export const card = z.strictObject({
  id: uuid,
  person: z.string(),
  certificate: z.strictObject({ sha256: hash, subject: z.string(), notAfter: instant }),
  browser: z.string().meta({ description: 'as it named itself' }),
  bytes: z.int(),
  pace,
  passedAt: instant,
  validUntil: instant,
  valid: z.boolean().meta({ description: 'by the platform’s clock, when this was answered' }),
})

const upload = z.strictObject({ id: uuid, parts: partAddresses })

export const startRehearsal = defineRoute({
  method: 'post',
  path: '/rehearsals',
  'x-who': SIGNER,
  summary: 'Begin a rehearsal with its signed manifest; it is of no tender, and nobody else learns of it',
  description: 'Refusals: those of the certificate, rehearsal-too-large, rehearsal-quota-used',
  request: { ...jsonBody(signedManifest(32)) },
  responses: { 200: jsonAnswer(upload) },
})

export const rehearsalParts = defineRoute({
  method: 'get',
  path: '/rehearsals/{id}/parts',
  'x-who': SIGNER,
  summary: 'What of a rehearsal has arrived, with fresh addresses for what has not',
  request: { params: idParams },
  responses: { 200: jsonAnswer(upload) },
})

export const confirmRehearsalPart = defineRoute({
  method: 'post',
  path: '/rehearsals/{id}/parts',
  'x-who': SIGNER,
  summary: 'A part of a rehearsal was put into the store: check it',
  request: { params: idParams, ...confirmedPart },
  responses: { 200: keptPart },
})

export const rehearsalCiphertext = defineRoute({
  method: 'get',
  path: '/rehearsals/{id}/ciphertext',
  'x-who': SIGNER,
  summary: 'Addresses at which the parts of your own rehearsal are downloaded again',
  request: { params: idParams },
  responses: {
    200: jsonAnswer(
      z.strictObject({
        parts: z.array(z.strictObject({ envelopeNo: z.int(), part: z.int(), size: z.int(), url: z.string() })),
      }),
    ),
  },
})

export const completeRehearsal = defineRoute({
  method: 'post',
  path: '/rehearsals/{id}/completion',
  'x-who': SIGNER,
  summary: 'Hand over the signed key of the summary: the platform opens it as at an opening and answers the card',
  description: 'Refusals: those of the certificate, upload-incomplete, rehearsal-over, rehearsal-not-opened',
  request: {
    params: idParams,
    ...jsonBody(
      z.strictObject({
        statement: base64url.max(2000),
        cms: base64url.max(60_000),
        browser: z.string().trim().min(1).max(80),
        pace,
      }),
    ),
  },
  responses: { 200: jsonAnswer(card) },
})

export const rehearsals = defineRoute({
  method: 'get',
  path: '/rehearsals',
  'x-who': SUPPLIER,
  summary: 'Cards of the rehearsals that your organisation has passed, newest first, and what it may still use today',
  responses: {
    200: jsonAnswer(
      z.strictObject({
        now: instant,
        left: z.strictObject({ rehearsals: z.int(), bytes: z.int() }),
        cards: z.array(card),
      }),
    ),
  },
})
