import { uuid, z } from '../../kernel/http.ts'
import { committeePlanSchema, noticeLotSchema, noticeSchema } from '../../seal/notice.ts'

/** What people write of a notice. Strict: the shape that may be submitted. Lenient: the shape a half-typed draft may have. */

const lotContent = noticeLotSchema.omit({ no: true }).extend({ industry: z.string().max(60) })

export const contentSchema = noticeSchema
  .pick({
    title: true,
    object: true,
    evaluationMethod: true,
    rowSets: true,
    noticeEnds: true,
    documentsFrom: true,
    documentsTo: true,
    lastClarification: true,
    deadline: true,
    place: true,
    bidderWindowMinutes: true,
    trusteeWindowMinutes: true,
    consortium: true,
    validityDays: true,
  })
  .extend({
    lots: z.array(lotContent).min(1).max(50),
    committee: committeePlanSchema,
    intentionId: uuid.nullable(),
    intentionReason: z.string().max(500),
    clauses: z.array(z.strictObject({ id: z.string().max(40), text: z.string().min(1).max(2000) })).max(60),
  })
export type TenderContent = z.output<typeof contentSchema>
export type LotContent = TenderContent['lots'][number]

const words = (max: number) => z.string().max(max)
const maybeInt = z.int().nullable()
const requirement = z.strictObject({ id: words(40), title: words(500), evidence: words(500) })

const draftLot = z
  .strictObject({
    title: words(200),
    quantity: words(100),
    budget: words(20),
    ceiling: words(20),
    floor: words(20).nullable(),
    deposit: words(20),
    minimumBidders: maybeInt,
    priceWeight: words(10),
    smeReserved: z.boolean(),
    smeRate: words(10),
    consortiumRate: words(10).nullable().optional(),
    industry: words(60),
    summaryFields: z
      .array(
        z.strictObject({
          key: words(40),
          label: words(100),
          type: z.enum(['money', 'text', 'integer', 'date']),
          required: z.boolean(),
        }),
      )
      .max(20),
    priceLines: z
      .array(z.strictObject({ id: words(40), title: words(300), unit: words(20), quantity: words(20) }))
      .max(500),
    qualification: z.array(requirement).max(50),
    conformity: z.array(requirement).max(50),
    scoring: z
      .array(
        z.strictObject({
          id: words(40),
          title: words(500),
          max: words(10),
          kind: z.enum(['objective', 'subjective']),
          intervals: z.array(z.strictObject({ label: words(300), from: words(10), to: words(10) })).max(20),
        }),
      )
      .max(50),
  })
  .partial()
  .extend({ lotId: uuid })

/** A draft keeps whatever was typed; only its size and its keys are checked. */
export const draftSchema = z
  .strictObject({
    title: words(200),
    object: z.enum(['goods', 'services', 'works']),
    evaluationMethod: z.enum(['comprehensive', 'lowest-price']),
    rowSets: z.array(words(40)).max(5),
    noticeEnds: words(20),
    documentsFrom: words(20),
    documentsTo: words(20),
    lastClarification: words(20),
    deadline: words(40),
    place: words(200),
    bidderWindowMinutes: maybeInt,
    trusteeWindowMinutes: maybeInt,
    consortium: z.boolean(),
    validityDays: maybeInt,
    lots: z.array(draftLot).max(50),
    committee: z.strictObject({ size: maybeInt, experts: maybeInt, complex: z.boolean() }).partial(),
    intentionId: uuid.nullable(),
    intentionReason: words(500),
    clauses: z.array(z.strictObject({ id: words(40), text: words(2000) })).max(60),
  })
  .partial()
export type TenderDraft = z.output<typeof draftSchema>

/** A correction (更正、澄清): the reason, and only what changes. Lots come whole, as they shall read. */
export const correctionSchema = z.strictObject({
  reason: z.string().min(1).max(2000),
  affecting: z.boolean(),
  deadline: noticeSchema.shape.deadline.optional(),
  noticeEnds: noticeSchema.shape.noticeEnds.optional(),
  documentsTo: noticeSchema.shape.documentsTo.optional(),
  lastClarification: noticeSchema.shape.lastClarification.optional(),
  place: noticeSchema.shape.place.optional(),
  lots: z.array(noticeLotSchema).min(1).max(50).optional(),
  removeFiles: z.array(uuid).max(100).optional(),
})
export type Correction = z.output<typeof correctionSchema>
