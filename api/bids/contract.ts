import { base64url, defineRoute, idParams, instant, jsonAnswer, jsonBody, uuid, z } from '../kernel/http.ts'
import { confirmedPart, keptPart, partAddresses, signedManifest } from '../kernel/upload-contract.ts'
import { ENVELOPE_KINDS } from '../seal/context.ts'

const SUPPLIER = ['supplier-preparer', 'supplier-signer'] as const
const SIGNER = ['supplier-signer'] as const
const hash = base64url.length(43)

const promise = z.strictObject({
  promise: base64url.meta({ description: 'the exact promise bytes (SEALING.md §3)' }),
  signature: base64url.meta({ description: "Ed25519 by the log's key" }),
})

export const bidView = z.strictObject({
  id: uuid,
  number: z.string(),
  tenderId: uuid,
  lotId: uuid,
  kind: z.enum(['bid', 'withdraw']),
  bidSeq: z.int(),
  state: z.enum(['uploading', 'received', 'replaced', 'withdrawn', 'abandoned']),
  noticeN: z.int(),
  confirmedN: z.int().nullable().meta({ description: 'the notice under which it was confirmed after a correction' }),
  manifestHash: hash,
  receivedAt: instant.nullable(),
  witnessed: z.boolean(),
  receipt: promise.nullable(),
  manifest: base64url,
  cms: base64url,
  envelopes: z.array(z.strictObject({ no: z.int(), kind: z.enum(ENVELOPE_KINDS), size: z.int() })),
})

export type BidView = z.infer<typeof bidView>

const manifest = signedManifest(8192)
const upload = z.strictObject({ bid: bidView, parts: partAddresses })

export const obtainDocuments = defineRoute({
  method: 'post',
  path: '/tenders/{id}/documents',
  'x-who': SUPPLIER,
  summary: 'Obtain the tender documents; who did stays secret until names are out',
  request: { params: idParams },
  responses: { 200: jsonAnswer(z.strictObject({ obtainedAt: instant })) },
})

export const documentsObtained = defineRoute({
  method: 'get',
  path: '/tenders/{id}/documents',
  'x-who': SUPPLIER,
  summary: 'Whether your organisation has obtained the documents',
  request: { params: idParams },
  responses: { 200: jsonAnswer(z.strictObject({ obtainedAt: instant.nullable() })) },
})

export const myDocuments = defineRoute({
  method: 'get',
  path: '/my/documents',
  'x-who': SUPPLIER,
  summary: 'Tenders whose documents your organisation has obtained, newest first: what it may have to do by when',
  responses: {
    200: jsonAnswer(z.strictObject({ items: z.array(z.strictObject({ tenderId: uuid, obtainedAt: instant })) })),
  },
})

export const startBid = defineRoute({
  method: 'post',
  path: '/bids',
  'x-who': SIGNER,
  summary: 'Hand in the signed manifest of a bid; answers the addresses of its parts',
  request: { ...jsonBody(manifest) },
  responses: { 200: jsonAnswer(upload) },
})

export const uploadState = defineRoute({
  method: 'get',
  path: '/bids/{id}/parts',
  'x-who': SUPPLIER,
  summary: 'What has arrived, with fresh addresses for what has not',
  request: { params: idParams },
  responses: { 200: jsonAnswer(upload) },
})

export const confirmPart = defineRoute({
  method: 'post',
  path: '/bids/{id}/parts',
  'x-who': SUPPLIER,
  summary: 'A part was put into the store: check it',
  request: { params: idParams, ...confirmedPart },
  responses: { 200: keptPart },
})

export const commitBid = defineRoute({
  method: 'post',
  path: '/bids/{id}/commit',
  'x-who': SIGNER,
  summary: 'The act of bidding: answers the signed promise, the legal receipt (20号令 27)',
  request: { params: idParams },
  responses: { 200: jsonAnswer(bidView) },
})

export const confirmBid = defineRoute({
  method: 'post',
  path: '/bids/{id}/confirmation',
  'x-who': SIGNER,
  summary: 'After a correction: your received bid stands as it is (87号令 27)',
  description: 'Refusals: notice-changed, bid-not-standing, bid-names-newest-notice, those of a late or suspended bid',
  request: { params: idParams, ...jsonBody(z.strictObject({ n: z.int().min(0).max(9999) })) },
  responses: { 200: jsonAnswer(bidView) },
})

export const withdrawBid = defineRoute({
  method: 'post',
  path: '/bids/withdrawals',
  'x-who': SIGNER,
  summary: 'Withdraw before the deadline by a signed manifest',
  request: { ...jsonBody(manifest.omit({ partHashes: true })) },
  responses: { 200: jsonAnswer(bidView) },
})

export const myBids = defineRoute({
  method: 'get',
  path: '/bids',
  'x-who': SUPPLIER,
  summary: "Your organisation's bids",
  request: { query: z.strictObject({ tenderId: uuid.optional() }) },
  responses: { 200: jsonAnswer(z.strictObject({ bids: z.array(bidView) })) },
})

export const receipt = defineRoute({
  method: 'get',
  path: '/bids/{id}/receipt',
  'x-who': SUPPLIER,
  summary: 'The witnessed receipt as a zip that verifies offline, for ever',
  request: { params: idParams },
  responses: { 200: { description: 'zip', content: { 'application/zip': { schema: z.string() } } } },
})
