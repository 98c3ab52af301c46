import {
  base64url,
  defineRoute,
  disclosedLayers,
  idParams,
  instant,
  jsonAnswer,
  jsonBody,
  pdfAnswer,
  uuid,
  z,
} from '../kernel/http.ts'
import { keptSignature, signersOfPaper, signingRoutes } from '../kernel/signing-contract.ts'
import { confirmedPart, partAddresses } from '../kernel/upload-contract.ts'

const maybe = instant.nullable()
const hash = base64url.length(43)
const release = z.strictObject({ statement: base64url.max(4096), cms: base64url.max(60_000) })
const releases = z.strictObject({ releases: z.array(release).min(1).max(400) })
const released = z.strictObject({ released: z.int() })

const hallLot = z.strictObject({
  lotId: uuid,
  no: z.int(),
  title: z.string(),
  status: z.string(),
  minimumBidders: z.int(),
  closedIndex: z.int().nullable(),
  storedIndex: z.int().nullable(),
  count: z.int().nullable(),
  manifestHashes: z.array(hash),
  windowEndsAt: maybe,
  fallbackEndsAt: maybe,
  decidedAt: maybe,
  opened: z.int(),
  /**
   * Of one's own organisation alone. `keys` are `taken` once each of its bid's keys came and fits: the platform opens it by
   * itself. `lost`: the store does not hold all of it; it may be supplied again (`/lots/{id}/lost-parts`).
   */
  own: z.array(
    z.strictObject({
      bidId: uuid,
      manifestHash: hash,
      keys: z.enum(['none', 'taken']),
      opened: z.boolean(),
      lost: z.boolean(),
    }),
  ),
})

export const hall = defineRoute({
  method: 'get',
  path: '/tenders/{id}/opening',
  'x-who': 'anyone',
  summary: 'The opening hall: times, counts, commitments, `2 of 3`; no names before the end',
  request: { params: idParams },
  responses: {
    200: jsonAnswer(
      z.strictObject({
        tenderId: uuid,
        now: instant,
        deadline: instant,
        status: z.string(),
        suspended: z.boolean(),
        namesOutAt: maybe,
        heldSince: maybe.meta({ description: 'outage rule: since when CLOSED waits for the probes outside' }),
        outages: z.array(
          z.strictObject({ phase: z.enum(['deadline', 'window']), from: instant, to: instant, declaredAt: instant }),
        ),
        lots: z.array(hallLot),
      }),
    ),
  },
})

const layers = z.strictObject({ ...disclosedLayers, leaf: base64url })

export const probeLog = defineRoute({
  method: 'get',
  path: '/tenders/{id}/probe-log',
  'x-who': 'anyone',
  summary: 'What the probes said in the last hour before each deadline and in the windows, signed, with its events',
  request: { params: idParams },
  responses: {
    200: jsonAnswer(
      z.strictObject({
        policies: z.array(z.strictObject({ text: z.string(), ...layers.shape })),
        statements: z.array(
          z.strictObject({
            statement: base64url,
            signature: base64url,
            receivedAt: instant,
            event: layers.nullable().meta({ description: 'of each minute down, and of each change' }),
          }),
        ),
      }),
    ),
  },
})

export const releaseDeks = defineRoute({
  method: 'post',
  path: '/lots/{id}/releases',
  'x-who': ['supplier-signer'],
  summary: 'Release the keys of your own bid (each a signed statement); your client has verified CLOSED and STORED',
  request: { params: idParams, ...jsonBody(releases) },
  responses: { 200: jsonAnswer(released) },
})

export const handOverDeks = defineRoute({
  method: 'post',
  path: '/lots/{id}/handed-releases',
  'x-who': ['trustee', 'supervisor'],
  summary: 'Bring the release file that a bidder handed to you: its signed keys count as if it had sent them itself',
  request: { params: idParams, ...jsonBody(releases) },
  responses: { 200: jsonAnswer(released) },
})

const SUPPLIER = ['supplier-preparer', 'supplier-signer'] as const

