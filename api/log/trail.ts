/** Reading the audit trail: the events as they were written, with their places in the log. */
import { type QueryExecutorProvider, sql } from 'kysely'
import type { Bytes } from './bytes.ts'

export type TrailEvent = {
  id: string
  at: Date
  type: string
  tenderId: string | null
  lotId: string | null
  scope: 'public' | 'bidder'
  actor: {
    personId: string | null
    organisationId: string | null
    role: string
    via: string
    networkAddress: string | null
  }
  outer: Bytes
  outerSalt: Bytes
  body: Bytes
  bodySalt: Bytes
  leaf: Bytes
  /** Null until the sequencer has written it. */
  leafIndex: number | null
}

type Row = {
  id: string
  at: Date
  type: string
  tender_id: string | null
  lot_id: string | null
  scope: 'public' | 'bidder'
  actor_person_id: string | null
  actor_organisation_id: string | null
  actor_role: string
  actor_via: string
  network_address: string | null
  outer_bytes: Buffer
  outer_salt: Buffer
  body: Buffer
  body_salt: Buffer
  leaf: Buffer
  leaf_index: bigint | null
}

const bytesOf = (buffer: Buffer): Bytes => new Uint8Array(buffer)

const view = (row: Row): TrailEvent => ({
  id: row.id,
  at: row.at,
  type: row.type,
  tenderId: row.tender_id,
  lotId: row.lot_id,
  scope: row.scope,
  actor: {
    personId: row.actor_person_id,
    organisationId: row.actor_organisation_id,
    role: row.actor_role,
    via: row.actor_via,
    networkAddress: row.network_address,
  },
  outer: bytesOf(row.outer_bytes),
  outerSalt: bytesOf(row.outer_salt),
  body: bytesOf(row.body),
  bodySalt: bytesOf(row.body_salt),
  leaf: bytesOf(row.leaf),
  leafIndex: row.leaf_index === null ? null : Number(row.leaf_index),
})

export const eventById = async (db: QueryExecutorProvider, id: string): Promise<TrailEvent | null> => {
  const { rows } = await sql<Row>`select e.*, l.leaf_index from log_event e
    left join log_leaf l on l.event_id = e.id where e.id = ${id}`.execute(db)
  return rows[0] ? view(rows[0]) : null
}

/** A tender's events, oldest first; `scopes` decides whether bidder-side ones are among them (only once names are out). */
export const eventsOfTender = async (
  db: QueryExecutorProvider,
  tenderId: string,
  scopes: readonly ('public' | 'bidder')[],
): Promise<TrailEvent[]> => {
  const { rows } = await sql<Row>`select e.*, l.leaf_index from log_event e
    left join log_leaf l on l.event_id = e.id
    where e.tender_id = ${tenderId} and e.scope = any(${[...scopes]}::text[]) order by e.at, l.leaf_index`.execute(db)
  return rows.map(view)
}
