import { z } from '../../kernel/http.ts'
import { base64urlField, idField, instantField, V } from '../../seal/json.ts'

const origin = z.string().min(8).max(300)
/** 43 base64url characters, 32 bytes. */
const nonce = base64urlField(32, 32)

/** What a person signs to come in; the browser builds it, the server composes nothing that is signed (SEALING.md §3). */
export { loginSchema as loginStatement } from '../../seal/signed-json.ts'

/** Proof of possession when a certificate of a recognised authority is bound. */
export const bindStatement = z.strictObject({
  v: z.literal(V),
  type: z.literal('bind'),
  origin,
  nonce,
  purpose: z.enum(['organisation', 'personal']),
  personId: idField,
  organisationId: idField.nullable(),
  at: instantField,
})

/** 委托协议: what a purchaser's seal certificate signs for an agency; from ≤ t < until in UTC milliseconds. */
export const mandateStatement = z.strictObject({
  v: z.literal(V),
  type: z.literal('mandate'),
  purchaserId: idField,
  agencyId: idField,
  scope: z.string().min(1).max(2000),
  from: instantField,
  until: instantField,
  at: instantField,
})
