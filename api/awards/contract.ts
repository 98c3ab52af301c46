import { rankingInputSchema, standingSchema } from '../evaluations/contract/ranking.ts'
import { defineRoute, fen, idParams, instant, jsonAnswer, jsonBody, pdfAnswer, uuid, z } from '../kernel/http.ts'
import { ENVELOPE_KINDS } from '../seal/context.ts'
import { subjectLineSchema } from './contract/notice.ts'
import { SIDE, SUPPLIER } from './contract/shapes.ts'
import { GROUNDS } from './rules.ts'

export * from './contract/letter.ts'

const PURCHASER = ['purchaser', 'purchaser-approver'] as const

const date = z.iso.date().meta({ description: 'Beijing date' })
const score = z.string().meta({ description: 'points, 2 decimals' })
const passedOver = z.array(
  z.strictObject({ bidId: uuid, ground: z.enum(GROUNDS), reason: z.string().min(1).max(2000) }),
)

export const readAward = defineRoute({
  method: 'get',
  path: '/lots/{id}/award',
  'x-who': SIDE,
  summary: 'Candidates in order, what is decided, what is due by when',
  request: { params: idParams },
  responses: {
    200: jsonAnswer(
      z.strictObject({
        lotId: uuid,
        candidates: z.array(
          z.strictObject({
            bidId: uuid,
            name: z.string(),
            price: fen,
            total: score.nullable(),
            rank: z.int(),
            needsSmeDeclaration: z.boolean(),
          }),
        ),
        decisionDue: date.nullable(),
        award: z
          .strictObject({
            bidId: uuid,
            price: fen,
            rank: z.int(),
            passedOver,
            decidedAt: instant,
            publicationDue: date.nullable(),
            publishedAt: instant.nullable(),
            contractDue: date.nullable(),
          })
          .nullable(),
      }),
    ),
  },
})

export const decideAward = defineRoute({
  method: 'post',
  path: '/lots/{id}/award',
  'x-who': PURCHASER,
  summary: 'Decide the winner in ranked order (87号令 68)',
  request: { params: idParams, ...jsonBody(z.strictObject({ bidId: uuid, passedOver: passedOver.default([]) })) },
  responses: { 200: jsonAnswer(z.strictObject({ lotId: uuid, bidId: uuid, price: fen })) },
})

export const publishResult = defineRoute({
  method: 'post',
  path: '/lots/{id}/award/publication',
  'x-who': SIDE,
  summary: 'Publish the result notice and issue the award letter with it (87号令 69)',
  request: {
    params: idParams,
    ...jsonBody(
      z.strictObject({
        subject: z.array(subjectLineSchema).max(500),
        smeDeclaration: z
          .strictObject({ kind: z.enum(ENVELOPE_KINDS).exclude(['summary']), index: z.int().min(0).max(999) })
          .optional(),
      }),
    ),
  },
  responses: { 200: jsonAnswer(z.strictObject({ lotId: uuid, publishedAt: instant })) },
})

export const listAwards = defineRoute({
  method: 'get',
  path: '/tenders/{id}/awards',
  'x-who': 'anyone',
  summary: 'Published results and contracts of a tender',
  request: { params: idParams },
  responses: {
    200: jsonAnswer(
      z.strictObject({
        awards: z.array(
          z.strictObject({
            lotId: uuid,
            lotNo: z.int(),
            lotTitle: z.string(),
            winner: z.strictObject({
              name: z.string(),
              uscc: z.string(),
              consortium: z.array(z.strictObject({ name: z.string(), uscc: z.string() })),
            }),
            price: fen,
            totalScore: score.nullable(),
            publishedAt: instant,
            noticeEnds: date.nullable(),
            noticeSha256: z.string(),
            hasSmeDeclaration: z.boolean(),
            contract: z
              .strictObject({
                amount: fen,
                signedOn: date,
                publishedAt: instant,
                /** The last day on which it is published in time (政采条例 50). */
                publicationDue: date.nullable(),
                fileSha256: z.string(),
              })
              .nullable(),
          }),
        ),
      }),
    ),
  },
})

