import { z } from 'zod'

const sha = z.string().regex(/^[A-Za-z0-9_-]{43}$/)

/** The closed list of what bidding writes into the trail. All of it is bidder-side: secret until names are out. */
export const bidEvents = {
  'documents.obtained/1': z.strictObject({ organisationId: z.uuid() }),
  'bid.started/1': z.strictObject({ bidId: z.uuid(), lotId: z.uuid(), manifestHash: sha }),
  'bid.submitted/1': z.strictObject({
    bidId: z.uuid(),
    number: z.string(),
    organisationId: z.uuid(),
    bidSeq: z.int(),
    noticeN: z.int(),
    certificateSha256: sha,
    sizes: z.array(z.int()),
    /** 20号令 27: what the receipt says was received. */
    partsRoots: z.array(sha),
  }),
  'bid.withdrawn/1': z.strictObject({ bidId: z.uuid(), organisationId: z.uuid(), bidSeq: z.int() }),
  'bid.confirmed/1': z.strictObject({ bidId: z.uuid(), organisationId: z.uuid(), noticeN: z.int() }),
} as const
