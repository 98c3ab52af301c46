import { defineRoute, done, idParams, instant, jsonAnswer, jsonBody, uuid, z } from '../kernel/http.ts'
import { yearPlanImport } from '../law/calendar.ts'
import { methods, objects, params, type RuleId, regimes } from '../law/rows/schema.ts'
import { SECTION_KEYS } from './rules.ts'

const WHO = ['administrator'] as const
const day = z.iso.date()
const bilingual = z.strictObject({ zh: z.string(), en: z.string() })
const words = (least: number, most: number) => z.string().trim().min(least).max(most)

const ruleCase = {
  rule: z.enum(Object.keys(params) as [RuleId, ...RuleId[]]),
  regime: z.enum(regimes).nullable(),
  object: z.array(z.enum(objects)).nullable(),
  method: z.array(z.enum(methods)).nullable(),
}
/** Each rule has its own shape: the row's schema in api/law/rows/schema.ts decides. */
const figure = z.union([z.string(), z.number(), z.boolean(), z.null()])
const figures = z
  .record(z.string(), z.union([figure, z.record(z.string(), figure)]))
  .meta({ description: 'the figures of the rule, by name' })
export type Figures = z.output<typeof figures>

const person = z.strictObject({ id: uuid, name: z.string().nullable() })
const standing = {
  status: z.enum(['draft', 'approved', 'rejected']),
  draftedBy: person,
  draftedAt: instant,
  decidedBy: person.nullable(),
  decidedAt: instant.nullable(),
  rejectedReason: z.string().nullable(),
}
const standingView = z.strictObject(standing)
export type Standing = z.output<typeof standingView>

const version = z.strictObject({
  effectiveFrom: day,
  effectiveTo: day.nullable(),
  figures,
  regulation: bilingual,
  article: z.string(),
  /** When two persons had made it law; null = it came with the software. */
  approvedAt: instant.nullable(),
})
const ruleView = z.strictObject({
  ...ruleCase,
  ...version.shape,
  section: z.enum(SECTION_KEYS),
  title: bilingual,
  set: z.string(),
  severity: z.enum(['block', 'warn', 'info']),
  confidence: z.enum(['S', 'S2', 'K', 'k', 'D']),
  history: z.array(version).meta({ description: 'every version of this row, newest first' }),
})
export type RuleView = z.output<typeof ruleView>

export const listRules = defineRoute({
  method: 'get',
  path: '/regulations',
  'x-who': 'anyone',
  summary: 'The rules in force on a date, each with its figures, article and history',
  request: {
    query: z.strictObject({
      on: day.optional().meta({ description: 'Beijing date, today without one' }),
      q: z.string().trim().max(100).optional().meta({ description: 'id, word of the title, regulation or article' }),
    }),
  },
  responses: { 200: jsonAnswer(z.strictObject({ on: day, today: day, items: z.array(ruleView) })) },
})

const plan = yearPlanImport.meta({ description: 'RULES §16: rest days (or runs) and make-up working days of one year' })

export const readChanges = defineRoute({
  method: 'get',
  path: '/regulations/changes',
  'x-who': 'anyone',
  summary: 'All approved amendments and holiday plans in their order: with them anybody builds the law of any instant',
  responses: {
    200: jsonAnswer(
      z.strictObject({
        amendments: z.array(
          z.strictObject({
            id: uuid,
            ...ruleCase,
            params: figures,
            effectiveFrom: day,
            document: z.string(),
            article: z.string(),
            approvedAt: instant,
          }),
        ),
        calendars: z.array(plan),
      }),
    ),
  },
})

export const readCalendar = defineRoute({
  method: 'get',
  path: '/regulations/calendar',
  'x-who': 'anyone',
  summary: 'The working-day calendar by year; a year that is not listed is provisional',
  responses: {
    200: jsonAnswer(
      z.strictObject({
        years: z.array(
          z.strictObject({
            year: z.int(),
            source: z.string(),
            rest: z.array(day),
            work: z.array(day),
            /** Version of the import, null = it came with the software. */
            version: z.int().nullable(),
            approvedAt: instant.nullable(),
          }),
        ),
      }),
    ),
  },
})

const amendmentBody = z.strictObject({
  ...ruleCase,
  params: figures,
  effectiveFrom: day,
  retroactive: z.boolean().default(false),
  document: words(2, 200),
  article: words(0, 60),
  reason: words(5, 1000),
})
export type AmendmentBody = z.output<typeof amendmentBody>
const amendmentView = z.strictObject({ id: uuid, ...amendmentBody.shape, retroactive: z.boolean(), ...standing })
export type AmendmentView = z.output<typeof amendmentView>
const reason = jsonBody(z.strictObject({ reason: words(5, 1000) }))

export const draftAmendment = defineRoute({
  method: 'post',
  path: '/regulations/amendments',
  'x-who': WHO,
  summary: 'Propose other figures of a city rule from a day on; a second administrator approves',
  request: jsonBody(amendmentBody),
  responses: { 201: jsonAnswer(amendmentView, 'the draft') },
})

export const listAmendments = defineRoute({
  method: 'get',
  path: '/regulations/amendments',
  'x-who': WHO,
  summary: 'Drafts and what became of them',
  responses: { 200: jsonAnswer(z.strictObject({ items: z.array(amendmentView) })) },
})

export const approveAmendment = defineRoute({
  method: 'post',
  path: '/regulations/amendments/{id}/approve',
  'x-who': WHO,
  summary: 'Approve; never by whoever drafted. The row before ends the day before',
  request: { params: idParams },
  responses: { 200: jsonAnswer(amendmentView) },
})

export const rejectAmendment = defineRoute({
  method: 'post',
  path: '/regulations/amendments/{id}/reject',
  'x-who': WHO,
  summary: 'Turn down, or take back your own draft, with the reason',
  request: { params: idParams, ...reason },
  responses: { 200: jsonAnswer(done) },
})

const planView = z.strictObject({ id: uuid, version: z.int().nullable(), ...yearPlanImport.shape, ...standing })
export type PlanView = z.output<typeof planView>

export const draftPlan = defineRoute({
  method: 'post',
  path: '/regulations/calendars',
  'x-who': WHO,
  summary: 'Hand in the holiday plan of a year; a second administrator approves',
  request: jsonBody(plan),
  responses: { 201: jsonAnswer(planView, 'the draft') },
})

export const listPlans = defineRoute({
  method: 'get',
  path: '/regulations/calendars',
  'x-who': WHO,
  summary: 'Holiday plans handed in and what became of them',
  responses: { 200: jsonAnswer(z.strictObject({ items: z.array(planView) })) },
})

export const approvePlan = defineRoute({
  method: 'post',
  path: '/regulations/calendars/{id}/approve',
  'x-who': WHO,
  summary: 'Approve; never by whoever drafted. Open dates are counted again, deadlines of submission stay',
  request: { params: idParams },
  responses: { 200: jsonAnswer(planView) },
})

export const rejectPlan = defineRoute({
  method: 'post',
  path: '/regulations/calendars/{id}/reject',
  'x-who': WHO,
  summary: 'Turn down, or take back your own draft, with the reason',
  request: { params: idParams, ...reason },
  responses: { 200: jsonAnswer(done) },
})
