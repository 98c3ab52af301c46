import { isDeepStrictEqual } from 'node:util'
import { refundDeposits } from '../../deposits/service.ts'
import { boundCertificate } from '../../identity/service.ts'
import type { Actor } from '../../kernel/actor.ts'
import type { Database } from '../../kernel/database.ts'
import type { Deps } from '../../kernel/deps.ts'
import { secretId, secretNumber } from '../../kernel/ids.ts'
import { found, refuse, refuseIf } from '../../kernel/problem.ts'
import { type Appended, append, type LogEvent } from '../../log/append.ts'
import { fromBase64url, toBase64url } from '../../log/bytes.ts'
import { manifestHash } from '../../seal/manifest.ts'
import { signPromise } from '../../seal/promise.ts'
import { mayHandIn } from '../rules.ts'
import type { BidRow } from '../store.ts'
import * as store from '../store.ts'
import { viewBid, viewOf } from './shared.ts'
import { type Evidence, evidenceOf, readManifest, takeManifest } from './take-manifest.ts'

/**
 * The act of bidding. One transaction under the tender's row lock: in time, not suspended, all parts there, the chain's
 * head unchanged, the newest notice; then bid, event and signed promise together. Repeating it answers the same promise.
 */
export const commitBid = (deps: Deps) => async (actor: Actor, bidId: string) => {
  const { bid, received } = await deps.db.transaction().execute(async (trx) => {
    const tender = found(await store.lockToReceive(trx, bidId, actor.organisationId!))
    const { head, at, bid: row, envelopes } = await store.bidToReceive(trx, bidId, actor.organisationId!)
    if (row.state === 'received' || row.state === 'replaced') return { bid: row, received: null }
    if (row.state !== 'uploading') return refuse('tender-not-open-for-bids')
    refuseIf(mayHandIn(tender, at))
    // A correction came in during the upload: the manifest names the old notice and must be confirmed or sealed anew.
    if (tender.notice_n !== row.notice_n) refuse('notice-changed', { params: { n: found(tender.notice_n) } })
    if (envelopes.some(({ unfinished }) => unfinished)) refuse('upload-incomplete')
    const evidence = await certificateStillGood(deps, trx, row, at)
    await replaceHead(trx, row, head)
    const bid = await receive(deps, trx, actor, { row, envelopes, at, evidence })
    return { bid, received: envelopes }
  })
  // No checkpoint can have been witnessed before the transaction that it would cover was over.
  return received ? viewOf(bid, received, false) : viewBid(deps, bid)
}

/**
 * SEALING.md §5: the certificate counts as of the receipt, not as of the upload's beginning; one revoked in between would
 * make the bid void at the opening. What was signed was verified then and lies here unchanged; evidence is that of now.
 */
const certificateStillGood = async (deps: Deps, trx: Database, row: BidRow, at: Date): Promise<Evidence> => {
  const others = (row.evidence as Evidence).chain.map(fromBase64url)
  return evidenceOf(await boundCertificate(deps)(trx, { sha256: row.certificate_sha256, at, others }))
}

type Head = Pick<BidRow, 'id' | 'manifest_hash' | 'state'>

/** Compare-and-set on the chain: the bid before this one must still be its head. */
const replaceHead = async (trx: Database, row: BidRow, head: Head | null | undefined): Promise<void> => {
  const expected = row.prev_manifest === null ? null : toBase64url(row.prev_manifest)
  if ((head ? toBase64url(head.manifest_hash) : null) !== expected) refuse('bid-chain-broken')
  if (head?.state === 'received') await store.setBid(trx, head.id, { state: 'replaced' })
}

type Receiving = { row: BidRow; envelopes: readonly store.EnvelopeToReceive[]; at: Date; evidence: Evidence }

