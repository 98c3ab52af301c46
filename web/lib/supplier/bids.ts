import type { InferResponseType } from 'hono/client'
import type { Client } from '../api.ts'

export type BidView = InferResponseType<Client['api']['bids']['$get'], 200>['bids'][number]
export type TenderView = InferResponseType<Client['api']['tenders'][':id']['$get'], 200>
export type DepositView = InferResponseType<Client['api']['lots'][':id']['deposit']['$get'], 200>
export type HallView = InferResponseType<Client['api']['tenders'][':id']['opening']['$get'], 200>

export type OwnInHall = HallView['lots'][number]['own'][number]

/** An own bid that is shut and whose keys the platform does not have yet: its bidder is waited for. */
export const waitsForKeys = ({ opened, keys }: Pick<OwnInHall, 'opened' | 'keys'>): boolean =>
  !opened && keys !== 'taken'

/** What counts of one's own chain in a lot: the last manifest that was handed in; an unfinished upload besides. */
export type LotBid = { head: BidView | null; uploading: BidView | null }

const ended = (bid: BidView): boolean =>
  bid.state === 'received' || bid.state === 'replaced' || bid.state === 'withdrawn'

export const lotBid = (bids: readonly BidView[], lotId: string): LotBid => {
  const own = bids.filter((bid) => bid.lotId === lotId).sort((a, b) => b.bidSeq - a.bidSeq)
  return { head: own.find(ended) ?? null, uploading: own.find((bid) => bid.state === 'uploading') ?? null }
}

/** The valid bid of a lot, if there is one. */
export const validBid = (bids: readonly BidView[], lotId: string): BidView | null => {
  const { head } = lotBid(bids, lotId)
  return head?.kind === 'bid' && head.state === 'received' ? head : null
}

export const sizeOf = (bid: Pick<BidView, 'envelopes'>): number =>
  bid.envelopes.reduce((sum, { size }) => sum + size, 0)
