import { z } from 'zod'
import type { Actor } from '../kernel/actor.ts'
import type { Database } from '../kernel/database.ts'
import { type Appended, append } from '../log/append.ts'
import { GROUNDS } from './rules.ts'

const sha = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
const fen = z.string().regex(/^\d+$/)

export const awardEvents = {
  'award.decided/1': z.strictObject({
    lotId: z.uuid(),
    bidId: z.uuid(),
    rank: z.int(),
    price: fen,
    passedOver: z.array(z.strictObject({ bidId: z.uuid(), ground: z.enum(GROUNDS), reason: z.string() })),
    reportSha256: sha,
    /** The last lawful day for this decision; null where the law gives none. */
    dueOn: z.iso.date().nullable(),
  }),
  'result.published/1': z.strictObject({
    lotId: z.uuid(),
    bidId: z.uuid(),
    noticeSha256: sha,
    noticePdfSha256: sha,
    letterPdfSha256: sha,
    dueOn: z.iso.date().nullable(),
  }),
  /** The letter with one more signature of the purchaser's side: H(PDF) of each version after `letterPdfSha256`. */
  'award-letter.signed/1': z.strictObject({ lotId: z.uuid(), organisationId: z.uuid(), pdfSha256: sha }),
  'contract.published/1': z.strictObject({
    lotId: z.uuid(),
    amount: fen,
    signedOn: z.iso.date(),
    fileSha256: sha,
    dueOn: z.iso.date().nullable(),
  }),
} as const
type EventType = keyof typeof awardEvents

/** Append one of them; a payload outside its schema throws. */
export const record = <T extends EventType>(
  trx: Database,
  actor: Actor,
  type: T,
  tenderId: string,
  data: z.input<(typeof awardEvents)[T]> & { lotId: string },
): Promise<Appended> =>
  append(trx, actor, {
    type,
    tenderId,
    lotId: data.lotId,
    scope: 'public',
    data: (awardEvents[type] as z.ZodType).parse(data),
  })
