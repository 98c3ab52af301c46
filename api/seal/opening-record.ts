import { z } from 'zod'
import { summaryFieldSchema } from './notice.ts'

/** 开标记录: what everybody sees at once when decryption is over. Its exact bytes are hashed into OPENING. */
const recordedBidSchema = z.strictObject({
  bidId: z.uuid(),
  number: z.string(),
  manifestHash: z.string(),
  organisationId: z.uuid(),
  name: z.string(),
  uscc: z.string(),
  receivedAt: z.iso.datetime(),
  how: z.enum(['bidder', 'trustees', 'failed']),
  verdict: z.string(),
  treatedAs: z.enum(['valid', 'revoked', 'withdrawn']),
  deposit: z.enum(['not-required', 'none', 'short', 'paid']),
  /** The typed answers of the summary envelope, as the bidder gave them. */
  form: z.record(z.string(), z.json()).nullable(),
  /** 联合体 members besides the leader, as the summary's header names them; null where the register knows no such id. */
  consortium: z.array(
    z.strictObject({ organisationId: z.uuid(), name: z.string().nullable(), uscc: z.string().nullable() }),
  ),
})

export const openingRecordSchema = z.strictObject({
  v: z.literal('sunlit/v1'),
  type: z.literal('opening-record'),
  tenderId: z.uuid(),
  tenderNumber: z.string(),
  title: z.string(),
  lotId: z.uuid(),
  lotNo: z.int(),
  lotTitle: z.string(),
  place: z.string(),
  deadline: z.iso.datetime(),
  closedAt: z.iso.datetime(),
  openedAt: z.iso.datetime(),
  ceiling: z.string(),
  summaryFields: z.array(summaryFieldSchema),
  bids: z.array(recordedBidSchema),
  outcome: z.enum(['continue', 'failed']),
})

export type RecordedBid = z.infer<typeof recordedBidSchema>
export type OpeningRecord = z.infer<typeof openingRecordSchema>
