/*
 * A platform in memory, with a real log, real witnesses and real signatures, that a test may make lie: client software
 * must see it. Everything it serves goes through one `fetch`. Test files only.
 */
import {
  type Bytes,
  concat,
  fromBase64url,
  fromUtf8,
  randomBytes,
  sha256,
  toBase64,
  toBase64url,
  utf8,
} from '../log/bytes.ts'
import { type BidPart, bodyHashOf, makeLeaf, NO_SUBJECT, outerBytes, type SubjectName, subjectOf } from '../log/leaf.ts'
import { DAY, LOT, makeTrustees, makeWorld, NOW, TENDER, type World } from '../seal/actors.testing.ts'
import { makeCrl } from '../seal/ca.ts'
import { encodeJson } from '../seal/json.ts'
import { noticeHash } from '../seal/manifest.ts'
import type { Notice } from '../seal/notice.ts'
import { PART_SIZE } from '../seal/parts.ts'
import { signPromise } from '../seal/promise.ts'
import { buildReceipt } from '../seal/receipt.ts'
import { makeLog, type Row } from './log.testing.ts'
import { DEADLINE, noticeOf } from './notice.testing.ts'

const ORIGIN = 'http://platform.test'
const pem = (label: string, der: Uint8Array) => `-----BEGIN ${label}-----\n${toBase64(der)}\n-----END ${label}-----\n`

/** The software that every bidder of a test uses, logged before anybody bids. */
export const CLIENT = toBase64url(new Uint8Array(32).fill(9))
export const layersOf = (row: Row) => ({
  outer: toBase64url(row.outer),
  outerSalt: toBase64url(row.outerSalt),
  body: toBase64url(row.body),
  bodySalt: toBase64url(row.bodySalt),
  leaf: toBase64url(row.leaf),
  leafIndex: row.index,
})
const clientOf = (row: Row) => ({ ...JSON.parse(fromUtf8(row.body)).data, ...layersOf(row) })

type Shown = { notice: Notice; bytes: Bytes; pdf: Bytes }

/** What a test has otherwise: the first notice, and what stands in the log before it. */
export type Beginning = {
  notice?: (notice: Notice, world: World) => Notice | Promise<Notice>
  first?: (add: (type: string, data: Record<string, unknown>) => Promise<Row>) => Promise<void>
}

