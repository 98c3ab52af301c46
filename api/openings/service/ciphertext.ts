import { createHash } from 'node:crypto'
import { partsOf } from '../../bids/service.ts'
import type { Deps } from '../../kernel/deps.ts'
import { Refused } from '../../kernel/problem.ts'
import { toHex } from '../../log/bytes.ts'

/** Lower-case hex SHA-256 of a stored object, null when it is not there. */
export const hashOfObject = async (files: Deps['files'], key: string): Promise<string | null> => {
  try {
    const hash = createHash('sha256')
    for await (const chunk of await files.get(key)) hash.update(chunk)
    return hash.digest('hex')
  } catch (error) {
    if (error instanceof Refused && error.code === 'object-not-found') return null
    throw error
  }
}

/** Whether the store still holds a bid's parts (of one envelope, or all) as its signed manifest announced them. */
export const isStoredWhole = async (
  { db, files }: Pick<Deps, 'db' | 'files'>,
  bidId: string,
  envelopeNo?: number,
): Promise<boolean> => {
  for (const part of await partsOf(db, bidId)) {
    if (envelopeNo !== undefined && part.envelope_no !== envelopeNo) continue
    if ((await hashOfObject(files, part.object_key)) !== toHex(part.sha256)) return false
  }
  return true
}

/** One envelope's ciphertext, its parts one after another, without holding it whole. */
export async function* readCiphertext(
  deps: Pick<Deps, 'db' | 'files'>,
  bidId: string,
  envelopeNo: number,
): AsyncGenerator<Uint8Array> {
  const parts = await partsOf(deps.db, bidId)
  for (const part of parts.filter((p) => p.envelope_no === envelopeNo)) yield* await deps.files.get(part.object_key)
}
