/** The signatures inside PDFs: of the published ones V-72, of those that only some may have V-73. Used by `verifyTenderPublic`. */
import { type Bytes, sha256, toBase64url } from '../log/bytes.ts'
import type { CertificateInfo } from '../seal/certificate.ts'
import { type SignedRevision, signedRevisions, verifyRevision } from '../seal/pdf-signatures.ts'
import { type Check, check, merged } from './checks.ts'
import { eventsOf, type LoggedEvent } from './events.ts'
import type { Http } from './http.ts'
import type { PublishedRecord } from './opened-record.ts'
import type { VerifiedTender } from './tender.ts'
import { judgedAt, type TrustContext } from './trust.ts'

type Finding = { ok: boolean | null; detail: string }
/** One version of a paper as the log tells it: its hash, when, and whose signature made it. */
type Version = { hash: string; time: number; by: 'seal' | { uscc: string | null } }
type Place = { http: Http; trust: TrustContext; tender: VerifiedTender; isOffline: boolean }
type Papers = Place & { lotId: string }

/** Of a whole file, or of a version of it. */
const hashOf = async (pdf: Bytes, end = pdf.length): Promise<string> => toBase64url(await sha256(pdf.subarray(0, end)))

/** The seal is that of the first notice, or a later certificate of the same organisation; older notices name none. */
const signedBy = ({ notices }: VerifiedTender, by: Version['by'], signer: CertificateInfo): Finding => {
  const { code } = signer.organisation
  const seal = by === 'seal' ? notices[0]!.notice.seal : { certSha256: null, uscc: by.uscc }
  if (!seal) return { ok: null, detail: 'the notice names no seal' }
  if (by !== 'seal' && by.uscc === null) return { ok: null, detail: `signed by ${code}, whom the notice does not name` }
  const isTheirs = signer.certSha256 === seal.certSha256 || (code !== null && code === seal.uscc)
  return { ok: isTheirs, detail: `signed by ${code ?? signer.subject.text}` }
}

const judgeRevision = async (
  { trust, tender }: Place,
  pdf: Bytes,
  revision: SignedRevision,
  version: Version,
): Promise<Finding> => {
  if ((await hashOf(pdf, revision.end)) !== version.hash)
    return { ok: false, detail: 'another version than the one logged' }
  const { verdict, revocation } = await judgedAt(trust, version.time, (policy) => verifyRevision(revision, policy))
  if (!verdict.ok) return { ok: false, detail: verdict.code }
  const named = signedBy(tender, version.by, verdict.signer)
  if (named.ok !== true) return named
  return { ok: revocation ? true : null, detail: 'revocation not checked' }
}

/** Each version of a paper is the logged one, signed by whom the log names, and nothing comes after the last signature. */
const judgePaper = async (
  papers: Place,
  name: string,
  pdf: Bytes,
  versions: readonly Version[],
): Promise<Finding[]> => {
  const revisions = signedRevisions(pdf)
  const told = ({ ok, detail }: Finding): Finding => ({ ok, detail: `${name}: ${detail}` })
  if (!revisions) return [told({ ok: false, detail: 'no strict signature over all of the file' })]
  const findings: Finding[] = []
  for (const [at, version] of versions.entries()) {
    const revision = revisions[at]
    if (!revision) findings.push(told({ ok: false, detail: 'a signature that was logged is gone' }))
    else findings.push(told(await judgeRevision(papers, pdf, revision, version)))
  }
  // Between the events of a bundle and its papers somebody may have signed.
  if (revisions.length > versions.length)
    findings.push(told({ ok: papers.isOffline ? null : false, detail: 'a later version than the log tells of' }))
  return findings
}

/** Printed and sealed by the platform, then confirmed by bidders, one after another: 电子招标投标办法 32. */
const recordVersions = (
  { tender, lotId }: Papers,
  record: PublishedRecord | null,
  printed: LoggedEvent,
): readonly Version[] => {
  const codeOf = (id: unknown) => record?.bids.find(({ organisationId }) => organisationId === id)?.uscc ?? ''
  const signed = eventsOf(tender.events, 'opening-record.signed/2', lotId).map(({ time, data }) => ({
    hash: String(data.pdfSha256),
    time,
    by: { uscc: codeOf(data.organisationId) },
  }))
  return [{ hash: String(printed.data.pdfSha256), time: printed.time, by: 'seal' }, ...signed]
}

const recordFindings = async (papers: Papers, record: PublishedRecord | null): Promise<Finding[]> => {
  const { http, tender, lotId } = papers
  const printed = eventsOf(tender.events, 'opening-record.printed/1', lotId)[0]
  if (!printed) return [{ ok: null, detail: 'opening record: no hash of its PDF in the log' }]
  const pdf = await http.bytes(`/api/lots/${lotId}/opening-record.pdf`).catch(() => null)
  if (!pdf) return [{ ok: false, detail: 'opening record: the PDF is logged, and not shown' }]
  return judgePaper(papers, 'opening record', pdf, recordVersions(papers, record, printed))
}

