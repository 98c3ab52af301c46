import { city } from './rows/city.ts'
import { national } from './rows/national.ts'
import { replayJp } from './rows/replay-jp.ts'
import type { Method, ObjectKind, Regime, Row, RuleId, RuleSet } from './rows/schema.ts'

/** Every rule the platform knows, checked when loaded. */
export const allRows: readonly Row[] = [...national, ...city, ...replayJp]

/** The sets of an ordinary procurement of the city. */
export const ordinarySets: readonly RuleSet[] = ['national', 'city']

/** The same rows by their id: a question concerns one rule, never all. */
const byId = new Map<RuleId, Row[]>()
for (const row of allRows) byId.set(row.id, [...(byId.get(row.id) ?? []), row])

export type Situation = {
  /** Date of the event that the rule judges, not today's date: published is not yet in force. */
  readonly date: string
  readonly sets?: readonly RuleSet[] | undefined
  readonly regime?: Regime | undefined
  readonly object?: ObjectKind | undefined
  readonly method?: Method | undefined
}

const covers = <T>(scope: readonly T[] | null, value: T | undefined): boolean =>
  scope === null || (value !== undefined && scope.includes(value))

const setRank = (set: RuleSet, sets: readonly RuleSet[]): number =>
  set === 'national' ? 0 : set === 'city' ? 1 : 2 + sets.indexOf(set)

/** Named set over city over national; then the row that says more about the case; then the newer one. */
const beats = (a: Row, b: Row, sets: readonly RuleSet[]): boolean => {
  const bySet = setRank(a.set, sets) - setRank(b.set, sets)
  if (bySet !== 0) return bySet > 0
  const told = (row: Row) => [row.regime, row.object, row.method].filter((scope) => scope !== null).length
  if (told(a) !== told(b)) return told(a) > told(b)
  return a.effectiveFrom > b.effectiveFrom
}

const isInForce = (row: Row, situation: Situation, sets: readonly RuleSet[]): boolean =>
  row.effectiveFrom <= situation.date &&
  (row.effectiveTo === null || situation.date <= row.effectiveTo) &&
  (row.regime === null || row.regime === situation.regime) &&
  covers(row.object, situation.object) &&
  covers(row.method, situation.method) &&
  sets.includes(row.set)

/** The one row that governs a case on the day of its event, or null when no row is in force. */
export const resolve = <Id extends RuleId>(
  id: Id,
  situation: Situation,
  rows: readonly Row[] = allRows,
): Row<Id> | null => {
  const sets = situation.sets ?? ordinarySets
  const candidates = rows === allRows ? (byId.get(id) ?? []) : rows
  let best: Row | null = null
  for (const row of candidates)
    if (row.id === id && isInForce(row, situation, sets) && (best === null || beats(row, best, sets))) best = row
  return best as Row<Id> | null
}
