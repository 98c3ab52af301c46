import type { InferResponseType } from 'hono/client'
import type { Client } from '../api.ts'

type Lots = Client['api']['lots'][':id']['evaluation']
export type Room = InferResponseType<Lots['room']['$get'], 200>
export type Bid = InferResponseType<Lots['bids']['$get'], 200>['bids'][number]
export type ReviewItem = Room['reviewItems']['committee'][number]
export type Review = Room['reviews'][number]

/** Where a file of a bid is read: decrypted as it is sent, always as a download. */
export const bidFileHref = (lotId: string, bidId: string, kind: string, index: number): string =>
  `/api/lots/${lotId}/evaluation/bids/${bidId}/files/${kind}/${index}`