const receive = async (deps: Deps, trx: Database, actor: Actor, { row, envelopes, at, evidence }: Receiving) => {
  const withdrawal = row.kind === 'withdraw'
  const common = { bidId: row.id, organisationId: row.organisation_id, bidSeq: Number(row.bid_seq) }
  const submitted: LogEvent = {
    type: withdrawal ? 'bid.withdrawn/1' : 'bid.submitted/1',
    tenderId: row.tender_id,
    lotId: row.lot_id,
    scope: 'bidder',
    bid: { manifestHash: row.manifest_hash, prevManifest: row.prev_manifest },
    data: withdrawal
      ? common
      : {
          ...common,
          number: row.number,
          noticeN: row.notice_n,
          certificateSha256: toBase64url(row.certificate_sha256),
          sizes: envelopes.map((e) => e.size),
          partsRoots: envelopes.map((e) => toBase64url(Buffer.from(e.partsRoot, 'hex'))),
        },
  }
  // The leaf bears the instant that was held against the deadline.
  const event = await append(trx, actor, submitted, at)
  const promise = await promiseFor(deps, row, event)
  const set = {
    state: withdrawal ? 'withdrawn' : 'received',
    received_at: at,
    event_id: event.eventId,
    promise: Buffer.from(promise.bytes),
    promise_signature: Buffer.from(promise.signature),
    // Mostly that of the upload's beginning, which need not be written again.
    ...(isDeepStrictEqual(evidence, row.evidence) ? {} : { evidence: JSON.stringify(evidence) }),
  }
  await store.setBid(trx, row.id, set)
  return { ...row, ...set }
}

const promiseFor = (deps: Deps, row: BidRow, event: Appended) =>
  signPromise(
    { tender: row.tender_id, lot: row.lot_id, manifestHash: row.manifest_hash, leaf: event.leaf },
    deps.log.signer,
  )

/** 招标投标法 第二十九条: withdraw before the deadline, by a signed manifest, with its own receipt. */
export const withdrawBid = (deps: Deps) => async (actor: Actor, command: { manifest: string; cms: string }) => {
  const bid = await deps.db.transaction().execute(async (trx) => {
    const { manifest: asked, bytes } = readManifest(command.manifest)
    await store.lockBidder(trx, asked.tender, actor.organisationId!)
    const known = await store.bidByManifest(trx, await manifestHash(bytes))
    if (known?.kind === 'withdraw' && known.organisation_id === actor.organisationId) return known
    const taken = await takeManifest(deps)(trx, actor, command)
    const { manifest, head } = taken
    if (manifest.type !== 'withdraw' || head?.state !== 'received') return refuse('bid-chain-broken')
    const row = await store.insertBid(trx, {
      id: secretId(),
      number: secretNumber(),
      tender_id: manifest.tender,
      lot_id: manifest.lot,
      organisation_id: actor.organisationId!,
      person_id: actor.personId!,
      kind: 'withdraw',
      bid_seq: BigInt(manifest.bidSeq),
      manifest: taken.bytes,
      cms: taken.cms,
      certificate_sha256: fromBase64url(taken.certSha256),
      evidence: JSON.stringify(taken.evidence),
      manifest_hash: taken.hash,
      prev_manifest: fromBase64url(manifest.prevManifest),
      notice_n: manifest.notice.n,
      state: 'uploading',
    })
    await replaceHead(trx, row, head)
    const { evidence, at } = taken
    const received = await receive(deps, trx, actor, { row, envelopes: [], at, evidence })
    // 87号令 38: five working days from the withdrawal, not from the deadline; whoever bids again pays again.
    await refundDeposits(deps)(trx, row.lot_id, [row.organisation_id], 'withdrawn', received.received_at)
    return received
  })
  return viewBid(deps, bid)
}

export const myBids = (deps: Deps) => async (actor: Actor, tenderId?: string) => {
  const rows = await store.bidsOf(deps.db, actor.organisationId!, tenderId)
  const envelopes = await store.envelopesOf(
    deps.db,
    rows.map((row) => row.id),
  )
  return {
    bids: await Promise.all(
      rows.map((row) =>
        viewBid(
          deps,
          row,
          envelopes.filter((e) => e.bid_id === row.id),
        ),
      ),
    ),
  }
}
