import { z } from 'zod'
import type { Actor } from '../kernel/actor.ts'
import type { Database } from '../kernel/database.ts'
import { type Appended, append } from '../log/append.ts'

const sha = z.string().regex(/^[A-Za-z0-9_-]{43}$/)

/**
 * The closed list of what rehearsals write into the trail. Bidder-side and of no tender: who prepares a bid is as secret
 * as who hands one in.
 */
export const rehearsalEvents = {
  'rehearsal.started/1': z.strictObject({
    rehearsalId: z.uuid(),
    organisationId: z.uuid(),
    certificateSha256: sha,
    bytes: z.int(),
  }),
  'rehearsal.passed/1': z.strictObject({ rehearsalId: z.uuid(), organisationId: z.uuid(), certificateSha256: sha }),
  'rehearsal.parts-deleted/1': z.strictObject({ rehearsalId: z.uuid(), parts: z.int() }),
} as const

type Type = keyof typeof rehearsalEvents

/** Appends one event of this feature in the transaction of its act; a payload outside the closed list throws. */
export const record = <T extends Type>(
  trx: Database,
  actor: Actor,
  type: T,
  data: z.input<(typeof rehearsalEvents)[T]>,
): Promise<Appended> =>
  append(trx, actor, { type, tenderId: null, scope: 'bidder', data: rehearsalEvents[type].parse(data) })