export const lostParts = defineRoute({
  method: 'get',
  path: '/lots/{id}/lost-parts',
  'x-who': SUPPLIER,
  summary: 'What the store lost of your own sealed bid, with an address for each part that you may supply again',
  request: { params: idParams },
  responses: {
    200: jsonAnswer(z.strictObject({ bidId: uuid, manifestHash: hash, parts: partAddresses })),
  },
})

export const resupplyPart = defineRoute({
  method: 'post',
  path: '/lots/{id}/lost-parts',
  'x-who': SUPPLIER,
  summary: 'A lost part was put into the store again: check it; never after a key of the lot was accepted',
  request: { params: idParams, ...confirmedPart },
  responses: { 200: jsonAnswer(z.strictObject({ stored: z.literal(true), whole: z.boolean() })) },
})

export const closedManifests = defineRoute({
  method: 'get',
  path: '/lots/{id}/closed-manifests',
  'x-who': ['trustee'],
  summary: "Trustees, after the bidders' window: the manifests still closed that wait for your share",
  request: { params: idParams },
  responses: {
    200: jsonAnswer(
      z.strictObject({
        i: z.int(),
        bids: z.array(z.strictObject({ manifest: base64url, kinds: z.array(z.string()) })),
      }),
    ),
  },
})

export const releaseShares = defineRoute({
  method: 'post',
  path: '/lots/{id}/shares',
  'x-who': ['trustee'],
  summary: 'Trustees: release shares (each a signed statement)',
  request: { params: idParams, ...jsonBody(releases) },
  responses: { 200: jsonAnswer(released) },
})

export const openingRecord = defineRoute({
  method: 'get',
  path: '/lots/{id}/opening-record',
  'x-who': 'anyone',
  summary: 'The exact bytes of the opening record, once names are out',
  request: { params: idParams },
  responses: { 200: { description: 'OK', content: { 'application/json': { schema: z.string() } } } },
})

export const openedBids = defineRoute({
  method: 'get',
  path: '/lots/{id}/opened-bids',
  'x-who': 'anyone',
  summary: 'Manifests, signatures, evidence and the summary keys, for verification by anybody',
  request: { params: idParams },
  responses: {
    200: jsonAnswer(
      z.strictObject({
        bids: z.array(
          z.strictObject({
            bidId: uuid,
            manifest: base64url,
            cms: base64url,
            evidence: z.strictObject({ chain: z.array(base64url), crl: base64url.nullable() }),
            receivedAt: instant,
            summaryNo: z.int(),
            summaryDek: base64url.nullable(),
            releases: z.array(z.strictObject({ source: z.int(), statement: base64url, cms: base64url })),
          }),
        ),
      }),
    ),
  },
})

export const summaryCiphertext = defineRoute({
  method: 'get',
  path: '/lots/{id}/opened-bids/{bidId}/summary',
  'x-who': 'anyone',
  summary: "A bid's summary as it lay sealed",
  request: { params: z.strictObject({ id: uuid, bidId: uuid }) },
  responses: { 200: { description: 'OK', content: { 'application/octet-stream': { schema: z.string() } } } },
})

export const openingRecordPdf = defineRoute({
  method: 'get',
  path: '/lots/{id}/opening-record.pdf',
  'x-who': 'anyone',
  summary: 'The printed record with the seal and the signatures made so far',
  request: { params: idParams },
  responses: { 200: pdfAnswer },
})

export const recordSigners = defineRoute({
  method: 'get',
  path: '/lots/{id}/opening-record/signatures',
  'x-who': 'anyone',
  summary: 'Who has signed the opening record (20号令 32: bidders confirm it)',
  request: { params: idParams },
  responses: { 200: signersOfPaper },
})

export const recordSigning = signingRoutes({
  path: '/lots/{id}/opening-record',
  who: ['supplier-signer'],
  summaries: {
    prepare: 'Prepare your signature under the opening record',
    sign: 'Hand in your signature (CAdES over the prepared digest)',
  },
  kept: keptSignature,
})
