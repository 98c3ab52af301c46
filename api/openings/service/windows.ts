import type { Database } from '../../kernel/database.ts'
import { type Moves, movedWindows, type Windows } from '../../seal/windows.ts'
import { stopsOf } from '../../tenders/service/shared.ts'
import type { ClosingState } from '../rules.ts'
import { outagesOf } from '../store/outages.ts'
import type { ClosingRow } from '../store.ts'

/** What moves the windows of a tender: its stops, and the outages that were declared since. */
export const movesOf = async (db: Database, tenderId: string): Promise<Moves> => ({
  stops: await stopsOf(db, tenderId),
  outages: (await outagesOf(db, tenderId))
    .filter(({ phase }) => phase === 'window')
    .map(({ declared_at }) => declared_at.getTime()),
})

/** A lot's windows as STORED announced them, moved by every stop and outage since; null before STORED. */
export const windowsOf = (row: ClosingRow, moves: Moves, at: Date): Windows | null => {
  const { stored_at, window_ends_at, fallback_ends_at } = row
  if (!stored_at || !window_ends_at || !fallback_ends_at) return null
  const ends = { bidders: window_ends_at.getTime(), trustees: fallback_ends_at.getTime() }
  return movedWindows(stored_at.getTime(), ends, moves, at.getTime())
}

/** Where a lot's opening stands. */
export const stateOf = (row: ClosingRow, moves: Moves, at: Date): ClosingState => {
  const windows = windowsOf(row, moves, at)
  return {
    storedAt: row.stored_at,
    windowEndsAt: windows && new Date(windows.bidders),
    fallbackEndsAt: windows && new Date(windows.trustees),
    decidedAt: row.decided_at,
  }
}

/** The same, reading the moves of its tender. */
export const closingState = async (db: Database, row: ClosingRow, tenderId: string, at: Date): Promise<ClosingState> =>
  stateOf(row, await movesOf(db, tenderId), at)
