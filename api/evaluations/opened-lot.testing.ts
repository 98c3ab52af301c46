import type { DepositState } from '../deposits/rules.ts'
import type { Actor } from '../kernel/actor.ts'
import { now } from '../kernel/clock.ts'
import { secretId, secretNumber } from '../kernel/ids.ts'
import type { DeclaredMember } from '../law/consortium.ts'
import { fromBase64url, sha256, toBase64url, utf8 } from '../log/bytes.ts'
import { trusteeFacts } from '../openings/service/open-envelope.ts'
import { type OpeningRecord, openingRecordSchema } from '../openings/service.ts'
import { certSha256 } from '../seal/certificate.ts'
import { type Signer, signDetached } from '../seal/cms.ts'
import { ENVELOPE_KINDS } from '../seal/context.ts'
import { decryptEnvelope } from '../seal/envelope.ts'
import { buildManifest, manifestHash } from '../seal/manifest.ts'
import { readPlaintext } from '../seal/plaintext.ts'
import { sealBidEnvelope } from '../seal/seal.ts'
import { currentNotice, lotsOf, namesOut, setLotStatus, setTenderStatus } from '../tenders/service/shared.ts'
import type { EvaluationWorld } from './world.testing.ts'

/*
 * A lot as the opening leaves it, by real rows: bids sealed and signed as a client does it, ciphertext in the store, keys
 * and headers as the opening keeps them. Only the walk over deadline and windows is left out.
 */
export type BidSpec = {
  name: string
  /** 分. */
  price: bigint
  size?: 'large' | 'medium' | 'small' | 'micro'
  brand?: string
  treatedAs?: 'valid' | 'revoked' | 'withdrawn'
  deposit?: DepositState
  /** Another organisation of a consortium; whether its certificate signs the headers. */
  member?: { name: string; signs: boolean; told?: DeclaredMember }
}
type Member = Row['consortium'][number] & { signer: Signer | null }
export type Bidder = {
  bidId: string
  organisationId: string
  name: string
  actor: Actor
  treatedAs: 'valid' | 'revoked' | 'withdrawn'
  spec: BidSpec
}

type Row = OpeningRecord['bids'][number]
export const LICENCE = utf8('%PDF-1.4\n% 营业执照\n%%EOF\n')

const fileOf = (name: string, bytes: Uint8Array<ArrayBuffer>) =>
  Object.assign(new Blob([bytes], { type: 'application/pdf' }), { name, mime: 'application/pdf' })

type Place = { tenderId: string; lotId: string; signer: Signer; actor: Actor; bidId: string; member: Member | null }

const summaryOf = ({ price, size, brand, member }: BidSpec) => ({
  price: price.toString(),
  delivery: 30,
  ...(size ? { size } : {}),
  ...(brand ? { brand } : {}),
  ...(member?.told ? { consortiumMembers: [member.told] } : {}),
})

/** Seal the four envelopes, put their parts into the store, sign the manifest. */
const sealBid = async (world: EvaluationWorld, place: Place, spec: BidSpec) => {
  const { db, files } = world.deps
  const facts = await trusteeFacts(db, place.tenderId)
  const { n, hash, notice } = await currentNotice(db, place.tenderId)
  const forms = { summary: summaryOf(spec), qualification: { licence: true }, technical: {}, 'price-detail': {} }
  const sealed = []
  const { signer, bidId, member } = place
  for (const [at, kind] of ENVELOPE_KINDS.entries()) {
    const parts: { no: number; key: string; size: number; sha256: Uint8Array }[] = []
    const where = { ...place, kind, certificateDer: signer.certificateDer, bidSeq: 1, envelopeNo: at + 1 }
    const contents = {
      form: forms[kind],
      files: kind === 'qualification' ? [fileOf('中小企业声明函.pdf', LICENCE)] : [],
      consortium: member ? [member.organisationId] : [],
      signers: member?.signer && kind !== 'summary' ? [signer, member.signer] : [signer],
    }
    const { tenderId, lotId } = place
    const made = await sealBidEnvelope({ ...where, tenderId, lotId }, contents, facts, async (part) => {
      const key = `bids/${bidId}/${at + 1}/${part.no}`
      await files.put(key, part.bytes, { contentType: 'application/octet-stream' })
      parts.push({ no: part.no, key, size: part.bytes.length, sha256: part.sha256 })
    })
    sealed.push({ ...made, parts, form: forms[kind] })
  }
  const at = (await now(db)).getTime()
  const built = buildManifest({
    type: 'bid',
    tender: place.tenderId,
    lot: place.lotId,
    notice: { n, hash: toBase64url(hash) },
    trusteeSetHash: notice.trustees.setHash,
    bidder: { certSha256: await certSha256(signer.certificateDer), orgId: place.actor.organisationId! },
    client: { bundleSha256: toBase64url(await sha256(utf8('test'))) },
    createdAt: at,
    logCheckpointSeen: { origin: 'test', size: 0, root: toBase64url(new Uint8Array(32)) },
    bidSeq: 1,
    prevManifest: null,
    envelopes: sealed.map(({ entry }) => entry),
  })
  return {
    sealed,
    manifest: built.bytes,
    cms: await signDetached(built.bytes, signer, at),
    setHash: facts.setHash,
    at,
    n,
  }
}

