import type { Actor } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { Deps } from '../../kernel/deps.ts'
import { sha256, toBase64url, utf8 } from '../../log/bytes.ts'
import { signAttempt } from '../../seal/attempt.ts'

const HAND_IN = /^\/api\/bids(\/[0-9a-f-]{36}\/(parts|commit|confirmation)|\/withdrawals)?$/

export type Tried = { method: string; path: string; body: string | null; status: number; code: string }

/**
 * SEALING.md §5: refusing service to one bidder must show. Whoever tries to hand in and is not served gets the log's signed
 * word of it, with the instant; nothing of it is stored, so that nobody else learns of the attempt. Null for anything else.
 */
export const attemptReceipt =
  (deps: Pick<Deps, 'db' | 'log'>) =>
  async (actor: Actor | undefined, { method, path, body, status, code }: Tried) => {
    const { organisationId = null } = actor ?? {}
    if (method !== 'POST' || organisationId === null || !HAND_IN.test(path)) return null
    const platform = await now(deps.db).catch(() => null)
    const { bytes, signature } = await signAttempt(
      {
        origin: deps.log.origin,
        organisation: organisationId,
        path,
        bodySha256: body === null ? null : toBase64url(await sha256(utf8(body))),
        status,
        code,
        at: (platform ?? new Date()).getTime(),
        clock: platform ? 'platform' : 'machine',
      },
      deps.log.signer,
    )
    return { statement: toBase64url(bytes), signature: toBase64url(signature) }
  }
