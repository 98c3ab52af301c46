import type { Actor } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { Deps } from '../../kernel/deps.ts'
import { toBase64url } from '../../log/bytes.ts'
import { cardEnds, isValid, LIMITS, USED_WITHIN } from '../rules.ts'
import * as store from '../store.ts'

export type Pace = { seal: number; upload: number; download: number }

/** A passed rehearsal as its own organisation sees it. */
export const cardOf = (row: store.RehearsalRow, at: Date) => {
  const passedAt = row.passed_at ?? at
  return {
    id: row.id,
    person: row.person_name,
    certificate: {
      sha256: toBase64url(row.certificate_sha256),
      subject: row.certificate_subject,
      notAfter: row.certificate_not_after.toISOString(),
    },
    browser: row.browser ?? '',
    bytes: Number(row.bytes),
    pace: row.pace as unknown as Pace,
    passedAt: passedAt.toISOString(),
    validUntil: cardEnds(passedAt).toISOString(),
    valid: isValid(passedAt, at),
  }
}

/** One's own cards and quota; there is no other way to see any. */
export const rehearsalsOf = (deps: Pick<Deps, 'db'>) => async (actor: Actor) => {
  const organisationId = actor.organisationId!
  const at = await now(deps.db)
  const used = await store.usedSince(deps.db, organisationId, new Date(at.getTime() - USED_WITHIN))
  const rows = await store.passedOf(deps.db, organisationId)
  return {
    now: at.toISOString(),
    left: {
      rehearsals: Math.max(0, LIMITS.aDay - used.count),
      bytes: Math.max(0, Math.min(LIMITS.bytes, LIMITS.bytesADay - used.bytes)),
    },
    cards: rows.map((row) => cardOf(row, at)),
  }
}
