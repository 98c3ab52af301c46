import { uuid, z } from '../../kernel/http.ts'

export const FORMERS = ['purchaser', 'purchaser-approver', 'agency', 'centre'] as const
export const PURCHASERS = ['purchaser', 'purchaser-approver', 'agency'] as const
export const EVALUATOR = ['evaluator'] as const
export const ROOM = ['evaluator', 'purchaser', 'purchaser-approver', 'agency', 'centre', 'supervisor'] as const

export const status = z.enum(['not-formed', 'forming', 'reviewing', 'scoring', 'signing', 'done', 'failed'])
export const conflict = z.enum(['none', 'declared'])
export const stage = z.enum(['qualification', 'conformity'])
export const reason = z.string().max(2000)
export const itemId = z.string().regex(/^[a-z0-9-]{1,40}$/)
export const points = z
  .string()
  .regex(/^(0|[1-9]\d{0,2})(\.\d{1,2})?$/)
  .meta({ description: 'points, at most 2 decimals' })
export const rejection = z.strictObject({
  code: z.string(),
  article: z.string().optional(),
  itemId: z.string().optional(),
  detail: z.string().optional(),
})
export const saved = z.strictObject({ saved: z.literal(true) })
export const seat = z.strictObject({
  personId: uuid,
  organisationId: uuid,
  isExpert: z.boolean(),
  isChair: z.boolean(),
})
export const formed = z.strictObject({ lotId: uuid, size: z.int() })
