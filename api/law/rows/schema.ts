import * as z from 'zod'
import { type Regulation, type RegulationKey, regulations } from '../regulations.ts'

export const regimes = ['GP', 'TB'] as const
export const methods = ['open', 'invited', 'negotiation', 'consultation', 'inquiry', 'single-source'] as const
export const objects = ['goods', 'services', 'works', 'asset', 'land'] as const
/** GP = 政府采购法, TB = 招标投标法: two families of law that never mix. */
export type Regime = (typeof regimes)[number]
export type Method = (typeof methods)[number]
export type ObjectKind = (typeof objects)[number]
export type Bilingual = { readonly zh: string; readonly en: string }
/** 'national', 'city', or a named set such as 'replay/jp', which beats both. */
export type RuleSet = 'national' | 'city' | `${string}/${string}`
export type Severity = 'block' | 'warn' | 'info'
/** S text read, S2 secondary source, K known, k to be verified before real use, D a default of this project (RULES §0). */
export type Confidence = 'S' | 'S2' | 'K' | 'k' | 'D'

const decimalText = z.string().regex(/^\d+(\.\d+)?$/)
/** A part of the whole, at most all of it. */
const fraction = z.string().regex(/^(0(\.\d+)?|1(\.0+)?)$/)
const nothing = z.strictObject({})
const span = z.strictObject({
  n: z.int().positive(),
  unit: z.enum(['day', 'working-day']),
  direction: z.enum(['after', 'before']),
  roll: z.boolean(),
  warnAtExactly: z.boolean(),
})
const minimum = z.strictObject({ minimum: z.int().min(1) })
const rates = z.strictObject({ least: decimalText, most: decimalText })
const ratio = z.strictObject({ numerator: z.int(), denominator: z.int() })
const committee = z.strictObject({ size: z.int(), aboveThreshold: z.int(), experts: ratio })
const bilingual = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) })
/** A restriction of competition: why it is one and a lawful wording to offer; how it is found: ../fair-competition-model.ts. */
const restriction = z.strictObject({ why: bilingual, offer: bilingual })
const share = z.strictObject({ rate: decimalText, absolute: decimalText.nullable() })

/** What each rule's numbers look like. A rule without numbers still has a row: it is cited, dated and switched like any other. */
export const params = {
  'DAY-1': nothing,
  'DAY-2': nothing,
  'DAY-3': nothing,
  'DAY-5': nothing,
  'INT-4': nothing,
  'INT-6': z.strictObject({ days: z.int() }),
  'INT-7': z.strictObject({ days: z.int() }),
  'INT-9': z.strictObject({ days: z.int() }),
  'INT-10': z.strictObject({ budgetChange: decimalText }),
  'TIM-notice': span,
  'TIM-notice-period': span,
  'TIM-documents': span,
  'TIM-affecting-clarification': span,
  'TIM-evaluation-report': span,
  'TIM-report-received': span,
  'TIM-award-decided': span,
  'TIM-result-notice': span,
  'TIM-award-notice': span,
  'TIM-contract-signed': span,
  'TIM-contract-filing': span,
  'TIM-contract-change': span,
  'TIM-single-source-publicity': span,
  'CH-3': span,
  'CH-5': span,
  'CO-1': span,
  'CO-3': span,
  'CO-4': span,
  'CO-6': span,
  'TB-1': span,
  'TB-3': span,
  'TB-4': span,
  'TB-5': span,
  'TB-7': span,
  'TB-10': span,
  'TB-12-lodge': span,
  'TB-12': z.strictObject({ accept: span, decide: span }),
  'MET-0': nothing,
  'MET-1': z.strictObject({ openTender: decimalText }),
  'OPN-1': nothing,
  'BND-1': z.strictObject({ ceilingAboveBudget: z.boolean(), aboveCeiling: z.enum(['invalid', 'allowed']) }),
  'BND-2': z.strictObject({ floorAllowed: z.boolean(), belowFloor: z.enum(['invalid', 'allowed']) }),
  'CNT-1': minimum,
  'CNT-2': minimum,
  'CNT-3': minimum,
  'CNT-4': nothing,
  'CNT-5': minimum,
  'CNT-6': minimum,
  'CNT-7': minimum,
  'CNT-8': z.strictObject({ minimum: z.int().min(1), reduced: z.int().min(1) }),
  'CNT-9': minimum,
  'CNT-11': minimum,
  'TB-14': minimum,
  'SB-11': nothing,
  'SB-20': minimum,
  'ARI-2': nothing,
  'ARI-3': z.strictObject({ exponent: z.int() }),
  'ARI-4': nothing,
  'COM-1': committee,
  'COM-2': z.strictObject({ size: z.int(), budget: decimalText }),
  'COM-3': committee,
  'COM-5': nothing,
  'COM-6': nothing,
  'TBC-1': committee,
  'PRC-0': nothing,
  'PRC-1': rates,
  'PRC-2': nothing,
  'PRC-3': nothing,
  'PRC-4': nothing,
  'PRC-5': z.strictObject({ average: decimalText, second: decimalText, ceiling: decimalText, most: decimalText }),
  'PRC-6': z.strictObject({ least: decimalText, most: decimalText, share: decimalText }),
  'BM-AVG': nothing,
  'BM-AVG-DOWN': nothing,
  'BM-AB': nothing,
  'BM-MIN': nothing,
  'SC-LINEAR': nothing,
  'SC-PIECE': nothing,
  'SC-RATIO': nothing,
  'SME-4': z.strictObject({ amount: decimalText }),
  'SME-5': z.strictObject({ sme: decimalText, smallMicro: decimalText }),
  'SME-7': rates,
  'SME-8': z.strictObject({ least: decimalText, most: decimalText, share: decimalText }),
  'SME-10': nothing,
  'SME-12': nothing,
  'SME-14': nothing,
  'DEP-1': share,
  'DEP-5': span,
  'DEP-6': span,
  'DEP-7': span,
  'DEP-8': z.strictObject({ benchmark: decimalText, factor: decimalText, dayBasis: z.int() }),
  'DEP-10': share,
  'DEP-15': span,
  'DEP-14': z.strictObject({ reductions: z.record(z.string(), fraction) }),
  'CON-3': share,
  'CON-7': z.strictObject({ days: z.int(), most: z.int() }),
  'CON-8': z.strictObject({ dailyRate: decimalText, dayBasis: z.int(), leastAgreed: decimalText }),
  F1: restriction,
  F2: restriction,
  F3: restriction,
  F4: restriction,
  F5: restriction,
  F6: restriction,
  F7: restriction,
  F8: restriction,
  F9: restriction,
  F10: restriction,
  F11: restriction,
  F12: restriction,
  F13: restriction,
  F14: restriction,
  'INT-3': nothing,
  'CNT-12': nothing,
  'CON-1': nothing,
  'SME-11': nothing,
  'SB-1': nothing,
  'SB-2': nothing,
  'SB-3': nothing,
  'SB-4': nothing,
  'SB-5': nothing,
  'SB-6': nothing,
  'SB-7': nothing,
  'SB-8': nothing,
  'SB-9': nothing,
  'SB-10': nothing,
  'SB-12': nothing,
  'SB-13': nothing,
  'SB-14': nothing,
  'SB-15': nothing,
  'SB-21': nothing,
  'DEP-2': nothing,
  'DEP-4': nothing,
  'DEP-13': nothing,
  'LAND-9': nothing,
  'LAND-10': nothing,
  'CAP-1': nothing,
  'USCC-1': nothing,
} as const satisfies Record<string, z.ZodType>

