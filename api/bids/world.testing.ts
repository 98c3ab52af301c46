import assert from 'node:assert/strict'
import { sql } from 'kysely'
import { type TestPlatform, testPlatform } from '../../e2e/platform.ts'
import {
  type DemoPerson,
  enterOrganisation,
  joinOrganisation,
  registerSupplier,
  type Session,
  type Stage,
  signInByPassword,
} from '../cli/demo/people.ts'
import { type DemoPurchase, prepareTender, publishTender, walkTo } from '../cli/demo/tender.ts'
import { createHttp, type Http, isProblem } from '../client/http.ts'
import { type ChainHead, memorySink, type PreparedBid, prepareBid } from '../client/prepare-bid.ts'
import { type BidView, chainHead, type ReceivedBid, submitBid } from '../client/submit-bid.ts'
import { type VerifiedTender, verifyTender } from '../client/tender.ts'
import { loadTrust, refreshClock } from '../client/trust.ts'
import type { Actor, Role } from '../kernel/actor.ts'
import { moveClockTo, now } from '../kernel/clock.ts'
import { usccCheckDigit } from '../law/uscc.ts'
import { sha256, toBase64url, utf8 } from '../log/bytes.ts'
import { type Signer, signDetached } from '../seal/cms.ts'
import { type BidManifest, buildManifest, manifestHash, parseManifest } from '../seal/manifest.ts'
import { DEMO_ADMINISTRATOR, firstStart } from '../start/first-start.ts'

/*
 * Bidders with the real client software on a whole platform, without a port. The clock moves only when a test says so:
 * what becomes due is done by `walk` and `settle`, never behind a test's back.
 */
const ORIGIN = 'http://127.0.0.1:3000'

const uscc = (no: number): string => {
  const body = `91990000MA${String(no).padStart(7, '0')}`
  return body + usccCheckDigit(body)
}
const NAMES = ['晋南医疗器械有限公司', '河东康健设备有限公司', '盐湖影像技术有限公司', '汾阳医用设备有限公司']
const SUPPLIERS = NAMES.map((name, at) => ({
  uscc: uscc(at + 1),
  name,
  person: { name: `投标${at + 1}`, email: `bidder${at + 1}@sunlit.example` },
}))

/** Those whom a tender needs up to its opening, each with a sign-in and a certificate. */
const makeCast = async (stage: Stage) => {
  const admin = await signInByPassword(stage, DEMO_ADMINISTRATOR)
  const entered = async (no: number, name: string, kind: string) => {
    const facts = { uscc: uscc(no), name, kinds: [kind] }
    return { ...facts, id: await enterOrganisation(admin, facts) }
  }
  const { memberships } = await admin.json<Session>('GET', '/api/session')
  const hospital = await entered(101, '云城市第一人民医院', 'purchaser')
  const notary = await entered(102, '云城市公证处', 'trustee-body')
  const university = await entered(103, '云城大学', 'trustee-body')
  const finance = await entered(104, '云城市财政局', 'supervisor')
  const joins = (organisation: typeof hospital | Session['memberships'][number]['organisation'], role: Role, no = '') =>
    joinOrganisation(stage, admin, organisation, { name: `${role}${no}`, email: `${role}${no}@sunlit.example`, role })
  const [purchaser, approver, t1, t2, t3, supervisor, centre, ...suppliers] = await Promise.all([
    joins(hospital, 'purchaser'),
    joins(hospital, 'purchaser-approver'),
    joins(hospital, 'trustee', '1'),
    joins(notary, 'trustee', '2'),
    joins(university, 'trustee', '3'),
    joins(finance, 'supervisor'),
    joins(memberships[0]!.organisation, 'centre'),
    ...SUPPLIERS.map(({ person, ...facts }) => registerSupplier(stage, facts, person)),
  ])
  const trustees: [DemoPerson, DemoPerson, DemoPerson] = [t1!, t2!, t3!]
  return {
    admin,
    purchaser: purchaser!,
    approver: approver!,
    trustees,
    supervisor: supervisor!,
    centre: centre!,
    suppliers,
  }
}
type Cast = Awaited<ReturnType<typeof makeCast>>

/** Goes to the application as a page of the site would, without a socket. */
const carrier =
  ({ app }: TestPlatform) =>
  async (input: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers)
    headers.set('host', new URL(ORIGIN).host)
    // A body's length is set by whoever sends it; here nobody does.
    if (init.body instanceof Uint8Array) headers.set('content-length', String(init.body.length))
    return app.request(input, { ...init, headers })
  }

