import { type Insertable, type Kysely, type Selectable, sql, type Updateable } from 'kysely'
import type { DB } from '../kernel/schema.gen.ts'

/** Connection or transaction. */
export type Db = Kysely<DB>
export type TenderRow = Selectable<DB['tender']>
export type LotRow = Selectable<DB['lot']>
export type NoticeRow = Selectable<DB['notice']>
export type SeatRow = Selectable<DB['trustee_seat']>
export type SetRow = Selectable<DB['trustee_set']>
export type CorrectionRow = Selectable<DB['tender_correction']>

export const tenderById = (db: Db, id: string): Promise<TenderRow | undefined> =>
  db.selectFrom('tender').selectAll().where('id', '=', id).executeTakeFirst()

/** A row lock, so that the deadline and the status cannot move under the reader. */
export const lockTender = (trx: Db, id: string, mode: 'share' | 'update'): Promise<TenderRow | undefined> => {
  const query = trx.selectFrom('tender').selectAll().where('id', '=', id)
  return (mode === 'share' ? query.forShare() : query.forUpdate()).executeTakeFirst()
}

export const insertTender = async (
  trx: Db,
  row: Omit<Parameters<typeof insertValues>[1], 'draft'> & { draft: object },
): Promise<void> => {
  await insertValues(trx, { ...row, draft: JSON.stringify(row.draft) })
}
const insertValues = (trx: Db, row: Insertable<DB['tender']>) => trx.insertInto('tender').values(row).execute()

export const updateTender = async (
  trx: Db,
  id: string,
  change: Omit<Updateable<DB['tender']>, 'draft'> & { draft?: object },
): Promise<void> => {
  const { draft, ...rest } = change
  await trx
    .updateTable('tender')
    .set({ ...rest, ...(draft === undefined ? {} : { draft: JSON.stringify(draft) }) })
    .where('id', '=', id)
    .execute()
}

export const stopsOf = (db: Db, tenderId: string) =>
  db.selectFrom('tender_stop').selectAll().where('tender_id', '=', tenderId).orderBy('n').execute()

export const insertStop = async (trx: Db, row: Insertable<DB['tender_stop']>): Promise<void> => {
  await trx.insertInto('tender_stop').values(row).execute()
}

export const endStop = async (trx: Db, tenderId: string, n: number, at: Date): Promise<void> => {
  const stop = trx.updateTable('tender_stop').set({ resumed_at: at }).where('tender_id', '=', tenderId)
  await stop.where('n', '=', n).execute()
}

export const nextTenderNumber = async (db: Db): Promise<bigint> => {
  const { rows } = await sql<{ n: bigint }>`select nextval('tender_number') as n`.execute(db)
  return rows[0]!.n
}

export const lotsOf = (db: Db, tenderId: string): Promise<LotRow[]> =>
  db.selectFrom('lot').selectAll().where('tender_id', '=', tenderId).orderBy('no').execute()

export const lotById = (db: Db, id: string): Promise<LotRow | undefined> =>
  db.selectFrom('lot').selectAll().where('id', '=', id).executeTakeFirst()

export const insertLots = async (trx: Db, rows: Insertable<DB['lot']>[]): Promise<void> => {
  await trx.insertInto('lot').values(rows).execute()
}

export const updateLot = async (trx: Db, id: string, change: Updateable<DB['lot']>): Promise<void> => {
  await trx.updateTable('lot').set(change).where('id', '=', id).execute()
}

export const noticeOf = (db: Db, tenderId: string, n: number): Promise<NoticeRow | undefined> =>
  db.selectFrom('notice').selectAll().where('tender_id', '=', tenderId).where('n', '=', n).executeTakeFirst()

export const noticesOf = (db: Db, tenderId: string): Promise<NoticeRow[]> =>
  db.selectFrom('notice').selectAll().where('tender_id', '=', tenderId).orderBy('n').execute()

export const insertNotice = async (trx: Db, row: Insertable<DB['notice']>): Promise<void> => {
  await trx.insertInto('notice').values(row).execute()
}

export const correctionOf = (db: Db, tenderId: string): Promise<CorrectionRow | undefined> =>
  db.selectFrom('tender_correction').selectAll().where('tender_id', '=', tenderId).executeTakeFirst()

export const insertCorrection = async (
  trx: Db,
  row: { tender_id: string; content: object; submitted_by: string },
): Promise<void> => {
  await trx
    .insertInto('tender_correction')
    .values({ ...row, content: JSON.stringify(row.content) })
    .execute()
}

export const deleteCorrection = async (trx: Db, tenderId: string): Promise<void> => {
  await trx.deleteFrom('tender_correction').where('tender_id', '=', tenderId).execute()
}

export type TenderFileRow = {
  file_id: string
  kind: string
  since_n: number | null
  removed: boolean
  added_at: Date
  name: string
  mime: string
  size: bigint
  sha256: Uint8Array
  object_key: string
}

