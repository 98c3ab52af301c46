/** What anybody recomputes of an opened lot: V-50 to V-58. Used by `verifyTenderPublic`. */
import { type Bytes, equal, fromBase64url, sha256, toBase64url } from '../log/bytes.ts'
import type { CertificateInfo } from '../seal/certificate.ts'
import { verifyDetached } from '../seal/cms.ts'
import { parseJson } from '../seal/json.ts'
import { type BidManifest, type ManifestEnvelope, manifestHash, parseManifest } from '../seal/manifest.ts'
import { PART_SIZE, partCount, partLength, partsRoot } from '../seal/parts.ts'
import type { Header } from '../seal/plaintext.ts'
import { verifyRelease } from '../seal/release.ts'
import { openBidEnvelope, recoverDek } from '../seal/seal.ts'
import { type Check, type CheckId, check, merged } from './checks.ts'
import { eventsOf } from './events.ts'
import { bytesOf, type Http, isProblem } from './http.ts'
import { type PublishedRecord, type Recorded, recordSchema } from './opened-record.ts'
import type { Closed, Stored } from './opening.ts'
import type { VerifiedTender } from './tender.ts'
import { judgedAt, type TrustContext } from './trust.ts'
import { seenCheck } from './verify-seen.ts'
import { softwareCheck } from './verify-software.ts'
import { windowChecks } from './verify-windows.ts'

type Finding = { ok: boolean | null; detail: string }
export type PublishedBid = {
  bidId: string
  manifest: string
  cms: string
  evidence: { chain: string[]; crl: string | null }
  receivedAt: string
  summaryDek: string | null
  releases: { source: number; statement: string; cms: string }[]
}

export type OpenedLot = {
  http: Http
  trust: TrustContext
  tender: VerifiedTender
  lotId: string
  closed: Closed
  stored: Stored
}

/** One bid's findings, each under its number. */
type Findings = Record<(typeof EACH)[number], Finding>
const OPENED: readonly CheckId[] = ['V-50', 'V-51', 'V-52', 'V-53', 'V-54', 'V-55', 'V-56', 'V-57', 'V-58']
const WINDOWS: readonly CheckId[] = ['V-59', 'V-80', 'V-81', 'V-83', 'V-84']

const gapsOf = (why: string): Check[] => [...OPENED, ...WINDOWS].map((id) => check(id, null, why))
const holds = (ok: boolean | null, detail = ''): Finding => ({ ok, detail })
const listed = (revocation: boolean): Finding => holds(revocation ? true : null, 'revocation not checked')

