import { organisationById } from '../../identity/service/organisations.ts'
import { intentionForTender } from '../../intentions/service/shared.ts'
import type { Actor } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import { publicId, secretNumber } from '../../kernel/ids.ts'
import { type FieldError, refuse, refuseIf } from '../../kernel/problem.ts'
import { blocks, type Finding } from '../../law/findings.ts'
import { ordinarySets } from '../../law/rows.ts'
import { lawAt } from '../../regulations/service.ts'
import { contentSchema, type TenderContent, type TenderDraft } from '../contract/content.ts'
import { record } from '../events.ts'
import { CLAUSES } from '../rules/clauses.ts'
import { checkContent } from '../rules/lawful.ts'
import { type Asked, draftPassages, screenPassages, undecided } from '../rules/wording.ts'
import { mayEdit } from '../rules.ts'
import * as wordings from '../store/wording.ts'
import * as store from '../store.ts'
import type { TenderDeps } from './deps.ts'
import { assertPurchaserSide, hasMandate, lockTender, tenderById } from './shared.ts'
import { readWording, settleWording } from './wording.ts'

export type NewTender = {
  purchaserId?: string | undefined
  title: string
  object: 'goods' | 'services' | 'works'
  evaluationMethod: 'comprehensive' | 'lowest-price'
  intentionId?: string | null | undefined
}

/** A purchaser for itself, an agency for the purchaser that gave it a mandate (政府采购法 第二十条). */
const purchaserFor = async (trx: store.Db, actor: Actor, asked: string | undefined): Promise<string> => {
  const own = actor.organisationId ?? refuse('membership-needed')
  const purchaserId = asked ?? own
  const purchaser = await organisationById(trx, purchaserId)
  if (!purchaser?.kinds.includes('purchaser') || purchaser.status !== 'active') return refuse('purchaser-unknown')
  if (actor.role === 'agency') {
    if (!(await hasMandate(trx, own, purchaserId))) refuse('mandate-missing')
  } else if (purchaserId !== own) refuse('not-found')
  return purchaserId
}

/** Start a draft; the mandatory clauses stand in it from the beginning. */
export const createTender =
  ({ db }: TenderDeps) =>
  (actor: Actor, command: NewTender) =>
    db.transaction().execute(async (trx) => {
      const purchaserId = await purchaserFor(trx, actor, command.purchaserId)
      const agencyId = actor.role === 'agency' ? actor.organisationId : null
      const { title, object, evaluationMethod, intentionId = null } = command
      if (intentionId !== null) await linkable(trx, intentionId, purchaserId)
      const id = publicId()
      const draft: TenderDraft = {
        title,
        object,
        evaluationMethod,
        rowSets: [...ordinarySets],
        bidderWindowMinutes: 30,
        trusteeWindowMinutes: 30,
        consortium: false,
        validityDays: 90,
        lots: [],
        clauses: [...CLAUSES],
        intentionId,
        intentionReason: '',
      }
      await store.insertTender(trx, {
        id,
        // A name for the draft; the official number is given at publication.
        number: `草稿-${secretNumber()}`,
        purchaser_id: purchaserId,
        agency_id: agencyId,
        intention_id: intentionId,
        regime: 'GP',
        method: 'open',
        object,
        evaluation_method: evaluationMethod,
        row_sets: [...ordinarySets],
        title,
        status: 'draft',
        draft,
        made_by: actor.personId ?? refuse('sign-in-needed'),
      })
      await record(trx, actor, id, 'tender.drafted/1', { purchaserId, agencyId })
      return { id, version: 1, draft }
    })

const linkable = async (db: store.Db, intentionId: string, purchaserId: string) =>
  (await intentionForTender(db, intentionId, purchaserId)) ?? refuse('intention-not-linkable', { field: 'intentionId' })

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Save what was typed. An older version is refused with the saved text beside it, so that nothing is lost. */
export const saveDraft =
  ({ db }: TenderDeps) =>
  (
    actor: Actor,
    id: string,
    command: { version: number; draft: TenderDraft; settled?: readonly Asked[] | undefined },
  ) =>
    db.transaction().execute(async (trx) => {
      const tender = await lockTender(trx, id, 'update')
      await assertPurchaserSide(trx, actor, tender)
      const saved = tender.draft as TenderDraft
      // The answer to the first try was lost: the same text under the next version is that save.
      if (
        tender.status === 'draft' &&
        tender.version === command.version + 1 &&
        isSame(sorted(saved), sorted(command.draft))
      )
        return { id, version: tender.version, draft: saved }
      const refusal = mayEdit(tender, command.version)
      if (refusal?.code === 'draft-changed')
        refuse(refusal.code, {
          params: { ...refusal.params, saved: JSON.stringify(saved), sent: JSON.stringify(command.draft) },
        })
      refuseIf(refusal)
      const { draft } = command
      if (draft.intentionId) await linkable(trx, draft.intentionId, tender.purchaser_id)
      await store.updateTender(trx, id, {
        draft,
        version: tender.version + 1,
        title: draft.title ?? tender.title,
        object: draft.object ?? tender.object,
        evaluation_method: draft.evaluationMethod ?? tender.evaluation_method,
        intention_id: draft.intentionId ?? null,
        returned_reason: null,
      })
      await settleWording(trx, actor, id, 'draft', command.settled ?? [], draftPassages(draft))
      return { id, version: tender.version + 1, draft }
    })

