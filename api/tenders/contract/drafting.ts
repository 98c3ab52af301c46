import { defineRoute, done, idParams, instant, jsonAnswer, jsonBody, uuid, z } from '../../kernel/http.ts'
import { timetableEvents } from '../../law/timetable.ts'
import { correctionSchema, draftSchema } from './content.ts'
import { settledSchema, wordingDecisionView, wordingHitView } from './wording.ts'

export const SIDE = ['purchaser', 'purchaser-approver', 'agency'] as const
const APPROVER = ['purchaser-approver'] as const

export const bilingual = z.strictObject({ zh: z.string(), en: z.string() })
export const findingView = z.strictObject({
  code: z.string(),
  severity: z.enum(['block', 'warn', 'info']),
  rule: z.string(),
  regulation: z.string(),
  article: z.string(),
  field: z.string(),
  message: bilingual,
  satisfy: bilingual,
  value: z.string().optional(),
})
const reasonBody = jsonBody(z.strictObject({ reason: z.string().trim().min(5).max(2000) }))
const versionBody = jsonBody(z.strictObject({ version: z.int().min(1) }))
const draftAnswer = z.strictObject({ id: uuid, version: z.int(), draft: draftSchema })
const status = z.strictObject({ status: z.string() })
const fileParams = z.strictObject({ id: uuid, fileId: uuid })
export const fileKind = z.enum(['document', 'requirement', 'drawing', 'contract-draft', 'other'])

export const fileView = z.strictObject({
  fileId: uuid,
  name: z.string(),
  kind: fileKind,
  mime: z.string(),
  size: z.int(),
  sha256: z.string(),
  sinceN: z.int().nullable().meta({ description: 'the first notice that names it; null: none yet' }),
  removed: z.boolean(),
  addedAt: instant,
})

export const createTender = defineRoute({
  method: 'post',
  path: '/tenders',
  'x-who': SIDE,
  summary: 'Start the draft of an open tender',
  request: {
    ...jsonBody(
      z.strictObject({
        purchaserId: uuid.optional(),
        title: z.string().trim().min(1).max(200),
        object: z.enum(['goods', 'services', 'works']),
        evaluationMethod: z.enum(['comprehensive', 'lowest-price']),
        intentionId: uuid.nullable().optional(),
      }),
    ),
  },
  responses: { 201: jsonAnswer(draftAnswer, 'the draft') },
})

export const readDraft = defineRoute({
  method: 'get',
  path: '/tenders/{id}/draft',
  'x-who': SIDE,
  summary: 'The draft, what the law says to it today, and how far the trustees are',
  request: { params: idParams },
  responses: {
    200: jsonAnswer(
      z.strictObject({
        id: uuid,
        number: z.string(),
        status: z.string(),
        version: z.int(),
        purchaserId: uuid,
        agencyId: uuid.nullable(),
        submittedBy: uuid.nullable(),
        returnedReason: z.string().nullable(),
        draft: draftSchema,
        errors: z.array(z.strictObject({ field: z.string(), code: z.string(), message: z.string().optional() })),
        findings: z.array(findingView),
        wording: z.strictObject({ hits: z.array(wordingHitView), decisions: z.array(wordingDecisionView) }),
        trustees: z.strictObject({ seats: z.int(), stated: z.int(), drilled: z.int(), signed: z.boolean() }),
      }),
    ),
  },
})

export const saveDraft = defineRoute({
  method: 'put',
  path: '/tenders/{id}/draft',
  'x-who': SIDE,
  summary: 'Save the draft; an older version is answered 409 with both texts',
  request: {
    params: idParams,
    ...jsonBody(z.strictObject({ version: z.int().min(1), draft: draftSchema, settled: settledSchema })),
  },
  responses: { 200: jsonAnswer(draftAnswer) },
})

export const submitTender = defineRoute({
  method: 'post',
  path: '/tenders/{id}/submit',
  'x-who': SIDE,
  summary: 'Send the draft to a second person; refused where it is incomplete or unlawful',
  request: { params: idParams, ...versionBody },
  responses: { 200: jsonAnswer(status) },
})

export const returnTender = defineRoute({
  method: 'post',
  path: '/tenders/{id}/return',
  'x-who': SIDE,
  summary: 'Return it to drafting, with the reason',
  request: { params: idParams, ...reasonBody },
  responses: { 200: jsonAnswer(status) },
})

export const approveTender = defineRoute({
  method: 'post',
  path: '/tenders/{id}/approve',
  'x-who': APPROVER,
  summary: 'Approve and publish; never by whoever submitted',
  request: { params: idParams, ...versionBody },
  responses: { 200: jsonAnswer(z.strictObject({ id: uuid, number: z.string() })) },
})

export const cancelTender = defineRoute({
  method: 'post',
  path: '/tenders/{id}/cancel',
  'x-who': SIDE,
  summary: 'Cancel before the deadline, with the reason',
  request: { params: idParams, ...reasonBody },
  responses: { 200: jsonAnswer(status) },
})

