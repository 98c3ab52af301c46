import type { Refusal } from '../kernel/problem.ts'
import { ENVELOPE_KINDS } from '../seal/context.ts'
import type { RehearsalManifest } from '../seal/rehearsal.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** Ciphertext of one rehearsal, and what one organisation may put into the store within 24 hours. */
export const LIMITS = { bytes: 112 * 1024 * 1024, bytesADay: 640 * 1024 * 1024, aDay: 12 } as const
/** A card holds so long after the rehearsal was passed. */
export const CARD = 24 * HOUR
/** What one organisation may use is counted so far back. */
export const USED_WITHIN = 24 * HOUR
/** Without a further question for addresses a rehearsal is abandoned after this, and after LONGEST in any case. */
const IDLE = 40 * MINUTE
const LONGEST = 6 * HOUR

export type Usage = { count: number; bytes: number }

/** Nobody fills the store with rehearsals: so many and so much an organisation within 24 hours. */
export const mayRehearse = (used: Usage, bytes: number): Refusal | null => {
  if (bytes > LIMITS.bytes) return { code: 'rehearsal-too-large' }
  const over = used.count >= LIMITS.aDay || used.bytes + bytes > LIMITS.bytesADay
  return over ? { code: 'rehearsal-quota-used' } : null
}

/** A rehearsal is its own organisation's, by the certificate that signed it, and has the four envelopes of a bid. */
export const mayTake = (
  manifest: RehearsalManifest,
  own: { organisationId: string; certSha256: string },
): Refusal | null => {
  const { bidder, envelopes, trustees } = manifest
  if (bidder.orgId !== own.organisationId || bidder.certSha256 !== own.certSha256) {
    return { code: 'rehearsal-other-bidder' }
  }
  const kinds = new Set(envelopes.map(({ kind }) => kind))
  if (ENVELOPE_KINDS.some((kind) => !kinds.has(kind))) return { code: 'envelopes-incomplete' }
  const n = trustees.keys.length
  const differs = envelopes.some(({ escrow }) => escrow.n !== n || escrow.k !== trustees.k)
  return differs ? { code: 'rehearsal-malformed' } : null
}

/** Until when the parts are kept: a while after the last question, never longer than LONGEST after the beginning. */
export const keptUntil = (startedAt: Date, now: Date): Date =>
  new Date(Math.min(now.getTime() + IDLE, startedAt.getTime() + LONGEST))

/** Nothing is given out or taken for a rehearsal that was passed, abandoned, or whose parts are due to go. */
export const mayGoOn = (row: { state: string; keep_until: Date }, now: Date): Refusal | null =>
  row.state === 'uploading' && now < row.keep_until ? null : { code: 'rehearsal-over' }

export const cardEnds = (passedAt: Date): Date => new Date(passedAt.getTime() + CARD)

export const isValid = (passedAt: Date, now: Date): boolean => now < cardEnds(passedAt)
