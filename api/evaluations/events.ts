import { z } from 'zod'
import type { Actor } from '../kernel/actor.ts'
import type { Database } from '../kernel/database.ts'
import { type Appended, append } from '../log/append.ts'

const sha = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
const lotId = z.uuid()
const rejection = z.strictObject({
  code: z.string(),
  article: z.string().optional(),
  itemId: z.string().optional(),
  detail: z.string().optional(),
})
const outcomes = z.array(z.strictObject({ bidId: z.uuid(), passed: z.boolean(), reasons: z.array(rejection) }))

/**
 * Names are out, so these are public; who sits on the committee is not until the result notice (87号令 47), so members
 * appear by id only.
 */
export const evaluationEvents = {
  'committee.formed/1': z.strictObject({
    lotId,
    size: z.int(),
    experts: z.int(),
    members: z.array(z.strictObject({ seat: z.int(), personId: z.uuid(), expert: z.boolean(), chair: z.boolean() })),
  }),
  'committee.member-replaced/1': z.strictObject({
    lotId,
    seat: z.int(),
    out: z.uuid(),
    in: z.uuid(),
    reason: z.enum(['conflict', 'absent']),
  }),
  'committee.signed-in/1': z.strictObject({ lotId, personId: z.uuid() }),
  'committee.conflict-declared/1': z.strictObject({
    lotId,
    personId: z.uuid(),
    conflict: z.enum(['none', 'declared']),
    bidders: z.array(z.uuid()),
  }),
  'qualification.reviewed/1': z.strictObject({ lotId, decision: z.string(), bids: outcomes }),
  'conformity.reviewed/1': z.strictObject({
    lotId,
    decision: z.string(),
    competitionReason: z.string().nullable(),
    abnormallyLow: z.array(z.strictObject({ bidId: z.uuid(), tests: z.array(z.string()) })),
    bids: outcomes,
  }),
  'scores.finished/1': z.strictObject({ lotId, personId: z.uuid() }),
  'scores.corrected/1': z.strictObject({ lotId, personId: z.uuid(), bidId: z.uuid(), itemId: z.string() }),
  'evaluation.report-made/1': z.strictObject({ lotId, reportJsonSha256: sha, pdfSha256: sha }),
  'evaluation.report-signed/1': z.strictObject({ lotId, personId: z.uuid(), version: z.int(), pdfSha256: sha }),
  'evaluation.reported/1': z.strictObject({ lotId, reportJsonSha256: sha, reportSha256: sha, ranked: z.int() }),
  'evaluation.failed/1': z.strictObject({
    lotId,
    stage: z.enum(['qualification', 'conformity', 'ranking']),
    decision: z.string(),
    count: z.int(),
    article: z.string().nullable(),
    remedy: z.string().nullable(),
  }),
} as const
type EventType = keyof typeof evaluationEvents

/** Append one of them; a payload outside its schema throws. */
export const record = <T extends EventType>(
  trx: Database,
  actor: Actor,
  type: T,
  tenderId: string,
  data: z.input<(typeof evaluationEvents)[T]> & { lotId: string },
): Promise<Appended> =>
  append(trx, actor, {
    type,
    tenderId,
    lotId: data.lotId,
    scope: 'public',
    data: (evaluationEvents[type] as z.ZodType).parse(data),
  })
