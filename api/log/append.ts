/** Appending an event: in the same transaction as the act it tells of, or not at all. */
import { type QueryExecutorProvider, sql } from 'kysely'
import type { Actor } from '../kernel/actor.ts'
import { heldNow } from '../kernel/clock.ts'
import { Refused } from '../kernel/problem.ts'
import { type Bytes, randomBytes, toBase64url, utf8 } from './bytes.ts'
import { type BidPart, bodyHashOf, makeLeaf, NO_SUBJECT, outerBytes, type SubjectName, subjectOf } from './leaf.ts'

/** Problem code thrown as Refused when a once-only event stands in the log already. */
export const ALREADY_LOGGED = 'event-already-logged'

/**
 * `scope` 'bidder' = would tell who bids or how many: secret until names are out. `subject` needs a tenderId and makes
 * the event once-only. `data` is JSON; bigint becomes a decimal string, bytes base64url, Date ISO 8601.
 */
export type LogEvent = {
  type: string
  tenderId?: string | null
  lotId?: string | null
  data: unknown
  scope: 'public' | 'bidder'
  subject?: { name: SubjectName; n?: number }
  bid?: Omit<BidPart, 'lotId'>
}

/** `at` in unix milliseconds; the byte strings are exactly those stored. */
export type Appended = {
  eventId: string
  at: number
  leaf: Bytes
  outer: Bytes
  outerSalt: Bytes
  body: Bytes
  bodySalt: Bytes
}

/**
 * Appends an event to the audit trail and queues its leaf. Throws Refused(ALREADY_LOGGED) when its subject is taken
 * (waiting for a concurrent transaction that holds it), RangeError when a subject has no tender or a bid no lot.
 * @param held the instant this transaction holds already (HELD_NOW), where its act was judged by it
 */
export const append = async (
  trx: QueryExecutorProvider,
  actor: Actor,
  event: LogEvent,
  held?: Date,
): Promise<Appended> => {
  const { tenderId = null, lotId = null } = event
  const at = (held ?? (await heldNow(trx))).getTime()
  const subject = await subjectFor(event, tenderId, lotId)
  const body = bodyBytes(actor, event, at)
  const [bodySalt, outerSalt] = [randomBytes(32), randomBytes(32)]
  const outer = outerBytes(event.type, tenderId, await bodyHashOf(bodySalt, body), bidPart(event, lotId))
  const leaf = await makeLeaf(at, subject ?? NO_SUBJECT, outerSalt, outer)
  const eventId = crypto.randomUUID()
  const { rows } = await sql`
    with made as (
      insert into log_event (id, at, type, tender_id, lot_id, scope, actor_person_id, actor_organisation_id, actor_role,
        actor_via, network_address, body, body_salt, outer_bytes, outer_salt, subject, leaf)
      values (${eventId}, ${new Date(at).toISOString()}::timestamptz, ${event.type}, ${tenderId}, ${lotId}, ${event.scope},
        ${actor.personId}, ${actor.organisationId}, ${actor.role}, ${actor.via}, ${actor.networkAddress},
        ${body}, ${bodySalt}, ${outer}, ${outerSalt}, ${subject}, ${leaf})
      on conflict (subject) do nothing returning id)
    insert into log_pending (event_id) select id from made returning event_id`.execute(trx)
  if (rows.length === 0) throw new Refused(ALREADY_LOGGED)
  return { eventId, at, leaf, outer, outerSalt, body, bodySalt }
}

const subjectFor = (event: LogEvent, tenderId: string | null, lotId: string | null): Promise<Bytes> | null => {
  if (!event.subject) return null
  if (tenderId === null) throw new RangeError('a once-only event belongs to a tender')
  return subjectOf(tenderId, lotId, event.subject.name, event.subject.n ?? 0)
}

const bidPart = (event: LogEvent, lotId: string | null): BidPart | undefined => {
  if (!event.bid) return undefined
  if (lotId === null) throw new RangeError('a bid event belongs to a lot')
  return { lotId, ...event.bid }
}

/** The exact body bytes: who did what, when, from where. Salted in the leaf, so that nobody can guess them from it. */
const bodyBytes = (actor: Actor, event: LogEvent, at: number): Bytes => {
  const { personId, organisationId, role, via, networkAddress } = actor
  return utf8(
    JSON.stringify({
      schema: event.type,
      at: new Date(at).toISOString(),
      actor: { personId, organisationId, role, via },
      from: networkAddress,
      data: jsonable(event.data),
    }),
  )
}

/** The value with what JSON lacks spelled as the house spells it everywhere: money as a string, bytes as base64url. */
const jsonable = (value: unknown): unknown => {
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Uint8Array) return toBase64url(value)
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.map(jsonable)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, jsonable(inner)]))
}
