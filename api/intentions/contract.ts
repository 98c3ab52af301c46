import { defineRoute, done, fen, idParams, instant, jsonAnswer, jsonBody, uuid, z } from '../kernel/http.ts'

const SIDE = ['purchaser', 'purchaser-approver', 'agency'] as const
const month = z.string().regex(/^20\d{2}-(0[1-9]|1[0-2])$/)
const day = z.iso.date()
const words = (max: number) => z.string().trim().max(max)

/** INT-4: the fields of 财库〔2020〕10号's model text; may be empty while drafted, complete when checked. */
export const contentSchema = z.strictObject({
  projectName: words(200),
  outline: z.strictObject({
    subject: words(500).meta({ description: '标的名称' }),
    purpose: words(1000).meta({ description: '主要功能或目标' }),
    quantity: words(200).meta({ description: '数量' }),
    requirements: words(2000).meta({ description: '质量、服务、安全、时限等要求' }),
  }),
  budget: fen,
  plannedMonth: month,
  remarks: words(1000),
  smeReserved: z.boolean(),
})
export type IntentionContent = z.output<typeof contentSchema>

const bilingual = z.strictObject({ zh: z.string(), en: z.string() })
const findingView = z.strictObject({
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

const approvalView = z.strictObject({
  id: uuid,
  purchaserId: uuid,
  documentNumber: z.string(),
  fiscalYear: z.int(),
  amount: fen,
  approvedOn: day,
  recordedAt: instant,
})

const targets = z.array(z.strictObject({ rule: z.string(), date: day, regulation: z.string(), article: z.string() }))

const workView = z.strictObject({
  id: uuid,
  number: z.string().nullable(),
  purchaserId: uuid,
  status: z.enum(['draft', 'checked', 'published', 'withdrawn']),
  version: z.int(),
  publicVersion: z.int(),
  content: contentSchema,
  budgetApprovalId: uuid.nullable(),
  changeReason: z.string().nullable(),
  changedBy: uuid,
  changedAt: instant,
  due: day,
  targets,
  findings: z.array(findingView),
})

const newIntention = z.strictObject({
  purchaserId: uuid.optional(),
  budgetApprovalId: uuid.nullable().optional(),
  content: contentSchema,
})
const reason = z.string().trim().min(5).max(1000)

export const recordApproval = defineRoute({
  method: 'post',
  path: '/budget-approvals',
  'x-who': SIDE,
  summary: 'Record a budget approval: the 60 days run from it',
  request: {
    ...jsonBody(
      z.strictObject({
        purchaserId: uuid.optional(),
        documentNumber: z.string().trim().min(1).max(100),
        fiscalYear: z.int().min(2000).max(2099),
        amount: fen,
        approvedOn: day,
      }),
    ),
  },
  responses: { 201: jsonAnswer(approvalView, 'the record') },
})

export const listApprovals = defineRoute({
  method: 'get',
  path: '/budget-approvals',
  'x-who': SIDE,
  summary: "Your organisation's budget approvals",
  responses: { 200: jsonAnswer(z.strictObject({ items: z.array(approvalView) })) },
})

export const createIntention = defineRoute({
  method: 'post',
  path: '/intentions',
  'x-who': SIDE,
  summary: 'Draft an intention; the answer shows by when it is due',
  request: { ...jsonBody(newIntention) },
  responses: { 201: jsonAnswer(workView, 'the draft') },
})

export const saveIntention = defineRoute({
  method: 'put',
  path: '/intentions/{id}',
  'x-who': SIDE,
  summary: 'Save the draft; a checked one must be checked again',
  request: {
    params: idParams,
    ...jsonBody(
      z.strictObject({ version: z.int().min(1), budgetApprovalId: uuid.nullable().optional(), content: contentSchema }),
    ),
  },
  responses: { 200: jsonAnswer(workView) },
})

export const readWork = defineRoute({
  method: 'get',
  path: '/intentions/{id}/draft',
  'x-who': SIDE,
  summary: 'The working text, what is due and what the law says to it',
  request: { params: idParams },
  responses: { 200: jsonAnswer(workView) },
})

export const checkIntention = defineRoute({
  method: 'post',
  path: '/intentions/{id}/check',
  'x-who': SIDE,
  summary: 'Checked by a second person',
  request: { params: idParams, ...jsonBody(z.strictObject({ version: z.int().min(1) })) },
  responses: { 200: jsonAnswer(workView) },
})

export const publishIntention = defineRoute({
  method: 'post',
  path: '/intentions/{id}/publish',
  'x-who': SIDE,
  summary: 'Publish the checked text; a late one needs its reason',
  request: {
    params: idParams,
    ...jsonBody(z.strictObject({ version: z.int().min(1), lateReason: reason.optional() })),
  },
  responses: { 200: jsonAnswer(workView) },
})

export const changeIntention = defineRoute({
  method: 'post',
  path: '/intentions/{id}/change',
  'x-who': SIDE,
  summary: 'Begin a change of a published intention; the public text stays until the new one is checked and published',
  request: { params: idParams, ...jsonBody(z.strictObject({ reason, content: contentSchema })) },
  responses: { 200: jsonAnswer(workView) },
})

export const withdrawIntention = defineRoute({
  method: 'post',
  path: '/intentions/{id}/withdraw',
  'x-who': SIDE,
  summary: 'Withdraw with the reason; what was published stays readable',
  request: { params: idParams, ...jsonBody(z.strictObject({ reason })) },
  responses: { 200: jsonAnswer(done) },
})

const publicContent = contentSchema.extend({ purchaser: z.string() })
const publicItem = z.strictObject({
  id: uuid,
  number: z.string(),
  title: z.string(),
  status: z.enum(['published', 'withdrawn']),
  version: z.int(),
  publishedAt: instant,
  content: publicContent,
})

export const listIntentions = defineRoute({
  method: 'get',
  path: '/intentions',
  'x-who': 'anyone',
  summary: 'Published intentions, newest first; every word of `q` must occur',
  request: {
    query: z.strictObject({
      q: z.string().max(100).optional(),
      month: month.optional(),
      sme: z.enum(['true', 'false']).optional(),
      least: fen.optional(),
      most: fen.optional(),
      page: z.coerce.number().int().min(1).max(10_000).default(1),
    }),
  },
  responses: {
    200: jsonAnswer(z.strictObject({ total: z.int(), page: z.int(), pageSize: z.int(), items: z.array(publicItem) })),
  },
})

export const readIntention = defineRoute({
  method: 'get',
  path: '/intentions/{id}',
  'x-who': 'anyone',
  summary: 'One published intention with all its versions',
  request: { params: idParams },
  responses: {
    200: jsonAnswer(
      publicItem.extend({
        withdrawnReason: z.string().nullable(),
        withdrawnAt: instant.nullable(),
        disclaimer: z.string(),
        due: day,
        targets,
        versions: z.array(
          z.strictObject({ version: z.int(), content: publicContent, reason: z.string(), publishedAt: instant }),
        ),
      }),
    ),
  },
})

export const myIntentions = defineRoute({
  method: 'get',
  path: '/my/intentions',
  'x-who': SIDE,
  summary: "Your organisation's intentions, drafts included",
  responses: { 200: jsonAnswer(z.strictObject({ items: z.array(workView) })) },
})
