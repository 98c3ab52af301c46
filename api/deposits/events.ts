import { z } from 'zod'

const fen = z.string().regex(/^\d+$/)

/** Money of bidders: secret until names are out, all of it. */
export const depositEvents = {
  'deposit.account-opened/1': z.strictObject({ lotId: z.uuid(), organisationId: z.uuid(), amountDue: fen }),
  'deposit.received/1': z.strictObject({
    bankReference: z.string(),
    organisationId: z.uuid().nullable(),
    amount: fen,
    verdict: z.enum(['matched', 'unknown-account', 'foreign-payer', 'late']),
  }),
  'deposit.refund-ordered/1': z.strictObject({
    refundId: z.uuid(),
    /** Null: the money came for an account number that nobody has. */
    organisationId: z.uuid().nullable(),
    amount: fen,
    interest: fen,
    reason: z.string(),
    dueOn: z.iso.date(),
  }),
  'deposit.refund-due-moved/1': z.strictObject({
    refundId: z.uuid(),
    organisationId: z.uuid().nullable(),
    from: z.iso.date(),
    dueOn: z.iso.date(),
    /** Of the holiday plan that moved it. */
    year: z.int(),
  }),
  'deposit.refunded/1': z.strictObject({
    refundId: z.uuid(),
    organisationId: z.uuid().nullable(),
    amount: fen,
  }),
} as const
