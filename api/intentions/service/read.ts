import type { Actor } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import { found, refuse } from '../../kernel/problem.ts'
import { searchPatterns } from '../../kernel/search.ts'
import { lawAt } from '../../regulations/service.ts'
import type { IntentionContent } from '../contract.ts'
import { DISCLAIMER, dueOf, type IntentionStatus, judge } from '../rules.ts'
import * as store from '../store.ts'
import type { IntentionDeps } from './deps.ts'
import { assertSide, purchasersOf } from './sides.ts'

const PAGE = 20
type PublicContent = IntentionContent & { purchaser: string }

export const contentOf = (row: store.IntentionRow): IntentionContent => ({
  projectName: row.project_name,
  outline: row.outline as IntentionContent['outline'],
  budget: (row.budget ?? 0n).toString(),
  plannedMonth: row.planned_month!,
  remarks: row.remarks,
  smeReserved: row.sme_reserved,
})

export const viewApproval = (row: store.ApprovalRow) => ({
  id: row.id,
  purchaserId: row.organisation_id,
  documentNumber: row.document_number,
  fiscalYear: row.fiscal_year,
  amount: row.amount.toString(),
  approvedOn: row.approved_on,
  recordedAt: row.recorded_at.toISOString(),
})

/** The working text with its clocks and what the law says to it if published today. */
export const viewWork = async (db: store.Db, row: store.IntentionRow, approvedOn?: string | null) => {
  const known =
    approvedOn === undefined && row.budget_approval_id
      ? ((await store.approvalById(db, row.budget_approval_id))?.approved_on ?? null)
      : (approvedOn ?? null)
  const context = await lawAt(db, await now(db))
  const content = contentOf(row)
  return {
    id: row.id,
    number: row.number,
    purchaserId: row.organisation_id,
    status: row.status as IntentionStatus,
    version: row.version,
    publicVersion: row.public_version,
    content,
    budgetApprovalId: row.budget_approval_id,
    changeReason: row.change_reason,
    changedBy: row.changed_by,
    changedAt: row.changed_at.toISOString(),
    ...dueOf(content.plannedMonth, known, context),
    findings: row.status === 'withdrawn' ? [] : judge(content, known, context),
  }
}

export const readWork =
  ({ db }: IntentionDeps) =>
  async (actor: Actor, id: string) => {
    const row = found(await store.intentionById(db, id))
    await assertSide(db, actor, row.organisation_id)
    return viewWork(db, row)
  }

export const myIntentions =
  ({ db }: IntentionDeps) =>
  async (actor: Actor) => {
    const purchasers = await purchasersOf(db, actor)
    const rows = purchasers.length === 0 ? [] : await store.intentionsOf(db, purchasers)
    const items = rows.map((row) => viewWork(db, row, row.approved_on))
    return { items: await Promise.all(items) }
  }

export const listApprovals =
  ({ db }: IntentionDeps) =>
  async (actor: Actor) => {
    const purchasers = await purchasersOf(db, actor)
    return { items: (purchasers.length === 0 ? [] : await store.approvalsOf(db, purchasers)).map(viewApproval) }
  }

/** “××单位×年×月政府采购意向”, the form of 财库〔2020〕10号's model. */
const titleOf = ({ purchaser, plannedMonth }: PublicContent): string =>
  `${purchaser}${plannedMonth.slice(0, 4)}年${Number(plannedMonth.slice(5))}月政府采购意向`

type PublicRow = {
  id: string
  number: string | null
  withdrawn_at: Date | null
  published_at: Date | null
  version: number
  content: unknown
}

const publicView = (row: PublicRow) => {
  const content = row.content as PublicContent
  return {
    id: row.id,
    number: row.number!,
    title: titleOf(content),
    status: row.withdrawn_at === null ? ('published' as const) : ('withdrawn' as const),
    version: row.version,
    publishedAt: row.published_at!.toISOString(),
    content,
  }
}

export type PublicQuery = {
  q?: string | undefined
  month?: string | undefined
  sme?: 'true' | 'false' | undefined
  least?: string | undefined
  most?: string | undefined
  page: number
}

export const listIntentions =
  ({ db }: IntentionDeps) =>
  async (query: PublicQuery) => {
    const filter: store.PublicFilter = {
      patterns: searchPatterns(query.q ?? ''),
      month: query.month,
      sme: query.sme === undefined ? undefined : query.sme === 'true',
      least: query.least === undefined ? undefined : BigInt(query.least),
      most: query.most === undefined ? undefined : BigInt(query.most),
    }
    const rows = await store.listPublished(db, filter, { limit: PAGE, offset: (query.page - 1) * PAGE })
    return {
      total: await store.countPublished(db, filter),
      page: query.page,
      pageSize: PAGE,
      items: rows.map(publicView),
    }
  }

/** One intention as everybody sees it, every version that was ever public beside it. */
export const readIntention =
  ({ db }: IntentionDeps) =>
  async (id: string) => {
    const row = found(await store.intentionById(db, id))
    const versions = await store.versionsOf(db, id)
    const newest = versions[0] ?? refuse('not-found')
    const content = newest.content as unknown as PublicContent
    const approval = row.budget_approval_id ? await store.approvalById(db, row.budget_approval_id) : undefined
    const approvedOn = approval?.approved_on ?? null
    return {
      ...publicView({ ...row, version: newest.version, content }),
      withdrawnReason: row.withdrawn_reason,
      withdrawnAt: row.withdrawn_at?.toISOString() ?? null,
      disclaimer: DISCLAIMER,
      ...dueOf(content.plannedMonth, approvedOn, await lawAt(db, row.published_at!)),
      versions: versions.map((one) => ({
        version: one.version,
        content: one.content as unknown as PublicContent,
        reason: one.reason,
        publishedAt: one.published_at.toISOString(),
      })),
    }
  }
