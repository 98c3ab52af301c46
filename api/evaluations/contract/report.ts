import { z } from 'zod'
import { rankingInputSchema, standingSchema } from './ranking.ts'

const rejection = z.strictObject({
  code: z.string(),
  article: z.string().optional(),
  itemId: z.string().optional(),
  detail: z.string().optional(),
})
const letter = z.string()
const instant = z.iso.datetime()

/**
 * 评标报告 (87号令 第五十八条) as JSON: its exact bytes are hashed into 'evaluation.reported/1'. `ranking.input` alone gives
 * `ranking.standings` again by `rankLot`, so anybody checks the order. Money in 分 unless a field says yuan.
 */
export const evaluationReportSchema = z.strictObject({
  v: z.literal('sunlit/v1'),
  type: z.literal('evaluation-report'),
  tenderId: z.uuid(),
  number: z.string(),
  title: z.string(),
  purchaser: z.string(),
  agency: z.string().nullable(),
  lotId: z.uuid(),
  lotNo: z.int(),
  lotTitle: z.string(),
  budget: z.string(),
  ceiling: z.string(),
  floor: z.string().nullable(),
  noticePublishedAt: instant,
  madeAt: instant,
  opening: z.strictObject({
    openedAt: instant,
    place: z.string(),
    recordSha256: z.string(),
    bids: z.int(),
    valid: z.int(),
  }),
  committee: z.strictObject({
    formedAt: instant,
    members: z.array(
      z.strictObject({
        seat: z.int(),
        personId: z.uuid(),
        name: z.string(),
        organisation: z.string(),
        expert: z.boolean(),
        chair: z.boolean(),
        signedInAt: instant,
        declaredAt: instant,
      }),
    ),
    replaced: z.array(z.strictObject({ seat: z.int(), personId: z.uuid(), name: z.string(), reason: z.string() })),
  }),
  bids: z.array(
    z.strictObject({
      letter,
      bidId: z.uuid(),
      number: z.string(),
      manifestHash: z.string(),
      organisationId: z.uuid(),
      name: z.string(),
      price: z.string().nullable(),
      deposit: z.string(),
      treatedAs: z.enum(['valid', 'revoked', 'withdrawn']),
    }),
  ),
  reviews: z.array(
    z.strictObject({
      letter,
      stage: z.enum(['qualification', 'conformity']),
      itemId: z.string(),
      title: z.string(),
      passed: z.boolean(),
      /** seat null = the purchaser's side. */
      votes: z.array(z.strictObject({ seat: z.int().nullable(), passed: z.boolean(), reason: z.string() })),
    }),
  ),
  rejected: z.array(
    z.strictObject({ letter, stage: z.enum(['qualification', 'conformity']), reasons: z.array(rejection) }),
  ),
  competitionReason: z.string().nullable(),
  items: z.array(z.strictObject({ id: z.string(), title: z.string(), max: z.string(), kind: z.string() })),
  opinions: z.array(z.strictObject({ letter, itemId: z.string(), seat: z.int(), opinion: z.string() })),
  /** 畸高畸低: scores far from the mean, shown for the committee to look at. */
  deviations: z.array(z.strictObject({ letter, itemId: z.string(), seat: z.int() })),
  abnormallyLow: z.array(z.strictObject({ letter, tests: z.array(z.string()) })),
  ranking: z.strictObject({ input: rankingInputSchema, standings: z.array(standingSchema) }),
})
export type EvaluationReport = z.infer<typeof evaluationReportSchema>
