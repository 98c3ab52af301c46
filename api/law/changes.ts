/*
 * The law as a city changes it: amended figures of its own rows, and holiday plans published after this version of the
 * software. Pure, so that a page, an auditor and the platform build the same law from the same public list.
 */
import { addDays, beijingDate } from './beijing.ts'
import { type Calendar, publishedCalendar, withYearPlan, type YearPlanImport } from './calendar.ts'
import type { LawContext } from './contract.ts'
import {
  type Method,
  type ObjectKind,
  params,
  type Regime,
  type Row,
  type RuleId,
  type RuleSet,
} from './rows/schema.ts'
import { allRows } from './rows.ts'

/** Which row is meant: one rule may have a row for goods and services and another for works. */
export type RuleCase = {
  readonly rule: RuleId
  readonly regime: Regime | null
  readonly object: readonly ObjectKind[] | null
  readonly method: readonly Method[] | null
}

/** New figures of one city row from a day on, as two persons made them law. */
export type Amendment = RuleCase & {
  readonly id: string
  readonly params: unknown
  /** Beijing date. */
  readonly effectiveFrom: string
  /** The city's document, by its full name, and its article. */
  readonly document: string
  readonly article: string
  /** Instant, ISO 8601. */
  readonly approvedAt: string
}

/** All that was approved, in the order of approval. */
export type LawChanges = { readonly amendments: readonly Amendment[]; readonly calendars: readonly YearPlanImport[] }

const said = (scope: readonly string[] | null): string => scope?.join() ?? '*'
const caseOf = (rule: string, { regime, object, method }: Omit<RuleCase, 'rule'>): string =>
  [rule, regime ?? '*', said(object), said(method)].join('|')
export const caseOfRow = (row: Row): string => caseOf(row.id, row)
export const caseOfAmendment = (one: RuleCase): string => caseOf(one.rule, one)

/** Rows of one case, oldest first and later words last: each ends the day before the next begins. */
const dated = (versions: readonly Row[]): Row[] =>
  versions.flatMap((row, at) => {
    const next = versions[at + 1]
    if (!next) return [row]
    const last = addDays(next.effectiveFrom, -1)
    if (last < row.effectiveFrom) return []
    return [{ ...row, effectiveTo: row.effectiveTo !== null && row.effectiveTo < last ? row.effectiveTo : last }]
  })

const amended = (base: Row, one: Amendment): Row => ({
  ...base,
  params: params[base.id].parse(one.params) as Row['params'],
  effectiveFrom: one.effectiveFrom,
  effectiveTo: null,
  document: one.document,
  article: one.article,
  confidence: 'S',
})

/**
 * The rows as they were known at an instant (ms): what was approved later never judges what happened before, even where it
 * says that it holds since an earlier day.
 */
export const rowsAt = ({ amendments }: LawChanges, ms: number): readonly Row[] => {
  const known = amendments.filter(({ approvedAt }) => Date.parse(approvedAt) <= ms)
  if (known.length === 0) return allRows
  const touched = new Set(known.map(caseOfAmendment))
  const isTouched = (row: Row): boolean => row.set === 'city' && touched.has(caseOfRow(row))
  const changed = [...touched].flatMap((key) => {
    const own = allRows.filter((row) => row.set === 'city' && caseOfRow(row) === key)
    const [base] = own
    if (!base) return []
    const made = known.filter((one) => caseOfAmendment(one) === key).map((one) => amended(base, one))
    // Sorting keeps the order of approval among rows of one day.
    return dated(
      [...own, ...made].sort(
        (a, b) => Number(a.effectiveFrom > b.effectiveFrom) || -Number(a.effectiveFrom < b.effectiveFrom),
      ),
    )
  })
  return [...allRows.filter((row) => !isTouched(row)), ...changed]
}

/** The years this software knows, with every imported plan; a later plan of a year replaces an earlier one. */
export const calendarWith = (plans: readonly YearPlanImport[]): Calendar =>
  plans.reduce<Calendar>((calendar, plan) => {
    const next = withYearPlan(calendar, plan)
    if ('errors' in next) throw new Error(`a kept holiday plan of ${plan.year} is none`)
    return next.calendar
  }, publishedCalendar)

/**
 * The law at an instant (ms). Figures are those known then; the calendar is the newest, since a plan tells which days are
 * worked and changes no right.
 */
export const lawUnder = (changes: LawChanges, ms: number, sets?: readonly RuleSet[]): LawContext => ({
  today: beijingDate(ms),
  rows: rowsAt(changes, ms),
  calendar: calendarWith(changes.calendars),
  ...(sets ? { sets } : {}),
})