export type Sealed = PreparedBid & { read: ReturnType<typeof memorySink>['read'] }
export type Place = { tenderId: string; lotId: string }

export const biddingWorld = async (env: Record<string, string> = {}) => {
  const platform = await testPlatform({ BANK_SECRET: 'secret-of-the-test-bank', ...env })
  await platform.due.stop()
  await firstStart(platform.deps)
  const fetch = carrier(platform)
  const stage = { origin: ORIGIN, fetch, folder: null }
  const city = await makeCast(stage)
  const { deps } = platform
  const visitor = createHttp({ origin: ORIGIN, fetch, cookies: new Map() })
  const walk = (to: Date): Promise<void> => walkTo(visitor, to)
  return {
    ...acts(platform, city),
    platform,
    deps,
    city,
    stage,
    fetch,
    visitor,
    walk,
    /** Moves the clock and does nothing of what becomes due. */
    leap: (to: Date) => deps.log.quiesce((trx) => moveClockTo(trx, to)),
    settle: platform.due.settle,
    flush: deps.log.flush,
    now: () => now(deps.db),
    session: (email: string) => signInByPassword(stage, email),
    close: platform.stop,
  }
}
export type BiddingWorld = Awaited<ReturnType<typeof biddingWorld>>

const BARE_PDF = utf8('%PDF-1.4\n% 采购需求\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n')
export const DEPOSIT = 15_000_000n

const acts = ({ deps }: TestPlatform, city: Cast) => {
  const publish = async (title: string, more: Partial<DemoPurchase> = {}): Promise<Place> => {
    const purchase = { title, budget: 800_000_000n, ceiling: 780_000_000n, deposit: DEPOSIT, ...more }
    const tender = await prepareTender(city, purchase, null, BARE_PDF)
    await publishTender(city, tender)
    await deps.log.flush()
    return tender
  }
  const verified = async (http: Http, tenderId: string) => {
    await deps.log.flush()
    const trust = await loadTrust(http)
    const tender = await verifyTender(http, trust, tenderId)
    assert.ok(tender.ok, JSON.stringify(tender.checks.filter((check) => check.ok === false)))
    return { trust, tender }
  }
  return { publish, verified, frozen: freezer(deps) }
}

/** Runs an act while the one clock stands still at an instant, and lets it go on from there. */
const freezer =
  ({ db }: TestPlatform['deps']) =>
  async <T>(instant: Date, act: () => Promise<T>): Promise<T> => {
    const clock = (body: string) =>
      sql
        .raw(`create or replace function app_now() returns timestamptz language sql volatile as $$ ${body} $$`)
        .execute(db)
    const still = `'${instant.toISOString()}'::timestamptz`
    await clock(`select ${still}`)
    try {
      return await act()
    } finally {
      await sql.raw(`update app_clock set clock_offset = ${still} - clock_timestamp()`).execute(db)
      await clock(`select date_trunc('milliseconds', clock_timestamp() + clock_offset) from app_clock`)
    }
  }

export type SealOptions = { price?: bigint; head?: ChainHead; signer?: Signer; tender?: VerifiedTender }

/** Seals a bid as the page does: nothing is sent. */
export const seal = async (
  world: BiddingWorld,
  supplier: DemoPerson,
  { tenderId, lotId }: Place,
  options: SealOptions = {},
): Promise<Sealed> => {
  const { trust, tender } = await world.verified(supplier.http, tenderId)
  const price = (options.price ?? 720_000_000n).toString()
  const sink = memorySink()
  const prepared = await prepareBid({
    tender: options.tender ?? tender,
    trust: await refreshClock(supplier.http, trust),
    lotId,
    organisationId: supplier.organisationId,
    signer: options.signer ?? supplier.signer,
    forms: {
      summary: { price, delivery: 30, size: 'small' },
      qualification: { licence: true, record: true },
      'price-detail': { p1: price },
    },
    head: options.head === undefined ? await chainHead(supplier.http, tenderId, lotId) : options.head,
    bundleSha256: toBase64url(await sha256(utf8('test client'))),
    sink,
  })
  return { ...prepared, read: sink.read }
}

export const submit = async (world: BiddingWorld, supplier: DemoPerson, sealed: Sealed): Promise<ReceivedBid> => {
  const { trust, tender } = await world.verified(supplier.http, sealed.tenderId)
  return submitBid(supplier.http, trust, tender, sealed, { sink: sealed })
}