/** All files ever added, oldest first; `since_n` null = not in any published notice yet. */
export const filesOf = (db: Db, tenderId: string): Promise<TenderFileRow[]> =>
  db
    .selectFrom('tender_file')
    .innerJoin('stored_file', 'stored_file.id', 'tender_file.file_id')
    .select(['file_id', 'kind', 'since_n', 'removed', 'added_at', 'name', 'mime', 'size', 'sha256', 'object_key'])
    .where('tender_id', '=', tenderId)
    .orderBy('added_at')
    .orderBy('file_id')
    .execute()

export const insertTenderFile = async (
  trx: Db,
  row: { tender_id: string; file_id: string; kind: string },
): Promise<void> => {
  await trx.insertInto('tender_file').values(row).execute()
}

export const updateTenderFile = async (
  trx: Db,
  tenderId: string,
  fileId: string,
  change: { removed?: boolean; since_n?: number },
): Promise<void> => {
  await trx
    .updateTable('tender_file')
    .set(change)
    .where('tender_id', '=', tenderId)
    .where('file_id', '=', fileId)
    .execute()
}

export const storedFile = (db: Db, id: string) =>
  db.selectFrom('stored_file').selectAll().where('id', '=', id).executeTakeFirst()

export const seatsOf = (db: Db, tenderId: string): Promise<SeatRow[]> =>
  db.selectFrom('trustee_seat').selectAll().where('tender_id', '=', tenderId).orderBy('i').execute()

export const replaceSeats = async (
  trx: Db,
  tenderId: string,
  seats: { i: number; organisation_id: string; person_id: string; role: string }[],
): Promise<void> => {
  await trx.deleteFrom('trustee_seat').where('tender_id', '=', tenderId).execute()
  if (seats.length > 0)
    await trx
      .insertInto('trustee_seat')
      .values(seats.map((seat) => ({ ...seat, tender_id: tenderId })))
      .execute()
}

export const updateSeat = async (
  trx: Db,
  tenderId: string,
  i: number,
  change: Updateable<DB['trustee_seat']>,
): Promise<void> => {
  await trx.updateTable('trustee_seat').set(change).where('tender_id', '=', tenderId).where('i', '=', i).execute()
}

export const trusteeSetOf = (db: Db, tenderId: string): Promise<SetRow | undefined> =>
  db.selectFrom('trustee_set').selectAll().where('tender_id', '=', tenderId).executeTakeFirst()

export const insertTrusteeSet = async (trx: Db, row: Insertable<DB['trustee_set']>): Promise<void> => {
  await trx.insertInto('trustee_set').values(row).execute()
}

/** A file belongs to the first notice that names it. */
export const publishTenderFile = async (trx: Db, tenderId: string, fileId: string, n: number): Promise<void> => {
  await trx
    .updateTable('tender_file')
    .set({ since_n: n })
    .where('tender_id', '=', tenderId)
    .where('file_id', '=', fileId)
    .where('since_n', 'is', null)
    .execute()
}

/** An active member of that organisation with the trustee's role. */
export const isTrustee = async (db: Db, personId: string, organisationId: string): Promise<boolean> => {
  const row = await db
    .selectFrom('membership')
    .select('id')
    .where('person_id', '=', personId)
    .where('organisation_id', '=', organisationId)
    .where('role', '=', 'trustee')
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  return row !== undefined
}

/** Whether this public key stands in another seat of any tender. */
export const isKeyKnown = async (db: Db, pk: Uint8Array, tenderId: string, i: number): Promise<boolean> => {
  const row = await db
    .selectFrom('trustee_seat')
    .select('i')
    .where('public_key', '=', Buffer.from(pk))
    .where((eb) => eb.or([eb('tender_id', '<>', tenderId), eb('i', '<>', i)]))
    .executeTakeFirst()
  return row !== undefined
}

/** base64url public keys of all other tenders. */
export const keysOfOtherTenders = async (db: Db, tenderId: string): Promise<Set<string>> => {
  const rows = await db
    .selectFrom('trustee_seat')
    .select('public_key')
    .where('tender_id', '<>', tenderId)
    .where('public_key', 'is not', null)
    .execute()
  return new Set(rows.map((row) => Buffer.from(row.public_key!).toString('base64url')))
}

/** 统一社会信用代码 of the centres: they run the platform and are never trustees (SEALING.md §2). */
export const operatorCodes = async (db: Db): Promise<string[]> => {
  const rows = await db.selectFrom('organisation').select('uscc').where(sql<boolean>`'centre' = any(kinds)`).execute()
  return rows.map((row) => row.uscc)
}

/** Who may be named as a trustee: people who are one now, with the organisation they keep keys for. */
export const trusteesInForce = (db: Db) =>
  db
    .selectFrom('membership as m')
    .innerJoin('person as p', 'p.id', 'm.person_id')
    .innerJoin('organisation as o', 'o.id', 'm.organisation_id')
    .select(['m.person_id', 'p.name', 'm.organisation_id', 'o.name as organisation_name', 'o.kinds'])
    .where('m.role', '=', 'trustee')
    .where('m.ended_at', 'is', null)
    .where('o.status', '=', 'active')
    .orderBy('o.name')
    .orderBy('p.name')
    .limit(500)
    .execute()
