import type { Refusal } from '../kernel/problem.ts'
import { publishedCalendar, withYearPlan, type YearPlanImport } from '../law/calendar.ts'
import { calendarWith, caseOfAmendment, caseOfRow, type RuleCase } from '../law/changes.ts'
import { params, type Row } from '../law/rows/schema.ts'

/** What one person proposes: other figures of one city row from a day on, and on what ground. */
export type AmendmentDraft = RuleCase & {
  params: unknown
  effectiveFrom: string
  /** The draft says itself that it reaches back; its reason says why. */
  retroactive: boolean
}

/** Where a rule stands in the public list, by the beginning of its id. */
const SECTIONS: Readonly<Record<string, Section>> = {
  DAY: 'days',
  INT: 'intentions',
  MET: 'methods',
  TIM: 'timetable',
  OPN: 'opening',
  BND: 'opening',
  SB: 'opening',
  CNT: 'counting',
  COM: 'committees',
  TBC: 'committees',
  PRC: 'scoring',
  ARI: 'scoring',
  BM: 'scoring',
  SC: 'scoring',
  SME: 'policies',
  DEP: 'deposits',
  CON: 'contracts',
  CH: 'remedies',
  CO: 'remedies',
  TB: 'tendering',
  LAND: 'assets',
}
export const SECTION_KEYS = [
  ...(['days', 'intentions', 'methods', 'timetable', 'opening', 'counting', 'committees', 'scoring'] as const),
  ...(['policies', 'deposits', 'contracts', 'remedies', 'tendering', 'assets', 'other'] as const),
] as const
export type Section = (typeof SECTION_KEYS)[number]
export const sectionOf = (rule: string): Section => SECTIONS[rule.split('-')[0]!] ?? 'other'

type Standing = { status: string; drafted_by: string }

/** The city's own rows of a case, as they stand; national rows change by law alone. */
export const cityRowsOf = (rows: readonly Row[], wanted: RuleCase): Row[] =>
  rows.filter((row) => row.set === 'city' && caseOfRow(row) === caseOfAmendment(wanted))

/** 立法法 104: a rule reaches back only where it says so itself. */
const reachesBack = ({ effectiveFrom, retroactive }: AmendmentDraft, today: string): Refusal | null =>
  effectiveFrom >= today || retroactive ? null : { code: 'amendment-in-past', params: { today } }

const badParams = ({ rule, params: figures }: AmendmentDraft): Refusal | null => {
  const parsed = params[rule].safeParse(figures)
  if (parsed.success) return null
  const errors = parsed.error.issues.map(({ path, code, message }) => ({
    field: ['params', ...path].join('.'),
    code,
    message,
  }))
  return { code: 'amendment-params', errors }
}

const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, inner]) => [key, sorted(inner)]),
      )
    : value
const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))

/** @param rows the rows of today, amendments in force among them; asked again when a second person approves */
export const mayAmend = (draft: AmendmentDraft, rows: readonly Row[], today: string): Refusal | null => {
  const own = cityRowsOf(rows, draft)
  if (own.length === 0) return { code: 'rule-not-of-city' }
  const bad = badParams(draft)
  if (bad) return bad
  const first = own.map((row) => row.effectiveFrom).sort()[0]!
  if (draft.effectiveFrom < first) return { code: 'amendment-before-rule', params: { first } }
  const held = own.find(
    ({ effectiveFrom, effectiveTo }) =>
      effectiveFrom <= draft.effectiveFrom && (effectiveTo === null || draft.effectiveFrom <= effectiveTo),
  )
  if (held && isSame(held.params, draft.params)) return { code: 'amendment-changes-nothing' }
  return reachesBack(draft, today)
}

/** Drafting and approving are different persons' work (政府采购法 第六十一条). */
export const mayApprove = (standing: Standing, personId: string): Refusal | null => {
  if (standing.status !== 'draft') return { code: 'change-already-decided', params: { status: standing.status } }
  return standing.drafted_by === personId ? { code: 'same-approver' } : null
}

/** Whoever drafted may take it back; anybody else of the office may turn it down. */
export const mayReject = (standing: Pick<Standing, 'status'>): Refusal | null =>
  standing.status === 'draft' ? null : { code: 'change-already-decided', params: { status: standing.status } }

/** RULES §16: make-up days are weekend days, the statutory days are free, every date is of its year. */
export const mayImport = (plan: YearPlanImport): Refusal | null => {
  const done = withYearPlan(publishedCalendar, plan)
  if (!('errors' in done)) return null
  return {
    code: 'calendar-plan-invalid',
    errors: done.errors.map(({ code, date }) => ({
      field: code === 'statutory-day-missing' ? 'holidays' : 'workdays',
      code,
      message: date,
    })),
  }
}

/** A plan that says what is known of its year already moves nothing. */
export const changesCalendar = (plan: YearPlanImport, before: readonly YearPlanImport[]): Refusal | null => {
  const known = calendarWith(before).get(plan.year)
  const next = calendarWith([plan]).get(plan.year)!
  const days = (set: ReadonlySet<string>) => [...set].sort().join()
  const isKnown = known && days(known.rest) === days(next.rest) && days(known.work) === days(next.work)
  return isKnown && known.source === plan.source ? { code: 'calendar-plan-known' } : null
}
