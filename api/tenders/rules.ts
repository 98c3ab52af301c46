import type { Refusal } from '../kernel/problem.ts'

/** Where a tender stands (项目状态) and where it may go from there; every other move is refused. */
export const TENDER_MOVES = {
  draft: ['in-review', 'cancelled'],
  'in-review': ['draft', 'published', 'cancelled'],
  published: ['closed', 'not-opened', 'cancelled'],
  closed: ['opened', 'not-opened', 'failed'],
  opened: ['evaluated', 'failed'],
  evaluated: ['awarded', 'failed'],
  awarded: ['contracted', 'failed'],
  contracted: [],
  'not-opened': [],
  cancelled: [],
  failed: [],
} as const satisfies Record<string, readonly string[]>
export type TenderStatus = keyof typeof TENDER_MOVES

/** The same for one 标包. `stored`: every part was hashed again after the deadline. */
export const LOT_MOVES = {
  published: ['closed', 'not-opened', 'cancelled'],
  closed: ['stored', 'not-opened', 'failed'],
  stored: ['opened', 'not-opened', 'failed'],
  opened: ['evaluated', 'failed'],
  evaluated: ['awarded', 'failed'],
  awarded: ['failed'],
  'not-opened': [],
  failed: [],
  cancelled: [],
} as const satisfies Record<string, readonly string[]>
export type LotStatus = keyof typeof LOT_MOVES

export const mayMoveTender = (from: TenderStatus, to: TenderStatus): Refusal | null =>
  (TENDER_MOVES[from] as readonly string[]).includes(to)
    ? null
    : { code: 'tender-status-conflict', params: { status: from, wanted: to } }

export const mayMoveLot = (from: LotStatus, to: LotStatus): Refusal | null =>
  (LOT_MOVES[from] as readonly string[]).includes(to)
    ? null
    : { code: 'lot-status-conflict', params: { status: from, wanted: to } }

/** Statuses that anybody may see. */
export const isPublic = (tender: { published_at: Date | null }): boolean => tender.published_at !== null

/** True once names and prices are out to all at once (20号令 第三十条). */
export const areNamesOut = (tender: { names_out_at: Date | null }): boolean => tender.names_out_at !== null

type Standing = { status: string; version: number; suspended: boolean; deadline: Date | null }

/** Drafts are written by one hand at a time: an older version is refused, with both kept (nothing lost). */
export const mayEdit = (tender: Standing, version: number): Refusal | null => {
  if (tender.status !== 'draft') return { code: 'tender-not-draft', params: { status: tender.status } }
  if (tender.version !== version) return { code: 'draft-changed', params: { version: tender.version, yours: version } }
  return null
}

export const mayReview = (
  tender: { status: string; submitted_by: string | null },
  personId: string,
): Refusal | null => {
  if (tender.status !== 'in-review') return { code: 'tender-not-in-review', params: { status: tender.status } }
  if (tender.submitted_by === personId) return { code: 'same-approver' }
  return null
}

/** 政府采购法 第三十五条 runs to the deadline: up to it a tender may be corrected, stopped or cancelled. */
export const isBeforeDeadline = (tender: Standing, now: Date): Refusal | null => {
  if (tender.status !== 'published') return { code: 'tender-not-published', params: { status: tender.status } }
  if (tender.deadline === null || now >= tender.deadline)
    return { code: 'deadline-passed', ...(tender.deadline ? { instant: tender.deadline.toISOString() } : {}) }
  return null
}

/** 94号令 第二十八条: up to the deadline, and again while the lots are being opened: the windows then stand still. */
export const maySuspend = (tender: Standing, now: Date): Refusal | null =>
  (tender.status === 'closed' ? null : isBeforeDeadline(tender, now)) ??
  (tender.suspended ? { code: 'tender-suspended' } : null)

/**
 * A suspension stops the deadline's effect: after it only a tender whose deadline still lies ahead goes on,
 * else the correction with a later deadline comes first. A closed one has no deadline left: its windows run on.
 */
export const mayResume = (tender: Standing, now: Date): Refusal | null => {
  if (!tender.suspended) return { code: 'tender-not-suspended' }
  if (tender.status === 'closed') return null
  return isBeforeDeadline(tender, now)
}

/** While suspended a correction is still possible even past the deadline: it is the way to a later one. */
export const mayCorrect = (tender: Standing, now: Date): Refusal | null => {
  if (tender.suspended && tender.status === 'published') return null
  return isBeforeDeadline(tender, now)
}

export const mayCancel = (tender: Standing, now: Date): Refusal | null => {
  if (tender.status === 'draft' || tender.status === 'in-review') return null
  if (tender.suspended && tender.status === 'published') return null
  return isBeforeDeadline(tender, now)
}
