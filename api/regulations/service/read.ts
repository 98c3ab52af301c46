import { now } from '../../kernel/clock.ts'
import { beijingDate } from '../../law/beijing.ts'
import { type Amendment, calendarWith, caseOfAmendment, caseOfRow, rowsAt } from '../../law/changes.ts'
import { regulations } from '../../law/regulations.ts'
import type { Row } from '../../law/rows/schema.ts'
import { ordinarySets } from '../../law/rows.ts'
import type { Figures, RuleView } from '../contract.ts'
import { sectionOf } from '../rules.ts'
import * as store from '../store.ts'
import type { RegulationDeps } from './amendments.ts'
import { lawChanges } from './law.ts'

const regulationOf = (row: Row) =>
  row.document === undefined
    ? { zh: regulations[row.regulation].zh, en: regulations[row.regulation].en }
    : { zh: row.document, en: row.document }

/** What a rule says in figures or words. */
const figuresOf = ({ params }: Row): Figures => params as Figures

const versionOf = (row: Row, amendments: readonly Amendment[]) => ({
  effectiveFrom: row.effectiveFrom,
  effectiveTo: row.effectiveTo,
  figures: figuresOf(row),
  regulation: regulationOf(row),
  article: row.article,
  approvedAt:
    row.document === undefined
      ? null
      : (amendments.findLast(
          (one) => caseOfAmendment(one) === caseOfRow(row) && one.effectiveFrom === row.effectiveFrom,
        )?.approvedAt ?? null),
})

const viewOf = (row: Row, rows: readonly Row[], amendments: readonly Amendment[]): RuleView => ({
  rule: row.id,
  regime: row.regime,
  object: row.object === null ? null : [...row.object],
  method: row.method === null ? null : [...row.method],
  ...versionOf(row, amendments),
  section: sectionOf(row.id),
  title: row.title,
  set: row.set,
  severity: row.severity,
  confidence: row.confidence,
  history: rows
    .filter((one) => one.set === row.set && caseOfRow(one) === caseOfRow(row))
    .sort((a, b) => (a.effectiveFrom < b.effectiveFrom ? 1 : -1))
    .map((one) => versionOf(one, amendments)),
})

const says = (row: Row, words: readonly string[]): boolean => {
  const { zh, en } = regulationOf(row)
  const text = [row.id, row.title.zh, row.title.en, row.regulation, zh, en, row.article].join(' ').toLowerCase()
  return words.every((word) => text.includes(word))
}

const isInForce = (row: Row, on: string): boolean =>
  row.effectiveFrom <= on && (row.effectiveTo === null || on <= row.effectiveTo)

/** What holds on a day, as it is known today; ordinary sets only, since a replay's rules bind nobody. */
export const listRules =
  ({ db }: RegulationDeps) =>
  async (query: { on?: string | undefined; q?: string | undefined }) => {
    const at = await now(db)
    const today = beijingDate(at.getTime())
    const on = query.on ?? today
    const changes = await lawChanges(db)
    const rows = rowsAt(changes, at.getTime()).filter((row) => ordinarySets.includes(row.set))
    const words = (query.q ?? '')
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '')
    const found = rows.filter((row) => isInForce(row, on) && says(row, words))
    return { on, today, items: found.map((row) => viewOf(row, rows, changes.amendments)) }
  }

export const readChanges =
  ({ db }: RegulationDeps) =>
  async () => {
    const { amendments, calendars } = await lawChanges(db)
    return {
      amendments: amendments.map((one) => ({
        ...one,
        object: one.object === null ? null : [...one.object],
        method: one.method === null ? null : [...one.method],
        params: one.params as Figures,
      })),
      calendars: [...calendars],
    }
  }

export const readCalendar =
  ({ db }: RegulationDeps) =>
  async () => {
    const { calendars } = await lawChanges(db)
    const plans = await store.approvedPlans(db)
    const years = [...calendarWith(calendars)].sort(([a], [b]) => b - a)
    return {
      years: years.map(([year, plan]) => {
        const own = plans.findLast((one) => one.year === year)
        return {
          year,
          source: plan.source,
          rest: [...plan.rest].sort(),
          work: [...plan.work].sort(),
          version: own?.version ?? null,
          approvedAt: own?.decided_at?.toISOString() ?? null,
        }
      }),
    }
  }
