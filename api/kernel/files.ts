import type { ObjectStore } from '../../storage/port.ts'
import type { Actor } from './actor.ts'
import type { Database } from './database.ts'
import { publicId } from './ids.ts'

/** A file whose bytes may be known to all in the end: documents, notices, records. Bids never come this way. */
export type StoredFile = { id: string; name: string; mime: string; size: number; sha256: Uint8Array }

/** Put bytes under a key named by their hash, then the row; a repeated call with the same bytes finds the object there. */
export const storeFile = async (
  deps: { db: Database; files: ObjectStore },
  actor: Actor,
  file: { name: string; mime: string; bytes: Uint8Array },
): Promise<StoredFile> => {
  const id = publicId()
  const key = `files/${id}`
  const { sha256, size } = await deps.files.put(key, file.bytes, { size: file.bytes.length, contentType: file.mime })
  await deps.db
    .insertInto('stored_file')
    .values({
      id,
      object_key: key,
      name: file.name,
      mime: file.mime,
      size: BigInt(size),
      sha256: Buffer.from(sha256, 'hex'),
      organisation_id: actor.organisationId,
      person_id: actor.personId,
    })
    .execute()
  return { id, name: file.name, mime: file.mime, size, sha256: new Uint8Array(Buffer.from(sha256, 'hex')) }
}
