import { z } from 'zod'
import type { Actor } from '../kernel/actor.ts'
import type { Database } from '../kernel/database.ts'
import { append } from '../log/append.ts'

const id = z.uuid()

/** What happens to intentions; none belongs to a tender. */
export const intentionEvents = {
  'budget-approval.recorded/1': z.strictObject({
    approvalId: id,
    purchaserId: id,
    amount: z.string(),
    approvedOn: z.iso.date(),
  }),
  'intention.drafted/1': z.strictObject({ intentionId: id, purchaserId: id }),
  'intention.checked/1': z.strictObject({ intentionId: id, version: z.int() }),
  'intention.published/1': z.strictObject({
    intentionId: id,
    number: z.string(),
    version: z.int(),
    contentSha256: z.string(),
    reason: z.string(),
  }),
  'intention.change-begun/1': z.strictObject({ intentionId: id, reason: z.string() }),
  'intention.withdrawn/1': z.strictObject({ intentionId: id, reason: z.string() }),
} as const

/** Append one event in the transaction of its act; a payload outside the closed list throws. */
export const record = async <T extends keyof typeof intentionEvents>(
  trx: Database,
  actor: Actor,
  type: T,
  data: z.input<(typeof intentionEvents)[T]>,
): Promise<void> => {
  intentionEvents[type].parse(data)
  await append(trx, actor, { type, scope: 'public', data })
}
