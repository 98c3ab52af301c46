import { fromBase64url, fromUtf8, hmacSha256, toHex } from '../../../api/log/bytes.ts'
import { outerCommitsTo, parseOuter } from '../../../api/log/leaf.ts'
import { prove } from '../public/log.ts'

export type TrailEvent = {
  id: string
  at: string
  type: string
  actor: {
    personId: string | null
    organisationId: string | null
    role: string
    via: string
    networkAddress: string | null
  }
  outer: string
  outerSalt: string
  body: string
  bodySalt: string
  leafIndex: number | null
}

/** `waits`: not in the log yet, or no quorum of witnesses has seen it. Everything else is one of two answers. */
export type Verdict =
  | { state: 'done'; witnesses: string[]; size: number }
  | { state: 'waits' }
  | { state: 'false'; expected: string; found: string }

type Body = {
  schema?: unknown
  at?: unknown
  actor?: { personId?: unknown; organisationId?: unknown; role?: unknown; via?: unknown }
  from?: unknown
}

/** Whether the hashed body says what the page says: act, instant, who, for whom, how proved, from where. */
const saysTheSame = (event: TrailEvent, body: Body): boolean =>
  body.schema === event.type &&
  Date.parse(String(body.at)) === Date.parse(event.at) &&
  (body.actor?.personId ?? null) === event.actor.personId &&
  (body.actor?.organisationId ?? null) === event.actor.organisationId &&
  body.actor?.role === event.actor.role &&
  body.actor?.via === event.actor.via &&
  (body.from ?? null) === event.actor.networkAddress

const isConsistent = async (event: TrailEvent): Promise<boolean> => {
  try {
    const [outer, body] = [fromBase64url(event.outer), fromBase64url(event.body)]
    if (!(await outerCommitsTo(outer, fromBase64url(event.bodySalt), body))) return false
    return parseOuter(outer).type === event.type && saysTheSame(event, JSON.parse(fromUtf8(body)) as Body)
  } catch {
    return false
  }
}

/**
 * One event of the trail, verified here: the body under its salt gives the outer layer, the outer layer under its salt
 * gives the commitment of the leaf, and the leaf stands in the log at its place under a checkpoint that the witnesses
 * signed, with the same instant.
 */
export const verifyEvent = async (event: TrailEvent, policy: string): Promise<Verdict> => {
  const commitment = await hmacSha256(fromBase64url(event.outerSalt), fromBase64url(event.outer))
  const expected = toHex(commitment)
  if (!(await isConsistent(event))) return { state: 'false', expected, found: '' }
  if (event.leafIndex === null) return { state: 'waits' }
  const proven = await prove(event.leafIndex, policy)
  if (proven === 'waiting') return { state: 'waits' }
  if (proven === 'false') return { state: 'false', expected, found: '' }
  const same = proven.commitment === expected && proven.time === Date.parse(event.at)
  return same
    ? { state: 'done', witnesses: proven.witnesses, size: proven.size }
    : { state: 'false', expected, found: proven.commitment }
}
