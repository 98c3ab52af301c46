import { createHash } from 'node:crypto'
import { type PartRow, partsOf } from '../../bids/service.ts'
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

/** The parts of a bid that the store does not hold as its signed manifest announced them. */
export const lostParts = async ({ db, files }: Pick<Deps, 'db' | 'files'>, bidId: string): Promise<PartRow[]> => {
  const lost: PartRow[] = []
  for (const part of await partsOf(db, bidId)) {
    if ((await hashOfObject(files, part.object_key)) !== toHex(part.sha256)) lost.push(part)
  }
  return lost
}

/** Whether the store still holds one envelope as it was announced. */
export const isStoredWhole = async (
  { db, files }: Pick<Deps, 'db' | 'files'>,
  bidId: string,
  envelopeNo: number,
): Promise<boolean> => {
  for (const part of await partsOf(db, bidId)) {
    if (part.envelope_no !== envelopeNo) continue
    if ((await hashOfObject(files, part.object_key)) !== toHex(part.sha256)) return false
  }
  return true
}

/** Every object that ever held a part of these bids goes, in every version; the store reads back that none is left. */
export const removeCiphertext = async ({ db, files }: Pick<Deps, 'db' | 'files'>, bidId: string): Promise<void> => {
  for (const part of await partsOf(db, bidId)) {
    await files.remove(part.object_key)
    if (part.lost_key !== null) await files.remove(part.lost_key)
  }
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
