import { beijingDate } from '../../law/beijing.ts'
import * as store from '../store.ts'

/** The public facts of an intention that a tender of this purchaser may rest on; null for any other. */
export const intentionForTender = async (
  db: store.Db,
  id: string,
  purchaserId: string,
): Promise<{ number: string; publishedOn: string; projectName: string; budget: bigint } | null> => {
  const row = await store.intentionById(db, id)
  if (!row || row.organisation_id !== purchaserId || row.public_version === 0 || row.withdrawn_at !== null) return null
  const [newest] = await store.versionsOf(db, id)
  const content = newest?.content as { projectName: string; budget: string } | undefined
  if (!content || row.number === null || row.published_at === null) return null
  return {
    number: row.number,
    publishedOn: beijingDate(row.published_at.getTime()),
    projectName: content.projectName,
    budget: BigInt(content.budget),
  }
}
