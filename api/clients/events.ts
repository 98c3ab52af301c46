import { z } from 'zod'
import type { Actor } from '../kernel/actor.ts'
import type { Database } from '../kernel/database.ts'
import { type Appended, append } from '../log/append.ts'

export const clientEvents = {
  /** A build of the pages, or the software run from the command line, before anybody is given it. */
  'client.published/1': z.strictObject({
    kind: z.enum(['page', 'offline']),
    /** Of the list of its files. */
    sha256: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
    files: z.int().positive(),
  }),
} as const
type EventType = keyof typeof clientEvents

/** Append one of them; a payload outside its schema throws. */
export const record = <T extends EventType>(
  trx: Database,
  actor: Actor,
  type: T,
  data: z.input<(typeof clientEvents)[T]>,
): Promise<Appended> => append(trx, actor, { type, scope: 'public', data: clientEvents[type].parse(data) })
