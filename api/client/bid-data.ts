/*
 * What a bidder takes to a computer without a network to seal a bid there: notice, trustee set and their places in the log,
 * recorded, with the head of its own chain. Nothing in it is secret, and nothing in it is believed.
 *   const file = await bidDataFile(http, { tenderId, lotId, organisation })     online, in the page
 *   const { http, facts } = openBidData(file)                                 offline: verifyTender runs over the file
 */
import { z } from 'zod'
import type { Bytes } from '../log/bytes.ts'
import { bytesField, encodeJson, idField, parseJson, V } from '../seal/json.ts'
import { type Http, problem } from './http.ts'
import { answersSchema, recorder, replaying } from './recording.ts'
import { chainHead } from './submit-bid.ts'
import { lotOf, verifyTender } from './tender.ts'
import { type GivenTrust, loadTrust } from './trust.ts'

const where = {
  tenderId: idField,
  lotId: idField,
  /** The bidder: its id here, its name, its 统一社会信用代码. */
  organisation: z.strictObject({ id: idField, name: z.string().max(200), uscc: z.string().length(18) }),
}
const dataSchema = z.strictObject({
  v: z.literal(V),
  type: z.literal('bid-data'),
  origin: z.url(),
  ...where,
  /** The bid this one follows in its lot. */
  head: z.strictObject({ bidSeq: z.int().min(1), manifestHash: bytesField(32) }).nullable(),
  answers: answersSchema,
})
export type BidPlace = Pick<z.output<typeof dataSchema>, 'tenderId' | 'lotId' | 'organisation'>
export type BidFacts = BidPlace & Pick<z.output<typeof dataSchema>, 'head'>

/** @throws Problem tender-unverifiable: what does not hold online is not carried away */
export const bidDataFile = async (http: Http, place: BidPlace, given: GivenTrust = {}): Promise<Bytes> => {
  const recording = recorder(http)
  const tender = await verifyTender(recording.http, await loadTrust(recording.http, given), place.tenderId)
  if (!tender.ok) throw problem('tender-unverifiable', 'Not every check holds', { checks: tender.checks })
  lotOf(tender, place.lotId)
  const head = await chainHead(http, place.tenderId, place.lotId)
  const answers = await recording.answers()
  const { tenderId, lotId, organisation } = place
  const facts = { tenderId, lotId, organisation, head }
  return encodeJson({ v: V, type: 'bid-data', origin: http.origin, ...facts, answers })
}

/** @throws Problem data-file-malformed */
export const openBidData = (file: Uint8Array): { http: Http; facts: BidFacts } => {
  const read = parseJson(file, dataSchema)
  if (!read.ok) throw problem('data-file-malformed', 'This is no data file for a bid')
  const { origin, answers, tenderId, lotId, organisation, head } = read.value
  return { http: replaying(origin, answers), facts: { tenderId, lotId, organisation, head } }
}
