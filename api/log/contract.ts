/** The log's public addresses (C2SP tlog-tiles, and what Sunlit adds); parameters are strict, so each file has one address. */
import { z } from 'zod'

const index = z
  .string()
  .regex(/^(0|[1-9]\d{0,14})$/)
  .transform(Number)

export const pageParams = z.strictObject({ page: index })
export const bundleParams = z.strictObject({ bundle: index })
export const leafParams = z.strictObject({ index })

/** Address → what it serves and its type; the API's documentation lists them. */
export const LOG_PATHS = {
  '/log/checkpoint': 'the newest checkpoint cosigned by a quorum: text/plain, C2SP tlog-checkpoint',
  '/log/tile/{level}/{index}': 'hashes of the tree: application/octet-stream, C2SP tlog-tiles',
  '/log/tile/entries/{index}': '256 leaves: application/octet-stream, C2SP tlog-tiles',
  '/log/checkpoints': 'how many checkpoints were signed: application/json {"count":n}',
  '/log/checkpoints/{page}': '256 recorded checkpoints, oldest first: application/json array of notes',
  '/log/disclosures/{bundle}': 'what may be told of 256 leaves: application/json',
  '/log/policy': 'the log key, the witnesses and the quorum: text/plain, C2SP tlog-policy',
  '/log/proof/{index}': 'the inclusion proof of a leaf: text/plain, C2SP tlog-proof',
} as const
