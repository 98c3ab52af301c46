import { organisationById } from '../../identity/service/organisations.ts'
import type { Actor } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import { publicId } from '../../kernel/ids.ts'
import { found, refuse, refuseIf } from '../../kernel/problem.ts'
import { normalised } from '../../kernel/search.ts'
import { beijingDate } from '../../law/beijing.ts'
import { blocks } from '../../law/findings.ts'
import { sha256, toBase64url } from '../../log/bytes.ts'
import { lawAt } from '../../regulations/service.ts'
import { encodeJson } from '../../seal/json.ts'
import type { IntentionContent } from '../contract.ts'
import { record } from '../events.ts'
import { isLate, judge, mayCheck, mayEdit, mayMove } from '../rules.ts'
import * as store from '../store.ts'
import type { IntentionDeps } from './deps.ts'
import { contentOf, viewApproval, viewWork } from './read.ts'
import { assertSide, purchaserFor } from './sides.ts'

const person = (actor: Actor): string => actor.personId ?? refuse('sign-in-needed')

export type NewApproval = {
  purchaserId?: string | undefined
  documentNumber: string
  fiscalYear: number
  amount: string
  approvedOn: string
}

/** 部门预算批复: from its day the sixty days of the city's plan run. */
export const recordApproval =
  ({ db }: IntentionDeps) =>
  (actor: Actor, command: NewApproval) =>
    db.transaction().execute(async (trx) => {
      const purchaserId = await purchaserFor(trx, actor, command.purchaserId)
      const { documentNumber, fiscalYear, amount, approvedOn } = command
      if (approvedOn > beijingDate((await now(trx)).getTime()))
        refuse('budget-approval-in-future', { field: 'approvedOn' })
      if (BigInt(amount) <= 0n) refuse('invalid-input', { field: 'amount' })
      const row = await store.insertApproval(trx, {
        id: publicId(),
        organisation_id: purchaserId,
        document_number: documentNumber,
        fiscal_year: fiscalYear,
        amount: BigInt(amount),
        approved_on: approvedOn,
        recorded_by: person(actor),
      })
      const approval = row ?? refuse('budget-approval-exists', { field: 'documentNumber' })
      await record(trx, actor, 'budget-approval.recorded/1', {
        approvalId: approval.id,
        purchaserId,
        amount,
        approvedOn,
      })
      return viewApproval(approval)
    })

const assertApproval = async (trx: store.Db, id: string | null, purchaserId: string): Promise<void> => {
  if (id === null) return
  const row = await store.approvalById(trx, id)
  if (row?.organisation_id !== purchaserId) refuse('budget-approval-unknown', { field: 'budgetApprovalId' })
}

const columns = (content: IntentionContent) => ({
  project_name: content.projectName,
  outline: content.outline,
  budget: BigInt(content.budget) > 0n ? BigInt(content.budget) : null,
  planned_month: content.plannedMonth,
  remarks: content.remarks,
  sme_reserved: content.smeReserved,
})

type NewIntention = {
  purchaserId?: string | undefined
  budgetApprovalId?: string | null | undefined
  content: IntentionContent
}

export const createIntention =
  ({ db }: IntentionDeps) =>
  (actor: Actor, command: NewIntention) =>
    db.transaction().execute(async (trx) => {
      const purchaserId = await purchaserFor(trx, actor, command.purchaserId)
      const approvalId = command.budgetApprovalId ?? null
      await assertApproval(trx, approvalId, purchaserId)
      const row = await store.insertIntention(trx, {
        id: publicId(),
        organisation_id: purchaserId,
        budget_approval_id: approvalId,
        status: 'draft',
        ...columns(command.content),
        made_by: person(actor),
        changed_by: person(actor),
      })
      await record(trx, actor, 'intention.drafted/1', { intentionId: row.id, purchaserId })
      return viewWork(trx, row)
    })

const locked = async (trx: store.Db, actor: Actor, id: string): Promise<store.IntentionRow> => {
  const row = found(await store.lockIntention(trx, id))
  await assertSide(trx, actor, row.organisation_id)
  return row
}

type Save = { version: number; budgetApprovalId?: string | null | undefined; content: IntentionContent }

/** Save the text; what a second person had checked must be checked anew. */
export const saveIntention =
  ({ db }: IntentionDeps) =>
  (actor: Actor, id: string, command: Save) =>
    db.transaction().execute(async (trx) => {
      const row = await locked(trx, actor, id)
      const refusal = mayEdit(row, command.version)
      if (refusal?.code === 'intention-changed')
        refuse(refusal.code, { params: { ...refusal.params, saved: JSON.stringify(contentOf(row)) } })
      refuseIf(refusal)
      const approvalId = command.budgetApprovalId === undefined ? row.budget_approval_id : command.budgetApprovalId
      await assertApproval(trx, approvalId, row.organisation_id)
      const saved = await store.updateIntention(trx, id, {
        ...columns(command.content),
        budget_approval_id: approvalId,
        status: 'draft',
        version: row.version + 1,
        checked_by: null,
        changed_by: person(actor),
        changed_at: await now(trx),
      })
      return viewWork(trx, saved)
    })

