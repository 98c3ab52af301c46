import * as z from 'zod'
import { beijingDate, isDate } from './beijing.ts'
import type { Calendar } from './calendar.ts'
import { citation, regulationName } from './regulations.ts'
import {
  type Method,
  methods,
  objects,
  type Regime,
  type Row,
  type RuleId,
  type RuleSet,
  regimes,
} from './rows/schema.ts'
import { resolve, type Situation } from './rows.ts'

/**
 * The one return style of `api/law`: a calculator returns its answer, which always carries `basis`, or `{ problem }`. Nothing
 * throws for a lawful-range violation; `'problem' in outcome` tells the two apart. The HTTP edge turns a problem into 422.
 */
/** A row that decided: what it rests on, and from when to when it holds (Beijing dates, inclusive; null = until changed). */
export type Basis = {
  rule: string
  regulation: string
  article: string
  effectiveFrom: string
  effectiveTo: string | null
}
export type FieldError = { field: string; code: string; message: string }
export type Problem = { code: string; article?: string; errors: FieldError[] }
export type Refused = { problem: Problem }
export type Outcome<T> = (T & { basis: Basis[] }) | Refused

/** What a rule must be told beyond the request: today (a Beijing date), the sets in use, the rows and holiday plans as they stand. */
export type LawContext = {
  readonly today: string
  readonly sets?: readonly RuleSet[]
  /** With the city's own changes; the rows of this version of the software where there are none. */
  readonly rows?: readonly Row[]
  readonly calendar?: Calendar
}

export type Calculator<S extends z.ZodType = z.ZodType, T extends object = object> = {
  readonly request: S
  readonly calculate: (request: z.output<S>, context: LawContext) => Outcome<T>
}

/** Ties a schema to its function so that both keep their types. */
export const calculator = <S extends z.ZodType, T extends object>(
  request: S,
  calculate: (request: z.output<S>, context: LawContext) => Outcome<T>,
): Calculator<S, T> => ({ request, calculate })

/** The context of a UTC instant (as `app_now()` gives it). */
export const contextAt = (ms: number, sets?: readonly RuleSet[]): LawContext => ({
  today: beijingDate(ms),
  ...(sets ? { sets } : {}),
})

/** Cites rows in order, each once. */
export const basisOf = (...rows: readonly (Row | null)[]): Basis[] => {
  const cited: Basis[] = []
  for (const row of rows) {
    if (!row) continue
    const regulation = regulationName(row)
    const { id: rule, article, effectiveFrom, effectiveTo } = row
    if (
      cited.some(
        (one) =>
          one.rule === rule &&
          one.regulation === regulation &&
          one.article === article &&
          one.effectiveFrom === effectiveFrom,
      )
    )
      continue
    cited.push({ rule, regulation, article, effectiveFrom, effectiveTo })
  }
  return cited
}

export const refuse = (code: string, errors: FieldError[] = [], article?: string): Refused => ({
  problem: { code, ...(article === undefined ? {} : { article }), errors },
})

/** One wrong field. */
export const refuseField = (field: string, code: string, message: string, article?: string): Refused =>
  refuse(code, [{ field, code, message }], article)

/** A method, event or stage that the family of law does not know: its own article on methods says which there are. */
export const refuseUnknown = (
  field: string,
  code: string,
  asked: { regime: Regime; method?: Method },
  context: LawContext,
): Refused => {
  const row = ruleFor('MET-0', context, { regime: asked.regime })
  const what = asked.method === undefined ? asked.regime : `${asked.regime}/${asked.method}`
  return refuseField(field, code, `${what} knows no such ${field}`, row ? citation(row) : undefined)
}

/** Several fields that the request needs in this combination. */
export const refuseMissing = (...fields: string[]): Refused =>
  refuse(
    'missing-field',
    fields.map((field) => ({ field, code: 'missing-field', message: `${field} is needed here` })),
  )

/** Resolves a rule for a case of the context's sets; the date defaults to today. */
export const ruleFor = <Id extends RuleId>(
  id: Id,
  context: LawContext,
  situation: Partial<Situation> = {},
): Row<Id> | null => resolve(id, { date: context.today, sets: context.sets, ...situation }, context.rows)

// Building blocks of the request schemas.

/** A Beijing date; 2000 to 2099, since no rule here is older and no calendar reaches further. */
export const dateText = z
  .string()
  .refine((text) => isDate(text) && text >= '2000-01-01' && text <= '2099-12-31', { message: 'not a date YYYY-MM-DD' })
/** Money: plain decimal, at most 2 decimals. */
export const moneyText = z
  .string()
  .regex(/^(0|[1-9]\d{0,17})(\.\d{1,2})?$/, { message: 'not money: decimal string, at most 2 decimals' })
export const positiveMoney = moneyText.refine((text) => /[1-9]/.test(text), { message: 'must be above 0' })
/** A fraction from 0 to 1: '0.015' is 1.5 %. */
export const fractionText = z
  .string()
  .regex(/^(0(\.\d{1,8})?|1(\.0{1,8})?)$/, { message: 'not a fraction between 0 and 1' })
/** Any non-negative decimal with up to 8 decimals: points, quantities, percentages. */
export const decimalText = z.string().regex(/^(0|[1-9]\d{0,17})(\.\d{1,8})?$/, { message: 'not a decimal string' })
export const idText = z.string().min(1).max(64)
export const regime = z.enum(regimes)
export const method = z.enum(methods)
export const object = z.enum(objects).extract(['goods', 'services', 'works'])

/** A list of at most 1000 entries whose ids differ. */
export const listOf = <T extends z.ZodType<{ id: string }>>(entry: T) =>
  z
    .array(entry)
    .min(1)
    .max(1000)
    .refine((list) => new Set(list.map((item) => item.id)).size === list.length, { message: 'ids must differ' })
