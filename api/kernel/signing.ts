import { sql } from 'kysely'
import type { ObjectStore } from '../../storage/port.ts'
import type { Actor } from './actor.ts'
import { now } from './clock.ts'
import type { Database } from './database.ts'
import { type StoredFile, storeFile } from './files.ts'
import { publicId } from './ids.ts'
import { type ByteRange, digestByteRange } from './pdf/byte-range.ts'
import { verifyCades } from './pdf/cades.ts'
import { completePdfSignature, preparePdfSignature } from './pdf/sign.ts'
import { found, refuse } from './problem.ts'
import { readAll } from './streams.ts'

/*
 * One PDF, signed by several people one after another with keys that never leave their browsers (PAdES by incremental
 * update: the second signature is over the file with the first in it, hence the strict order).
 */

export type DocumentSigner = {
  personId: string
  organisationId: string | null
  name: string
  /** SHA-256 of the certificate, lower-case hex. */
  certSha256: string
  /** ISO 8601 UTC. */
  at: string
}

export type SignableDocument = { id: string; fileId: string; version: number; signers: DocumentSigner[] }

/**
 * Whether this certificate speaks for the actor at an instant; throws its refusal. Handed in by the feature, since the
 * kernel knows no accounts.
 */
export type CheckSigner = (
  trx: Database,
  actor: Actor,
  signer: { certificateDer: Uint8Array; chainDer: Uint8Array[] },
  at: Date,
) => Promise<{ certSha256: Uint8Array }>

export type SignatureWish = {
  /** Whose signature it is: the person's own, given once, or that of the organisation acted for, once for each of them. */
  by: 'person' | 'organisation'
  /** Who signs and why, as readers show it. */
  name: string
  reason: string
  /** A field printed in the document; without one the signature is invisible. */
  fieldName?: string
  /** Lines printed into the field's box. */
  appearance?: string[]
}

/** `digest` is SHA-256 over `byteRange` of the prepared file, base64url: what the browser signs (`signCades`). */
export type PreparedSignature = { version: number; digest: string; byteRange: number[]; expiresAt: string }

type Files = { files: ObjectStore }

/** The bytes of a stored file, by its id. Throws Refused('not-found'). */
export const storedBytes =
  ({ files }: Files) =>
  async (db: Database, fileId: string): Promise<Uint8Array> => {
    const query = db.selectFrom('stored_file').select('object_key').where('id', '=', fileId)
    const row = found(await query.executeTakeFirst())
    return new Uint8Array(await readAll(await files.get(row.object_key)))
  }

/** Open a stored PDF for signatures; answers the document's id. */
export const makeSignable = async (trx: Database, fileId: string): Promise<string> => {
  const id = publicId()
  await trx.insertInto('signable_document').values({ id, file_id: fileId }).execute()
  return id
}

const view = (row: { id: string; file_id: string; version: number; signers: unknown }): SignableDocument => ({
  id: row.id,
  fileId: row.file_id,
  version: row.version,
  signers: row.signers as DocumentSigner[],
})

/** The newest version and who has signed it; throws Refused('not-found'). */
export const signableDocument = async (db: Database, id: string): Promise<SignableDocument> =>
  view(found(await db.selectFrom('signable_document').selectAll().where('id', '=', id).executeTakeFirst()))

/** The signers as papers show them to whoever may read the paper. */
export const shownSigners = ({ signers }: SignableDocument) =>
  signers.map(({ organisationId, name, at }) => ({ organisationId, name, at }))

/** Whether this actor has signed already, in its own name or for the organisation that it acts for now. */
export const hasSigned = ({ signers }: SignableDocument, actor: Actor, by: SignatureWish['by']): boolean =>
  signers.some(
    ({ personId, organisationId }) =>
      personId === actor.personId && (by === 'person' || organisationId === actor.organisationId),
  )

const lockDocument = async (trx: Database, id: string): Promise<SignableDocument> =>
  view(found(await trx.selectFrom('signable_document').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()))

/**
 * Make a hole for this person's signature in the newest version and keep that file for 10 minutes of real time. Doing it
 * again replaces what was prepared before. The caller answers for who may sign. Refuses 'document-signed-already'.
 */
export const prepareSignature =
  (deps: Files & { db: Database }) =>
  async (actor: Actor, documentId: string, wish: SignatureWish): Promise<PreparedSignature> => {
    const personId = actor.personId ?? refuse('sign-in-needed')
    const document = await signableDocument(deps.db, documentId)
    const { by, fieldName = fieldOf(actor, by), ...rest } = wish
    if (hasSigned(document, actor, by)) refuse('document-signed-already')
    const pdf = await storedBytes(deps)(deps.db, document.fileId)
    const prepared = await preparePdfSignature(pdf, { ...rest, fieldName, date: await now(deps.db) })
    const row = {
      version: document.version,
      organisation_id: actor.organisationId,
      pdf: prepared.pdf,
      byte_range: [...prepared.byteRange],
      digest: prepared.digest,
    }
    const expires = sql<Date>`clock_timestamp() + interval '10 minutes'`
    const { expires_at } = await deps.db
      .insertInto('prepared_signature')
      .values({ document_id: documentId, person_id: personId, ...row })
      .onConflict((oc) =>
        oc.columns(['document_id', 'person_id']).doUpdateSet({ ...row, expires_at: expires as never }),
      )
      .returning('expires_at')
      .executeTakeFirstOrThrow()
    return {
      version: document.version,
      digest: Buffer.from(prepared.digest).toString('base64url'),
      byteRange: row.byte_range,
      expiresAt: expires_at.toISOString(),
    }
  }

