import { z } from 'zod'
import { SYSTEM } from '../kernel/actor.ts'
import type { Database } from '../kernel/database.ts'
import { type Appended, append } from '../log/append.ts'
import { LOOKED_AT } from '../seal/probe.ts'

const hash = z.string().regex(/^[A-Za-z0-9_-]{43}$/)

export const probeEvents = {
  /** Whose word counts from now on, for tenders published after it; an empty text is nobody’s. */
  'probes.named/1': z.strictObject({ text: z.string().max(20_000) }),
  /** A minute that a probe calls down, or its first after a change; all others follow from these. */
  'probe.reported/1': z.strictObject({
    probe: z.string(),
    minute: z.iso.datetime(),
    state: z.enum(['up', 'down']),
    failed: z.array(z.enum(LOOKED_AT)),
    statementSha256: hash,
  }),
} as const
type EventType = keyof typeof probeEvents

/** Append one of them; a payload outside its schema throws. They say nothing of any bidder. */
export const record = <T extends EventType>(
  trx: Database,
  type: T,
  data: z.input<(typeof probeEvents)[T]>,
): Promise<Appended> => append(trx, SYSTEM, { type, scope: 'public', data: probeEvents[type].parse(data) })
