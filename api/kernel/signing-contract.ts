import {
  base64url,
  defineRoute,
  idParams,
  instant,
  jsonAnswer,
  jsonBody,
  pdfAnswer,
  uuid,
  type Who,
  z,
} from './http.ts'

/*
 * What the contracts of all papers share that several people sign one after another (`signing.ts`): prepare, read the
 * prepared file, hand the signature in, see who has signed.
 */

const preparedSignature = jsonAnswer(
  z.strictObject({
    version: z.int(),
    digest: base64url.length(43).meta({ description: 'SHA-256 over the byte range: what the CMS signs' }),
    byteRange: z.array(z.int()).length(4),
    expiresAt: instant,
  }),
)

const handedSignature = jsonBody(z.strictObject({ version: z.int().min(0), cms: base64url.min(1).max(22_000) }))

export const keptSignature = z.strictObject({ version: z.int(), signed: z.int() })

export const signersOfPaper = jsonAnswer(
  z.strictObject({
    signers: z.array(z.strictObject({ organisationId: uuid.nullable(), name: z.string(), at: instant })),
    mine: z.boolean().nullable().meta({ description: 'null: not yours to sign' }),
  }),
)

type Signing<P extends string, W extends Who, K extends z.ZodType> = {
  /** Where the paper is; its id is in there. */
  path: P
  who: W
  /** What `prepare` prepares and `sign` hands in. */
  summaries: { prepare: string; sign: string }
  kept: K
}

/** The routes by which whoever may sign a paper does so. */
export const signingRoutes = <const P extends string, const W extends Who, K extends z.ZodType>({
  path,
  who,
  summaries,
  kept,
}: Signing<P, W, K>) => ({
  prepare: defineRoute({
    method: 'post',
    path: `${path}/signature` as const,
    'x-who': who,
    summary: `${summaries.prepare}; valid for ten minutes`,
    request: { params: idParams },
    responses: { 200: preparedSignature },
  }),
  prepared: defineRoute({
    method: 'get',
    path: `${path}/prepared.pdf` as const,
    'x-who': who,
    summary: 'The very file you are about to sign',
    request: { params: idParams },
    responses: { 200: pdfAnswer },
  }),
  sign: defineRoute({
    method: 'put',
    path: `${path}/signature` as const,
    'x-who': who,
    summary: summaries.sign,
    request: { params: idParams, ...handedSignature },
    responses: { 200: jsonAnswer(kept) },
  }),
})