/** A field of the file's own for each signature, invisible. */
const fieldOf = ({ personId, organisationId }: Actor, by: SignatureWish['by']): string =>
  by === 'person' ? `signature-${personId}` : `signature-${organisationId}-${personId}`

/** The file names the organisation that is signed for: who acts for another one meanwhile prepares anew. */
const preparedRow = (db: Database, actor: Actor, personId: string, documentId: string) =>
  db
    .selectFrom('prepared_signature')
    .selectAll()
    .where('document_id', '=', documentId)
    .where('person_id', '=', personId)
    .where(sql<boolean>`organisation_id is not distinct from ${actor.organisationId}`)
    .where('expires_at', '>', sql<Date>`clock_timestamp()` as never)
    .executeTakeFirst()

/** The very file this person is about to sign, so that its digest can be computed anew by whoever signs. */
export const preparedPdf = async (db: Database, actor: Actor, documentId: string): Promise<Uint8Array> => {
  const row = found(await preparedRow(db, actor, actor.personId ?? refuse('sign-in-needed'), documentId))
  return new Uint8Array(row.pdf)
}

/** `isNew` false: this signature had been given before, and nothing was written. */
export type CompletedSignature = SignableDocument & { sha256: Uint8Array; isNew: boolean }

/** A signature as its signer hands it in: over the file prepared from this version. */
export type HandedSignature = { version: number; cms: Uint8Array }

/** With a time-stamp, where there is an authority. Before the transaction: no lock waits for somebody outside. */
export const stamped =
  ({ stamp }: { stamp?: ((cms: Uint8Array) => Promise<Uint8Array>) | undefined }) =>
  async (handed: HandedSignature): Promise<HandedSignature> =>
    stamp ? { ...handed, cms: await stamp(handed.cms) } : handed

/**
 * Put the CMS into the prepared file and store that as the next version, in the caller's transaction. Refuses
 * 'document-moved-on' when somebody else signed in between (prepare again), 'signature-not-prepared' after 10 minutes,
 * 'pdf-signature-refused', and whatever `check` refuses. Repeated by somebody who has signed: answers the document as
 * it is.
 */
export const completeSignature =
  (deps: Files & { check: CheckSigner }) =>
  async (
    trx: Database,
    actor: Actor,
    documentId: string,
    command: HandedSignature & Pick<SignatureWish, 'by' | 'name'>,
  ): Promise<CompletedSignature> => {
    const personId = actor.personId ?? refuse('sign-in-needed')
    const document = await lockDocument(trx, documentId)
    if (hasSigned(document, actor, command.by)) return withHash(trx, document)
    if (document.version !== command.version) refuse('document-moved-on', { params: { version: document.version } })
    const row = (await preparedRow(trx, actor, personId, documentId)) ?? refuse('signature-not-prepared')
    if (row.version !== command.version) refuse('document-moved-on', { params: { version: document.version } })
    const prepared = { pdf: new Uint8Array(row.pdf), byteRange: row.byte_range as ByteRange }
    const verdict = await verifyCades(command.cms, (hash) => digestByteRange(prepared.pdf, prepared.byteRange, hash))
    if (!verdict.ok) return refuse('pdf-signature-refused')
    const at = await now(trx)
    const { certSha256 } = await deps.check(trx, actor, verdict, at)
    const signed = await completePdfSignature(prepared, command.cms, verdict.certificateDer)
    const signer = { personId, organisationId: actor.organisationId, name: command.name, at: at.toISOString() }
    const signers = [...document.signers, { ...signer, certSha256: Buffer.from(certSha256).toString('hex') }]
    return nextVersion(deps, trx, actor, document, signed, signers)
  }

const withHash = async (trx: Database, document: SignableDocument): Promise<CompletedSignature> => {
  const query = trx.selectFrom('stored_file').select('sha256').where('id', '=', document.fileId)
  return { ...document, sha256: new Uint8Array((await query.executeTakeFirstOrThrow()).sha256), isNew: false }
}

const nextVersion = async (
  deps: Files,
  trx: Database,
  actor: Actor,
  document: SignableDocument,
  pdf: Uint8Array,
  signers: DocumentSigner[],
): Promise<CompletedSignature> => {
  const before = await trx
    .selectFrom('stored_file')
    .select('name')
    .where('id', '=', document.fileId)
    .executeTakeFirstOrThrow()
  const file: StoredFile = await storeFile({ db: trx, files: deps.files }, actor, {
    name: before.name,
    mime: 'application/pdf',
    bytes: pdf,
  })
  const version = document.version + 1
  await trx
    .updateTable('signable_document')
    .set({ file_id: file.id, version, signers: JSON.stringify(signers) })
    .where('id', '=', document.id)
    .execute()
  await trx
    .deleteFrom('prepared_signature')
    .where('document_id', '=', document.id)
    .where('version', '<', version)
    .execute()
  return { id: document.id, fileId: file.id, version, signers, sha256: file.sha256, isNew: true }
}
