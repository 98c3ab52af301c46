import { type DecryptionCause, type Treatment, treatmentOf } from '../../law/counting.ts'

/** What the traces of an opening say of one bid, when its lot is decided. */
export type BidTraces = {
  /** What came out of each of its envelopes. */
  verdicts: readonly ('valid' | 'escrow-malformed' | 'signature-invalid' | 'unopenable')[]
  /** Some envelope was opened by the trustees' shares. */
  byTrustees: boolean
  /** For how many of its envelopes the bidder released a key that fits, in its window. */
  keys: number
  /** The bidder released something that does not fit what it committed to. */
  wrongKeys: boolean
  /** The store lost a part of it, and it was not supplied again. */
  lost: boolean
  /** The probes saw the platform down in the window in which the bidder had to release its keys. */
  down: boolean
}

type Row = { id: string; cause: DecryptionCause | null; applies: (traces: BidTraces) => boolean }

const isWhole = ({ verdicts }: BidTraces): boolean => verdicts.every((verdict) => verdict === 'valid')

/**
 * 20号令 第三十一条; SEALING.md §4 "Whose fault": the first row that applies decides. No row blames a bidder for a key
 * that the platform did not take for a reason of its own, since windows stand still while a tender does.
 */
const TABLE = [
  { id: 'escrow-malformed', cause: 'escrow', applies: ({ verdicts }) => verdicts.includes('escrow-malformed') },
  { id: 'signature-invalid', cause: 'escrow', applies: ({ verdicts }) => verdicts.includes('signature-invalid') },
  { id: 'opened-by-trustees', cause: null, applies: (traces) => isWhole(traces) && traces.byTrustees },
  { id: 'opened-by-bidder', cause: null, applies: isWhole },
  { id: 'store-lost', cause: 'store', applies: ({ lost }) => lost },
  { id: 'keys-released', cause: 'trustees', applies: ({ keys, verdicts }) => keys === verdicts.length },
  // What could have been sent, or sent again, did not come through: a wrong key counts as none.
  { id: 'platform-down', cause: 'platform', applies: ({ down }) => down },
  { id: 'wrong-key', cause: 'bidder', applies: ({ wrongKeys }) => wrongKeys },
  { id: 'keys-incomplete', cause: 'bidder', applies: ({ keys }) => keys > 0 },
  { id: 'nothing-released', cause: 'bidder', applies: () => true },
] as const satisfies readonly Row[]

export type DecisionRow = (typeof TABLE)[number]['id']
export type Decision = { row: DecisionRow; cause: DecryptionCause | null; treatedAs: Treatment }

/** 撤销 or 撤回, with the row that says why; `cause` is null where the bid is open and nobody is to blame. */
export const decisionOf = (traces: BidTraces): Decision => {
  const { id: row, cause } = TABLE.find(({ applies }) => applies(traces))!
  const fallback = isWhole(traces) ? 'opened' : 'failed'
  return { row, cause, treatedAs: cause === null ? 'valid' : treatmentOf(cause, fallback) }
}

/** What one seat did in a fallback, as it is told by name in the record. */
export type SeatTraces = { shares: number; falseShares: number }
export type SeatAnswer = 'not-needed' | 'given' | 'false' | 'absent'

/**
 * SEALING.md §5: a false share and an absence are attributed. Nobody is absent from a fallback that nobody needed, or
 * that was over before the trustees' time had run out.
 */
export const seatAnswerOf = ({ shares, falseShares }: SeatTraces, isTimeOver: boolean): SeatAnswer => {
  if (falseShares > 0) return 'false'
  if (shares > 0) return 'given'
  return isTimeOver ? 'absent' : 'not-needed'
}