// jsonb keeps no order of keys.
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]))
}

/** The draft as strict content, or every field that is not there yet. */
export const readContent = (draft: unknown): { content: TenderContent } | { errors: FieldError[] } => {
  const parsed = contentSchema.safeParse(draft)
  if (parsed.success) return { content: parsed.data }
  return {
    errors: parsed.error.issues.map((issue) => ({
      field: issue.path.join('.'),
      code: issue.code,
      message: issue.message,
    })),
  }
}

/** All that is missing or unlawful if this were published now. */
export const judge = async (
  deps: Pick<TenderDeps, 'settings'>,
  db: store.Db,
  tender: store.TenderRow,
  at: Date,
): Promise<{ content: TenderContent | null; errors: FieldError[]; findings: Finding[]; unfair: Finding[] }> => {
  const read = readContent(tender.draft)
  const hits = screenPassages(draftPassages(tender.draft as TenderDraft), await lawAt(db, at))
  const unfair = undecided(hits, hits.length > 0 ? await wordings.wordingOf(db, tender.id) : [])
  if ('errors' in read) return { content: null, errors: read.errors, findings: [], unfair }
  const { content } = read
  const intention = content.intentionId ? await intentionForTender(db, content.intentionId, tender.purchaser_id) : null
  const files = (await store.filesOf(db, tender.id)).filter((file) => !file.removed && file.kind === 'document').length
  const context = await lawAt(db, at, content.rowSets)
  const findings = checkContent(content, intention, files, at, context, deps.settings.SUNLIT_MODE === 'production')
  return { content, errors: [], findings, unfair }
}

/** The same as a refusal: the first article in the title, every finding by its field. */
export const assertLawful = async (
  deps: TenderDeps,
  db: store.Db,
  tender: store.TenderRow,
  at: Date,
): Promise<TenderContent> => {
  const { content, errors, findings, unfair } = await judge(deps, db, tender, at)
  if (content === null) return refuse('draft-incomplete', { errors })
  refuseFindings('tender-unlawful', findings)
  refuseFindings('wording-undecided', unfair)
  return content
}

/** Throws `code` with every blocking finding: field, code, and what would satisfy, with its article. */
export const refuseFindings = (code: string, findings: readonly Finding[], params?: Record<string, string>): void => {
  if (!blocks(findings)) return
  const stops = findings.filter((one) => one.severity === 'block')
  const cite = ({ regulation, article }: Finding) => {
    // 6(2): article six, item two
    const [, no = article, items = ''] = /^([^(]+)((?:\(\d+\))+)$/.exec(article) ?? []
    return article ? `${regulation} 第${no}条${items.replace(/\((\d+)\)/g, '第$1项')}` : regulation
  }
  refuse(code, {
    ...(stops[0]!.regulation ? { article: cite(stops[0]!) } : {}),
    detail: stops[0]!.message.zh,
    ...(params ? { params } : {}),
    errors: stops.map((one) => ({
      field: one.field,
      code: one.code,
      message: `${one.message.zh}；${one.satisfy.zh}${one.regulation ? `（${cite(one)}）` : ''}`,
    })),
  })
}

/** The draft for its own side: text, version, what the law says to it today, how far the trustees are. */
export const readDraft = (deps: TenderDeps) => async (actor: Actor, id: string) => {
  const tender = await tenderById(deps.db, id)
  await assertPurchaserSide(deps.db, actor, tender)
  const at = await now(deps.db)
  const { errors, findings, unfair } = await judge(deps, deps.db, tender, at)
  const draft = tender.draft as TenderDraft
  const seats = await store.seatsOf(deps.db, id)
  return {
    id,
    number: tender.number,
    status: tender.status,
    version: tender.version,
    purchaserId: tender.purchaser_id,
    agencyId: tender.agency_id,
    submittedBy: tender.submitted_by,
    returnedReason: tender.returned_reason,
    draft,
    errors,
    findings: [...findings, ...unfair],
    wording: await readWording(deps.db, id, draftPassages(draft), await lawAt(deps.db, at)),
    trustees: {
      seats: seats.length,
      stated: seats.filter((seat) => seat.statement !== null).length,
      drilled: seats.filter((seat) => seat.drilled_at !== null).length,
      signed: tender.trustee_set_hash !== null,
    },
  }
}