export const suspendTender = defineRoute({
  method: 'post',
  path: '/tenders/{id}/suspend',
  'x-who': ['supervisor'],
  summary: 'Suspend before the opening, with the reason',
  request: { params: idParams, ...reasonBody },
  responses: { 200: jsonAnswer(z.strictObject({ suspended: z.boolean(), n: z.int() })) },
})

export const resumeTender = defineRoute({
  method: 'post',
  path: '/tenders/{id}/resume',
  'x-who': ['supervisor'],
  summary: 'Resume a suspended tender whose deadline still lies ahead',
  request: { params: idParams, ...reasonBody },
  responses: { 200: jsonAnswer(z.strictObject({ suspended: z.boolean(), n: z.int() })) },
})

const correctionNumber = z.strictObject({ n: z.int() })

export const submitCorrection = defineRoute({
  method: 'post',
  path: '/tenders/{id}/correction',
  'x-who': SIDE,
  summary: 'Send a correction or clarification to a second person',
  request: { params: idParams, ...jsonBody(correctionSchema.extend({ settled: settledSchema })) },
  responses: { 201: jsonAnswer(correctionNumber, 'its number') },
})

export const readCorrection = defineRoute({
  method: 'get',
  path: '/tenders/{id}/correction',
  'x-who': SIDE,
  summary: 'The correction that waits for approval',
  request: { params: idParams },
  responses: {
    200: jsonAnswer(z.strictObject({ correction: correctionSchema, submittedBy: uuid, submittedAt: instant })),
  },
})

export const returnCorrection = defineRoute({
  method: 'post',
  path: '/tenders/{id}/correction/return',
  'x-who': SIDE,
  summary: 'Drop the waiting correction, with the reason',
  request: { params: idParams, ...reasonBody },
  responses: { 200: jsonAnswer(done) },
})

export const approveCorrection = defineRoute({
  method: 'post',
  path: '/tenders/{id}/correction/approve',
  'x-who': APPROVER,
  summary: 'Approve and publish the correction as the next notice',
  request: { params: idParams },
  responses: { 200: jsonAnswer(correctionNumber) },
})

export const addFile = defineRoute({
  method: 'post',
  path: '/tenders/{id}/files',
  'x-who': SIDE,
  summary: 'Attach a document: PDF, Office, picture, text or zip, at most 100 MB',
  request: {
    params: idParams,
    body: {
      required: true,
      content: {
        'multipart/form-data': {
          schema: z.strictObject({
            file: z.instanceof(File).meta({ type: 'string', format: 'binary' }),
            kind: fileKind,
          }),
        },
      },
    },
  },
  responses: { 201: jsonAnswer(fileView, 'the stored file') },
})

export const listFiles = defineRoute({
  method: 'get',
  path: '/tenders/{id}/files',
  'x-who': 'anyone',
  summary: 'Files: its own side sees all, everybody what a notice names',
  request: { params: idParams },
  responses: { 200: jsonAnswer(z.strictObject({ files: z.array(fileView) })) },
})

export const openFile = defineRoute({
  method: 'get',
  path: '/tenders/{id}/files/{fileId}',
  'x-who': 'anyone',
  summary: 'Download a file; who does is not recorded',
  request: { params: fileParams },
  responses: { 200: { description: 'the bytes' } },
})

export const removeFile = defineRoute({
  method: 'delete',
  path: '/tenders/{id}/files/{fileId}',
  'x-who': SIDE,
  summary: 'Take back a file that no notice names yet',
  request: { params: fileParams },
  responses: { 200: jsonAnswer(done) },
})

const day = z.iso.date()
const stepView = z.strictObject({
  event: z.enum(timetableEvents),
  from: day,
  date: day,
  rule: z.string(),
  regulation: z.string(),
  article: z.string(),
  provisional: z.boolean(),
  explanation: bilingual,
})

export const planTimetable = defineRoute({
  method: 'post',
  path: '/tenders/timetable',
  'x-who': 'anyone',
  summary: 'A lawful timetable from the day of the notice, and what the law says to given dates',
  request: {
    ...jsonBody(
      z.strictObject({
        regime: z.enum(['GP', 'TB']),
        method: z.enum(['open', 'invited', 'negotiation', 'consultation', 'inquiry', 'single-source']),
        noticeDate: day,
        check: z
          .strictObject({
            deadlineDate: day,
            noticeEnds: day.optional(),
            documentsFrom: day.optional(),
            documentsTo: day.optional(),
            clarificationDate: day.optional(),
          })
          .optional(),
      }),
    ),
  },
  responses: {
    200: jsonAnswer(
      z.strictObject({
        proposal: z
          .strictObject({
            deadlineDate: day,
            noticeEnds: day,
            documentsFrom: day,
            documentsTo: day,
            lastClarification: day,
            lastObjection: day.optional(),
            provisional: z.boolean(),
            steps: z.array(stepView),
          })
          .nullable(),
        findings: z.array(findingView),
      }),
    ),
  },
})
