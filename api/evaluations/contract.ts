import { defineRoute, idParams, instant, jsonAnswer, jsonBody, uuid, z } from '../kernel/http.ts'
import { keptSignature, signingRoutes } from '../kernel/signing-contract.ts'
import {
  conflict,
  EVALUATOR,
  FORMERS,
  formed,
  itemId,
  PURCHASERS,
  points,
  reason,
  saved,
  seat,
  stage,
  status,
} from './contract/shapes.ts'

export * from './contract/read.ts'

export const listEvaluators = defineRoute({
  method: 'get',
  path: '/evaluators',
  'x-who': FORMERS,
  summary: 'Who may be put on a committee',
  request: { query: z.strictObject({ text: z.string().max(50).optional() }) },
  responses: {
    200: jsonAnswer(
      z.strictObject({
        evaluators: z.array(
          z.strictObject({ personId: uuid, name: z.string(), organisationId: uuid, organisationName: z.string() }),
        ),
      }),
    ),
  },
})

export const myEvaluations = defineRoute({
  method: 'get',
  path: '/evaluations',
  'x-who': EVALUATOR,
  summary: 'The committees you sit on',
  responses: {
    200: jsonAnswer(
      z.strictObject({
        evaluations: z.array(
          z.strictObject({
            lotId: uuid,
            tenderId: uuid,
            number: z.string(),
            title: z.string(),
            lotNo: z.int(),
            lotTitle: z.string(),
            status,
            chair: z.boolean(),
            signedInAt: instant.nullable(),
            conflict: conflict.nullable(),
            finishedAt: instant.nullable(),
            reportSignedAt: instant.nullable(),
          }),
        ),
      }),
    ),
  },
})

export const formCommittee = defineRoute({
  method: 'post',
  path: '/lots/{id}/evaluation/committee',
  'x-who': FORMERS,
  summary: 'Form the committee of an opened lot (87号令 47)',
  request: { params: idParams, ...jsonBody(z.strictObject({ members: z.array(seat).min(1).max(99) })) },
  responses: { 200: jsonAnswer(formed) },
})

export const replaceMember = defineRoute({
  method: 'post',
  path: '/lots/{id}/evaluation/replacements',
  'x-who': FORMERS,
  summary: 'Put another in the place of a member who steps out or does not come (87号令 49)',
  request: {
    params: idParams,
    ...jsonBody(z.strictObject({ out: uuid, reason: z.enum(['conflict', 'absent']), in: seat })),
  },
  responses: { 200: jsonAnswer(formed) },
})

export const signIn = defineRoute({
  method: 'post',
  path: '/lots/{id}/evaluation/sign-in',
  'x-who': EVALUATOR,
  summary: 'Sign in as a member',
  request: { params: idParams },
  responses: { 200: jsonAnswer(z.strictObject({ signedInAt: instant })) },
})

export const declareConflict = defineRoute({
  method: 'post',
  path: '/lots/{id}/evaluation/declaration',
  'x-who': EVALUATOR,
  summary: 'Declare about conflicts with the bidders listed (政府采购法 12)',
  request: {
    params: idParams,
    ...jsonBody(
      z.strictObject({
        conflict,
        reason: reason.default(''),
        bidders: z.array(uuid).max(1000).meta({ description: 'the bidders you were shown, by organisation' }),
      }),
    ),
  },
  responses: { 200: jsonAnswer(z.strictObject({ conflict })) },
})

export const saveReview = defineRoute({
  method: 'put',
  path: '/lots/{id}/evaluation/reviews',
  'x-who': ['evaluator', ...PURCHASERS] as const,
  summary: "Keep one verdict: qualification by the purchaser's side, conformity by each member",
  request: {
    params: idParams,
    ...jsonBody(z.strictObject({ stage, bidId: uuid, itemId, passed: z.boolean(), reason: reason.default('') })),
  },
  responses: { 200: jsonAnswer(saved) },
})

export const closeQualification = defineRoute({
  method: 'post',
  path: '/lots/{id}/evaluation/qualification/close',
  'x-who': PURCHASERS,
  summary: 'Close the qualification review (87号令 44)',
  request: { params: idParams },
  responses: { 200: jsonAnswer(z.strictObject({ decision: z.string(), qualified: z.int() })) },
})

export const closeConformity = defineRoute({
  method: 'post',
  path: '/lots/{id}/evaluation/conformity/close',
  'x-who': EVALUATOR,
  summary: 'The chair closes the conformity review; the majority decides',
  request: {
    params: idParams,
    ...jsonBody(
      z.strictObject({
        competition: z.strictObject({ remains: z.boolean(), reason: reason.min(1) }).optional(),
      }),
    ),
  },
  responses: { 200: jsonAnswer(z.strictObject({ decision: z.string(), passed: z.int() })) },
})

export const saveScore = defineRoute({
  method: 'put',
  path: '/lots/{id}/evaluation/scores',
  'x-who': EVALUATOR,
  summary: 'Keep one score of yours',
  request: {
    params: idParams,
    ...jsonBody(z.strictObject({ bidId: uuid, itemId, points, opinion: reason.default('') })),
  },
  responses: { 200: jsonAnswer(saved) },
})

export const finishScores = defineRoute({
  method: 'post',
  path: '/lots/{id}/evaluation/scores/finish',
  'x-who': EVALUATOR,
  summary: 'Your scores are complete and final',
  request: { params: idParams },
  responses: { 200: jsonAnswer(z.strictObject({ finishedAt: instant })) },
})

export const closeEvaluation = defineRoute({
  method: 'post',
  path: '/lots/{id}/evaluation/close',
  'x-who': EVALUATOR,
  summary: 'The chair has the sums, the order and the report made',
  request: { params: idParams },
  responses: { 200: jsonAnswer(z.strictObject({ outcome: z.enum(['continue', 'failed']) })) },
})

export const reportSigning = signingRoutes({
  path: '/lots/{id}/evaluation/report',
  who: EVALUATOR,
  summaries: {
    prepare: 'Prepare your signature',
    sign: 'Hand in your signature (CAdES over the prepared digest)',
  },
  kept: keptSignature.extend({ all: z.int() }),
})
