import type { Actor } from '../../kernel/actor.ts'
import type { Database } from '../../kernel/database.ts'
import type { Deps } from '../../kernel/deps.ts'
import { secretId, secretNumber } from '../../kernel/ids.ts'
import { found, refuse } from '../../kernel/problem.ts'
import type { SignedManifest } from '../../kernel/upload-contract.ts'
import { append, type LogEvent } from '../../log/append.ts'
import { equal, fromBase64url, toBase64url, toHex } from '../../log/bytes.ts'
import { type BidManifest, manifestHash } from '../../seal/manifest.ts'
import { PART_SIZE, partCount, partLength, partsRoot } from '../../seal/parts.ts'
import type { BidRow } from '../store.ts'
import * as store from '../store.ts'
import type { AnnouncedPart } from './confirm-part.ts'
import { viewBid } from './shared.ts'
import { readManifest, type TakenManifest, takeManifest } from './take-manifest.ts'

/** A part can be put so long after its address was given out. */
export const ADDRESS_SECONDS = 15 * 60

/** Take a signed manifest; the parts may then be put into the store. Handing in the same manifest again changes nothing. */
export const startBid = (deps: Deps) => async (actor: Actor, command: SignedManifest) => {
  const bid = await deps.db.transaction().execute(async (trx) => {
    const { manifest: asked, bytes } = readManifest(command.manifest)
    await store.lockBidder(trx, asked.tender, actor.organisationId!)
    const known = await sameManifest(trx, actor, bytes)
    if (known) return known
    const taken = await takeManifest(deps)(trx, actor, command)
    if (taken.manifest.type !== 'bid') return refuse('manifest-malformed')
    const plans = await planParts('bids', taken.manifest.envelopes, command.partHashes)
    const row = await insert(trx, actor, taken, taken.manifest)
    await store.insertEnvelopes(
      trx,
      plans.map(({ envelope, prefix }) => ({
        bid_id: row.id,
        no: envelope.no,
        kind: envelope.kind,
        size: BigInt(envelope.size),
        part_size: BigInt(envelope.partSize),
        parts_root: fromBase64url(envelope.partsRoot),
        head56: fromBase64url(envelope.head56),
        escrow: envelope.escrow as never,
        object_prefix: prefix,
        missing: false,
      })),
      plans.flatMap(({ envelope, prefix, hashes }) =>
        hashes.map((sha256, part) => ({
          bid_id: row.id,
          envelope_no: envelope.no,
          part,
          object_key: `${prefix}/${part}`,
          size: BigInt(partLength(envelope.size, part)),
          sha256,
        })),
      ),
    )
    const started: LogEvent = {
      type: 'bid.started/1',
      tenderId: row.tender_id,
      lotId: row.lot_id,
      scope: 'bidder',
      data: { bidId: row.id, lotId: row.lot_id, manifestHash: toBase64url(taken.hash) },
    }
    await append(trx, actor, started, taken.at)
    return row
  })
  return uploadOf(deps, bid)
}

/** A lost answer or a second click: the same bytes by the same bidder are the same bid. */
const sameManifest = async (trx: Database, actor: Actor, bytes: Uint8Array): Promise<BidRow | undefined> => {
  const row = await store.bidByManifest(trx, await manifestHash(bytes))
  if (row && row.organisation_id !== actor.organisationId) return refuse('manifest-other-bidder')
  return row
}

/** Where each part of these envelopes will lie; refuses hashes that are not those of the signed roots. */
export const planParts = (
  folder: 'bids' | 'rehearsals',
  envelopes: BidManifest['envelopes'],
  given: SignedManifest['partHashes'],
) =>
  Promise.all(
    envelopes.map(async (envelope) => {
      const listed = given.find(({ envelopeNo }) => envelopeNo === envelope.no)
      const hashes = (listed?.sha256 ?? []).map((text) => fromBase64url(text))
      const complete = hashes.length === partCount(envelope.size) && envelope.partSize === PART_SIZE
      if (!complete || !equal(await partsRoot(hashes), fromBase64url(envelope.partsRoot))) refuse('envelope-altered')
      // A random prefix: an object's name says nothing of the bidder, and no two bids share one.
      return { envelope, hashes, prefix: `${folder}/${secretId()}/${envelope.no}` }
    }),
  )

const insert = (trx: Database, actor: Actor, taken: TakenManifest, manifest: BidManifest): Promise<BidRow> =>
  store.insertBid(trx, {
    id: secretId(),
    number: secretNumber(),
    tender_id: manifest.tender,
    lot_id: manifest.lot,
    organisation_id: actor.organisationId!,
    person_id: actor.personId!,
    kind: 'bid',
    bid_seq: BigInt(manifest.bidSeq),
    manifest: taken.bytes,
    cms: taken.cms,
    certificate_sha256: fromBase64url(taken.certSha256),
    evidence: JSON.stringify(taken.evidence),
    manifest_hash: taken.hash,
    prev_manifest: manifest.prevManifest === null ? null : fromBase64url(manifest.prevManifest),
    notice_n: manifest.notice.n,
    state: 'uploading',
  })

export const uploadState = (deps: Deps) => async (actor: Actor, bidId: string) =>
  uploadOf(deps, found(await store.bidOf(deps.db, bidId, actor.organisationId!)))

/** Which parts are there, and an address for each that is not: one object, one part, minutes (SEALING.md §6). */
const uploadOf = async (deps: Deps, bid: BidRow) => {
  const parts = await store.partsOf(deps.db, bid.id)
  const open = bid.state === 'uploading'
  const addresses = parts.map((part) => partAddress(deps, part, open))
  // Awaited together: a store that fails meanwhile must not reject behind the request's back.
  const [view, listed] = await Promise.all([viewBid(deps, bid), Promise.all(addresses)])
  return { bid: view, parts: listed }
}

/** Where a part is to be put; no address for one that is there, or when nothing is taken any more. */
export const partAddress = async (
  deps: Pick<Deps, 'files'>,
  part: AnnouncedPart & Pick<store.PartRow, 'stored_at'>,
  open: boolean,
) => {
  const place = { envelopeNo: part.envelope_no, part: part.part, size: Number(part.size) }
  if (part.stored_at !== null || !open) return { ...place, stored: part.stored_at !== null, url: null, headers: {} }
  const { url, headers } = await deps.files.presignPut({
    key: part.object_key,
    maxSize: Number(part.size),
    contentType: 'application/octet-stream',
    expiresSeconds: ADDRESS_SECONDS,
    sha256: toHex(part.sha256),
  })
  return { ...place, stored: false, url, headers }
}
