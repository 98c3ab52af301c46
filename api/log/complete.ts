/** `verify --complete`: that between NOTICE and CLOSED no bid was dropped, added or replaced by another hand. */
import { equal, toHex } from './bytes.ts'
import { dayNamed, dayNumber, type Opened } from './disclosure.ts'
import { leafTime } from './leaf.ts'
import type { Policy } from './policy.ts'
import { type Fetcher, TILE_WIDTH } from './tiles.ts'
import type { Check } from './verify.ts'
import { isFault, judgeDisclosure, type LogFault, walkLeaves, witnessedCheckpointCovering } from './walk.ts'

/** A bid or withdrawal leaf; hashes in hexadecimal. */
type BidLeaf = { index: number; type: string; manifestHash: string; prevManifest: string | null }
/** The lot, the leaf indices of its first NOTICE and its CLOSED, and the manifest hashes listed in CLOSED. */
export type LotWindow = {
  tenderId: string
  lotId: string
  noticeIndex: number
  closedIndex: number
  closed: readonly Uint8Array[]
}

/** The type of a withdrawal's event, whatever its version. */
const isWithdrawal = (type: string): boolean => type.startsWith('bid.withdrawn/')

/** What a pass over the leaves keeps of the windows of some lots: their bids, and the days that are still hidden. */
export type WindowReader = {
  /** A bundle's leaves and what is told of them. */
  take: (bundle: number, entries: readonly Uint8Array[], opened: readonly Opened[]) => void
  /** V-10 to V-12 of each lot, once the leaves are proven. */
  checks: () => Check[][]
}

export const createWindowReader = (lots: readonly LotWindow[]): WindowReader => {
  const found = lots.map((lot) => ({ lot, bids: [] as BidLeaf[], hidden: new Set<number>() }))
  const note = ({ lot, bids, hidden }: (typeof found)[number], index: number, leaf: Uint8Array, one: Opened): void => {
    if (index < lot.noticeIndex || index > lot.closedIndex) return
    if (one.state === 'hidden') hidden.add(dayNumber(leafTime(leaf)))
    if (one.state !== 'event' || one.outer.tenderId !== lot.tenderId || one.outer.bid?.lotId !== lot.lotId) return
    const { manifestHash, prevManifest } = one.outer.bid
    const prev = prevManifest && toHex(prevManifest)
    bids.push({ index, type: one.outer.type, manifestHash: toHex(manifestHash), prevManifest: prev })
  }
  return {
    take: (bundle, entries, opened) => {
      for (const [i, one] of opened.entries())
        if (one.state !== 'dummy') for (const own of found) note(own, bundle * TILE_WIDTH + i, entries[i]!, one)
    },
    checks: () =>
      found.map(({ lot, bids, hidden }) => {
        const days = [...hidden].sort((a, b) => a - b).map(dayNamed)
        const detail = days.length === 0 ? 'complete' : `days not yet disclosed: ${days.join(', ')}`
        const disclosed: Check = { id: 'V-10', ok: days.length === 0 ? true : null, text: DISCLOSED, detail }
        return [disclosed, ...judgeChains(bids, lot, days.length === 0)]
      }),
  }
}

const DISCLOSED = 'no leaf between NOTICE and CLOSED is undisclosed'

/**
 * Checks V-10 (all disclosed), V-11 (every bid leaf leads to CLOSED) and V-12 (CLOSED lists nothing else) of each lot, in
 * one pass over the leaves between the first NOTICE and the last CLOSED. Never throws for what the log serves.
 */
export const verifyComplete = async (
  fetch: Fetcher,
  policy: Policy,
  lots: readonly LotWindow[],
): Promise<Check[][]> => {
  const reader = createWindowReader(lots)
  const wrong = lots.length > 0 ? await readWindows(fetch, policy, lots, reader) : null
  if (!wrong) return reader.checks()
  return lots.map(() => [{ id: 'V-10', ok: false, text: DISCLOSED, detail: wrong.fault }])
}

const readWindows = async (
  fetch: Fetcher,
  policy: Policy,
  lots: readonly LotWindow[],
  reader: WindowReader,
): Promise<LogFault | null> => {
  const closedIndex = Math.max(...lots.map((lot) => lot.closedIndex))
  const checkpoint = await witnessedCheckpointCovering(fetch, policy, closedIndex)
  if (!checkpoint) return { fault: 'no witnessed checkpoint covers CLOSED', entry: closedIndex }
  const start = Math.floor(Math.min(...lots.map((lot) => lot.noticeIndex)) / TILE_WIDTH) * TILE_WIDTH
  let wrong: LogFault | null = null
  const told = (bundle: number, entries: readonly Uint8Array[], disclosure: Uint8Array | null): void => {
    if (wrong || bundle * TILE_WIDTH > closedIndex) return
    const opened = judgeDisclosure(disclosure, bundle, entries)
    if (isFault(opened)) wrong = opened
    else reader.take(bundle, entries, opened)
  }
  // Proven against the checkpoint by the walk itself: the older tree's hashes are pushed under the leaves.
  const walked = await walkLeaves(fetch, start, checkpoint.size, { told })
  if (isFault(walked)) return walked
  const fault = 'the leaves do not give the root of the checkpoint'
  return wrong ?? (equal(walked.root, checkpoint.root) ? null : { fault, entry: null })
}

/** Follows each chain bidSeq/prevManifest to its end: CLOSED, or a withdrawal that only the entitled can check. */
const judgeChains = (bids: readonly BidLeaf[], lot: LotWindow, complete: boolean): Check[] => {
  const closed = new Set(lot.closed.map(toHex))
  const replaced = new Set(bids.map(({ prevManifest }) => prevManifest))
  const forked = bids.find(
    (bid, i) => bid.prevManifest !== null && bids.findIndex((b) => b.prevManifest === bid.prevManifest) !== i,
  )
  const ends = bids.filter(({ manifestHash }) => !replaced.has(manifestHash))
  const withdrawals = ends.filter(({ type }) => isWithdrawal(type))
  const dropped = ends.find(({ type, manifestHash }) => !isWithdrawal(type) && !closed.has(manifestHash))
  const logged = new Set(ends.filter(({ type }) => !isWithdrawal(type)).map(({ manifestHash }) => manifestHash))
  const foreign = [...closed].find((hash) => !logged.has(hash))
  const problem = dropped
    ? `the bid of entry ${dropped.index} is neither in CLOSED nor replaced`
    : forked
      ? `entry ${forked.index} replaces a manifest that was already replaced`
      : ''
  // A fault seen is a fault; but nothing is passed while leaves are hidden.
  const verdict = (fault: string): boolean | null => (fault ? false : complete ? true : null)
  const added = foreign && complete ? `CLOSED lists ${foreign}, which no leaf in the window announces` : ''
  return [
    {
      id: 'V-11',
      ok: verdict(problem),
      text: 'each bid leaf is in CLOSED or replaced by one that is',
      detail: problem || `${ends.length - withdrawals.length} bids; ${withdrawals.length} withdrawals not checked here`,
    },
    {
      id: 'V-12',
      ok: verdict(added),
      text: 'CLOSED lists only bids that were logged in time',
      detail: added || (complete ? `${closed.size} listed` : 'not checkable before disclosure'),
    },
  ]
}
