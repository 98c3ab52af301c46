import { type LawContext, ruleFor } from './contract.ts'
import { countPeriod } from './period.ts'
import type { Method, Regime, Row } from './rows/schema.ts'

/**
 * The chain of periods in which somebody may still attack how a procurement ended. GP: the 质疑 (政采条例 53), its answer
 * (94号令 13) and the 投诉 after it (94号令 17), each at its longest. TB: the 投诉 (招投条例 60); an 异议 at the opening is
 * answered on the spot (招投条例 44).
 */
const CHAIN = { GP: ['CH-3', 'CH-5', 'CO-1'], TB: ['TB-12-lodge'] } as const

export type RemedyEnd = { date: string; provisional: boolean; rows: Row[] }

/** The last day (Beijing date) on which a remedy can be lodged when the procurement ended on this day. */
export const remedyEnds = (
  { regime, method, date }: { regime: Regime; method: Method; date: string },
  context: LawContext,
): RemedyEnd => {
  let end: RemedyEnd = { date, provisional: false, rows: [] }
  for (const id of CHAIN[regime]) {
    const row = ruleFor(id, context, { regime, method, date: end.date })
    if (!row) continue
    const counted = countPeriod({ start: end.date, ...row.params }, context.calendar)
    end = { date: counted.date, provisional: end.provisional || counted.provisional, rows: [...end.rows, row] }
  }
  return end
}
