import { promisify } from 'node:util'
import { deflateRaw } from 'node:zlib'
import { now } from '../../kernel/clock.ts'
import type { Deps } from '../../kernel/deps.ts'
import { refuse } from '../../kernel/problem.ts'
import { type Bytes, fromBase64url, fromUtf8 } from '../../log/bytes.ts'
import { judgeCheckpoint, type Policy, parsePolicy } from '../../log/policy.ts'
import { type Fetcher, TILE_WIDTH, tileHashReader } from '../../log/tiles.ts'
import { consistencyProof, rootOf } from '../../log/tree.ts'
import { walkLeaves, witnessedCheckpointCovering } from '../../log/walk.ts'
import { createEvidence, type EvidenceHead } from '../../seal/evidence.ts'
import { parseManifest } from '../../seal/manifest.ts'
import { currentNotice, publicTender } from '../../tenders/service/shared.ts'
import { readmeOf } from './readme.ts'

/** Asks the platform's own public addresses as somebody without an account: nothing else can get into a bundle. */
export type Ask = (path: string) => Promise<Response>

type Told = { type: string; lotId: string | null; leafIndex: number | null }
type Place = { tenderId: string; lotIds: readonly string[]; leaves: boolean }

/** A bundle with leaves reads much of the log: so many are made at once, whoever asks. */
const MOST_WALKS = 2
const deflate = promisify(deflateRaw)

/** What is read more than once must read the same each time, and what a bundle repeats nobody fetches again. */
const REPEATED = /^\/log\/checkpoint/

/** Every answer that is read through it stands in the bundle; what the platform does not have does not. */
const recorder = (ask: Ask, add: (path: string, bytes: Bytes, type: string) => Promise<void>): Fetcher => {
  const kept = new Map<string, Bytes | null>()
  return async (path) => {
    const known = kept.get(path)
    if (known !== undefined) return known
    const response = await ask(path)
    if (response.status >= 500) throw new Error(`${path}: status ${response.status}`)
    const bytes = response.ok ? new Uint8Array(await response.arrayBuffer()) : null
    if (REPEATED.test(path)) kept.set(path, bytes)
    const type = (response.headers.get('content-type') ?? '').split(';')[0]!.trim()
    if (bytes) await add(path, bytes, type || 'application/octet-stream')
    return bytes
  }
}

const jsonOf = <T>(bytes: Uint8Array | null, none: T): T => (bytes ? (JSON.parse(fromUtf8(bytes)) as T) : none)

/** The events of the probe log: which probes were named, and each minute that stands in the log. */
const probeEvents = (bytes: Uint8Array | null): Pick<Told, 'leafIndex'>[] => {
  type Answer = { policies: Pick<Told, 'leafIndex'>[]; statements: { event: Pick<Told, 'leafIndex'> | null }[] }
  const { policies, statements } = jsonOf<Answer>(bytes, { policies: [], statements: [] })
  return [...policies, ...statements.flatMap(({ event }) => event ?? [])]
}

const readNotices = async (read: Fetcher, tenderId: string, events: readonly Told[]): Promise<void> => {
  for (const [n] of events.filter(({ type }) => type === 'notice.published/1').entries()) {
    await read(`/api/tenders/${tenderId}/notices/${n}`)
    await read(`/api/tenders/${tenderId}/notices/${n}/pdf`)
  }
}

/** Tiles by which a reader sees that the log continues what each opened bid's client saw (V-84), bundle with leaves or not. */
const readSeen = async (read: Fetcher, size: number, manifests: readonly string[]): Promise<void> => {
  const hashes = tileHashReader(read, size)
  for (const manifest of manifests) {
    const parsed = parseManifest(fromBase64url(manifest))
    const seen = parsed.ok ? parsed.manifest.logCheckpointSeen.size : 0
    if (seen < 1 || seen > size) continue
    // Its own subtrees, too: a proof leaves them out where they are one, and a reader may go from leaf to root.
    await rootOf(seen, hashes)
    await consistencyProof(seen, size, hashes)
  }
}

/** What the told events say is there: a lot that opens meanwhile would be shown without its event. */
const readLot = async (read: Fetcher, lotId: string, events: readonly Told[], size: number): Promise<void> => {
  const at = `/api/lots/${lotId}`
  const has = (type: string) => events.some((event) => event.type === type && event.lotId === lotId)
  if (has('lot.opened/1')) {
    type Opened = { bids: { bidId: string; manifest: string }[] }
    const { bids } = jsonOf<Opened>(await read(`${at}/opened-bids`), { bids: [] })
    await readSeen(
      read,
      size,
      bids.map(({ manifest }) => manifest),
    )
    for (const { bidId } of bids) await read(`${at}/opened-bids/${bidId}/summary`)
    for (const paper of ['opening-record', 'opening-record.pdf']) await read(`${at}/${paper}`)
  }
  if (has('result.published/1'))
    for (const paper of ['evaluation', 'award/notice', 'award/notice.pdf', 'contract.pdf']) await read(`${at}/${paper}`)
}

