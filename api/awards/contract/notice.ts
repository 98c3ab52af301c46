import { z } from 'zod'
import { GROUNDS } from '../rules.ts'

const fen = z.string().regex(/^\d{1,15}$/)
const hash = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
const party = z.strictObject({ name: z.string(), address: z.string(), contact: z.string() })

/** 主要标的, one line; unit price in 分. */
export const subjectLineSchema = z.strictObject({
  name: z.string().min(1).max(300),
  spec: z.string().min(1).max(500),
  quantity: z.string().min(1).max(60),
  unitPrice: fen,
  requirement: z.string().min(1).max(1000),
})

/** 中标结果公告 (87号令 69): its exact bytes are hashed into 'result.published/1'. Money in 分. */
export const resultNoticeSchema = z.strictObject({
  v: z.literal('sunlit/v1'),
  type: z.literal('result-notice'),
  tenderId: z.uuid(),
  number: z.string(),
  title: z.string(),
  regime: z.enum(['GP', 'TB']),
  method: z.string(),
  evaluationMethod: z.enum(['comprehensive', 'lowest-price']),
  purchaser: party,
  agency: party.nullable(),
  lotId: z.uuid(),
  lotNo: z.int(),
  lotTitle: z.string(),
  winner: z.strictObject({
    bidId: z.uuid(),
    organisationId: z.uuid(),
    name: z.string(),
    uscc: z.string(),
    address: z.string(),
    amount: fen,
    totalScore: z.string().nullable(),
    rank: z.int(),
    /** 政府采购法 24: whoever signs the contract together with the winner. */
    consortium: z.array(z.strictObject({ name: z.string(), uscc: z.string() })),
  }),
  passedOver: z.array(z.strictObject({ name: z.string(), ground: z.enum(GROUNDS), reason: z.string() })),
  subject: z.array(subjectLineSchema).min(1),
  evaluators: z.array(z.strictObject({ name: z.string(), expert: z.boolean(), chair: z.boolean() })).min(1),
  /** 46号 13: the declaration of a winner that used the policy for small firms. */
  smeDeclaration: z.strictObject({ fileId: z.uuid(), name: z.string(), sha256: hash }).nullable(),
  reportSha256: hash,
  decidedAt: z.iso.datetime(),
  publishedAt: z.iso.datetime(),
  /** Beijing dates; null where the law gives none. */
  noticeEnds: z.iso.date().nullable(),
  challengeUntil: z.iso.date().nullable(),
})
export type ResultNotice = z.infer<typeof resultNoticeSchema>
