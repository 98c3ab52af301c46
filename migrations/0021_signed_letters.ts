import { type Kysely, sql } from 'kysely'

/** 中标通知书: a document that the purchaser signs, version after version, where it was one sealed file before. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`alter table award add column letter_document_id uuid`.execute(db)
  await sql`update award set letter_document_id = gen_random_uuid() where letter_pdf_file_id is not null`.execute(db)
  await sql`insert into signable_document (id, file_id, made_at)
    select letter_document_id, letter_pdf_file_id, published_at from award where letter_pdf_file_id is not null`.execute(
    db,
  )
  // The check that named the file goes with it.
  await sql`alter table award drop column letter_pdf_file_id`.execute(db)
  await sql`alter table award
    add foreign key (letter_document_id) references signable_document,
    add check ((published_at is null) = (letter_document_id is null))`.execute(db)
}
