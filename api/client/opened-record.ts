import { z } from 'zod'
import { bytesField, idField } from '../seal/json.ts'

/** The opening record as far as it is recomputed. */
export const recordSchema = z.looseObject({
  tenderId: idField,
  lotId: idField,
  bids: z.array(
    z.looseObject({
      bidId: idField,
      manifestHash: bytesField(32),
      /** For the signatures on the paper alone. */
      organisationId: z.string().optional(),
      uscc: z.string(),
      receivedAt: z.iso.datetime(),
      how: z.enum(['bidder', 'trustees', 'failed']),
      verdict: z.string(),
      treatedAs: z.enum(['valid', 'revoked', 'withdrawn']),
      decision: z.looseObject({ cause: z.string().nullable() }).optional(),
      form: z.record(z.string(), z.json()).nullable(),
      consortium: z.array(z.looseObject({ organisationId: idField })),
    }),
  ),
})
export type PublishedRecord = z.output<typeof recordSchema>
export type Recorded = PublishedRecord['bids'][number]
