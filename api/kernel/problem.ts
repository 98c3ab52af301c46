/** A row of the problem table: status, title, what would satisfy the rule or what to do now, and the article behind it. */
export type ProblemRow = {
  status: 400 | 401 | 403 | 404 | 409 | 410 | 412 | 413 | 415 | 416 | 422 | 423 | 429 | 500 | 502 | 503
  title: { zh: string; en: string }
  remedy: { zh: string; en: string }
  article?: string
}

/** One fact that stops an act; thrown by `refuse`, shown as problem+json (RFC 9457) by the app, never caught in between. */
export class Refused extends Error {
  readonly code: string
  readonly extra: ProblemExtra
  constructor(code: string, extra: ProblemExtra = {}) {
    super(code)
    this.name = 'Refused'
    this.code = code
    this.extra = extra
  }
}

export type FieldError = { field: string; code: string; message?: string }

/** What a refusal may add to its row in the problem table: never secrets, never another bidder's facts. */
export type ProblemExtra = {
  /** Article of law, where it differs from the table's. */
  article?: string
  /** The field that is wrong, as a path (`lots.0.ceiling`). */
  field?: string
  errors?: FieldError[]
  /** One sentence that says the fact with its figures. */
  detail?: string
  /** The instant the fact depends on (a deadline, for one), ISO 8601 UTC. */
  instant?: string
  /** Seconds after which a retry makes sense. */
  retryAfter?: number
  /** Values the client needs to go on, e.g. the current version after a conflict. */
  params?: Record<string, string | number | boolean | null>
}

/** A rule's answer: a refusal to be thrown by the shell, or null when the act is allowed. */
export type Refusal = { code: string } & ProblemExtra

export const refuse = (code: string, extra: ProblemExtra = {}): never => {
  throw new Refused(code, extra)
}

export const refuseIf = (refusal: Refusal | null): void => {
  if (refusal === null) return
  const { code, ...extra } = refusal
  throw new Refused(code, extra)
}

/** Narrow a looked-up row; someone else's id and an unknown id answer alike (404), so that ids cannot be probed. */
export const found = <T>(row: T | null | undefined, code = 'not-found'): T => {
  if (row === null || row === undefined) throw new Refused(code)
  return row
}
