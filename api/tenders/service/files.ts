import type { Actor } from '../../kernel/actor.ts'
import { sniffFile } from '../../kernel/file-sniff.ts'
import { storeFile } from '../../kernel/files.ts'
import { found, refuse } from '../../kernel/problem.ts'
import { toBase64url } from '../../log/bytes.ts'
import { record } from '../events.ts'
import * as store from '../store.ts'
import type { TenderDeps } from './deps.ts'
import { assertPurchaserSide, isPurchaserSide, lockTender, tenderById } from './shared.ts'

const MAX_FILE = 100 * 1024 * 1024
const MAX_FILES = 100
export const FILE_KINDS = ['document', 'requirement', 'drawing', 'contract-draft', 'other'] as const
export type FileKind = (typeof FILE_KINDS)[number]

/** A draft's files, or after publication those of the correction that is being written. */
const mayAttach = (tender: store.TenderRow): void => {
  if (tender.status !== 'draft' && tender.status !== 'published')
    refuse('tender-not-draft', { params: { status: tender.status } })
}

export const viewFile = (file: store.TenderFileRow) => ({
  fileId: file.file_id,
  name: file.name,
  kind: file.kind as FileKind,
  mime: file.mime,
  size: Number(file.size),
  sha256: toBase64url(file.sha256),
  sinceN: file.since_n,
  removed: file.removed,
  addedAt: file.added_at.toISOString(),
})

/** Keep a document: what its octets say must be what its name says. The object lies there before the row names it. */
export const addFile =
  (deps: TenderDeps) =>
  async (actor: Actor, id: string, upload: { name: string; mime: string; kind: FileKind; bytes: Uint8Array }) => {
    const before = await tenderById(deps.db, id)
    await assertPurchaserSide(deps.db, actor, before)
    mayAttach(before)
    if (upload.bytes.length > MAX_FILE) refuse('file-too-large')
    const { mime } = await sniffFile(upload.bytes, upload.name, upload.mime, true)
    const file = await storeFile(deps, actor, {
      name: upload.name.normalize('NFC').slice(0, 200),
      mime,
      bytes: upload.bytes,
    })
    await deps.db.transaction().execute(async (trx) => {
      const tender = await lockTender(trx, id, 'update')
      await assertPurchaserSide(trx, actor, tender)
      mayAttach(tender)
      if ((await store.filesOf(trx, id)).filter((one) => !one.removed).length >= MAX_FILES) refuse('files-too-many')
      await store.insertTenderFile(trx, { tender_id: id, file_id: file.id, kind: upload.kind })
      await record(trx, actor, id, 'tender.file-added/1', { fileId: file.id, sha256: toBase64url(file.sha256) })
    })
    const row = (await store.filesOf(deps.db, id)).find((one) => one.file_id === file.id)
    return viewFile(found(row))
  }

/** Take back a file that no notice names yet; a published one goes only by a correction. */
export const removeFile = (deps: TenderDeps) => (actor: Actor, id: string, fileId: string) =>
  deps.db.transaction().execute(async (trx) => {
    const tender = await lockTender(trx, id, 'update')
    await assertPurchaserSide(trx, actor, tender)
    mayAttach(tender)
    const file = found((await store.filesOf(trx, id)).find((one) => one.file_id === fileId))
    if (file.since_n !== null) refuse('tender-not-draft', { params: { status: tender.status } })
    if (file.removed) return { done: true as const }
    await store.updateTenderFile(trx, id, fileId, { removed: true })
    await record(trx, actor, id, 'tender.file-removed/1', { fileId })
    return { done: true as const }
  })

/** Its own side sees all that is attached; everybody what a notice names. */
export const listFiles =
  ({ db }: TenderDeps) =>
  async (actor: Actor, id: string) => {
    const tender = await tenderById(db, id)
    const isOwn = await isPurchaserSide(db, actor, tender)
    if (!isOwn && tender.published_at === null) refuse('not-found')
    const files = await store.filesOf(db, id)
    return { files: files.filter((file) => (isOwn ? !file.removed : file.since_n !== null)).map(viewFile) }
  }

/** The bytes of a file; once named by a notice it stays readable, also when a later one dropped it. */
export const openFile = (deps: TenderDeps) => async (actor: Actor, id: string, fileId: string) => {
  const tender = await tenderById(deps.db, id)
  const file = found((await store.filesOf(deps.db, id)).find((one) => one.file_id === fileId))
  if (file.since_n === null && !(await isPurchaserSide(deps.db, actor, tender))) refuse('not-found')
  return { name: file.name, mime: file.mime, size: Number(file.size), stream: await deps.files.get(file.object_key) }
}