/**
 * The pages of the history that the verifier's own search reads for each CLOSED and, if wished, every leaf from the
 * first NOTICE to the checkpoint over it. True when leaves are there.
 */
const readLog = async (read: Fetcher, policy: Policy, events: readonly Told[], leaves: boolean): Promise<boolean> => {
  const indexOf = (type: string) =>
    events.flatMap((event) => (event.type === type && event.leafIndex !== null ? [event.leafIndex] : []))
  const [notice] = indexOf('notice.published/1').sort((a, b) => a - b)
  const sizes = new Set<number>()
  for (const closed of indexOf('lot.closed/1')) {
    const checkpoint = await witnessedCheckpointCovering(read, policy, closed)
    if (checkpoint) sizes.add(checkpoint.size)
  }
  if (!leaves || notice === undefined || sizes.size === 0) return false
  const start = Math.floor(notice / TILE_WIDTH) * TILE_WIDTH
  // Whoever asks to be told has the disclosures read along with the leaves, and all that is read is recorded.
  for (const size of sizes) await walkLeaves(read, start, size, { told: () => undefined })
  return true
}

/** All addresses of docs/sealing.md, “Evidence bundle”. */
const collect = async (read: Fetcher, { tenderId, lotIds, leaves }: Place): Promise<boolean> => {
  const policy = parsePolicy(fromUtf8((await read('/log/policy'))!))
  await read('/api/certificates/ca')
  await read('/api/regulations/changes')
  const { clients } = jsonOf<{ clients: Pick<Told, 'leafIndex'>[] }>(await read('/api/clients'), { clients: [] })
  const { events } = jsonOf<{ events: Told[] }>(await read(`/api/tenders/${tenderId}/events`), { events: [] })
  // After the events, so that it covers them as far as witnesses have come; what they have not seen proves nothing yet.
  const newest = await judgeCheckpoint(fromUtf8((await read('/log/checkpoint')) ?? new Uint8Array()), policy)
  const isSeen = ({ leafIndex }: Pick<Told, 'leafIndex'>) => leafIndex !== null && leafIndex < (newest?.size ?? 0)
  const told = events.filter(isSeen)
  for (const { leafIndex } of [...told, ...clients.filter(isSeen)]) await read(`/log/proof/${leafIndex}`)
  for (const { leafIndex } of probeEvents(await read(`/api/tenders/${tenderId}/probe-log`)).filter(isSeen))
    await read(`/log/proof/${leafIndex}`)
  await readNotices(read, tenderId, told)
  await read(`/api/tenders/${tenderId}/trustee-set`)
  for (const lotId of lotIds) await readLot(read, lotId, told, newest?.size ?? 0)
  return readLog(read, policy, told, leaves)
}

/** Writes the bundle of a tender, whose lots the notice names, into a sink. */
export const writeEvidence = async (
  ask: Ask,
  sink: (bytes: Bytes) => Promise<void>,
  head: Omit<EvidenceHead, 'tenderId'>,
  place: Place,
): Promise<void> => {
  const parts = { sink, deflate: async (bytes: Bytes) => new Uint8Array(await deflate(bytes)) }
  const evidence = await createEvidence(parts, { ...head, tenderId: place.tenderId })
  await evidence.finish(await collect(recorder(ask, evidence.add), place))
}

let walks = 0

/**
 * 证据包: streamed, one answer in memory at a time. It shows what the events in it tell and the witnesses have seen, and
 * nothing that happens while it is read.
 */
export const evidenceZip = (deps: Deps, ask: Ask) => async (tenderId: string, leaves: boolean) => {
  const { number } = await publicTender(deps.db, tenderId)
  const { notice } = await currentNotice(deps.db, tenderId)
  if (leaves && walks >= MOST_WALKS) return refuse('too-many-requests', { retryAfter: 60 })
  const at = await now(deps.db)
  const origin = deps.settings.ORIGIN ?? `http://127.0.0.1:${deps.settings.PORT}`
  const readme = readmeOf({ number, title: notice.title, origin, at })
  const place = { tenderId, lotIds: notice.lots.map(({ lotId }) => lotId), leaves }
  const { readable, writable } = new TransformStream<Bytes, Bytes>()
  const writer = writable.getWriter()
  if (leaves) walks += 1
  // A reader that goes away, and a fault of ours, end the stream alike: a torn zip opens nowhere.
  void writeEvidence(ask, (bytes) => writer.write(bytes), { origin, madeAt: at.toISOString(), readme }, place)
    .then(() => writer.close())
    .catch((error: unknown) => {
      deps.logger.warn({ err: error, tenderId }, 'an evidence bundle was not finished')
      return writer.abort(error).catch(() => undefined)
    })
    .finally(() => {
      if (leaves) walks -= 1
    })
  return { name: `evidence-${number}${leaves ? '-leaves' : ''}.zip`, body: readable as ReadableStream }
}
