/*
 * A trustee's laptop without a network. What the platform would answer is carried there in a data file, what would be
 * posted is carried back in an answer file; in between runs the very software that runs in the page.
 *   const file = await dataFile(http, { purpose: 'release', tenderId, i, lotId })     online, in the page
 *   const { http, facts } = openData(file)                                          offline: answers from the file alone
 *   await handIn(http, answer, { purpose: 'release', tenderId, i, lotId })           online again
 * Nothing in a data file is believed: every signature, proof and cosignature in it is verified offline.
 */
import { z } from 'zod'
import type { Bytes } from '../log/bytes.ts'
import { base64urlField, encodeJson, idField, parseJson, V } from '../seal/json.ts'
import { type Http, problem } from './http.ts'
import { checkOpening } from './opening.ts'
import { answersSchema, nothing, recorder, replaying } from './recording.ts'
import { newestCheckpoint } from './scan.ts'
import { verifyTender } from './tender.ts'
import { type GivenTrust, loadTrust, nowOf, type TrustContext } from './trust.ts'
import { postDrill, postKey, postShares, readTrustees, type SeatPlace } from './trustee.ts'

export type Errand =
  | (SeatPlace & { purpose: 'key'; lotId?: undefined })
  | (SeatPlace & { purpose: 'drill'; lotId?: undefined })
  | (SeatPlace & { purpose: 'release'; lotId: string })

const seat = { tenderId: idField, i: z.int().min(1).max(9) }

/** `{v, type:"trustee-data", …}`: each answer of the platform by method and path, bytes in base64url. */
const dataSchema = z.strictObject({
  v: z.literal(V),
  type: z.literal('trustee-data'),
  purpose: z.enum(['key', 'drill', 'release']),
  origin: z.url(),
  ...seat,
  lotId: idField.nullable(),
  answers: answersSchema,
})

/** Asks everything that the errand will ask offline. */
const ask = async (http: Http, given: GivenTrust, errand: Errand): Promise<void> => {
  const { tenderId, i } = errand
  const trust = await loadTrust(http, given)
  if (errand.purpose === 'key') return void (await readTrustees(http, tenderId))
  await http.json('GET', `/api/tenders/${tenderId}/trustees/${i}/key`)
  if (errand.purpose === 'drill')
    return void (await http.json('POST', `/api/tenders/${tenderId}/trustees/${i}/drill-nonce`))
  const tender = await verifyTender(http, trust, tenderId, { asOf: 'signed' })
  await checkOpening(http, trust, tender, errand.lotId, { as: 'trustee' })
  await http.json('GET', `/api/lots/${errand.lotId}/closed-manifests`)
}

/**
 * What a trustee takes along for one errand. `given`: its own pins where it has some; offline they count again, from
 * files of the laptop.
 */
export const dataFile = async (http: Http, errand: Errand, given: GivenTrust = {}): Promise<Bytes> => {
  const recording = recorder(http)
  await ask(recording.http, given, errand)
  const { purpose, tenderId, i, lotId = null } = errand
  const place = { purpose, origin: http.origin, tenderId, i, lotId }
  return encodeJson({ v: V, type: 'trustee-data', ...place, answers: await recording.answers() })
}

/** A platform that answers from a data file and takes nothing. @throws Problem data-file-malformed */
export const openData = (file: Uint8Array): { http: Http; facts: Errand } => {
  const read = parseJson(file, dataSchema)
  if (!read.ok) throw problem('data-file-malformed', 'This is no data file for a trustee')
  const { origin, purpose, tenderId, i, lotId } = read.value
  const http = replaying(origin, read.value.answers)
  if (purpose === 'release') return { http, facts: { purpose, tenderId, i, lotId: lotId ?? nothing('lot') } }
  return { http, facts: { purpose, tenderId, i } }
}

/** Long enough for a stick to be carried across a building, short enough that a stop can hardly hide behind it. */
const FRESH = 15 * 60_000

/**
 * A release over a data file sees no SUSPENDED and no NOTICE that came after it: the witnesses' newest time must be near
 * one's own. @throws Problem data-file-stale
 */
export const assertFresh = async (http: Http, trust: TrustContext): Promise<void> => {
  const newest = await newestCheckpoint(http.bytes, trust.policy)
  const at = newest?.notBefore == null ? Number.NEGATIVE_INFINITY : newest.notBefore * 1000
  if (nowOf(trust) - at > FRESH)
    throw problem('data-file-stale', 'The log in this data file is too old: take a new one')
}

const signed = { statement: base64urlField(1, 6000), cms: base64urlField(1, 90_000) }
const keySchema = z.strictObject({ ...signed, blob: base64urlField(1, 90_000) })

const answerSchema = z.discriminatedUnion('purpose', [
  z.strictObject({
    v: z.literal(V),
    type: z.literal('trustee-answer'),
    purpose: z.literal('key'),
    ...seat,
    posted: keySchema,
  }),
  z.strictObject({
    v: z.literal(V),
    type: z.literal('trustee-answer'),
    purpose: z.literal('drill'),
    ...seat,
    posted: z.strictObject(signed),
  }),
])
/** The file that `releaseShares` writes as well. */
const releasesSchema = z.strictObject({
  v: z.literal(V),
  type: z.literal('releases'),
  tender: idField,
  lot: idField,
  releases: z.array(z.strictObject(signed)).min(1).max(4000),
})

/** `{v, type:"trustee-answer", …}`: what would have been posted. A release writes a release file instead. */
export const answerFile = (value: Omit<z.input<typeof answerSchema>, 'v' | 'type'>): Bytes =>
  encodeJson({ v: V, type: 'trustee-answer', ...value })

const elsewhere = (): never => {
  throw problem('answer-elsewhere', 'This file was made for another tender, seat, lot or errand')
}

/** Brings the release file that a bidder handed over, as a trustee or the supervisor. @throws Problem answer-malformed */
export const handOver = async (http: Http, file: Uint8Array, lotId: string): Promise<void> => {
  const read = parseJson(file, releasesSchema)
  if (!read.ok) throw problem('answer-malformed', 'This is no release file')
  if (read.value.lot !== lotId) return elsewhere()
  await http.json('POST', `/api/lots/${lotId}/handed-releases`, { releases: read.value.releases })
}

/**
 * Posts what came back from the laptop; where to, the errand says, never the file.
 * @throws Problem answer-malformed, answer-elsewhere, or what the platform refuses
 */
export const handIn = async (http: Http, file: Uint8Array, errand: Errand): Promise<void> => {
  if (errand.purpose === 'release') {
    const read = parseJson(file, releasesSchema)
    if (!read.ok) throw problem('answer-malformed', 'This is no answer file of a trustee')
    const { tender, lot, releases } = read.value
    if (tender !== errand.tenderId || lot !== errand.lotId) return elsewhere()
    return postShares(http, errand.lotId, releases)
  }
  const read = parseJson(file, answerSchema)
  if (!read.ok) throw problem('answer-malformed', 'This is no answer file of a trustee')
  const { value } = read
  const fits = value.purpose === errand.purpose && value.tenderId === errand.tenderId && value.i === errand.i
  if (!fits) return elsewhere()
  if (value.purpose === 'key') await postKey(http, errand, value.posted)
  else await postDrill(http, errand, value.posted)
}