export type RuleId = keyof typeof params
export type Params<Id extends RuleId> = z.output<(typeof params)[Id]>
export type Span = z.output<typeof span>

/** One rule as data. `null` in regime, object or method = every one of them; dates are inclusive. */
export type Row<Id extends RuleId = RuleId> = {
  readonly id: Id
  readonly title: Bilingual
  readonly regulation: RegulationKey
  /** The city's document that gave these figures, where they were changed on the platform. */
  readonly document?: string
  readonly article: string
  readonly effectiveFrom: string
  readonly effectiveTo: string | null
  readonly jurisdiction: 'national' | 'province' | 'city' | 'none'
  readonly regime: Regime | null
  readonly object: readonly ObjectKind[] | null
  readonly method: readonly Method[] | null
  readonly params: Params<Id>
  readonly severity: Severity
  readonly confidence: Confidence
  readonly set: RuleSet
}

export type RowInput<Id extends RuleId> = Pick<Row<Id>, 'id' | 'title' | 'regulation' | 'article'> &
  Partial<Omit<Row<Id>, 'id' | 'title' | 'regulation' | 'article' | 'params' | 'set'>> &
  (Record<string, never> extends Params<Id> ? { readonly params?: Params<Id> } : { readonly params: Params<Id> })

/** Makes rows of one set: fills what the regulation already says (its dates) and checks the numbers. Throws ZodError. */
export const rowsOf =
  (set: RuleSet, jurisdiction: Row['jurisdiction']) =>
  <Id extends RuleId>(input: RowInput<Id>): Row<Id> => {
    const regulation: Regulation = regulations[input.regulation]
    return {
      effectiveFrom: regulation.from,
      effectiveTo: regulation.to ?? null,
      jurisdiction,
      regime: null,
      object: null,
      method: null,
      severity: 'block',
      confidence: 'S',
      ...input,
      params: params[input.id].parse(input.params ?? {}) as Params<Id>,
      set,
    }
  }

/** n working days after the event. */
export const workingDays = (n: number): Span => ({
  n,
  unit: 'working-day',
  direction: 'after',
  roll: true,
  warnAtExactly: false,
})

/** n calendar days after the event, rolled off holidays (DAY-2). */
export const calendarDays = (n: number, warnAtExactly = false): Span => ({
  n,
  unit: 'day',
  direction: 'after',
  roll: true,
  warnAtExactly,
})

/** At least n calendar days before the event (DAY-5); going back never rolls. */
export const daysBefore = (n: number): Span => ({
  n,
  unit: 'day',
  direction: 'before',
  roll: false,
  warnAtExactly: false,
})
