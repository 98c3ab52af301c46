import type { Database } from '../../kernel/database.ts'
import { movedEnd, type Stop } from '../../seal/windows.ts'
import { stopsOf } from '../../tenders/service/shared.ts'
import type { ClosingState } from '../rules.ts'
import type { ClosingRow } from '../store.ts'

const moved = (row: ClosingRow, end: Date | null, stops: readonly Stop[], at: Date): Date | null =>
  end === null || row.stored_at === null
    ? end
    : new Date(movedEnd(row.stored_at.getTime(), end.getTime(), stops, at.getTime()))

/** Where a lot's opening stands; its windows as STORED announced them, moved by every stop since. */
export const stateOf = (row: ClosingRow, stops: readonly Stop[], at: Date): ClosingState => ({
  storedAt: row.stored_at,
  windowEndsAt: moved(row, row.window_ends_at, stops, at),
  fallbackEndsAt: moved(row, row.fallback_ends_at, stops, at),
  decidedAt: row.decided_at,
})

/** The same, reading the stops of its tender. */
export const closingState = async (db: Database, row: ClosingRow, tenderId: string, at: Date): Promise<ClosingState> =>
  stateOf(row, await stopsOf(db, tenderId), at)
