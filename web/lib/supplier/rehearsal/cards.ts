/** A passed rehearsal, as the platform tells it to its own organisation. */
export type Card = {
  id: string
  person: string
  certificate: { sha256: string; subject: string; notAfter: string }
  browser: string
  bytes: number
  pace: { seal: number; upload: number; download: number }
  passedAt: string
  validUntil: string
  valid: boolean
}

const KEPT = 'sunlit.rehearsed'
const MOST = 20

/** Which rehearsals were passed in this browser on this device; nothing where it keeps nothing. */
export const passedHere = (): string[] => {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? '[]')
    return Array.isArray(kept) ? kept.filter((id) => typeof id === 'string') : []
  } catch {
    return []
  }
}

export const keepPassed = (id: string): void => {
  try {
    localStorage.setItem(KEPT, JSON.stringify([id, ...passedHere()].slice(0, MOST)))
  } catch {
    // a browser that keeps nothing is told of its rehearsals as of another device's
  }
}

/** Of a distinguished name, whom it names. */
export const holderOf = (subject: string): string => /(?:^|,\s*)CN=([^,]+)/.exec(subject)?.[1] ?? subject

/** base64url → hexadecimal in groups of four, as people compare it. */
export const fingerprintOf = (sha256: string): string =>
  [...atob(sha256.replace(/-/g, '+').replace(/_/g, '/'))]
    .map((byte) => byte.charCodeAt(0).toString(16).padStart(2, '0'))
    .join('')
    .replace(/.{4}(?=.)/g, '$& ')

export type Standing = { kind: 'here' | 'elsewhere' | 'none'; card: Card | null }

/**
 * What a bidder is told: rehearsed on this device with a certificate that is still bound, or only on another one, or not.
 * `here`: ids passed on this device; null while that is not known yet.
 */
export const standingOf = (
  cards: readonly Card[],
  bound: readonly string[],
  here: readonly string[] | null,
): Standing => {
  const good = cards.filter(({ valid, certificate }) => valid && bound.includes(certificate.sha256))
  const own = good.find(({ id }) => here?.includes(id))
  if (own) return { kind: 'here', card: own }
  return good[0] ? { kind: 'elsewhere', card: good[0] } : { kind: 'none', card: null }
}

/** SHA-256 of the certificates that may sign for the organisation. */
export const sealsOf = (certificates: readonly { purpose: string; sha256: string }[]): string[] =>
  certificates.filter(({ purpose }) => purpose === 'organisation').map(({ sha256 }) => sha256)
