/** `verify --complete`: that between NOTICE and CLOSED no bid was dropped, added or replaced by another hand. */
import { toHex } from './bytes.ts'
import { dayOf } from './disclosure.ts'
import { decodeLeaf } from './leaf.ts'
import type { Policy } from './policy.ts'
import { type Fetcher, TILE_WIDTH } from './tiles.ts'
import type { Check } from './verify.ts'
import { isFault, readDisclosure, readLeaves, witnessedCheckpointCovering } from './walk.ts'

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

/** Checks V-10 (all disclosed), V-11 (every bid leaf leads to CLOSED) and V-12 (CLOSED lists nothing else). Never throws. */
export const verifyComplete = async (fetch: Fetcher, policy: Policy, lot: LotWindow): Promise<Check[]> => {
  const read = await readWindow(fetch, policy, lot)
  const text = 'no leaf between NOTICE and CLOSED is undisclosed'
  if (isFault(read)) return [{ id: 'V-10', ok: false, text, detail: read.fault }]
  const { bids, hiddenDays } = read
  const disclosed: Check = {
    id: 'V-10',
    ok: hiddenDays.length === 0 ? true : null,
    text,
    detail: hiddenDays.length === 0 ? 'complete' : `days not yet disclosed: ${hiddenDays.join(', ')}`,
  }
  return [disclosed, ...judgeChains(bids, lot, hiddenDays.length === 0)]
}

const readWindow = async (fetch: Fetcher, policy: Policy, lot: LotWindow) => {
  const checkpoint = await witnessedCheckpointCovering(fetch, policy, lot.closedIndex)
  if (!checkpoint) return { fault: 'no witnessed checkpoint covers CLOSED', entry: lot.closedIndex }
  const start = Math.floor(lot.noticeIndex / TILE_WIDTH) * TILE_WIDTH
  // Proven against the checkpoint by the walk itself: the older tree's hashes are pushed under the leaves.
  const leaves = await readLeaves(fetch, null, checkpoint, start)
  if (isFault(leaves)) return leaves
  const bids: BidLeaf[] = []
  const hidden = new Set<string>()
  for (let at = start; at <= lot.closedIndex; at += TILE_WIDTH) {
    const own = leaves.slice(at - start, at - start + TILE_WIDTH)
    const opened = await readDisclosure(fetch, at / TILE_WIDTH, own)
    if (isFault(opened)) return opened
    for (const [i, one] of opened.entries()) {
      const index = at + i
      if (index < lot.noticeIndex || index > lot.closedIndex) continue
      if (one.state === 'hidden') hidden.add(dayOf(decodeLeaf(own[i]!).time))
      if (one.state !== 'event' || one.outer.tenderId !== lot.tenderId || one.outer.bid?.lotId !== lot.lotId) continue
      const { manifestHash, prevManifest } = one.outer.bid
      bids.push({
        index,
        type: one.outer.type,
        manifestHash: toHex(manifestHash),
        prevManifest: prevManifest && toHex(prevManifest),
      })
    }
  }
  return { bids, hiddenDays: [...hidden].sort() }
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
