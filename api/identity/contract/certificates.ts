import { base64url, defineRoute, done, idParams, instant, jsonAnswer, jsonBody, uuid, z } from '../../kernel/http.ts'
import { base64urlField } from '../../seal/json.ts'
import { signedBody } from './session.ts'

const certificate = z.strictObject({
  id: uuid,
  purpose: z.enum(['organisation', 'personal']),
  personId: uuid,
  organisationId: uuid.nullable(),
  subject: z.string(),
  issuer: z.string(),
  serial: z.string(),
  sha256: z.string().length(43),
  notBefore: instant,
  notAfter: instant,
  boundBy: z.enum(['issued', 'proof']),
  boundAt: instant,
  der: base64url,
})

export const readAuthorities = defineRoute({
  method: 'get',
  path: '/certificates/ca',
  'x-who': 'anyone',
  tags: ['certificates'],
  summary: 'Recognised authorities and their revocation lists, so that anybody can verify a signature',
  responses: {
    200: jsonAnswer(
      z.strictObject({
        at: instant,
        authorities: z.array(
          z.strictObject({
            subject: z.string(),
            fingerprint: z.string(),
            demo: z.boolean(),
            pem: z.string(),
            crl: z.strictObject({ pem: z.string(), thisUpdate: instant, nextUpdate: instant }).nullable(),
          }),
        ),
      }),
    ),
  },
})

export const listCertificates = defineRoute({
  method: 'get',
  path: '/certificates',
  'x-who': 'signed-in',
  tags: ['certificates'],
  summary: 'Your certificates and those of your organisation',
  responses: { 200: jsonAnswer(z.strictObject({ certificates: z.array(certificate) })) },
})

export const bindCertificate = defineRoute({
  method: 'post',
  path: '/certificates',
  'x-who': 'signed-in',
  tags: ['certificates'],
  summary: 'Bind a certificate of a recognised authority by proving possession of its key',
  description:
    'Statement {v,type:"bind",origin,nonce,purpose,personId,organisationId,at}. Refusals: login-nonce-invalid, ' +
    'login-origin-wrong, role-may-not-seal, certificate-foreign, certificate-not-of-organisation, certificate-bound-already, ' +
    'certificate-unbound-for-good',
  request: jsonBody(signedBody),
  responses: { 201: jsonAnswer(certificate, 'Bound') },
})

export const unbindCertificate = defineRoute({
  method: 'post',
  path: '/certificates/{id}/unbind',
  'x-who': 'signed-in',
  tags: ['certificates'],
  summary: 'No longer accept a certificate here',
  request: { params: idParams },
  responses: { 200: jsonAnswer(done) },
})

export const storeCrl = defineRoute({
  method: 'post',
  path: '/certificates/crl',
  'x-who': ['centre', 'administrator'],
  tags: ['certificates'],
  summary: "Take in an authority's newest revocation list (DER)",
  description: 'Refusals: crl-invalid, crl-older',
  request: jsonBody(z.strictObject({ crl: base64urlField(1, 700_000) })),
  responses: { 200: jsonAnswer(done) },
})

export const requestDemoCertificate = defineRoute({
  method: 'post',
  path: '/demo/certificates',
  'x-who': 'signed-in',
  tags: ['demo'],
  summary: 'A certificate of the demo authority for a request made in the browser; production refuses',
  description: 'Refusals: not-in-this-mode, role-may-not-seal, certificate-request-invalid',
  request: jsonBody(
    z.strictObject({
      purpose: z.enum(['organisation', 'personal']),
      csr: base64urlField(1, 16_384).meta({ description: 'PKCS#10, DER' }),
    }),
  ),
  responses: { 201: jsonAnswer(certificate.extend({ chain: z.array(base64url) }), 'Issued') },
})

export const revokeDemoCertificate = defineRoute({
  method: 'post',
  path: '/demo/certificates/{id}/revoke',
  'x-who': 'signed-in',
  tags: ['demo'],
  summary: 'Revoke a demo certificate of yours; a new list is published at once',
  description: 'Refusals: not-in-this-mode, not-found',
  request: { params: idParams },
  responses: { 200: jsonAnswer(done) },
})
