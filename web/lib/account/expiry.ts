/** A certificate as the platform tells its holder. */
export type Held = { purpose: string; personId: string; subject: string; notAfter: string }
export type Level = 'over' | '1' | '7' | '30'
/** What the certificate will not outlast. */
export type Before = 'deadline' | 'opening'
export type Expiring = { subject: string; notAfter: string; days: number; level: Level | null; before: Before | null }

const DAY = 86_400_000

/** 30, 7 and 1 days before its end a certificate is warned of, and after it; by the platform's clock, UTC ms. */
export const levelOf = (notAfter: string, now: number): Level | null => {
  const left = Date.parse(notAfter) - now
  if (left <= 0) return 'over'
  if (left <= DAY) return '1'
  if (left <= 7 * DAY) return '7'
  return left <= 30 * DAY ? '30' : null
}

/** Whoever has renewed is not warned of the old one: only the longest of each person and purpose counts. */
const newest = <T extends Held>(held: readonly T[]): T[] =>
  held.filter(
    (one) =>
      !held.some(
        (other) =>
          other.personId === one.personId &&
          other.purpose === one.purpose &&
          Date.parse(other.notAfter) > Date.parse(one.notAfter),
      ),
  )

/** `until`: instants that a certificate must outlast, UTC ms; the opening until its window ends, in which keys are signed. */
export const expiring = (
  held: readonly Held[],
  now: number,
  until: { deadline: number; opening: number } | null = null,
): Expiring[] =>
  newest(held).flatMap(({ subject, notAfter }) => {
    const end = Date.parse(notAfter)
    const level = levelOf(notAfter, now)
    const before = until === null ? null : end < until.deadline ? 'deadline' : end < until.opening ? 'opening' : null
    if (level === null && before === null) return []
    return [{ subject, notAfter, days: Math.max(0, Math.ceil((end - now) / DAY)), level, before }]
  })
