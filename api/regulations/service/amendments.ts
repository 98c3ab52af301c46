import type { Actor } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { Deps } from '../../kernel/deps.ts'
import { publicId } from '../../kernel/ids.ts'
import { found, refuse, refuseIf } from '../../kernel/problem.ts'
import { beijingDate } from '../../law/beijing.ts'
import { rowsAt } from '../../law/changes.ts'
import type { AmendmentBody } from '../contract.ts'
import { record } from '../events.ts'
import { type AmendmentDraft, mayAmend, mayApprove, mayReject } from '../rules.ts'
import * as store from '../store.ts'
import { lawChanges } from './law.ts'
import { caseOfStored, viewAmendment } from './views.ts'

export type RegulationDeps = Pick<Deps, 'db'>

export const person = (actor: Actor): string => actor.personId ?? refuse('sign-in-needed')

/** What the law says to this draft today, amendments in force considered. */
const assertAmendable = async (trx: store.Db, draft: AmendmentDraft, at: Date): Promise<void> =>
  refuseIf(mayAmend(draft, rowsAt(await lawChanges(trx), at.getTime()), beijingDate(at.getTime())))

export const draftAmendment =
  ({ db }: RegulationDeps) =>
  (actor: Actor, command: AmendmentBody) =>
    db.transaction().execute(async (trx) => {
      await assertAmendable(trx, command, await now(trx))
      const { params, effectiveFrom, rule, regime, object, method, retroactive, document, article, reason } = command
      const row = await store.insertAmendment(trx, {
        id: publicId(),
        rule,
        regime,
        object,
        method,
        params: JSON.stringify(params),
        effective_from: effectiveFrom,
        retroactive,
        document,
        article,
        reason,
        status: 'draft',
        drafted_by: person(actor),
      })
      await record(trx, actor, 'rule-amendment.drafted/1', { amendmentId: row.id, ...command })
      return viewAmendment(trx, row)
    })

/** A second person makes it law; who asks twice gets the same answer. */
export const approveAmendment =
  ({ db }: RegulationDeps) =>
  (actor: Actor, id: string) =>
    db.transaction().execute(async (trx) => {
      // Approvals stand in a queue, and the instant is read at its head: whatever was judged before was judged before.
      await store.lockVersion(trx)
      const row = found(await store.lockAmendment(trx, id))
      if (row.status === 'approved' && row.decided_by === person(actor)) return viewAmendment(trx, row)
      refuseIf(mayApprove(row, person(actor)))
      const at = await now(trx)
      const draft = { ...caseOfStored(row), params: row.params, effectiveFrom: row.effective_from }
      await assertAmendable(trx, { ...draft, retroactive: row.retroactive }, at)
      const approved = await store.updateAmendment(trx, id, {
        status: 'approved',
        decided_by: person(actor),
        decided_at: at,
      })
      await store.renewVersion(trx)
      await record(trx, actor, 'rule-amendment.approved/1', {
        amendmentId: id,
        rule: row.rule,
        effectiveFrom: row.effective_from,
        draftedBy: row.drafted_by,
      })
      return viewAmendment(trx, approved)
    })

export const rejectAmendment =
  ({ db }: RegulationDeps) =>
  (actor: Actor, id: string, reason: string) =>
    db.transaction().execute(async (trx) => {
      refuseIf(mayReject(found(await store.lockAmendment(trx, id))))
      await store.updateAmendment(trx, id, {
        status: 'rejected',
        decided_by: person(actor),
        decided_at: await now(trx),
        rejected_reason: reason,
      })
      await record(trx, actor, 'rule-amendment.rejected/1', { amendmentId: id, reason })
      return { done: true as const }
    })

export const listAmendments =
  ({ db }: RegulationDeps) =>
  async () => ({
    items: await Promise.all((await store.amendments(db)).map((row) => viewAmendment(db, row))),
  })
