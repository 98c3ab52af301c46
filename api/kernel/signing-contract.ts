import { base64url, instant, jsonAnswer, jsonBody, uuid, z } from './http.ts'

/*
 * What the contracts of all papers share that several people sign one after another (`signing.ts`): prepare, read the
 * prepared file, hand the signature in, see who has signed.
 */

export const preparedSignature = jsonAnswer(
  z.strictObject({
    version: z.int(),
    digest: base64url.length(43).meta({ description: 'SHA-256 over the byte range: what the CMS signs' }),
    byteRange: z.array(z.int()).length(4),
    expiresAt: instant,
  }),
)

export const handedSignature = jsonBody(z.strictObject({ version: z.int().min(0), cms: base64url.min(1).max(22_000) }))

export const keptSignature = jsonAnswer(z.strictObject({ version: z.int(), signed: z.int() }))

export const signersOfPaper = jsonAnswer(
  z.strictObject({
    signers: z.array(z.strictObject({ organisationId: uuid.nullable(), name: z.string(), at: instant })),
    mine: z.boolean().nullable().meta({ description: 'null: not yours to sign' }),
  }),
)
