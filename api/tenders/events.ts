import { z } from 'zod'
import { type Actor, withoutAddress } from '../kernel/actor.ts'
import { type Appended, append } from '../log/append.ts'
import type { SubjectName } from '../log/leaf.ts'
import type { Db } from './store.ts'

const id = z.uuid()
const hash = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
const reason = z.string().max(2000)

/**
 * Everything that happens to a tender up to its deadline. Drafts: ids and versions only, but for the words on whose fairness
 * somebody decided; before the publication nobody outside reads them.
 */
export const tenderEvents = {
  'tender.drafted/1': z.strictObject({ purchaserId: id, agencyId: id.nullable() }),
  'tender.submitted/1': z.strictObject({ version: z.int() }),
  'tender.returned/1': z.strictObject({ reason }),
  'tender.approved/1': z.strictObject({ version: z.int(), submittedBy: id }),
  'wording.decided/1': z.strictObject({
    place: z.enum(['draft', 'correction']),
    field: z.string(),
    rule: z.string(),
    regulation: z.string(),
    article: z.string(),
    ruleFrom: z.iso.date(),
    words: z.string(),
    textHash: hash,
    decision: z.enum(['changed', 'kept']),
    reason: reason.nullable(),
    replacementHash: hash.nullable(),
  }),
  'tender.file-added/1': z.strictObject({ fileId: id, sha256: hash }),
  'tender.file-removed/1': z.strictObject({ fileId: id }),
  'trustees.named/1': z.strictObject({
    seats: z.array(z.strictObject({ i: z.int(), organisationId: id, personId: id })),
  }),
  'trustee.key-stated/1': z.strictObject({ i: z.int(), organisationId: id, publicKey: z.string(), certSha256: hash }),
  'trustee.drilled/1': z.strictObject({ i: z.int(), organisationId: id, statementSha256: hash }),
  /** A day before the deadline: seats that have not drilled again. */
  'trustees.drill-missing/1': z.strictObject({
    deadline: z.iso.datetime(),
    seats: z.array(z.strictObject({ i: z.int(), organisationId: id })),
  }),
  'trustees.signed/1': z.strictObject({ setHash: hash, n: z.int(), k: z.int(), certSha256: hash }),
  'notice.published/1': z.strictObject({
    n: z.int(),
    kind: z.enum(['initial', 'correction']),
    noticeHash: hash,
    previous: hash.nullable(),
    deadline: z.iso.datetime(),
    affecting: z.boolean(),
  }),
  'correction.submitted/1': z.strictObject({ n: z.int() }),
  'correction.returned/1': z.strictObject({ n: z.int(), reason }),
  'tender.suspended/1': z.strictObject({ n: z.int(), reason }),
  'tender.resumed/1': z.strictObject({ n: z.int(), reason }),
  'tender.cancelled/1': z.strictObject({ reason }),
  'tender.dates-recounted/1': z.strictObject({
    /** Of the holiday plan, and the State Council's document that gave it. */
    year: z.int(),
    source: z.string(),
    changes: z.array(z.strictObject({ key: z.string(), from: z.iso.date(), to: z.iso.date() })),
    faults: z.array(z.strictObject({ code: z.string(), field: z.string() })),
  }),
} as const
export type TenderEventType = keyof typeof tenderEvents

/** Whose bodies are published for everybody's verification: they carry no network address. */
export const PUBLISHED_EVENTS: readonly TenderEventType[] = [
  'trustees.signed/1',
  'notice.published/1',
  'tender.suspended/1',
  'tender.resumed/1',
  'tender.cancelled/1',
  'tender.dates-recounted/1',
]

/** Append one event of this feature in the transaction of its act; a payload outside the closed list throws. */
export const record = <T extends TenderEventType>(
  trx: Db,
  actor: Actor,
  tenderId: string,
  type: T,
  data: z.input<(typeof tenderEvents)[T]>,
  subject?: { name: SubjectName; n: number },
): Promise<Appended> => {
  tenderEvents[type].parse(data)
  // A published body names the office and the person's id, never the desk it was done from.
  const shown = PUBLISHED_EVENTS.includes(type) ? withoutAddress(actor) : actor
  return append(trx, shown, { type, tenderId, scope: 'public', data, ...(subject ? { subject } : {}) })
}
