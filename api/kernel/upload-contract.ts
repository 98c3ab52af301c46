import { base64url, jsonAnswer, jsonBody, z } from './http.ts'

/*
 * What the contracts of all uploads share whose parts go from the browser straight into the store (`files.ts`): a signed
 * manifest in, an address for each part out, and each part confirmed once it was put.
 */

const MOST_OBJECTS = 4

/** @param mostParts of one envelope: what the feature takes at the most */
export const signedManifest = (mostParts: number) =>
  z.strictObject({
    manifest: base64url.max(22_000),
    cms: base64url.max(60_000),
    partHashes: z
      .array(z.strictObject({ envelopeNo: z.int(), sha256: z.array(base64url.length(43)).min(1).max(mostParts) }))
      .max(MOST_OBJECTS),
  })
export type SignedManifest = z.infer<ReturnType<typeof signedManifest>>

export const partAddresses = z.array(
  z.strictObject({
    envelopeNo: z.int(),
    part: z.int(),
    size: z.int(),
    stored: z.boolean(),
    url: z.string().nullable().meta({ description: 'PUT here, once; null when stored' }),
    headers: z.record(z.string(), z.string()),
  }),
)

const putPart = z.strictObject({ envelopeNo: z.int(), part: z.int().min(0) })
export type PutPart = z.infer<typeof putPart>

export const confirmedPart = jsonBody(putPart)

export const keptPart = jsonAnswer(z.strictObject({ stored: z.literal(true) }))