export const makePlatform = async ({ notice = (one) => one, first }: Beginning = {}) => {
  const world = await makeWorld()
  const { people, signed, verdict } = await makeTrustees(world)
  if (!verdict.ok) throw new Error(verdict.code)
  const log = await makeLog()
  const shown: Shown[] = []
  const posted: Record<string, unknown[]> = {}
  const store = new Map<string, Bytes>()
  const bids: {
    id: string
    manifest: Bytes
    cms: Bytes
    partHashes: { envelopeNo: number; sha256: string[] }[]
    row: Row | null
    receipt: { promise: string; signature: string } | null
  }[] = []
  const state = { now: NOW, failPuts: 1, crls: [world.crl], routes: new Map<string, unknown>() }

  const add = async (
    type: string,
    data: Record<string, unknown>,
    subject: { name: SubjectName; n?: number } | null,
    lotId: string | null = null,
    bid?: BidPart,
    tenderId: string | null = TENDER,
  ): Promise<Row> => {
    const lot = typeof data.lotId === 'string' ? data.lotId : lotId
    const [outerSalt, bodySalt] = [randomBytes(32), randomBytes(32)]
    const body = encodeJson({ schema: type, at: new Date(state.now).toISOString(), actor: {}, from: null, data })
    const outer = outerBytes(type, tenderId, await bodyHashOf(bodySalt, body), bid)
    const named = subject ? await subjectOf(TENDER, lot, subject.name, subject.n ?? 0) : NO_SUBJECT
    const leaf = await makeLeaf(state.now, named, outerSalt, outer)
    const row: Row = { type, lotId: lot, outer, outerSalt, body, bodySalt, leaf, index: null, at: state.now }
    log.rows.push(row)
    return row
  }
  const tick = async (at: number, lag?: number): Promise<void> => {
    state.now = at
    // A log never signs the same size twice.
    if (log.rows.every(({ index }) => index !== null)) await add('log.filler/1', {}, null)
    await log.tick(at, lag)
  }
  const publish = async (notice: Notice): Promise<void> => {
    const [bytes, pdf] = [encodeJson(notice), utf8(`%PDF-1.7 ${notice.n}`)]
    const { n, kind, previous, deadline, affecting } = notice
    shown.push({ notice, bytes, pdf })
    const data = { n, kind, noticeHash: toBase64url(await noticeHash(bytes, pdf)), previous, deadline, affecting }
    await add('notice.published/1', data, { name: 'NOTICE', n })
  }
  /** Logs CLOSED of all committed bids (or of those given), then STORED, as the platform does. */
  const close = async (
    over: { at?: number; lag?: number; closed?: Record<string, unknown>; stored?: boolean } = {},
  ): Promise<void> => {
    state.now = over.at ?? DEADLINE + 500
    const facts = {
      lotId: LOT,
      deadline: new Date(DEADLINE).toISOString(),
      noticeN: shown.length - 1,
      suspensionN: 0,
      minimumBidders: 1,
    }
    const manifestHashes = (
      await Promise.all(bids.filter(({ row }) => row).map(async ({ manifest }) => hashOf(manifest)))
    ).sort()
    await add(
      'lot.closed/1',
      { ...facts, count: manifestHashes.length, manifestHashes, ...over.closed },
      { name: 'CLOSED' },
    )
    await tick(state.now + 200, over.lag)
    if (over.stored === false) return
    const windowEndsAt = new Date(state.now + 30 * 60_000)
    const windows = {
      windowEndsAt: windowEndsAt.toISOString(),
      fallbackEndsAt: new Date(windowEndsAt.getTime() + 30 * 60_000).toISOString(),
    }
    await add('lot.stored/1', { lotId: LOT, missing: [], ...windows }, { name: 'STORED' })
    await tick(state.now + 1000)
  }
  const hashOf = async (manifest: Uint8Array) =>
    toBase64url(await sha256(concat(utf8('sunlit/v1/manifest\n'), manifest)))

  const view = (bid: (typeof bids)[number]) => ({
    id: bid.id,
    number: 'T1',
    tenderId: TENDER,
    lotId: LOT,
    state: bid.row ? 'received' : 'uploading',
    bidSeq: 1,
    receipt: bid.receipt,
  })
  const upload = (bid: (typeof bids)[number]) => ({
    bid: view(bid),
    parts: bid.partHashes.flatMap(({ envelopeNo, sha256: hashes }) =>
      hashes.map((_, part) => {
        const stored = posted.confirmed?.includes(`${envelopeNo}/${part}`) ?? false
        return {
          envelopeNo,
          part,
          size: PART_SIZE,
          stored,
          url: stored ? null : `${ORIGIN}/objects/${envelopeNo}/${part}`,
          headers: {},
        }
      }),
    ),
  })
  const commit = async (bid: (typeof bids)[number]) => {
    if (!bid.row) {
      const manifestHash = fromBase64url(await hashOf(bid.manifest))
      bid.row = await add('bid.submitted/1', { bidId: bid.id }, null, LOT, {
        lotId: LOT,
        manifestHash,
        prevManifest: null,
      })
      const promise = await signPromise({ tender: TENDER, lot: LOT, manifestHash, leaf: bid.row.leaf }, log.log)
      bid.receipt = { promise: toBase64url(promise.bytes), signature: toBase64url(promise.signature) }
    }
    return view(bid)
  }
  const receipt = async (bid: (typeof bids)[number]): Promise<Bytes | null> => {
    const { row } = bid
    if (!row || row.index === null || !bid.receipt) return null
    const { outer, outerSalt, body, bodySalt } = row
    const proof = new TextDecoder().decode((await log.serve(`/log/proof/${row.index}`))!)
    const promise = {
      promise: fromBase64url(bid.receipt.promise),
      promiseSignature: fromBase64url(bid.receipt.signature),
    }
    const sealed = { manifest: bid.manifest, manifestCms: bid.cms, trusteeSet: signed.bytes, trusteeSetCms: signed.cms }
    const event = { outer, outerSalt, body, bodySalt }
    const consistency = await log.consistency(bid.manifest)
    return buildReceipt({ ...promise, ...sealed, ...event, proof, consistency, crls: state.crls })
  }

  const serve = async (method: string, path: string, body: unknown): Promise<unknown> => {
    if (path.startsWith('/log/')) return log.serve(path)
    if (state.routes.has(path)) return state.routes.get(path)
    const notice = /^\/api\/tenders\/[^/]+\/notices\/(\d+)(\/pdf)?$/.exec(path)
    if (notice) return shown[Number(notice[1])]?.[notice[2] ? 'pdf' : 'bytes'] ?? null
    const bid = bids.find(({ id }) => path.startsWith(`/api/bids/${id}`))
    const given = body as { manifest: string; cms: string; partHashes: never; envelopeNo: number; part: number }
    switch (path.replace(/[0-9a-f-]{36}/, ':id')) {
      case '/api/certificates/ca': {
        const authority = pem('CERTIFICATE', world.ca.certificateDer)
        const authorities = state.crls.map((crl) => ({ pem: authority, crl: { pem: pem('X509 CRL', crl) } }))
        return { at: new Date(state.now).toISOString(), authorities }
      }
      case '/api/tenders/:id/events':
        return {
          events: log.rows
            .filter(({ type }) => !/^(bid|log|client|probes?)\./.test(type))
            .map((row) => ({ type: row.type, lotId: row.lotId, ...layersOf(row) })),
        }
      case '/api/clients':
        return { clients: log.rows.filter(({ type }) => type === 'client.published/1').map(clientOf) }
      case '/api/tenders/:id/trustee-set':
        return { bytes: toBase64url(signed.bytes), cms: toBase64url(signed.cms) }
      case '/api/bids': {
        const made = {
          id: crypto.randomUUID(),
          manifest: fromBase64url(given.manifest),
          cms: fromBase64url(given.cms),
          partHashes: given.partHashes,
          row: null,
          receipt: null,
        }
        const known = bids.find(({ manifest }) => toBase64url(manifest) === given.manifest)
        if (!known) bids.push(made)
        return upload(known ?? made)
      }
      case '/api/bids/:id/parts': {
        const name = `${given?.envelopeNo}/${given?.part}`
        if (method === 'GET') return upload(bid!)
        if (!store.has(`/objects/${name}`)) return new Response('{"code":"upload-incomplete"}', { status: 409 })
        posted.confirmed = [...(posted.confirmed ?? []), name]
        return { stored: true }
      }
      case '/api/bids/:id/commit':
        return commit(bid!)
      case '/api/bids/:id/receipt':
        return receipt(bid!)
      default:
        if (method === 'GET') return null
        posted[path] = [...(posted[path] ?? []), body]
        return {}
    }
  }
  const fetch = async (input: string, init: RequestInit = {}): Promise<Response> => {
    const { pathname } = new URL(input)
    if (init.method === 'PUT' && pathname.startsWith('/objects/')) {
      if (state.failPuts-- > 0) return new Response('{}', { status: 503 })
      if (store.has(pathname)) return new Response('{}', { status: 412 })
      store.set(pathname, new Uint8Array(init.body as Bytes).slice())
      return new Response(null, { status: 200 })
    }
    const answer = await serve(init.method ?? 'GET', pathname, init.body ? JSON.parse(String(init.body)) : undefined)
    if (answer === null) return new Response('{"code":"not-found","title":"Not found"}', { status: 404 })
    if (answer instanceof Response) return answer
    return new Response(answer instanceof Uint8Array ? (answer as Bytes) : JSON.stringify(answer))
  }

  await tick(NOW - 1000)
  const certSha256 = verdict.signer.certSha256
  await add('trustees.signed/1', { setHash: toBase64url(verdict.hash), n: 3, k: 2, certSha256 }, { name: 'TRUSTEES' })
  await tick(NOW + 500)
  await first?.((type, data) => add(type, data, null, null, undefined, null))
  await publish(await notice(noticeOf(verdict.hash), world))
  await add('client.published/1', { kind: 'page', sha256: CLIENT, files: 1 }, null, null, undefined, null)
  await tick(NOW + 1500)
  /** A later revocation list of the same authority, as time goes on. */
  const renewCrl = async (): Promise<void> => {
    state.crls.push(await makeCrl(world.ca, { thisUpdate: state.now - 1000, nextUpdate: state.now + DAY }))
  }
  return {
    origin: ORIGIN,
    world,
    people,
    set: verdict,
    log,
    state,
    shown,
    posted,
    store,
    bids,
    add,
    tick,
    publish,
    close,
    renewCrl,
    hashOf,
    fetch,
  }
}
export type Platform = Awaited<ReturnType<typeof makePlatform>>