export const bid = async (world: BiddingWorld, supplier: DemoPerson, place: Place, options: SealOptions = {}) => {
  await supplier.http.json('POST', `/api/tenders/${place.tenderId}/documents`)
  const sealed = await seal(world, supplier, place, options)
  return { sealed, received: await submit(world, supplier, sealed) }
}

export type Upload = {
  bid: BidView
  parts: {
    envelopeNo: number
    part: number
    size: number
    stored: boolean
    url: string | null
    headers: Record<string, string>
  }[]
}

export const bodyOf = (sealed: Pick<Sealed, 'manifest' | 'cms' | 'partHashes'>) => ({
  manifest: toBase64url(sealed.manifest),
  cms: toBase64url(sealed.cms),
  partHashes: sealed.partHashes,
})

export const start = (supplier: DemoPerson, sealed: Pick<Sealed, 'manifest' | 'cms' | 'partHashes'>): Promise<Upload> =>
  supplier.http.json<Upload>('POST', '/api/bids', bodyOf(sealed))

/** Puts and confirms all parts but those named, without committing. */
export const put = async (supplier: DemoPerson, upload: Upload, sealed: Sealed, but: readonly number[] = []) => {
  for (const part of upload.parts.filter((one) => !one.stored && !but.includes(one.envelopeNo))) {
    await supplier.http.put(part.url!, part.headers, await sealed.read(part.envelopeNo, part.part)).catch((error) => {
      if (!isProblem(error) || error.status !== 412) throw error
    })
    await confirm(supplier, upload.bid.id, part)
  }
}

export const confirm = (
  supplier: DemoPerson,
  bidId: string,
  { envelopeNo, part }: { envelopeNo: number; part: number },
) => supplier.http.json('POST', `/api/bids/${bidId}/parts`, { envelopeNo, part })

export const commit = (supplier: DemoPerson, bidId: string): Promise<BidView> =>
  supplier.http.json<BidView>('POST', `/api/bids/${bidId}/commit`)

export const ownBids = async (supplier: DemoPerson, tenderId: string): Promise<BidView[]> =>
  (await supplier.http.json<{ bids: BidView[] }>('GET', `/api/bids?tenderId=${tenderId}`)).bids

/** The one bid of this bidder that counts now, as far as it never changes by itself. */
export const standing = async (supplier: DemoPerson, tenderId: string) => {
  const received = (await ownBids(supplier, tenderId)).filter((bid) => bid.state === 'received')
  assert.ok(received.length <= 1)
  if (!received[0]) return null
  const { id, bidSeq, manifestHash, noticeN, receivedAt, receipt } = received[0]
  return { id, bidSeq, manifestHash, noticeN, receivedAt, receipt }
}

/** The same bid saying something else, signed anew. */
export const rewritten = async (
  sealed: Sealed,
  change: (manifest: BidManifest) => BidManifest,
  signer: Signer,
): Promise<Sealed> => {
  const read = parseManifest(sealed.manifest)
  if (!read.ok || read.manifest.type !== 'bid') throw new Error('not a bid')
  const { v: _, ...manifest } = change(read.manifest)
  const { bytes } = buildManifest(manifest)
  const cms = await signDetached(bytes, signer, read.manifest.createdAt)
  return { ...sealed, manifest: bytes, cms, manifestHash: toBase64url(await manifestHash(bytes)) }
}

/** The act is refused with this and nothing else; gives the problem. */
export const refused = async (act: Promise<unknown>, status: number, code: string) => {
  try {
    await act
  } catch (error) {
    assert.ok(isProblem(error), String(error))
    assert.deepEqual([error.status, error.code], [status, code], JSON.stringify(error))
    assert.equal(typeof error.remedy, 'string')
    return error
  }
  return assert.fail(`${code}: was allowed`)
}

export const actorOf = (person: DemoPerson): Actor => ({
  personId: person.personId,
  organisationId: person.organisationId,
  role: person.role,
  via: 'password',
  networkAddress: null,
})

/** How many events of a type one bidder has caused in a tender. */
export const eventsOf = async (world: BiddingWorld, type: string, tenderId: string, organisationId?: string) => {
  const rows = await world.deps.db.selectFrom('log_event').selectAll().where('type', '=', type).execute()
  return rows
    .filter((row) => row.tender_id === tenderId)
    .filter((row) => organisationId === undefined || row.actor_organisation_id === organisationId)
    .map((row) => ({ ...row, data: JSON.parse(Buffer.from(row.body).toString('utf8')).data }))
}