const headerOf = async (
  world: EvaluationWorld,
  one: { dek: Uint8Array; ctx: Uint8Array },
  key: string,
  setHash: Uint8Array,
  kind: (typeof ENVELOPE_KINDS)[number],
) => {
  const read = await readPlaintext(decryptEnvelope(await world.deps.files.get(key), one.dek, one.ctx, setHash), kind)
  if (!read.ok) throw new Error(read.code)
  return read.headerBytes
}

const keepBid = async (world: EvaluationWorld, place: Place, spec: BidSpec): Promise<string> => {
  const { db } = world.deps
  const { sealed, manifest, cms, setHash, at, n } = await sealBid(world, place, spec)
  const hash = await manifestHash(manifest)
  await db
    .insertInto('bid')
    .values({
      id: place.bidId,
      number: secretNumber(),
      tender_id: place.tenderId,
      lot_id: place.lotId,
      organisation_id: place.actor.organisationId!,
      person_id: place.actor.personId!,
      kind: 'bid',
      bid_seq: 1n,
      manifest,
      cms,
      certificate_sha256: fromBase64url(await certSha256(place.signer.certificateDer)),
      evidence: JSON.stringify({ chain: [], crl: null }),
      manifest_hash: hash,
      notice_n: n,
      state: 'received',
      received_at: new Date(at),
    })
    .execute()
  const treatedAs = spec.treatedAs ?? 'valid'
  for (const { entry, dek, ctx, parts } of sealed) {
    await db
      .insertInto('bid_envelope')
      .values({
        bid_id: place.bidId,
        no: entry.no,
        kind: entry.kind,
        size: BigInt(entry.size),
        part_size: BigInt(entry.partSize),
        parts_root: fromBase64url(entry.partsRoot),
        head56: fromBase64url(entry.head56),
        escrow: JSON.stringify(entry.escrow),
        object_prefix: `bids/${place.bidId}/${entry.no}/`,
      })
      .execute()
    await db
      .insertInto('bid_part')
      .values(
        parts.map((part) => ({
          bid_id: place.bidId,
          envelope_no: entry.no,
          part: part.no,
          object_key: part.key,
          size: BigInt(part.size),
          sha256: part.sha256,
          stored_at: new Date(at),
        })),
      )
      .execute()
    const isOpen = treatedAs === 'valid'
    await db
      .insertInto('opened_envelope')
      .values({
        bid_id: place.bidId,
        kind: entry.kind,
        how: isOpen ? 'bidder' : 'failed',
        dek: isOpen ? dek : null,
        header: isOpen ? await headerOf(world, { dek, ctx }, parts[0]!.key, setHash, entry.kind) : null,
        verdict: isOpen ? 'valid' : 'unopenable',
        treated_as: treatedAs,
        signers: JSON.stringify(place.member?.signer && entry.kind !== 'summary' ? [{ code: place.member.uscc }] : []),
        event_id: secretId(),
      })
      .execute()
  }
  return toBase64url(hash)
}

