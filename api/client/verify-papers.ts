/** The signatures inside the published PDFs: V-72. Used by `verifyTenderPublic`. */
import { type Bytes, sha256, toBase64url } from '../log/bytes.ts'
import type { CertificateInfo } from '../seal/certificate.ts'
import { type SignedRevision, signedRevisions, verifyRevision } from '../seal/pdf-signatures.ts'
import { type Check, merged } from './checks.ts'
import { eventsOf, type LoggedEvent } from './events.ts'
import type { Http } from './http.ts'
import type { PublishedRecord } from './opened-record.ts'
import type { VerifiedTender } from './tender.ts'
import { judgedAt, type TrustContext } from './trust.ts'

type Finding = { ok: boolean | null; detail: string }
/** One version of a paper as the log tells it: its hash, when, and whose signature made it. */
export type Version = { hash: string; time: number; by: 'seal' | { uscc: string } }
type Papers = { http: Http; trust: TrustContext; tender: VerifiedTender; lotId: string; isOffline: boolean }

/** The seal is that of the first notice, or a later certificate of the same organisation; older notices name none. */
const signedBy = ({ notices }: VerifiedTender, by: Version['by'], signer: CertificateInfo): Finding => {
  const { code } = signer.organisation
  const seal = by === 'seal' ? notices[0]!.notice.seal : { certSha256: null, uscc: by.uscc }
  if (!seal) return { ok: null, detail: 'the notice names no seal' }
  const isTheirs = signer.certSha256 === seal.certSha256 || (code !== null && code === seal.uscc)
  return { ok: isTheirs, detail: `signed by ${code ?? signer.subject.text}` }
}

const judgeRevision = async (
  { trust, tender }: Papers,
  pdf: Bytes,
  revision: SignedRevision,
  version: Version,
): Promise<Finding> => {
  const hash = toBase64url(await sha256(pdf.subarray(0, revision.end)))
  if (hash !== version.hash) return { ok: false, detail: 'another version than the one logged' }
  const { verdict, revocation } = await judgedAt(trust, version.time, (policy) => verifyRevision(revision, policy))
  if (!verdict.ok) return { ok: false, detail: verdict.code }
  const named = signedBy(tender, version.by, verdict.signer)
  if (named.ok !== true) return named
  return { ok: revocation ? true : null, detail: 'revocation not checked' }
}

/** Each version of a paper is the logged one, signed by whom the log names, and nothing comes after the last signature. */
const judgePaper = async (
  papers: Papers,
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

/** Sealed by the platform, and by nobody else; what is not shown is V-63's matter. */
const noticeFindings = async (papers: Papers): Promise<Finding[]> => {
  const { http, tender, lotId } = papers
  const result = eventsOf(tender.events, 'result.published/1', lotId)[0]
  const pdf = result && (await http.bytes(`/api/lots/${lotId}/award/notice.pdf`).catch(() => null))
  if (!result || !pdf) return []
  const version: Version = { hash: String(result.data.noticePdfSha256), time: result.time, by: 'seal' }
  return judgePaper(papers, 'result notice', pdf, [version])
}

/** Every published PDF of an opened lot that carries signatures. */
export const papersCheck = async (papers: Papers, record: PublishedRecord | null): Promise<Check> => {
  const isWaiting = papers.tender.checks.some(({ id, ok }) => id === 'V-31' && ok === null)
  const lenient = { ...papers, isOffline: papers.isOffline || isWaiting }
  return merged('V-72', [...(await recordFindings(lenient, record)), ...(await noticeFindings(lenient))])
}