export const readNotice = defineRoute({
  method: 'get',
  path: '/lots/{id}/award/notice',
  'x-who': 'anyone',
  summary: 'The exact bytes of the result notice',
  request: { params: idParams },
  responses: { 200: { description: 'OK', content: { 'application/json': { schema: z.string() } } } },
})

export const readNoticePdf = defineRoute({
  method: 'get',
  path: '/lots/{id}/award/notice.pdf',
  'x-who': 'anyone',
  summary: 'The result notice with the seal of the platform',
  request: { params: idParams },
  responses: { 200: pdfAnswer },
})

export const readSmeDeclaration = defineRoute({
  method: 'get',
  path: '/lots/{id}/award/sme-declaration',
  'x-who': 'anyone',
  summary: "The winner's declaration as a small firm (46号 13)",
  request: { params: idParams },
  responses: { 200: { description: 'file', content: { 'application/octet-stream': { schema: z.string() } } } },
})

export const keepContract = defineRoute({
  method: 'post',
  path: '/lots/{id}/contract/files',
  'x-who': SIDE,
  summary: 'Hand in the signed contract; it is published at once (政采条例 50)',
  request: {
    params: idParams,
    body: {
      required: true,
      content: {
        'multipart/form-data': {
          schema: z.strictObject({
            file: z.instanceof(File).meta({ type: 'string', format: 'binary' }),
            amount: fen,
            signedOn: date,
          }),
        },
      },
    },
  },
  responses: {
    201: jsonAnswer(z.strictObject({ lotId: uuid, publishedAt: instant, publicationDue: date.nullable() })),
  },
})

export const readContract = defineRoute({
  method: 'get',
  path: '/lots/{id}/contract.pdf',
  'x-who': 'anyone',
  summary: 'The published contract',
  request: { params: idParams },
  responses: { 200: pdfAnswer },
})

const reason = z.strictObject({
  code: z.string(),
  article: z.string().optional(),
  itemId: z.string().optional(),
  detail: z.string().optional(),
  text: z.string(),
})

export const myResult = defineRoute({
  method: 'get',
  path: '/lots/{id}/my-result',
  'x-who': SUPPLIER,
  summary: 'Your own score and rank, or why your bid is out (87号令 69)',
  request: { params: idParams },
  responses: {
    200: jsonAnswer(
      z.strictObject({
        lotId: uuid,
        outcome: z.enum(['won', 'lost', 'rejected', 'lot-failed']),
        total: score.nullable(),
        rank: z.int().nullable(),
        reasons: z.array(reason),
        failure: z.record(z.string(), z.union([z.string(), z.number()]).nullable()).nullable(),
        contractBy: date.nullable(),
      }),
    ),
  },
})

export const readEvaluation = defineRoute({
  method: 'get',
  path: '/lots/{id}/evaluation',
  'x-who': 'anyone',
  summary: 'The evaluation as everybody may see it once the result is out: points by seat, order, reasons',
  request: { params: idParams },
  responses: {
    200: jsonAnswer(
      z.strictObject({
        lotId: uuid,
        madeAt: instant,
        reportSha256: z.string(),
        openingRecordSha256: z.string(),
        items: z.array(z.strictObject({ id: z.string(), title: z.string(), max: z.string(), kind: z.string() })),
        bids: z.array(
          z.strictObject({
            letter: z.string(),
            bidId: uuid,
            name: z.string(),
            price: fen.nullable(),
            treatedAs: z.enum(['valid', 'revoked', 'withdrawn']),
          }),
        ),
        rejected: z.array(
          z.strictObject({
            letter: z.string(),
            name: z.string(),
            stage: z.enum(['qualification', 'conformity']),
            codes: z.array(z.string()),
          }),
        ),
        input: rankingInputSchema,
        standings: z.array(standingSchema),
      }),
    ),
  },
})
