import { z } from '../../kernel/http.ts'
import type { CalculatorName } from '../../law/index.ts'

const date = z.iso.date().meta({ description: 'Beijing date' })
const number = z.string().meta({ description: 'decimal string' })
const ids = z.array(z.string())
const count = z.int().min(0)
const scored = z.strictObject({ id: z.string(), score: number })
const excluded = z.array(z.strictObject({ id: z.string(), reason: z.literal('same-brand') }))
const reasonOf = <const C extends readonly [string, ...string[]]>(codes: C) =>
  z.array(z.strictObject({ code: z.enum(codes), article: z.string() }))
const instant = z.union([z.number(), z.string()]).meta({ description: 'in the form asked: seconds or HH:MM:SS.sss' })
const basis = z
  .array(z.strictObject({ rule: z.string(), regulation: z.string(), article: z.string() }))
  .meta({ description: 'the rows that decided, as in force on the day of the event' })
const line = z.strictObject({ unit: number, quantity: number, total: number })

const priceScore = z.strictObject({
  base: number,
  bids: z.array(
    scored.extend({
      evaluatedPrice: number,
      reductions: z.array(z.strictObject({ kind: z.enum(['sme', 'consortium', 'domestic']), rate: number })),
    }),
  ),
  basis,
})
const ranking = z.strictObject({
  order: z.array(ids),
  invalid: excluded,
  notCandidate: excluded,
  undecided: z.array(ids),
  effective: count,
  outcome: z.enum(['continue', 'failed']),
  basis,
})
const committee = z.strictObject({
  lawful: z.boolean(),
  reasons: reasonOf(['size-too-small', 'size-even', 'experts-below-two-thirds', 'chair-purchaser', 'agency-staff']),
  basis,
})
const minimumBidders = z.strictObject({
  decision: z.enum([
    'continue',
    'no-opening',
    'no-evaluation',
    'failed',
    'terminate',
    'committee-decides',
    'rerun-non-reserved',
  ]),
  remedy: z.enum(['correct-and-rerun', 'may-apply-other-method', 'rerun']).optional(),
  reasons: reasonOf(['too-few']),
  basis,
})
const hit = z.strictObject({
  rule: z.string(),
  start: count.meta({ description: 'UTF-16 offset of the first symbol' }),
  end: count.meta({ description: 'UTF-16 offset behind the last symbol' }),
  quote: z.string(),
  article: z.string(),
  severity: z.enum(['block', 'warn', 'info']),
})
const timedBidding = z.strictObject({
  accepted: ids,
  rejected: z.array(
    z.strictObject({ id: z.string(), reason: z.enum(['not-a-step', 'not-higher', 'after-end', 'below-start']) }),
  ),
  end: instant,
  winner: z.string().optional(),
  basis,
})

/** What each calculator answers (CALCULATORS.md), word for word: a key too many is a fault. */
export const answers = {
  period: z.strictObject({ date, provisional: z.boolean(), counted: z.array(date).optional(), basis }),
  timetable: z.strictObject({ date, provisional: z.boolean(), rule: z.string(), warnings: ids, basis }),
  'price-score': priceScore,
  benchmark: z.strictObject({ base: number, rejected: ids, bids: z.array(scored), basis }),
  ranking,
  'arithmetic-correction': z.strictObject({
    corrected: number,
    items: z.array(line),
    steps: z.array(z.strictObject({ rule: z.string(), from: number, to: number })),
    basis,
  }),
  'abnormally-low': z.strictObject({
    thresholds: z.strictObject({ average: number, second: number.nullable(), ceiling: number }),
    hits: z.array(z.strictObject({ id: z.string(), tests: z.array(z.enum(['average', 'second', 'ceiling'])) })),
    basis,
  }),
  committee,
  'minimum-bidders': minimumBidders,
  'price-weight': z.strictObject({
    lawful: z.boolean(),
    needsApproval: z.boolean(),
    reasons: reasonOf(['weight-too-low', 'weight-too-high']),
    basis,
  }),
  'decryption-failure': z.strictObject({
    treatedAs: z.enum(['valid', 'revoked', 'withdrawn']),
    depositReturned: z.boolean(),
    basis,
  }),
  'deposit-cap': z.strictObject({ cap: number, due: number.optional(), lawful: z.boolean().optional(), basis }),
  'deposit-refund': z.strictObject({
    due: date,
    daysLate: count.optional(),
    interest: number.optional(),
    bankInterest: z.literal(true).optional(),
    basis,
  }),
  'late-payment': z.strictObject({ due: date, daysLate: count.optional(), interest: number.optional(), basis }),
  'sme-reservation': z.union([
    z.strictObject({ sme: number, smallMicro: number, basis }),
    z.strictObject({ whole: z.boolean(), basis }),
  ]),
  'intention-due': z.strictObject({
    due: date,
    targets: z.array(z.strictObject({ rule: z.string(), date })),
    basis,
  }),
  'timed-bidding': timedBidding,
  'fair-competition': z.strictObject({ hits: z.array(hit), basis }),
  'capital-amount': z.strictObject({ capitals: z.string(), basis }),
  uscc: z.strictObject({
    valid: z.boolean(),
    reason: z.enum(['length', 'character', 'region', 'check-digit']).optional(),
    basis,
  }),
} as const satisfies Record<CalculatorName, z.ZodType>
