import type { Actor } from '../../kernel/actor.ts'
import type { Database } from '../../kernel/database.ts'
import { append } from '../../log/append.ts'
import { type IdentityEvent, identityEvents } from '../events.ts'

/** Append one event of this feature in the transaction of its act; a payload outside the closed list throws. */
export const record = async (trx: Database, actor: Actor, event: IdentityEvent): Promise<void> => {
  const { type, ...payload } = event
  const data = identityEvents[type].parse(payload)
  // Who signs in shortly before a deadline tells who bids: such comings and goings are kept like bids.
  await append(trx, actor, { type, data, scope: type.startsWith('session.') ? 'bidder' : 'public' })
}
