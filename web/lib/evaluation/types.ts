import type { InferResponseType } from 'hono/client'
import type { Client } from '../api.ts'

type Lots = Client['api']['lots'][':id']['evaluation']
export type Room = InferResponseType<Lots['room']['$get'], 200>
export type Bid = InferResponseType<Lots['bids']['$get'], 200>['bids'][number]
export type ReviewItem = Room['reviewItems']['committee'][number]
export type Review = Room['reviews'][number]

type Lot = {
  summaryFields: readonly { key: string; label: string; type: string }[]
  priceLines: readonly { id: string; title: string }[]
  qualification: readonly { id: string; title: string }[]
  conformity: readonly { id: string; title: string }[]
}
/** What the keys of a bid's answers are called in the notice, and which of them are amounts. */
export const fieldsOf = (lot: Lot): { key: string; label: string; type: string }[] => [
  ...lot.summaryFields,
  ...lot.priceLines.map(({ id, title }) => ({ key: id, label: title, type: 'money' })),
  ...[...lot.qualification, ...lot.conformity].map(({ id, title }) => ({ key: id, label: title, type: 'text' })),
]

/** Where a file of a bid is read: decrypted as it is sent, always as a download. */
export const bidFileHref = (lotId: string, bidId: string, kind: string, index: number): string =>
  `/api/lots/${lotId}/evaluation/bids/${bidId}/files/${kind}/${index}`
