import { defineRoute, fen, idParams, instant, jsonAnswer, pdfAnswer, uuid, z } from '../../kernel/http.ts'
import { ENVELOPE_KINDS } from '../../seal/context.ts'
import { scoringItemSchema } from '../../seal/notice.ts'
import { conflict, points, ROOM, rejection, stage, status } from './shapes.ts'

const member = z.strictObject({
  seat: z.int(),
  personId: uuid.nullable(),
  name: z.string().nullable(),
  organisation: z.string().nullable(),
  expert: z.boolean(),
  chair: z.boolean(),
  signedInAt: instant.nullable(),
  conflict: conflict.nullable(),
  finishedAt: instant.nullable(),
  reportSignedAt: instant.nullable(),
})
const reviewItem = z.object({ stage, id: z.string(), title: z.string() })

export const readRoom = defineRoute({
  method: 'get',
  path: '/lots/{id}/evaluation/room',
  'x-who': ROOM,
  summary: 'Where the evaluation stands and what is yours to do; never what another member gave',
  request: { params: idParams },
  responses: {
    200: jsonAnswer(
      z.strictObject({
        lotId: uuid,
        tenderId: uuid,
        lotStatus: z.string(),
        status,
        access: z.enum(['member', 'purchaser-side', 'centre', 'supervisor']),
        evaluationMethod: z.enum(['comprehensive', 'lowest-price']),
        qualificationClosedAt: instant.nullable(),
        conformityClosedAt: instant.nullable(),
        failed: z.record(z.string(), z.union([z.string(), z.number()]).nullable()).nullable(),
        members: z.array(member),
        bidders: z.array(z.strictObject({ organisationId: uuid, name: z.string() })),
        reviewItems: z.strictObject({ purchaser: z.array(reviewItem), committee: z.array(reviewItem) }),
        scoringItems: z.array(scoringItemSchema),
        rejected: z.array(
          z.strictObject({
            bidId: uuid,
            stage: z.enum(['qualification', 'conformity', 'ranking']),
            reasons: z.array(rejection),
          }),
        ),
        reviews: z.array(
          z.strictObject({ bidId: uuid, stage, itemId: z.string(), passed: z.boolean(), reason: z.string() }),
        ),
        scores: z.array(z.strictObject({ bidId: uuid, itemId: z.string(), points, opinion: z.string() })),
        differing: z.array(z.strictObject({ bidId: uuid, itemId: z.string() })),
      }),
    ),
  },
})

export const readBids = defineRoute({
  method: 'get',
  path: '/lots/{id}/evaluation/bids',
  'x-who': ROOM,
  summary: 'The opened bids: typed answers and files, as far as you are entitled',
  request: { params: idParams },
  responses: {
    200: jsonAnswer(
      z.strictObject({
        bids: z.array(
          z.strictObject({
            bidId: uuid,
            letter: z.string(),
            number: z.string(),
            organisationId: uuid,
            name: z.string(),
            price: fen.nullable(),
            size: z.enum(['large', 'medium', 'small', 'micro']).nullable(),
            deposit: z.string(),
            treatedAs: z.enum(['valid', 'revoked', 'withdrawn']),
            standing: z.boolean(),
            consortium: z.array(
              z.strictObject({
                organisationId: uuid,
                name: z.string().nullable(),
                uscc: z.string().nullable(),
                signed: z.boolean(),
              }),
            ),
            envelopes: z.array(
              z.strictObject({
                kind: z.enum(ENVELOPE_KINDS),
                signers: z.array(
                  z.strictObject({ organisation: z.string().nullable(), person: z.string().nullable() }),
                ),
                form: z.record(z.string(), z.any()),
                files: z.array(
                  z.strictObject({
                    index: z.int(),
                    name: z.string(),
                    size: z.int(),
                    sha256: z.string(),
                    mime: z.string(),
                  }),
                ),
              }),
            ),
          }),
        ),
      }),
    ),
  },
})

export const readBidFile = defineRoute({
  method: 'get',
  path: '/lots/{id}/evaluation/bids/{bidId}/files/{kind}/{index}',
  'x-who': ROOM,
  summary: 'One file of a bid, decrypted as it is read',
  request: {
    params: z.strictObject({
      id: uuid,
      bidId: uuid,
      kind: z.enum(ENVELOPE_KINDS),
      index: z.coerce.number().int().min(0).max(999),
    }),
  },
  responses: { 200: { description: 'file', content: { 'application/octet-stream': { schema: z.string() } } } },
})

export const readReport = defineRoute({
  method: 'get',
  path: '/lots/{id}/evaluation/report',
  'x-who': ROOM,
  summary: 'The report as the exact bytes that are hashed',
  request: { params: idParams },
  responses: { 200: { description: 'JSON', content: { 'application/json': { schema: z.looseObject({}) } } } },
})

export const readReportPdf = defineRoute({
  method: 'get',
  path: '/lots/{id}/evaluation/report.pdf',
  'x-who': ROOM,
  summary: 'The report with the signatures made so far',
  request: { params: idParams },
  responses: { 200: pdfAnswer },
})
