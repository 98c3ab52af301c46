/* The evaluation of the one bid of `openUp`, as a platform publishes it. Test files only. */
import { LOT } from '../seal/actors.testing.ts'

const GROUND = {
  ...{ regime: 'GP', method: 'open', object: 'goods', evaluationMethod: 'comprehensive', rowSets: ['national'] },
  ...{ date: '2026-11-23', priceWeight: '0.3', smeRate: '0.1', smeReserved: false, minimum: 1, items: [], scores: [] },
}

/** Its only bid is announced at 1.28 million yuan, and ranks first. */
export const evaluationOf = (bidId: string, reportSha256: string, openingRecordSha256: string) => ({
  lotId: LOT,
  reportSha256,
  openingRecordSha256,
  bids: [{ letter: 'A', bidId }],
  input: { ...GROUND, bids: [{ letter: 'A', price: '128000000', size: 'small', brand: null as string | null }] },
  standings: [{ letter: 'A', evaluatedPrice: '1152000', priceScore: '30.00', total: '30.00', rank: 1 }],
})

/** The result notice that follows from it. */
export const resultOf = (bidId: string) => ({ lotId: LOT, winner: { bidId, rank: 1, amount: '128000000' } })