/** The deposit as the bank reported it, so that refunds have something to give back. */
const payDeposit = async (world: EvaluationWorld, lotId: string, bidder: Bidder, due: bigint): Promise<void> => {
  if (due === 0n || (bidder.spec.deposit ?? 'paid') !== 'paid') return
  const { db } = world.deps
  const id = secretId()
  const account = secretNumber()
  await db
    .insertInto('deposit_account')
    .values({ id, account_number: account, lot_id: lotId, organisation_id: bidder.organisationId, amount_due: due })
    .execute()
  await db
    .insertInto('bank_receipt')
    .values({
      bank_reference: secretNumber(),
      account_number: account,
      deposit_account_id: id,
      amount: due,
      payer_name: bidder.name,
      payer_account: '6222000000000000',
      paid_at: await now(db),
      verdict: 'matched',
    })
    .execute()
}

const memberOf = async (world: EvaluationWorld, spec: NonNullable<BidSpec['member']>): Promise<Member> => {
  const { id, name, uscc } = await world.base.organisation('supplier', spec.name)
  const signer = spec.signs ? await world.base.enrol(await world.base.member(id, 'supplier-signer')) : null
  return { organisationId: id, name, uscc, signer }
}

export const openedLot = async (world: EvaluationWorld, tenderId: string, specs: readonly BidSpec[]) => {
  const { db } = world.deps
  const [lot] = await lotsOf(db, tenderId)
  const lotId = lot!.id
  const bidders: Bidder[] = []
  const rows: Row[] = []
  for (const spec of specs) {
    const organisation = await world.base.organisation('supplier', spec.name)
    const actor = await world.base.member(organisation.id, 'supplier-signer')
    const bidId = secretId()
    const signer = await world.base.enrol(actor)
    const member = spec.member ? await memberOf(world, spec.member) : null
    const hash = await keepBid(world, { tenderId, lotId, signer, actor, bidId, member }, spec)
    const treatedAs = spec.treatedAs ?? 'valid'
    const bidder = { bidId, organisationId: organisation.id, name: organisation.name, actor, treatedAs, spec }
    await payDeposit(world, lotId, bidder, lot!.deposit)
    bidders.push(bidder)
    rows.push({
      bidId,
      number: '1234567890',
      manifestHash: hash,
      organisationId: organisation.id,
      name: organisation.name,
      uscc: organisation.uscc,
      receivedAt: new Date().toISOString(),
      how: treatedAs === 'valid' ? 'bidder' : 'failed',
      verdict: treatedAs === 'valid' ? 'valid' : 'unopenable',
      treatedAs,
      deposit: spec.deposit ?? (lot!.deposit === 0n ? 'not-required' : 'paid'),
      decision: {
        ...{ row: 'opened-by-bidder', cause: null, envelopes: 4, keys: 4, wrongKeys: false, shares: 0, lost: false },
        ...(treatedAs === 'revoked' ? { row: 'nothing-released', cause: 'bidder' as const, keys: 0 } : {}),
        ...(treatedAs === 'withdrawn' ? { row: 'store-lost', cause: 'store' as const, lost: true } : {}),
      },
      form: treatedAs === 'valid' ? summaryOf(spec) : null,
      consortium: member ? [{ organisationId: member.organisationId, name: member.name, uscc: member.uscc }] : [],
    })
  }
  await keepRecord(world, tenderId, lotId, rows)
  return { lotId, bidders }
}

const keepRecord = async (world: EvaluationWorld, tenderId: string, lotId: string, bids: Row[]): Promise<void> => {
  const { db } = world.deps
  const { notice } = await currentNotice(db, tenderId)
  const lot = notice.lots[0]!
  const at = (await now(db)).toISOString()
  const record: OpeningRecord = {
    v: 'sunlit/v1',
    type: 'opening-record',
    tenderId,
    tenderNumber: notice.number,
    title: notice.title,
    lotId,
    lotNo: lot.no,
    lotTitle: lot.title,
    place: notice.place,
    deadline: notice.deadline,
    closedAt: at,
    openedAt: at,
    ceiling: lot.ceiling,
    summaryFields: lot.summaryFields,
    bids,
    fallback: { needed: false, k: 2, seats: [] },
    outcome: 'continue',
  }
  const bytes = utf8(JSON.stringify(openingRecordSchema.parse(record)))
  await db.transaction().execute(async (trx) => {
    await trx.insertInto('opening_record').values({ lot_id: lotId, bytes, event_id: secretId() }).execute()
    for (const status of ['closed', 'stored', 'opened'] as const) await setLotStatus(trx, lotId, status)
    for (const status of ['closed', 'opened'] as const) await setTenderStatus(trx, tenderId, status)
    await namesOut(trx, tenderId)
  })
}