/** Sealed by the platform, and by nobody else. */
const noticeFindings = async (papers: Papers): Promise<Finding[]> => {
  const { http, tender, lotId } = papers
  const result = eventsOf(tender.events, 'result.published/1', lotId)[0]
  if (!result) return []
  const pdf = await http.bytes(`/api/lots/${lotId}/award/notice.pdf`).catch(() => null)
  if (!pdf) return [{ ok: false, detail: 'result notice: the PDF is logged, and not shown' }]
  const version: Version = { hash: String(result.data.noticePdfSha256), time: result.time, by: 'seal' }
  return judgePaper(papers, 'result notice', pdf, [version])
}

/** 87号令 61: every member signs the report, each with a certificate of their own; as many as the notice says. */
const reportFindings = async ({ trust, tender }: Place, revisions: readonly SignedRevision[], time: number) => {
  const findings: Finding[] = []
  const signers = new Set<string>()
  for (const revision of revisions) {
    const { verdict, revocation } = await judgedAt(trust, time, (policy) => verifyRevision(revision, policy))
    if (verdict.ok) signers.add(verdict.signer.certSha256)
    const ok = verdict.ok && !revocation ? null : verdict.ok
    findings.push({ ok, detail: `report: ${verdict.ok ? 'revocation not checked' : verdict.code}` })
  }
  const { size = null } = tender.notice.committee ?? {}
  const isAll = size === null ? null : signers.size === size && revisions.length === size
  return [
    ...findings,
    { ok: isAll, detail: `report: signed by ${signers.size} of ${size ?? 'a committee not noticed'}` },
  ]
}

/** The seal, then the purchaser's side; an agency under a later mandate is named in no notice. */
const letterFindings = async (place: Place, pdf: Bytes, revisions: readonly SignedRevision[], result: LoggedEvent) => {
  const { events, notice } = place.tender
  const lotId = result.lotId ?? ''
  const next = eventsOf(events, 'result.published/1', lotId).find(({ index }) => index > result.index)
  const parties = [notice.purchaser, ...(notice.agency ? [notice.agency] : [])]
  const signed = eventsOf(events, 'award-letter.signed/1', lotId)
    .filter(({ index }) => index > result.index && index < (next?.index ?? Number.POSITIVE_INFINITY))
    .map(({ time, data }): Version => {
      const uscc = parties.find(({ organisationId }) => organisationId === data.organisationId)?.uscc ?? null
      return { hash: String(data.pdfSha256), time, by: { uscc } }
    })
  const sealed: Version = { hash: String(result.data.letterPdfSha256), time: result.time, by: 'seal' }
  const versions = [sealed, ...signed]
  // Who was given it before others signed has a true paper, and not the last.
  const later = versions.length > revisions.length ? [{ ok: null, detail: 'award letter: signed again since' }] : []
  return [...(await judgePaper(place, 'award letter', pdf, versions.slice(0, revisions.length))), ...later]
}

const handedFindings = async (place: Place, pdf: Bytes): Promise<Finding[]> => {
  const revisions = signedRevisions(pdf)
  if (!revisions) return [{ ok: false, detail: 'no strict signature over all of the file' }]
  const { events } = place.tender
  const whole = await hashOf(pdf)
  const report = eventsOf(events, 'evaluation.reported/1').find(({ data }) => data.reportSha256 === whole)
  if (report) return reportFindings(place, revisions, report.time)
  const first = await hashOf(pdf, revisions[0]!.end)
  const result = eventsOf(events, 'result.published/1').find(({ data }) => data.letterPdfSha256 === first)
  if (result) return letterFindings(place, pdf, revisions, result)
  return [{ ok: place.isOffline ? null : false, detail: 'no report and no letter that the log of this tender names' }]
}

const isWaiting = ({ checks }: VerifiedTender): boolean => checks.some(({ id, ok }) => id === 'V-31' && ok === null)

/** V-73: evaluation reports and award letters as whoever may have them hands them to the verifier; null without any. */
export const handedCheck = async (place: Place, handed: readonly Bytes[]): Promise<Check> => {
  if (handed.length === 0) return check('V-73', null, 'not checked here')
  const lenient = { ...place, isOffline: place.isOffline || isWaiting(place.tender) }
  const findings = await Promise.all(handed.map((pdf) => handedFindings(lenient, pdf)))
  return merged('V-73', findings.flat(), `${handed.length}`)
}

/** Every published PDF of an opened lot that carries signatures. */
export const papersCheck = async (papers: Papers, record: PublishedRecord | null): Promise<Check> => {
  const lenient = { ...papers, isOffline: papers.isOffline || isWaiting(papers.tender) }
  return merged('V-72', [...(await recordFindings(lenient, record)), ...(await noticeFindings(lenient))])
}