const approvedOn = async (trx: store.Db, row: store.IntentionRow): Promise<string | null> => {
  const approval = row.budget_approval_id ? await store.approvalById(trx, row.budget_approval_id) : undefined
  return approval?.approved_on ?? null
}

const findingsNow = async (trx: store.Db, row: store.IntentionRow) => {
  const context = await lawAt(trx, await now(trx))
  const findings = judge(contentOf(row), await approvedOn(trx, row), context)
  if (blocks(findings)) {
    const stops = findings.filter((one) => one.severity === 'block')
    refuse('intention-incomplete', {
      errors: stops.map((one) => ({ field: one.field, code: one.code, message: one.message.zh })),
    })
  }
  return findings
}

/** 审核 by a second person, once the text is complete. */
export const checkIntention =
  ({ db }: IntentionDeps) =>
  (actor: Actor, id: string, version: number) =>
    db.transaction().execute(async (trx) => {
      const row = await locked(trx, actor, id)
      if (row.status === 'checked' && row.version === version && row.checked_by === person(actor))
        return viewWork(trx, row)
      refuseIf(mayCheck(row, version, person(actor)))
      await findingsNow(trx, row)
      const checked = await store.updateIntention(trx, id, { status: 'checked', checked_by: person(actor) })
      await record(trx, actor, 'intention.checked/1', { intentionId: id, version })
      return viewWork(trx, checked)
    })

type Publish = { version: number; lateReason?: string | undefined }

/** 公开: the next public version; older ones stay public. The number is given once. */
export const publishIntention = (deps: IntentionDeps) => (actor: Actor, id: string, command: Publish) =>
  deps.db.transaction().execute(async (trx) => {
    const row = await locked(trx, actor, id)
    if (row.status === 'published' && row.version === command.version) return viewWork(trx, row)
    refuseIf(mayMove(row, 'published'))
    if (row.version !== command.version)
      refuse('intention-changed', { params: { version: row.version, yours: command.version } })
    const findings = await findingsNow(trx, row)
    if (row.public_version === 0 && isLate(findings) && !command.lateReason)
      refuse('intention-late-unexplained', { field: 'lateReason', detail: findings[0]!.message.zh })
    const at = await now(trx)
    const reason = row.change_reason ?? command.lateReason ?? ''
    const purchaser = found(await organisationById(trx, row.organisation_id))
    const number =
      row.number ??
      `YX-${beijingDate(at.getTime()).slice(0, 4)}-${String(await store.nextNumber(trx)).padStart(6, '0')}`
    const content = { ...contentOf(row), purchaser: purchaser.name }
    const version = row.public_version + 1
    await store.insertVersion(trx, { intention_id: id, version, content, reason, published_at: at })
    const { subject, purpose } = content.outline
    const published = await store.updateIntention(trx, id, {
      status: 'published',
      number,
      public_version: version,
      published_at: row.published_at ?? at,
      change_reason: null,
      search: normalised(number, content.projectName, purchaser.name, subject, purpose, content.remarks),
    })
    const contentSha256 = toBase64url(await sha256(encodeJson(content)))
    await record(trx, actor, 'intention.published/1', { intentionId: id, number, version, contentSha256, reason })
    await deps.live.changed(trx, 'intentions')
    return viewWork(trx, published)
  })

/** 变更: begin a new text of a published intention, saying why. */
export const changeIntention =
  ({ db }: IntentionDeps) =>
  (actor: Actor, id: string, command: { reason: string; content: IntentionContent }) =>
    db.transaction().execute(async (trx) => {
      const row = await locked(trx, actor, id)
      if (row.status !== 'published')
        refuse('intention-status-conflict', { params: { status: row.status, wanted: 'draft' } })
      const changed = await store.updateIntention(trx, id, {
        ...columns(command.content),
        status: 'draft',
        version: row.version + 1,
        checked_by: null,
        changed_by: person(actor),
        changed_at: await now(trx),
        change_reason: command.reason,
      })
      await record(trx, actor, 'intention.change-begun/1', { intentionId: id, reason: command.reason })
      return viewWork(trx, changed)
    })

export const withdrawIntention = (deps: IntentionDeps) => (actor: Actor, id: string, reason: string) =>
  deps.db.transaction().execute(async (trx) => {
    const row = await locked(trx, actor, id)
    if (row.status === 'withdrawn') return { done: true as const }
    refuseIf(mayMove(row, 'withdrawn'))
    await store.updateIntention(trx, id, {
      status: 'withdrawn',
      withdrawn_at: await now(trx),
      withdrawn_reason: reason,
    })
    await record(trx, actor, 'intention.withdrawn/1', { intentionId: id, reason })
    await deps.live.changed(trx, 'intentions')
    return { done: true as const }
  })
