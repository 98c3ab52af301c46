/*
 * The public events of a tender, believed only as far as the log and its witnesses bear them out.
 *   const { events, checks } = await readEvents(http, trust, tenderId)
 */
import { z } from 'zod'
import { type Bytes, equal, fromUtf8, sha256 } from '../log/bytes.ts'
import {
  decodeLeaf,
  leafCommitsTo,
  NO_SUBJECT,
  outerCommitsTo,
  parseOuter,
  type SubjectName,
  subjectOf,
} from '../log/leaf.ts'
import { verifyProof } from '../log/proof.ts'
import { parseJson } from '../seal/json.ts'
import { type Check, merged } from './checks.ts'
import { bytesOf, type Http } from './http.ts'
import { newestCheckpoint } from './scan.ts'
import type { TrustContext } from './trust.ts'

/** An event whose two layers match its leaf, whose leaf is in the log. Plain data. */
export type LoggedEvent = {
  type: string
  lotId: string | null
  /** Place in the log, and the leaf's own time in UTC ms. */
  index: number
  time: number
  /** The feature's payload, as it was hashed. */
  data: Record<string, unknown>
  /** SHA-256 of the body: for comparing one reading with another. */
  bodySha256: Bytes
  /** A witnessed checkpoint that covers it: when a quorum had it before them, in unix seconds. */
  witnessed: { size: number; notBefore: number; seenBy: number }
}

export type PublicEvent = {
  type: string
  lotId: string | null
  outer: string
  outerSalt: string
  body: string
  bodySalt: string
  leaf: string
  leafIndex: number | null
}

const bodySchema = z.looseObject({ schema: z.string(), data: z.record(z.string(), z.unknown()) })

/** Which once-only subject an event of this type must carry; every other carries none. */
const SUBJECTS: Record<string, { name: SubjectName; of: 'tender' | 'lot' }> = {
  'notice.published/1': { name: 'NOTICE', of: 'tender' },
  'trustees.signed/1': { name: 'TRUSTEES', of: 'tender' },
  'tender.suspended/1': { name: 'SUSPENDED', of: 'tender' },
  'tender.resumed/1': { name: 'RESUMED', of: 'tender' },
  'outage.declared/1': { name: 'OUTAGE', of: 'tender' },
  'lot.closed/1': { name: 'CLOSED', of: 'lot' },
  'lot.stored/1': { name: 'STORED', of: 'lot' },
  'lot.not-opened/1': { name: 'NOT_OPENED', of: 'lot' },
  'lot.opened/1': { name: 'OPENING', of: 'lot' },
}

const NUMBERED: ReadonlySet<SubjectName> = new Set(['NOTICE', 'SUSPENDED', 'RESUMED', 'OUTAGE'])

const hasItsSubject = async (
  tenderId: string | null,
  event: { type: string; lotId: string | null; data: Record<string, unknown> },
  subject: Bytes,
) => {
  const rule = SUBJECTS[event.type]
  if (!rule) return equal(subject, NO_SUBJECT)
  if (tenderId === null) return false
  const n = NUMBERED.has(rule.name) ? event.data.n : 0
  const lot = rule.of === 'lot' ? event.lotId : null
  if (typeof n !== 'number' || (rule.of === 'lot' && lot === null)) return false
  return !equal(subject, NO_SUBJECT) && equal(subject, await subjectOf(tenderId, lot, rule.name, n))
}

type Committed = Omit<LoggedEvent, 'index' | 'witnessed'> & { leaf: Bytes }

/** The event behind a public row; null when a salt, a hash or the subject does not fit. */
export const committed = async (tenderId: string | null, row: PublicEvent): Promise<Committed | null> => {
  const [leaf, outer, body] = [bytesOf(row.leaf), bytesOf(row.outer), bytesOf(row.body)]
  try {
    const { time, subject } = decodeLeaf(leaf)
    const commits =
      (await leafCommitsTo(leaf, bytesOf(row.outerSalt), outer)) &&
      (await outerCommitsTo(outer, bytesOf(row.bodySalt), body))
    const read = parseJson(body, bodySchema)
    if (!commits || !read.ok) return null
    const told = parseOuter(outer)
    const { schema, data } = read.value
    if (told.type !== row.type || schema !== row.type || told.tenderId !== tenderId) return null
    // No leaf commits to the row's own lot: told otherwise, an event would be read for a lot that is not its own.
    if (row.lotId !== (data.lotId ?? null)) return null
    const event = { type: row.type, lotId: row.lotId, data }
    if (!(await hasItsSubject(tenderId, event, subject))) return null
    return { ...event, time, leaf, bodySha256: await sha256(body) }
  } catch {
    return null
  }
}

/** The same with its place, once its leaf is proven at that index under a witnessed checkpoint; else null. */
export const placed = async (
  http: Http,
  trust: TrustContext,
  event: Committed,
  index: number,
): Promise<LoggedEvent | null> => {
  const file = await http.bytes(`/log/proof/${index}`)
  const proof = file && (await verifyProof(fromUtf8(file), event.leaf, trust.policy))
  if (!proof || proof.index !== index || proof.notBefore === null || proof.seenBy === null) return null
  const { leaf: _, ...rest } = event
  return { ...rest, index, witnessed: { size: proof.size, notBefore: proof.notBefore, seenBy: proof.seenBy } }
}

/**
 * Reads and verifies the public events of a tender, in the order of the log. One that is false is left out and makes
 * V-30 or V-31 false; one that no quorum has seen yet is left out and makes V-31 null.
 */
export const readEvents = async (
  http: Http,
  trust: TrustContext,
  tenderId: string,
): Promise<{ events: LoggedEvent[]; checks: Check[] }> => {
  const { events: rows } = await http.json<{ events: PublicEvent[] }>('GET', `/api/tenders/${tenderId}/events`)
  const witnessedSize = newestSize(http, trust)
  const read = await Promise.all(
    rows.map(async (row) => {
      const event = await committed(tenderId, row)
      const index = row.leafIndex
      const covered = event !== null && index !== null && (await witnessedSize(index)) > index
      return { row, event, covered, logged: covered ? await placed(http, trust, event, index) : null }
    }),
  )
  const commitments = read.map(({ row, event }) => ({ ok: event !== null, detail: row.type }))
  const places = read.flatMap(({ row, event, covered, logged }) => {
    if (!event) return []
    const ok = logged ? true : covered ? false : null
    return [{ ok, detail: ok === null ? `${row.type}: waits for the witnesses` : row.type }]
  })
  const events = read.flatMap(({ logged }) => (logged ? [logged] : [])).sort((a, b) => a.index - b.index)
  return { events, checks: [merged('V-30', commitments), merged('V-31', places)] }
}

/**
 * How far the witnesses have seen at all, asked again only for what lies beyond the last answer: a proof that is missing
 * before that is late, not false.
 */
export const newestSize = (http: Http, trust: TrustContext): ((beyond: number) => Promise<number>) => {
  const ask = async (): Promise<number> => (await newestCheckpoint(http.bytes, trust.policy))?.size ?? 0
  let asked: Promise<number> | undefined
  return async (beyond) => {
    asked ??= ask()
    if ((await asked) <= beyond) asked = ask()
    return asked
  }
}

/** The events of one type, of one lot where the type belongs to lots. */
export const eventsOf = (events: readonly LoggedEvent[], type: string, lotId?: string): LoggedEvent[] =>
  events.filter((event) => event.type === type && (lotId === undefined || event.lotId === lotId))
