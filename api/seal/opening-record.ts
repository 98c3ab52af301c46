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
  /** Which row of the decision table decided, whose cause it was, and the traces that it read. */
  decision: z.strictObject({
    row: z.string(),
    cause: z.enum(['bidder', 'escrow', 'platform', 'trustees', 'store']).nullable(),
    /** For how many of `envelopes` the bidder released a key that fits; whether it released one that does not. */
    envelopes: z.int(),
    keys: z.int(),
    wrongKeys: z.boolean(),
    /** Shares that fit, of all trustees together. */
    shares: z.int(),
    lost: z.boolean(),
  }),
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
  /** What each trustee did in the fallback of this lot, by name; `needed` where one took place at all. */
  fallback: z.strictObject({
    needed: z.boolean(),
    k: z.int(),
    seats: z.array(
      z.strictObject({
        i: z.int(),
        organisationId: z.uuid(),
        name: z.string(),
        role: z.string(),
        answer: z.enum(['not-needed', 'given', 'false', 'absent']),
        shares: z.int(),
        falseShares: z.int(),
      }),
    ),
  }),
  outcome: z.enum(['continue', 'failed']),
})

export type RecordedBid = z.infer<typeof recordedBidSchema>
export type OpeningRecord = z.infer<typeof openingRecordSchema>
