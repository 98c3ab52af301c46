import type { Database } from '../kernel/database.ts'

/** False when this build was published before. */
export const insertBundle = async (
  trx: Database,
  bundle: { sha256: Uint8Array; kind: string; list: Uint8Array },
): Promise<boolean> => {
  const row = { kind: bundle.kind, sha256: Buffer.from(bundle.sha256), list: Buffer.from(bundle.list) }
  const inserted = await trx
    .insertInto('client_bundle')
    .values(row)
    .onConflict((oc) => oc.column('sha256').doNothing())
    .returning('sha256')
    .executeTakeFirst()
  return inserted !== undefined
}

export const setBundleEvent = (trx: Database, sha256: Uint8Array, eventId: string) =>
  trx
    .updateTable('client_bundle')
    .set({ event_id: eventId })
    .where('sha256', '=', Buffer.from(sha256))
    .executeTakeFirstOrThrow()

/** All that were ever published, newest first, with their events as the log holds them. */
export const bundlesOf = (db: Database) =>
  db
    .selectFrom('client_bundle')
    .innerJoin('log_event', 'log_event.id', 'client_bundle.event_id')
    .leftJoin('log_leaf', 'log_leaf.event_id', 'log_event.id')
    .select(['client_bundle.sha256', 'client_bundle.kind', 'log_event.at'])
    .select(['outer_bytes', 'outer_salt', 'body', 'body_salt', 'leaf', 'leaf_index'])
    .orderBy('log_event.at', 'desc')
    .execute()

export const listOf = async (db: Database, sha256: Uint8Array): Promise<Uint8Array | undefined> =>
  (
    await db
      .selectFrom('client_bundle')
      .select('list')
      .where('sha256', '=', Buffer.from(sha256))
      .where('event_id', 'is not', null)
      .executeTakeFirst()
  )?.list
