import { defineRoute, idParams, instant, jsonAnswer, jsonBody, z } from '../../kernel/http.ts'

/** 公平竞争审查 of what a purchaser writes: the words, the law on them, and what a person decided. */

const SIDE = ['purchaser', 'purchaser-approver', 'agency'] as const
const bilingual = z.strictObject({ zh: z.string(), en: z.string() })
export const wordingPlace = z.enum(['draft', 'correction'])

/** Words that a page asked about: in which field, in exactly which text, by which rule. */
export const askedSchema = z.strictObject({
  field: z.string().min(1).max(100),
  text: z.string().min(1).max(2000),
  rule: z.string().min(1).max(10),
  words: z.string().min(1).max(500),
})
/** Of what was asked about, that which the person has since written otherwise: each is kept as a decision. */
export const settledSchema = z.array(askedSchema).max(100).optional()

const decidedBy = { by: z.string().nullable(), at: instant }

/** A place of the text that asks for a decision, with the one that stands. */
export const wordingHitView = z.strictObject({
  field: z.string(),
  rule: z.string(),
  words: z.string(),
  start: z.int(),
  end: z.int(),
  text: z.string(),
  severity: z.enum(['block', 'warn']),
  regulation: z.string(),
  article: z.string(),
  why: bilingual,
  offer: bilingual,
  kept: z.strictObject({ reason: z.string(), ...decidedBy }).nullable(),
})
export type WordingHitView = z.output<typeof wordingHitView>

/** Everything decided on this tender's wording so far, oldest first. */
export const wordingDecisionView = z.strictObject({
  place: wordingPlace,
  field: z.string(),
  rule: z.string(),
  regulation: z.string(),
  article: z.string(),
  words: z.string(),
  text: z.string(),
  decision: z.enum(['changed', 'kept']),
  reason: z.string().nullable(),
  replacement: z.string().nullable(),
  ...decidedBy,
})
export type WordingDecisionView = z.output<typeof wordingDecisionView>

export const keepWording = defineRoute({
  method: 'post',
  path: '/tenders/{id}/wording',
  'x-who': SIDE,
  summary: 'Keep words that may restrict competition, with the reason; it stands for exactly this text',
  request: {
    params: idParams,
    ...jsonBody(askedSchema.extend({ place: wordingPlace, reason: z.string().trim().min(10).max(500) })),
  },
  responses: { 200: jsonAnswer(wordingDecisionView) },
})
export type KeepWording = z.output<typeof askedSchema> & { place: 'draft' | 'correction'; reason: string }
