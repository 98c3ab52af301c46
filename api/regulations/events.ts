import { z } from 'zod'
import type { Actor } from '../kernel/actor.ts'
import type { Database } from '../kernel/database.ts'
import { append } from '../log/append.ts'

const id = z.uuid()
const scope = z.array(z.string()).nullable()

/** How the city's figures and holiday plans change; anybody can see which rule held when. */
export const regulationEvents = {
  'rule-amendment.drafted/1': z.strictObject({
    amendmentId: id,
    rule: z.string(),
    regime: z.string().nullable(),
    object: scope,
    method: scope,
    params: z.record(z.string(), z.json()),
    effectiveFrom: z.iso.date(),
    retroactive: z.boolean(),
    document: z.string(),
    article: z.string(),
    reason: z.string(),
  }),
  'rule-amendment.approved/1': z.strictObject({
    amendmentId: id,
    rule: z.string(),
    effectiveFrom: z.iso.date(),
    draftedBy: id,
  }),
  'rule-amendment.rejected/1': z.strictObject({ amendmentId: id, reason: z.string() }),
  'calendar-plan.drafted/1': z.strictObject({
    planId: id,
    year: z.int(),
    source: z.string(),
    holidays: z.array(z.json()),
    workdays: z.array(z.iso.date()),
  }),
  'calendar-plan.approved/1': z.strictObject({ planId: id, year: z.int(), version: z.int(), draftedBy: id }),
  'calendar-plan.rejected/1': z.strictObject({ planId: id, reason: z.string() }),
} as const

/** Append one event in the transaction of its act; a payload outside the closed list throws. */
export const record = async <T extends keyof typeof regulationEvents>(
  trx: Database,
  actor: Actor,
  type: T,
  data: z.input<(typeof regulationEvents)[T]>,
): Promise<void> => {
  regulationEvents[type].parse(data)
  await append(trx, actor, { type, scope: 'public', data })
}
