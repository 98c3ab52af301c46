import { z } from 'zod'

/**
 * The notice of a tender as signed, logged and shown: the one document from which a bidder's, a trustee's and a
 * verifier's own software reads what was asked. Money in 分 as decimal strings, instants ISO 8601 UTC, dates Beijing.
 */
const id = z.uuid()
const fen = z.string().regex(/^\d{1,15}$/)
const date = z.iso.date()
const hash = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
const points = z.string().regex(/^\d{1,3}(\.\d{1,2})?$/)
const rate = z.string().regex(/^(0(\.\d{1,4})?|1(\.0{1,4})?)$/)
const text = (max: number) => z.string().min(1).max(max)

export const summaryFieldSchema = z.strictObject({
  key: z.string().regex(/^[a-z][a-zA-Z0-9]{0,39}$/),
  label: text(100),
  type: z.enum(['money', 'text', 'integer', 'date']),
  required: z.boolean(),
})

export const requirementSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,40}$/),
  title: text(500),
  evidence: z.string().max(500),
})

export const scoringItemSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,40}$/),
  title: text(500),
  max: points,
  kind: z.enum(['objective', 'subjective']),
  /** 87号令 55: factors are quantified to intervals, each with its points. */
  intervals: z
    .array(z.strictObject({ label: text(300), from: points, to: points }))
    .min(1)
    .max(20),
})

export const noticeLotSchema = z.strictObject({
  lotId: id,
  no: z.int().min(1).max(99),
  title: text(200),
  quantity: text(100),
  budget: fen,
  ceiling: fen,
  floor: fen.nullable(),
  deposit: fen,
  minimumBidders: z.int().min(1).max(9),
  priceWeight: rate,
  smeReserved: z.boolean(),
  smeRate: rate,
  /** 46号 9: off the price of a consortium of whose contract small and micro firms carry enough; null: none. Earlier notices lack it. */
  consortiumRate: rate.nullable().optional(),
  /** 46号 12: the industry (所属行业) by which a bidder's size is judged. */
  industry: z.string().max(60).optional(),
  summaryFields: z.array(summaryFieldSchema).min(1).max(20),
  priceLines: z
    .array(z.strictObject({ id: z.string().max(40), title: text(300), unit: text(20), quantity: z.string().max(20) }))
    .max(500),
  qualification: z.array(requirementSchema).max(50),
  conformity: z.array(requirementSchema).max(50),
  scoring: z.array(scoringItemSchema).max(50),
})

/** 87号令 47: how the committee will be made up. */
export const committeePlanSchema = z.strictObject({
  size: z.int().min(1).max(99),
  experts: z.int().min(1).max(99),
  complex: z.boolean(),
})

const partySchema = z.strictObject({
  organisationId: id,
  name: text(200),
  uscc: z.string().length(18),
  address: z.string().max(300),
  contact: z.string().max(200),
})

export const noticeSchema = z.strictObject({
  v: z.literal('sunlit/v1'),
  type: z.literal('notice'),
  n: z.int().min(0),
  previous: hash.nullable(),
  kind: z.enum(['initial', 'correction']),
  affecting: z.boolean(),
  reason: z.string().max(2000),
  tenderId: id,
  number: text(40),
  title: text(200),
  regime: z.enum(['GP', 'TB']),
  method: z.enum(['open', 'invited', 'negotiation', 'consultation', 'inquiry', 'single-source']),
  object: z.enum(['goods', 'services', 'works']),
  evaluationMethod: z.enum(['comprehensive', 'lowest-price']),
  rowSets: z.array(z.string().max(40)).min(1),
  purchaser: partySchema,
  agency: partySchema.nullable(),
  publishedAt: z.iso.datetime(),
  noticeEnds: date,
  documentsFrom: date,
  documentsTo: date,
  lastClarification: date,
  deadline: z.iso.datetime(),
  place: text(200),
  bidderWindowMinutes: z.int().min(1).max(1440),
  trusteeWindowMinutes: z.int().min(1).max(1440),
  trustees: z.strictObject({ setHash: hash, fingerprint: text(100), n: z.int(), k: z.int() }),
  /** H of the list of probes in force, whose word the clause 故障顺延 asks for; null: nobody is named. */
  probesSha256: hash.nullable().optional(),
  /** Whose seal the platform's papers bear: this certificate, or another that bears the same code. */
  seal: z.strictObject({ certSha256: hash, uscc: z.string().length(18).nullable() }).optional(),
  consortium: z.boolean(),
  validityDays: z.int().min(1).max(365),
  lots: z.array(noticeLotSchema).min(1).max(50),
  files: z
    .array(
      z.strictObject({
        fileId: id,
        name: text(200),
        kind: z.string().max(40),
        mime: text(100),
        size: z.int(),
        sha256: hash,
      }),
    )
    .max(100),
  /** SEALING.md §4: the ground for fallback, windows, re-supply, escrow check and rehearsal. */
  committee: committeePlanSchema.optional(),
  /** The 采购意向 this tender follows; its absence needs a reason (财库〔2020〕10号 四). */
  intention: z
    .strictObject({ number: text(40), publishedOn: date })
    .nullable()
    .optional(),
  intentionReason: z.string().max(500).optional(),
  clauses: z.array(z.strictObject({ id: z.string().max(40), text: text(2000) })).min(1),
})

export type Notice = z.infer<typeof noticeSchema>
export type NoticeLot = z.infer<typeof noticeLotSchema>