/** JSON with its members in order, so that two readings of one value give one text. */
const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join()}}`
}

const isCiphertextOf = async (bytes: Uint8Array, entry: ManifestEnvelope): Promise<boolean> => {
  if (bytes.length !== entry.size) return false
  const hashes: Bytes[] = []
  for (let no = 0; no < partCount(entry.size); no++) {
    hashes.push(await sha256(bytes.subarray(no * PART_SIZE, no * PART_SIZE + partLength(entry.size, no))))
  }
  return toBase64url(await partsRoot(hashes)) === entry.partsRoot
}

const placeCheck = (manifest: BidManifest, bid: PublishedBid, { tender, lotId }: OpenedLot): Finding => {
  const notice = tender.notices.find(({ n }) => n === manifest.notice.n)
  const isHere = manifest.tender === tender.tenderId && manifest.lot === lotId
  const isSealed = manifest.trusteeSetHash === toBase64url(tender.trusteeSetHash)
  const isNoticed = notice !== undefined && toBase64url(notice.hash) === manifest.notice.hash
  const inTime = Date.parse(bid.receivedAt) < tender.deadline
  return holds(isHere && isSealed && isNoticed && inTime, bid.receivedAt)
}

/** Faults of the escrow; every other fault of an opening is of the envelope itself. */
const isEscrowFault = (code: string): boolean => code.startsWith('escrow-')

type Opened = { envelope: Finding; escrow: Finding; header: Pick<Header, 'form' | 'consortium'> | null }

/** Opens a summary as the platform did, and compares the outcome with what the record says of it. */
const openSummary = async (
  lot: OpenedLot,
  bid: PublishedBid,
  manifest: BidManifest,
  entry: ManifestEnvelope,
  ciphertext: Uint8Array,
  recorded: Recorded | undefined,
): Promise<Opened> => {
  const isValid = recorded?.verdict === 'valid'
  if (bid.summaryDek === null) {
    const unopened = holds(isValid ? false : null, 'no key published')
    return { envelope: unopened, escrow: unopened, header: null }
  }
  const dek = bytesOf(bid.summaryDek)
  const at = Date.parse(bid.receivedAt)
  const { verdict, revocation } = await judgedAt(
    lot.trust,
    at,
    async (policy) => {
      const opened = await openBidEnvelope(ciphertext, dek, manifest, entry, lot.tender, policy)
      // One code hides the list's age; without a list of that time the rest is still checked.
      return !opened.ok && opened.code === 'inner-signature-invalid' && policy.crls !== 'unchecked'
        ? { ok: false as const, code: 'crl-stale' as const }
        : opened
    },
    listsOf(lot, bid),
  )
  if (verdict.ok) {
    return { envelope: listed(revocation), escrow: holds(true), header: verdict.header }
  }
  // A void bid is recorded as void: then the fault is what the record says, and no contradiction.
  const fault = holds(isValid ? false : null, verdict.code)
  return isEscrowFault(verdict.code)
    ? { envelope: holds(true), escrow: fault, header: null }
    : { envelope: fault, escrow: holds(null, verdict.code), header: null }
}

const listsOf = ({ trust }: OpenedLot, bid: PublishedBid): Bytes[] => [
  ...(bid.evidence.crl === null ? [] : [bytesOf(bid.evidence.crl)]),
  ...trust.crls,
]

/** Whose certificate stands behind a release: the manifest's, or that of the trustee's key statement. */
const ownerOf = async (lot: OpenedLot, source: number, bidder: CertificateInfo): Promise<CertificateInfo | null> => {
  if (source === 0) return bidder
  const signed = lot.tender.set.statements[source - 1]
  if (!signed) return null
  const bytes = fromBase64url(signed.statement)
  const { verdict } = await judgedAt(lot.trust, lot.closed.time, (policy) =>
    verifyDetached(bytes, fromBase64url(signed.cms), policy),
  )
  return verdict.ok ? verdict.signer : null
}

/** The published key must have come from its bidder's signature, or from k trustees' signed shares. */
const releaseCheck = async (
  lot: OpenedLot,
  bid: PublishedBid,
  manifest: BidManifest,
  entry: ManifestEnvelope,
  bidder: CertificateInfo,
): Promise<Finding> => {
  if (bid.summaryDek === null) return holds(null, 'no key published')
  const place = {
    tender: manifest.tender,
    lot: manifest.lot,
    kind: 'summary' as const,
    manifestHash: await manifestHash(bytesOf(bid.manifest)),
    closedIndex: lot.closed.index,
  }
  const shares: { i: number; share: Bytes }[] = []
  let isListed = true
  for (const { source, statement, cms } of bid.releases) {
    const owner = await ownerOf(lot, source, bidder)
    if (!owner) return holds(false, `source ${source}: no such trustee`)
    const signed = { bytes: bytesOf(statement), cms: bytesOf(cms) }
    const { verdict, revocation } = await judgedAt(lot.trust, lot.stored.time, (policy) =>
      verifyRelease(signed, source === 0 ? 'dek' : 'share', place, owner, policy),
    )
    if (!verdict.ok) return holds(false, `source ${source}: ${verdict.code}`)
    if (source === 0 && toBase64url(verdict.value) === bid.summaryDek) return listed(revocation)
    if (source > 0) shares.push({ i: source, share: verdict.value })
    isListed &&= revocation
  }
  const recovered = await recoverDek(shares, manifest, entry, lot.tender.setHash)
  if (!recovered.ok) return holds(false, recovered.code)
  return toBase64url(recovered.dek) === bid.summaryDek ? listed(isListed) : holds(false)
}

const recordedCheck = (
  bid: PublishedBid,
  recorded: Recorded | undefined,
  header: Opened['header'],
  code: string | null,
): Finding => {
  if (!recorded) return holds(false, 'not in the record')
  const isSame = recorded.uscc === code && recorded.receivedAt === bid.receivedAt
  const members = recorded.consortium.map(({ organisationId }) => organisationId)
  const isTold =
    recorded.verdict !== 'valid' ||
    (header !== null &&
      canonical(header.form) === canonical(recorded.form) &&
      canonical(header.consortium) === canonical(members))
  return holds(isSame && isTold, `${recorded.uscc} ${recorded.verdict}`)
}

const EACH = ['V-51', 'V-52', 'V-53', 'V-54', 'V-55', 'V-56', 'V-58'] as const
const UNREADABLE = Object.fromEntries(EACH.map((id) => [id, holds(false, 'not a manifest')])) as Findings

const judgeBid = async (
  lot: OpenedLot,
  bid: PublishedBid,
  record: PublishedRecord | null,
): Promise<{ hash: string; findings: Findings }> => {
  const bytes = bytesOf(bid.manifest)
  const hash = toBase64url(await manifestHash(bytes))
  const read = parseManifest(bytes)
  const entry = read.ok ? read.manifest.envelopes.find(({ kind }) => kind === 'summary') : undefined
  if (!read.ok || read.manifest.type !== 'bid' || !entry) return { hash, findings: UNREADABLE }
  const { manifest } = read
  const expectedCertSha256 = manifest.bidder.certSha256
  const { verdict, revocation } = await judgedAt(
    lot.trust,
    Date.parse(bid.receivedAt),
    (policy) => verifyDetached(bytes, bytesOf(bid.cms), { ...policy, expectedCertSha256 }),
    listsOf(lot, bid),
  )
  const ciphertext = await lot.http.bytes(`/api/lots/${lot.lotId}/opened-bids/${bid.bidId}/summary`)
  const recorded = record?.bids.find((one) => one.manifestHash === hash)
  // What STORED names as lost and nobody supplied again is not there, and the record says so.
  const isLost = ciphertext === null && lot.stored.missing.includes(hash) && recorded?.how === 'failed'
  const gone = isLost ? holds(null, 'lost by the store') : holds(false, 'no ciphertext')
  const missing: Opened = { envelope: gone, escrow: holds(null), header: null }
  const opened = ciphertext ? await openSummary(lot, bid, manifest, entry, ciphertext, recorded) : missing
  const code = verdict.ok ? verdict.signer.organisation.code : null
  const findings: Findings = {
    'V-51': verdict.ok ? listed(revocation) : holds(false, verdict.code),
    'V-52': placeCheck(manifest, bid, lot),
    'V-53': ciphertext ? holds(await isCiphertextOf(ciphertext, entry), bid.bidId) : gone,
    'V-54': opened.envelope,
    'V-55': opened.escrow,
    'V-56': verdict.ok ? await releaseCheck(lot, bid, manifest, entry, verdict.signer) : holds(null),
    'V-58': recordedCheck(bid, recorded, opened.header, code),
  }
  return { hash, findings }
}

const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && [...a].sort().join() === [...b].sort().join()

const recordCheck = async (lot: OpenedLot, bytes: Uint8Array | null): Promise<Check> => {
  const event = eventsOf(lot.tender.events, 'lot.opened/1', lot.lotId)[0]
  if (!event || !bytes) return check('V-57', false, 'no OPENING in the log, or no record')
  const logged = fromBase64url(String(event.data.recordSha256))
  return check('V-57', equal(await sha256(bytes), logged) && event.index > lot.stored.index, `${event.index}`)
}

const releasesOf = (bids: readonly PublishedBid[], judged: readonly { hash: string }[]) =>
  bids.flatMap((bid, at) => bid.releases.map(({ source }) => ({ manifestHash: judged[at]!.hash, source })))

const readRecord = async ({ http, lotId, tender }: OpenedLot) => {
  const bytes = await http.bytes(`/api/lots/${lotId}/opening-record`)
  const read = bytes && parseJson(bytes, recordSchema)
  const isThis = read?.ok && read.value.lotId === lotId && read.value.tenderId === tender.tenderId
  return { bytes, record: isThis ? read.value : null }
}

/** Everything of an opened lot that is public; nothing but gaps before names are out. */
export const verifyOpened = async (lot: OpenedLot): Promise<{ checks: Check[]; record: PublishedRecord | null }> => {
  const { http, lotId, closed, tender } = lot
  const isLogged = eventsOf(tender.events, 'lot.opened/1', lotId).length > 0
  // The bids are shown the moment they are open; the witnesses need another second or two.
  const isWaiting = !isLogged && tender.checks.some(({ id, ok }) => id === 'V-31' && ok === null)
  if (isWaiting) return { checks: gapsOf('waits for the witnesses'), record: null }
  let published: { bids: PublishedBid[] }
  try {
    published = await http.json<{ bids: PublishedBid[] }>('GET', `/api/lots/${lotId}/opened-bids`)
  } catch (error) {
    if (!isProblem(error) || error.code === 'unreachable') throw error
    // What the log says is open must be shown; before, nothing is known and nothing is amiss.
    const withheld = isLogged ? [check('V-50', false, 'the lot is open, its bids are not shown')] : []
    const gaps = gapsOf(error.code).filter(({ id }) => !withheld.some((one) => one.id === id))
    return { checks: [...withheld, ...gaps], record: null }
  }
  const { bytes, record } = await readRecord(lot)
  const judged: Awaited<ReturnType<typeof judgeBid>>[] = []
  for (const bid of published.bids) judged.push(await judgeBid(lot, bid, record))
  const isListed = sameSet(
    judged.map(({ hash }) => hash),
    closed.manifestHashes,
  )
  const isRecorded =
    record !== null &&
    sameSet(
      record.bids.map((bid) => bid.manifestHash),
      closed.manifestHashes,
    )
  const each = (id: keyof Findings): Check =>
    merged(
      id,
      judged.map(({ findings }) => findings[id]),
    )
  const told = merged('V-58', [
    ...judged.map(({ findings }) => findings['V-58']),
    holds(isRecorded, 'the record lists other bids'),
  ])
  return {
    checks: [
      check('V-50', isListed, `${judged.length}`),
      ...(['V-51', 'V-52', 'V-53', 'V-54', 'V-55', 'V-56'] as const).map(each),
      await recordCheck(lot, bytes),
      told,
      ...windowChecks(lot, record, releasesOf(published.bids, judged)),
      ...(await Promise.all([softwareCheck(lot, published.bids), seenCheck(lot, published.bids)])),
    ],
    record,
  }
}
