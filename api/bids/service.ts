import type { Database } from '../kernel/database.ts'
import * as store from './store.ts'

export { attemptReceipt } from './service/attempt.ts'
export { checkAnnounced, checkPart } from './service/confirm-part.ts'
export { manifestOf } from './service/shared.ts'
export { ADDRESS_SECONDS, partAddress, planParts } from './service/start-bid.ts'
/** What other features may ask of bids. */
export {
  type BidRow,
  bidsByIds,
  type EnvelopeRow,
  envelopesOf,
  leftoverBids,
  lockUndeleted,
  markFound,
  markLost,
  markMissing,
  markStored,
  type PartRow,
  partsOf,
  validBids,
} from './store.ts'

/** An unfinished upload is abandoned at the deadline (20号令 27: counts as withdrawn); a replaced bid keeps its state. */
export const markCiphertextDeleted = (trx: Database, bid: store.BidRow, at: Date) =>
  store.updateBid(trx, bid.id, {
    ciphertext_deleted_at: at,
    ...(bid.state === 'uploading' ? { state: 'abandoned' } : {}),
  })
