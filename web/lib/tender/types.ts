import type { InferResponseType } from 'hono/client'
import type { Client } from '../api.ts'

type Tenders = Client['api']['tenders'][':id']

/** `GET /api/tenders/{id}`: the project as everybody sees it. */
export type Tender = InferResponseType<Tenders['$get'], 200>
export type Hall = InferResponseType<Tenders['opening']['$get'], 200>

/** A message of the `tender` words with its parameters: made on the server, said in the page's language. */
export type Said = {
  key: 'days' | 'working' | 'before' | 'ahead' | 'within' | 'within.working' | 'plain'
  params: Record<string, string | number>
}
