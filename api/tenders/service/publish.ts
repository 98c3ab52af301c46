import { organisationsByIds } from '../../identity/service/organisations.ts'
import { intentionForTender } from '../../intentions/service/shared.ts'
import type { Actor } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import { storeFile } from '../../kernel/files.ts'
import { renderPdf } from '../../kernel/pdf/document.ts'
import { refuse } from '../../kernel/problem.ts'
import { normalised } from '../../kernel/search.ts'
import { beijingDate } from '../../law/beijing.ts'
import type { Appended } from '../../log/append.ts'
import { sha256, toBase64url } from '../../log/bytes.ts'
import { probesDigest } from '../../probes/service.ts'
import { parseCertificate } from '../../seal/certificate.ts'
import { encodeJson, parseJson } from '../../seal/json.ts'
import { noticeHash } from '../../seal/manifest.ts'
import { type Notice, noticeSchema } from '../../seal/notice.ts'
import { fingerprint } from '../../seal/trustees.ts'
import type { TenderContent } from '../contract/content.ts'
import { record } from '../events.ts'
import * as store from '../store.ts'
import type { TenderDeps } from './deps.ts'
import { noticePdf } from './notice-pdf.ts'

/** The parties as a notice names them (财办库〔2020〕50号: name, address, contact). */
const partiesOf = async (db: store.Db, tender: store.TenderRow) => {
  const ids = [tender.purchaser_id, ...(tender.agency_id ? [tender.agency_id] : [])]
  const rows = await organisationsByIds(db, ids)
  const party = (id: string) => {
    const row = rows.find((one) => one.id === id) ?? refuse('purchaser-unknown')
    const contact = [row.contact_name, row.contact_phone].filter((text) => text !== '').join(' ')
    return {
      organisationId: row.id,
      name: row.name,
      uscc: row.uscc,
      address: row.address,
      contact: contact.slice(0, 200),
    }
  }
  return { purchaser: party(tender.purchaser_id), agency: tender.agency_id ? party(tender.agency_id) : null }
}

/** The files a notice names: all that were not removed, with their hashes. */
export const noticeFiles = (files: readonly store.TenderFileRow[]): Notice['files'] =>
  files
    .filter((file) => !file.removed)
    .map((file) => ({
      fileId: file.file_id,
      name: file.name,
      kind: file.kind,
      mime: file.mime,
      size: Number(file.size),
      sha256: toBase64url(file.sha256),
    }))

export const tenderNumber = (cityCode: string, at: Date, n: bigint): string =>
  `${cityCode}-${beijingDate(at.getTime()).slice(0, 4)}-GP-${n.toString().padStart(6, '0')}`

/** Whose seal the papers of a tender will bear: this certificate, or a later one of the same organisation. */
const sealNamed = async ({ sealCertificate }: TenderDeps): Promise<Notice['seal']> => {
  const read = sealCertificate && (await parseCertificate(sealCertificate))
  if (!read?.ok) return undefined
  const { certSha256, organisation } = read.certificate
  return { certSha256, uscc: organisation.code }
}

/** Notice 0 of a tender, from its content and what the platform knows of it. */
export const firstNotice = async (
  deps: TenderDeps,
  tender: store.TenderRow,
  content: TenderContent,
  facts: { number: string; at: Date; set: store.SetRow; n: number; k: number },
): Promise<Notice> => {
  const { db } = deps
  const { lots, intentionId, intentionReason, ...rest } = content
  const intention = intentionId ? await intentionForTender(db, intentionId, tender.purchaser_id) : null
  const setHash = new Uint8Array(facts.set.hash)
  return {
    v: 'sunlit/v1',
    type: 'notice',
    n: 0,
    previous: null,
    kind: 'initial',
    affecting: false,
    reason: '',
    tenderId: tender.id,
    number: facts.number,
    regime: 'GP',
    method: 'open',
    ...(await partiesOf(db, tender)),
    publishedAt: facts.at.toISOString(),
    trustees: { setHash: toBase64url(setHash), fingerprint: fingerprint(setHash), n: facts.n, k: facts.k },
    probesSha256: await probesDigest(db),
    seal: await sealNamed(deps),
    ...rest,
    lots: lots.map((lot, at) => ({ ...lot, consortiumRate: lot.consortiumRate ?? null, no: at + 1 })),
    files: noticeFiles(await store.filesOf(db, tender.id)),
    intention: intention ? { number: intention.number, publishedOn: intention.publishedOn } : null,
    intentionReason,
  }
}

export type Prepared = { notice: Notice; bytes: Uint8Array; hash: Uint8Array; pdfFileId: string }

/** The exact bytes and the PDF of a notice, made before the transaction: rendering and sealing take their time. */
export const prepareNotice = async (deps: TenderDeps, actor: Actor, notice: Notice): Promise<Prepared> => {
  const bytes = encodeJson(notice)
  const read = parseJson(bytes, noticeSchema)
  if (!read.ok) throw new Error('a notice does not fit its own schema')
  const plain = await renderPdf(noticePdf(notice, toBase64url(await sha256(bytes)), deps.settings.SUNLIT_CITY))
  const reason = notice.n === 0 ? '发布采购公告' : '发布更正公告'
  const pdf = deps.seal ? await deps.seal(plain, reason, await now(deps.db)) : plain
  const name = `${notice.number}-${notice.n === 0 ? '采购公告' : `更正公告${notice.n}`}.pdf`
  const file = await storeFile(deps, actor, { name, mime: 'application/pdf', bytes: pdf })
  return { notice: read.value, bytes, hash: await noticeHash(bytes, pdf), pdfFileId: file.id }
}

/** Log NOTICE n and keep its bytes, in the transaction of the act. The chain of hashes and the deadline go into the log. */
export const logNotice = async (trx: store.Db, actor: Actor, prepared: Prepared): Promise<Appended> => {
  const { notice, bytes, hash, pdfFileId } = prepared
  const { n, kind, previous, deadline, affecting, tenderId } = notice
  const event = await record(
    trx,
    actor,
    tenderId,
    'notice.published/1',
    { n, kind, noticeHash: toBase64url(hash), previous, deadline, affecting },
    { name: 'NOTICE', n },
  )
  await store.insertNotice(trx, {
    tender_id: tenderId,
    n,
    bytes,
    pdf_file_id: pdfFileId,
    hash,
    deadline: new Date(deadline),
    affecting,
    event_id: event.eventId,
    published_at: new Date(notice.publishedAt),
    search: normalised(
      notice.number,
      notice.title,
      notice.purchaser.name,
      notice.agency?.name ?? '',
      ...notice.lots.map((lot) => lot.title),
    ),
  })
  for (const file of notice.files) await store.publishTenderFile(trx, tenderId, file.fileId, n)
  return event
}
